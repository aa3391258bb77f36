"""What compose.yaml gives a service: variables out of an .env, files that it mounts, names by which others find it, ports outside."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.ops.files import ROOT, compose

SERVICES: Final[dict[str, Any]] = compose()["services"]
_VARIABLE: Final = re.compile(r"\$\{([A-Z0-9_]+)(?:(:?[-?])([^}]*))?\}")


def env_file(**filled: str) -> dict[str, str]:
    """An .env made of .env.example: what is empty there is generated as docs/operations.md says, or given here."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", text, re.MULTILINE))
    return {
        name: filled.get(name) or value or secrets.token_hex(32) for name, value in lines.items()
    } | filled


def substituted(text: str, env: Mapping[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}` and `${NAME:?}` as compose reads them; a missing one that it insists on is an error."""

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        given = env.get(name, "")
        if given or kind in {None, "-", "?"}:
            return given
        if "?" in kind:
            raise KeyError(f"{name}: {rest}")
        return str(rest)

    return _VARIABLE.sub(value, text)


def environment(service: str, env: Mapping[str, str]) -> dict[str, str]:
    """Variables of a container, and no others."""
    found = SERVICES[service].get("environment", {})
    return {name: substituted(str(value), env) for name, value in found.items()}


def mounts(service: str, env: Mapping[str, str]) -> list[tuple[Path, str]]:
    """Files and folders of this machine, and where the container sees them."""
    found = [substituted(str(each), env).split(":") for each in SERVICES[service].get("volumes", [])]
    return [((ROOT / parts[0]).resolve(), parts[1]) for parts in found if parts[0][0] in "./"]


def names(service: str, env: Mapping[str, str]) -> set[str]:
    """By which other containers find it."""
    networks = SERVICES[service]["networks"]
    joined = networks.values() if isinstance(networks, dict) else []
    aliases = {substituted(alias, env) for each in joined if each for alias in each.get("aliases", [])}
    return {service} | aliases


def published(service: str, env: Mapping[str, str]) -> dict[int, int]:
    """Ports outside, and the container's own behind each."""
    pairs = [substituted(str(port), env).rsplit(":", 2)[-2:] for port in SERVICES[service].get("ports", [])]
    return {int(outside): int(inside) for outside, inside in pairs}
