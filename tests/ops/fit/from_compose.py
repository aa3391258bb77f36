"""compose.yaml, as compose starts it with an operator's .env."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.ops.files import ROOT, compose, example
from tests.ops.fit.model import Address, Container, Installation, Mount
from tests.ops.fit.programs import programs

_VARIABLE: Final = re.compile(r"\$\{([A-Z0-9_]+)(?:(:?[-?])([^}]*))?\}")
#: What an operator would fill in where .env.example is empty and a random word would not do.
FILLED: Final = {
    "ALLOWED_HOSTS": "pm.example.co.jp", "SITE_URL": "https://pm.example.co.jp", "KEYCLOAK_HOST": "id.pm.example.co.jp",
    "KEYCLOAK_URL": "https://id.pm.example.co.jp",
}  # fmt: skip
#: Files and folders that an operator makes beside compose.yaml, and the secret that each is.
MADE: Final = {"TLS_FOLDER": "tls", "ALERTS_FOLDER": "alerts"}
_IMAGES: Final = {
    "nginx-unprivileged": "nginx", "pgbouncer": "pgbouncer", "restic": "restic", "keycloak": "keycloak", "prometheus": "prometheus",
    "alertmanager": "alertmanager", "grafana": "grafana", "node-exporter": "node-exporter", "elasticsearch": "elasticsearch",
    "postgres-exporter": "postgres-exporter", "pgbouncer-exporter": "pgbouncer-exporter", "redis_exporter": "redis-exporter",
    "kibana": "kibana", "itdo-fluentd": "fluentd", "itdo-postgres": "postgres", "clamav": "clamav", "blackbox-exporter": "blackbox",
}  # fmt: skip


class UnresolvedError(Exception):
    """compose would not start: a variable that it insists on is not given."""


def filled_in() -> dict[str, str]:
    """An .env as an operator makes it: what is empty in the example has a word of its own."""
    return {
        name: FILLED.get(name) or value or f"word-of-{name}"
        for name, value in example().items()
        if value is not None
    } | FILLED


def read(env: Mapping[str, str] | None = None, file: Mapping[str, Any] | None = None) -> Installation:
    """All services, whatever their profile; UnresolvedError as compose itself would say it."""
    env = filled_in() if env is None else env
    file = file or compose()
    services = file["services"]
    # In memory, and made for several accounts.
    shared = {name for name, told in file["volumes"].items() if "mode=1777" in str(told)}
    containers = tuple(_container(name, service, env, shared) for name, service in services.items())
    words = str(services)
    return Installation(
        place="compose", containers=containers, reach=_reach, filled=dict.fromkeys(example(), "") | dict(env),
        taken=frozenset(found[1] for found in _VARIABLE.finditer(words)),
    )  # fmt: skip


def substituted(text: str, env: Mapping[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}` and `${NAME:?words}` as compose reads them."""

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        given = env.get(name, "")
        if given or kind is None:
            return given
        if "?" in kind:
            raise UnresolvedError(f"{name} is not set: {rest}")
        return str(rest)

    return _VARIABLE.sub(value, text)


def _container(name: str, service: Mapping[str, Any], env: Mapping[str, str], shared: set[str]) -> Container:
    words = [*_listed(service.get("entrypoint")), *_listed(service.get("command"))]
    given = {key: substituted(str(value), env) for key, value in (service.get("environment") or {}).items()}
    named = f"{service.get('environment', '')} {words} {service.get('healthcheck', '')}"
    secrets = {found[1] for found in _VARIABLE.finditer(named)}
    if service.get("env_file"):
        given |= {key: value for key, value in env.items() if key not in given}
        secrets |= set(env)
    mounts = {
        path: Mount("tmpfs", writes=True) if mount.source in shared else mount
        for path, mount in _mounts(service, env).items()
    }
    networks = service["networks"]
    hosts = {name} | _aliases(networks, env)
    return Container(
        place="compose", name=name, program=_program(name, service, words), given=given, mounts=mounts,
        secrets=frozenset(secrets | {MADE[word] for word in MADE if word in str(service.get("volumes", ""))}),
        words=tuple(substituted(word, env) for word in words), user=str(service.get("user", "")),
        networks=frozenset(networks), hosts=frozenset(hosts), published=tuple(_ports(service, env)),
    )  # fmt: skip


def _listed(words: Any) -> list[str]:
    return words.split() if isinstance(words, str) else [str(word) for word in words or []]


def _program(name: str, service: Mapping[str, Any], words: list[str]) -> str:
    if name in programs():
        return name
    image = str(service["image"])
    if image.startswith("${IMAGE"):
        return f"site:{words[0]}"
    kind = image.rpartition("/")[2].partition(":")[0]
    return f"redis:{words[-1]}" if kind == "redis" else _IMAGES.get(kind, kind)


def _aliases(networks: Any, env: Mapping[str, str]) -> set[str]:
    joined = networks.values() if isinstance(networks, dict) else []
    return {substituted(alias, env) for each in joined if each for alias in each.get("aliases", [])}


def _mounts(service: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Mount]:
    found = {}
    for volume in service.get("volumes", []):
        # Colons of `${NAME:?words}` are none of the three parts'.
        source, path, *options = [*substituted(str(volume), env).split(":"), ""]
        if not path:
            found[source] = Mount("tmpfs", writes=True)  # a volume without a name
            continue
        found[path] = Mount(
            source, writes="ro" not in ",".join(options).split(","), texts=texts(ROOT / source)
        )
    for each in service.get("tmpfs", []):
        found[str(each).partition(":")[0]] = Mount("tmpfs", writes=True)
    return found


def texts(path: Path) -> dict[str, str]:
    """Content of a file of the repository, or of the files of a folder."""
    if path.is_file():
        return {"": path.read_text(encoding="utf-8", errors="replace")}
    if path.is_dir() and ROOT in path.resolve().parents:
        return {
            str(each.relative_to(path)): each.read_text(encoding="utf-8", errors="replace")
            for each in path.rglob("*")
            if each.is_file()
        }
    return {}


def _ports(service: Mapping[str, Any], env: Mapping[str, str]) -> list[tuple[str, int]]:
    found = []
    for port in service.get("ports", []):
        outside, _, inside = substituted(str(port), env).rpartition(":")
        found.append((outside, int(inside)))
    return found


def _reach(place: Installation, asker: Container, asked: Address) -> str:
    """A name leads to the containers that bear it on a network of the asker's own."""
    known = [each for each in place.containers if asked.host in each.hosts]
    near = [each for each in known if each.networks & asker.networks]
    if not known:
        return "" if "." in asked.host or asked.host == "localhost" else f"{asked.host} is no container"
    if not near:
        return f"{asked.host} is on no network of {asker.name}"
    for each in near:
        if asked.port not in programs()[each.program].listens(each):
            return f"{each.name} does not listen on {asked.port}"
    return ""
