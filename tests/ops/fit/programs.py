"""What each program reads, needs, may know, where it listens and whom it asks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from config.gate.steps import DEPLOYED
from config.serving.edge import PORT as EDGE
from config.serving.edge import SOCKET
from config.serving.probes import PORT_AFTER
from tests.ops.files import ROOT
from tests.ops.fit.model import Address, Container

#: Says every variable that the settings ask for, when they are read anew.
ASK = """
import sys
from config import env
asked = {"ENVIRONMENT"}
real = env.env
class Listener:
    def __getattr__(self, kind):
        def ask(name, *arguments):
            asked.add(name)
            return getattr(real, kind)(name, *arguments)
        return ask
env.env = Listener()
import config.settings
print(*sorted(name for name in asked if not (name.endswith("_FILE") and name.removesuffix("_FILE") in asked)))
"""
#: Read by the settings of every process, and of use in these alone.
ALONE = {
    "DATABASE_OWNER_URL": {"migrate"},
    "DATABASE_DIRECT_URL": {"beat"},
    "DATABASE_OPERATOR_URL": {"web"},
    "EMAIL_HOST_PASSWORD": {"worker"},
    "BACKUP_KEY": {"migrate"},
}
PORTS = {"postgres": 5432, "redis": 6379, "http": 80, "https": 443}


@cache
def asked_by_settings() -> frozenset[str]:
    """Variables that the settings of a deployment ask for."""
    result = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env={"PATH": os.environ["PATH"], **DEPLOYED}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    return frozenset(result.stdout.split())


def asked_by_script(path: str) -> frozenset[str]:
    """Variables that a shell script needs from outside."""
    text = re.sub(r"^\s*#.*$", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.MULTILINE)
    read = set(re.findall(r"\\getenv \w+ ([A-Z_0-9]+)", text))
    # What has a default need not be given.
    read |= set(re.findall(r"\$\{?([A-Z][A-Z0-9_]+)(?![A-Z0-9_]|:-)", text))
    return frozenset(read - {"HOME", "PGDATA", "PGPORT", "POSTGRES_USER"})


@dataclass(frozen=True)
class Program:
    """What is known of a program; functions look at the container that it runs in."""

    listens: Callable[[Container], set[int]] = lambda _: set()
    asks: Callable[[Container], Iterator[Address]] = lambda _: iter(())
    needs: frozenset[str] = frozenset()
    #: Beside what it needs; a name that ends in `*` stands for all that begin so.
    reads: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    #: Files that it looks for where its command or its own files say.
    files: Callable[[Container], set[str]] = lambda _: set()

    def takes(self, name: str) -> bool:
        """Whether it reads a variable."""
        known = self.needs | self.reads
        return name in known or any(name.startswith(each[:-1]) for each in known if each.endswith("*"))


def fixed(*ports: int) -> Callable[[Container], set[int]]:
    """It listens there, whatever it is told."""
    return lambda _: set(ports)


def of_url(url: str, why: str) -> Iterator[Address]:
    """Every host of an address of a database or of Redis."""
    parts = urlsplit(url.removeprefix("jdbc:"))
    if parts.scheme and parts.netloc:
        default = PORTS.get(parts.scheme.replace("postgresql", "postgres"), 0)
        for host in unquote(parts.netloc.rpartition("@")[2]).split(","):
            name, _, port = host.partition(":")
            yield Address(name, int(port or default), why)


def of_variables(*names: str) -> Callable[[Container], Iterator[Address]]:
    """Addresses that variables hold."""

    def asks(container: Container) -> Iterator[Address]:
        for name in names:
            yield from of_url(container.given.get(name, ""), name)

    return asks


# -- the site ------------------------------------------------------------------------------------------------------


def _site(role: str, *variables: str, listens: tuple[int, ...] = (), secrets: set[str]) -> Program:
    others = {name for name, roles in ALONE.items() if role not in roles}
    reads = {name for name in asked_by_settings() if name not in others}
    return Program(
        listens=fixed(*listens),
        asks=_asks_of_site,
        needs=frozenset(DEPLOYED)
        | {name for name, roles in ALONE.items() if role in roles and name.startswith("DATABASE")},
        reads=frozenset(reads | {f"{name}_FILE" for name in reads} | {"REQUESTS_CA_BUNDLE", *variables}),
        secrets=frozenset(
            {"signing", "encryption", "app", "cache", "broker", "keycloak-client", "sentry", "attachments"}
            | secrets
        ),
        files=lambda container: {
            value for name, value in container.given.items() if name.endswith(("_FILE", "_CA_BUNDLE"))
        },
    )


def _asks_of_site(container: Container) -> Iterator[Address]:
    names = (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "DATABASE_DIRECT_URL",
        "DATABASE_OPERATOR_URL",
        "DATABASE_REPLICA_URL",
        "REDIS_URL",
        "REDIS_BROKER_URL",
    )
    yield from of_variables(*names, "KEYCLOAK_URL", "ATTACHMENTS_ENDPOINT")(container)
    if scanner := container.given.get("VIRUS_SCANNER", ""):
        yield from of_url(f"clamd://{scanner}", "VIRUS_SCANNER")


# -- others ----------------------------------------------------------------------------------------------------------


def _includes(container: Container, path: str = "/etc/nginx/nginx.conf") -> dict[str, str]:
    """nginx's files, by their path, as one includes the other; the image's own are not looked at."""
    text = container.text(path)
    found = {path: text}
    for each in re.findall(r"^\s*include (/etc/nginx/[\w./-]+\.conf);", text, re.MULTILINE):
        if each not in found:
            found |= _includes(container, each)
    return found


def _ports_of_nginx(container: Container) -> set[int]:
    words = "\n".join(_includes(container).values())
    return {int(port) for port in re.findall(r"^\s*listen (\d+)", words, re.MULTILINE)}


def _asks_of_nginx(container: Container) -> Iterator[Address]:
    for path, text in _includes(container).items():
        for host, port in re.findall(r"^\s*(?:server|default) ([a-z][\w.-]*):(\d+)", text, re.MULTILINE):
            yield Address(host, int(port), path)


def _files_of_nginx(container: Container) -> set[str]:
    text = "\n".join(_includes(container).values())
    named = set(
        re.findall(
            r"^\s*(?:root|alias|ssl_certificate|ssl_certificate_key) (/(?:etc|srv)/[\w./-]+);",
            text,
            re.MULTILINE,
        )
    )
    # Certificates' challenges are answered where a folder is mounted for them; without one they are not asked.
    return {path.rstrip("/") for path in named - {"/etc/nginx/acme"}} | set(_includes(container))


def _asks_of_pgbouncer(container: Container) -> Iterator[Address]:
    path = "/etc/pgbouncer/pgbouncer.ini"
    for host, port in re.findall(r"^\w+ = host=(\S+) port=(\d+)", container.text(path), re.MULTILINE):
        yield Address(host, int(port), path)


def _port_of_pgbouncer(container: Container) -> set[int]:
    return {
        int(port)
        for port in re.findall(
            r"^listen_port = (\d+)", container.text("/etc/pgbouncer/pgbouncer.ini"), re.MULTILINE
        )
    }


def _files_of_pgbouncer(container: Container) -> set[str]:
    path = "/etc/pgbouncer/pgbouncer.ini"
    return {path, *re.findall(r"^auth_file = (\S+)", container.text(path), re.MULTILINE)}


def _port_of_redis(container: Container) -> set[int]:
    text = container.text(f"/etc/redis/{container.words[-1]}.conf")
    return {int(port) for port in re.findall(r"^port (\d+)", text, re.MULTILINE)}


def _files_of_redis(container: Container) -> set[str]:
    own = {f"/etc/redis/{container.words[-1]}.conf", container.words[1]}
    return own | set(
        re.findall(r"^dir (\S+)", container.text(f"/etc/redis/{container.words[-1]}.conf"), re.MULTILINE)
    )


def _files_of_command(container: Container) -> set[str]:
    """Paths below /etc and /usr/local that the words of the command name."""
    return set(re.findall(r"(/(?:etc|usr/local/bin)/[\w./-]+\.\w+)", " ".join(container.words)))


def _asks_of_prometheus(container: Container) -> Iterator[Address]:
    import yaml

    path = "/etc/prometheus/prometheus.yml"
    told = yaml.safe_load(container.text(path)) or {}
    lists = [*told.get("alerting", {}).get("alertmanagers", []), *told.get("scrape_configs", [])]
    for each in lists:
        targets = [target for group in each.get("static_configs", []) for target in group["targets"]]
        # A prober is asked in the place of what it probes.
        targets += [rule["replacement"] for rule in each.get("relabel_configs", []) if "replacement" in rule]
        for target in targets:
            yield from of_url(target if "://" in target else f"tcp://{target}", path)
        for names in each.get("dns_sd_configs", []):
            for host in names["names"]:
                yield Address(host, names["port"], path)


def _port_of_exporter(container: Container) -> set[int]:
    told = re.search(r"--web\.listen-address=:(\d+)", " ".join(container.words))
    return {int(told[1]) if told else 9187}


def _asks_of_postgres_exporter(container: Container) -> Iterator[Address]:
    yield from of_variables("DATA_SOURCE_NAME")(container)
    if uri := container.given.get("DATA_SOURCE_URI"):
        yield from of_url(f"postgres://{uri}", "DATA_SOURCE_URI")


def _asks_of_fluentd(container: Container) -> Iterator[Address]:
    path = "/fluentd/etc/store.conf"
    told = dict(re.findall(r"ENV\.fetch\('(LINES_\w+)', '([^']+)'\)", container.text(path))) | dict(
        container.given
    )
    yield Address(told["LINES_HOST"], int(told["LINES_PORT"]), path)


def _files_of_fluentd(container: Container) -> set[str]:
    """Those that its files include, from the first one on."""
    found, left = (
        set(),
        {next((word for word in container.words if word.endswith(".conf")), "/fluentd/etc/fluent.conf")},
    )
    while left:
        path = left.pop()
        found.add(path)
        named = {
            f"/fluentd/etc/{name}"
            for name in re.findall(r"^\s*@include (\S+)", container.text(path), re.MULTILINE)
        }
        left |= named - found
    return found


def _files_of_setup(container: Container) -> set[str]:
    script = container.words[1]
    named = re.findall(r"@\$here/([\w.]+)", container.text(script))
    return {script, *(f"/opt/setup/{name}" for name in named)}


def _asks_for_the_peer(container: Container) -> Iterator[Address]:
    yield Address(container.given.get("PEER", ""), 5432, "PEER")


def _asks_for_the_primary(container: Container) -> Iterator[Address]:
    for host in filter(None, container.given.get("PRIMARY_HOST", "").split(",")):
        yield Address(host, 5432, "PRIMARY_HOST")


S3 = frozenset(
    f"PGBACKREST_REPO1_{each}"
    for each in ("CIPHER_PASS", "S3_BUCKET", "S3_ENDPOINT", "S3_REGION", "S3_KEY", "S3_KEY_SECRET")
)


@cache
def programs() -> dict[str, Program]:
    """All that run in any place; made when they are asked for, since a process of its own reads the settings."""
    mail = {"mail"}
    return {
        "site:web": _site("web", "WEB_CONCURRENCY", listens=(8000, 8000 + PORT_AFTER), secrets={"operator"}),
        "site:worker": _site("worker", "WORKER_CONCURRENCY", secrets=mail),
        "site:beat": _site("beat", secrets=set()),
        "site:migrate": _site("migrate", secrets={"owner"}),
        "site:manage": _site("manage", secrets=set()),
        "site:edge": Program(listens=fixed(EDGE), files=lambda _: {SOCKET.rpartition("/")[0]}),
        "nginx": Program(listens=_ports_of_nginx, asks=_asks_of_nginx, files=_files_of_nginx, secrets=frozenset({"tls"})),
        "postgres": Program(
            listens=fixed(5432), asks=_asks_for_the_peer,
            needs=asked_by_script("ops/postgres/roles.sh") | asked_by_script("ops/postgres/server.sh") | S3 | {"POSTGRES_PASSWORD"},
            reads=frozenset({"POSTGRES_INITDB_ARGS", "PGDATA"}), files=_files_of_command,
            secrets=frozenset({"superuser", "owner", "app", "operator", "replicator", "watcher", "backup", "backup-storage"}),
        ),
        "postgres-replica": Program(
            listens=fixed(5432), asks=_asks_for_the_peer, files=_files_of_command, reads=frozenset({"PGDATA"}),
            needs=asked_by_script("ops/postgres/server.sh") | S3, secrets=frozenset({"replicator", "backup", "backup-storage"}),
        ),
        "postgres-receiver": Program(
            asks=_asks_for_the_primary, reads=frozenset({"HOME"}), files=_files_of_command, secrets=frozenset({"replicator"}),
            needs=asked_by_script("ops/postgres/receive.sh"),
        ),
        "data-postgres": Program(
            listens=fixed(5432), needs=asked_by_script("ops/postgres/roles.sh") | {"POSTGRES_PASSWORD"},
            secrets=frozenset({"superuser", "owner", "app", "operator", "replicator", "watcher"}),
        ),
        "pgbouncer": Program(
            listens=_port_of_pgbouncer, asks=_asks_of_pgbouncer, files=_files_of_pgbouncer,
            needs=asked_by_script("ops/pgbouncer/start.sh"), secrets=frozenset({"app", "operator", "watcher"}),
        ),
        "pgbouncer:users.txt": Program(
            listens=_port_of_pgbouncer, asks=_asks_of_pgbouncer, files=_files_of_pgbouncer, secrets=frozenset({"pool"})
        ),
        "redis:cache": Program(
            listens=_port_of_redis, files=_files_of_redis, needs=frozenset({"REDISCLI_AUTH"}), secrets=frozenset({"cache"})
        ),
        "redis:broker": Program(
            listens=_port_of_redis, files=_files_of_redis, needs=frozenset({"REDISCLI_AUTH"}), secrets=frozenset({"broker"})
        ),
        "restic": Program(
            needs=frozenset({"RESTIC_REPOSITORY", "RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}),
            reads=frozenset({"RESTIC_CACHE_DIR"}), secrets=frozenset({"uploads", "backup-storage"}),
        ),
        "dump": Program(
            needs=frozenset({"DUMP_FOLDER", "DUMP_KEY_FILE", "PGHOST", "PGUSER", "PGDATABASE", "PGPASSWORD"}),
            reads=frozenset({"PGSSLMODE"}), secrets=frozenset({"owner", "dump"}),
            asks=lambda each: iter([Address(each.given["PGHOST"], 5432, "PGHOST")]),
            files=lambda each: {each.given["DUMP_KEY_FILE"], each.given["DUMP_FOLDER"], each.words[0]},
        ),
        "psql": Program(
            needs=frozenset({"PGHOST", "PGUSER", "PGDATABASE", "PGPASSWORD"}), reads=frozenset({"PGSSLMODE"}), secrets=frozenset({"owner"}),
            asks=lambda each: iter([Address(each.given["PGHOST"], 5432, "PGHOST")]),
        ),
        "keycloak": Program(
            listens=fixed(8080, 9000, 7800), asks=of_variables("KC_DB_URL"), reads=asked_by_realm(with_default=True) | {"KC_*", "JAVA_OPTS*"},
            needs=asked_by_realm() | {"KC_DB_URL", "KC_DB_USERNAME", "KC_DB_PASSWORD", "KC_HOSTNAME"},
            secrets=frozenset({"keycloak-admin", "keycloak-database", "keycloak-client", "mail"}),
        ),
        "keycloak-database": Program(
            listens=fixed(5432), needs=frozenset({"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}),
            secrets=frozenset({"keycloak-database"}),
        ),
        "blackbox": Program(listens=fixed(9115), files=_files_of_command),
        "prometheus": Program(listens=fixed(9090), asks=_asks_of_prometheus, files=_files_of_command),
        "alertmanager": Program(listens=fixed(9093), files=_files_of_command, secrets=frozenset({"alerts"})),
        "grafana": Program(listens=fixed(3000), reads=frozenset({"GF_*"}), secrets=frozenset({"grafana"})),
        "postgres-exporter": Program(
            listens=_port_of_exporter, asks=_asks_of_postgres_exporter, secrets=frozenset({"watcher"}),
            reads=frozenset({"DATA_SOURCE_NAME", "DATA_SOURCE_URI", "DATA_SOURCE_USER", "DATA_SOURCE_PASS"}),
        ),
        "pgbouncer-exporter": Program(
            listens=fixed(9127), asks=of_variables("PGBOUNCER_EXPORTER_CONNECTION_STRING"),
            needs=frozenset({"PGBOUNCER_EXPORTER_CONNECTION_STRING"}), secrets=frozenset({"watcher"}),
        ),
        "redis-exporter": Program(
            listens=fixed(9121), asks=of_variables("REDIS_ADDR"), needs=frozenset({"REDIS_PASSWORD"}),
            reads=frozenset({"REDIS_ADDR"}), secrets=frozenset({"cache", "broker"}),
        ),
        "node-exporter": Program(listens=fixed(9100)),
        "fluentd": Program(
            listens=fixed(24224), asks=_asks_of_fluentd, reads=frozenset({"LINES_*"}), files=_files_of_fluentd, needs=frozenset({"LINES_PASSWORD"}), secrets=frozenset({"lines"})
        ),
        "elasticsearch": Program(
            listens=fixed(9200), needs=frozenset({"ELASTIC_PASSWORD"}), secrets=frozenset({"elastic"}),
            reads=frozenset({"discovery.type", "xpack.*", "ES_JAVA_OPTS"}),
        ),
        "elasticsearch-setup": Program(
            asks=lambda _: iter([Address("elasticsearch", 9200, "ops/elasticsearch/setup.sh")]), secrets=frozenset({"elastic", "kibana", "lines"}),
            needs=frozenset({"ELASTICSEARCH_PASSWORD", "KIBANA_PASSWORD", "LINES_PASSWORD"}), files=_files_of_setup,
        ),
        "kibana-setup": Program(
            asks=lambda _: iter([Address("kibana", 5601, "ops/elasticsearch/setup.sh")]), secrets=frozenset({"elastic"}),
            needs=frozenset({"ELASTICSEARCH_PASSWORD"}), files=_files_of_setup,
        ),
        "kibana": Program(
            listens=fixed(5601), asks=of_variables("ELASTICSEARCH_HOSTS"), secrets=frozenset({"kibana"}),
            needs=frozenset({"ELASTICSEARCH_HOSTS", "ELASTICSEARCH_USERNAME", "ELASTICSEARCH_PASSWORD"}),
            reads=frozenset({"SERVER_PUBLICBASEURL"}),
        ),
    }  # fmt: skip


def asked_by_realm(*, with_default: bool = False) -> frozenset[str]:
    """Variables that Keycloak puts into the realm when it reads it; without a default one that is not given stays as it is written."""
    text = (ROOT / "ops/keycloak/realm.json").read_text(encoding="utf-8")
    return frozenset(re.findall(r"\$\{([A-Z][A-Z0-9_]+)" + (":" if with_default else r"\}"), text))
