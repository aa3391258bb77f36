"""What must hold between the parts; each rule says in a sentence what does not fit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit

from tests.ops.files import ROOT
from tests.ops.fit import policies
from tests.ops.fit.model import Container, Installation
from tests.ops.fit.programs import programs

#: What kind of secret each is: in compose by its variable, in a cluster by `secret/key`.
KINDS: Final = {
    "SECRET_KEY": "signing", "ENCRYPTION_KEY": "encryption", "BACKUP_KEY": "backup-file", "SENTRY_DSN": "sentry",
    "KEYCLOAK_CLIENT_SECRET": "keycloak-client", "KEYCLOAK_ADMIN_PASSWORD": "keycloak-admin", "EMAIL_HOST_PASSWORD": "mail",
    "KEYCLOAK_DATABASE_PASSWORD": "keycloak-database", "POSTGRES_PASSWORD": "superuser", "DATABASE_OWNER_PASSWORD": "owner",
    "DATABASE_APP_PASSWORD": "app", "DATABASE_OPERATOR_PASSWORD": "operator", "DATABASE_REPLICATOR_PASSWORD": "replicator",
    "DATABASE_WATCHER_PASSWORD": "watcher", "REDIS_CACHE_PASSWORD": "cache", "REDIS_BROKER_PASSWORD": "broker",
    "ELASTICSEARCH_PASSWORD": "elastic", "KIBANA_PASSWORD": "kibana", "LINES_PASSWORD": "lines", "GRAFANA_PASSWORD": "grafana",
    "PGBACKREST_REPO1_CIPHER_PASS": "backup", "PGBACKREST_REPO1_S3_KEY": "backup-storage",
    "PGBACKREST_REPO1_S3_KEY_SECRET": "backup-storage", "RESTIC_PASSWORD": "uploads", "pool": "pool", "tls": "tls", "alerts": "alerts",
    "site/SECRET_KEY": "signing", "site/ENCRYPTION_KEY": "encryption", "site/KEYCLOAK_CLIENT_SECRET": "keycloak-client",
    "site/DATABASE_URL": "app", "site/DATABASE_REPLICA_URL": "app", "site/REDIS_URL": "cache", "site/REDIS_BROKER_URL": "broker",
    "site/SENTRY_DSN": "sentry", "owner/DATABASE_OWNER_URL": "owner", "clock/DATABASE_DIRECT_URL": "app",
    "mail/EMAIL_HOST_PASSWORD": "mail", "pgbouncer/users.txt": "pool", "watcher/PRIMARY_URL": "watcher", "redis/cache": "cache",
    "watcher/REPLICA_URL": "watcher", "watcher/PGBOUNCER_URL": "watcher", "redis/broker": "broker", "keycloak/database-url": "",
    "keycloak/database-password": "keycloak-database", "keycloak/client-secret": "keycloak-client", "backup/key": "dump",
    "keycloak/admin-password": "keycloak-admin", "backup/owner-password": "owner", "uploads/RESTIC_REPOSITORY": "",
    "uploads/RESTIC_PASSWORD": "uploads", "uploads/AWS_ACCESS_KEY_ID": "backup-storage", "uploads/AWS_SECRET_ACCESS_KEY": "backup-storage",
    "operator/DATABASE_OPERATOR_URL": "operator", "ATTACHMENTS_KEY": "attachments", "ATTACHMENTS_KEY_SECRET": "attachments",
    "attachments/KEY": "attachments", "attachments/KEY_SECRET": "attachments",
}  # fmt: skip
_SECRET: Final = re.compile(r"PASS|SECRET|_KEY$|DSN|TOKEN|CIPHER|/")
_NO_SECRET: Final = frozenset({"ADMIN_PASSWORD_SIGN_IN"})
Rule = Callable[[Installation], Iterator[str]]


def given_what_it_needs(place: Installation) -> Iterator[str]:
    """A variable that a program reads is given by what starts it."""
    for each in place.containers:
        for name in sorted(programs()[each.program].needs):
            if not each.given.get(name) and not each.given.get(f"{name}_FILE"):
                yield f"{each.name} is not given {name}, which its program needs"


def given_what_it_reads(place: Installation) -> Iterator[str]:
    """One that is given is read."""
    for each in place.containers:
        for name in sorted(each.given):
            if not programs()[each.program].takes(name):
                yield f"{each.name} is given {name}, which its program does not read"


def filled_in_for_something(place: Installation) -> Iterator[str]:
    """A line of .env.example reaches a container, but for those that say that they do not."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    elsewhere = set(
        re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text.partition("\n# -- not with compose")[2], re.MULTILINE)
    )
    for name in sorted(set(place.filled) - place.taken - elsewhere):
        yield f"{name} of .env.example reaches no container; name it in compose.yaml, or move it below 'not with compose'"
    for name in sorted(place.taken - set(place.filled)):
        yield f"{name} is asked for by compose.yaml and has no line in .env.example"
    for name in sorted(place.taken & elsewhere):
        yield f"{name} is asked for by compose.yaml and stands below 'not with compose' in .env.example"


def answered_where_it_asks(place: Installation) -> Iterator[str]:
    """Where a container asks something, something listens, and the way there is open."""
    for each in place.containers:
        for asked in programs()[each.program].asks(each):
            if fault := place.reach(place, each, asked):
                yield f"{each.name} asks {asked.host}:{asked.port} ({asked.why}): {fault}"


def open_where_it_listens(place: Installation) -> Iterator[str]:
    """A port that is published or named leads to one on which the program listens."""
    for each in place.containers:
        inside = {port for _, port in each.published} | set(each.ports.values())
        for port in sorted(inside - programs()[each.program].listens(each)):
            yield f"{each.name} opens {port}, where its program does not listen"


def told_no_secret_but_its_own(place: Installation) -> Iterator[str]:
    """A secret reaches the containers that need it, and no other."""
    for each in place.containers:
        for name in sorted(each.secrets):
            if name not in KINDS:
                if _SECRET.search(name) and name not in _NO_SECRET:
                    yield f"{name}, which reaches {each.name}: say in rules.KINDS what secret it is"
            elif KINDS[name] and KINDS[name] not in programs()[each.program].secrets:
                yield f"{each.name} is told {name}, which its program does not need"


def files_where_it_looks(place: Installation) -> Iterator[str]:
    """A path that a command, a variable or a file names is mounted."""
    for each in place.containers:
        for path in sorted(programs()[each.program].files(each)):
            if not each.holds(path):
                yield f"{each.name} looks for {path}, where nothing is mounted"


def volumes_are_the_same_everywhere(place: Installation) -> Iterator[str]:
    """A volume lies at one path, and one account writes to it."""
    paths, writers = defaultdict(set), defaultdict(set)
    for each in place.containers:
        for path, mount in each.mounts.items():
            if (
                mount.source[:1] not in "./~"
                and mount.source not in {"tmpfs", "emptyDir"}
                and "/" not in mount.source
            ):
                paths[mount.source].add(path)
                if mount.writes:
                    writers[mount.source].add(each.user or f"the account of {each.program}")
    for volume in sorted(paths):
        if len(paths[volume]) > 1:
            yield f"{volume} lies at {' and '.join(sorted(paths[volume]))}"
        if len(writers[volume]) > 1:
            yield f"{volume} is written by {' and '.join(sorted(writers[volume]))}"


def site_and_nginx_mean_the_same(place: Installation) -> Iterator[str]:
    """What the site hands over to nginx lies where nginx looks, below the address that it knows."""
    site = _first(place, "site:web")
    if site.given.get("ATTACHMENTS_BUCKET") and place.place != "compose":
        yield from _in_a_bucket(place)
        return
    nginx = _first(place, "nginx")
    text = nginx.text("/etc/nginx/site.conf")
    prefix = site.given.get("ACCEL_REDIRECT_PREFIX", "")
    found = re.search(rf"location {re.escape(prefix)} \{{\s+internal;\s+alias (\S+)/;", text)
    if not prefix or not found:
        yield f"the site hands attachments over at {prefix!r}, which ops/nginx/site.conf does not know as internal"
        return
    media = site.given.get("MEDIA_ROOT", "/srv/media")
    sources = {
        each.mounts[path].source for each, path in ((site, media), (nginx, found[1])) if path in each.mounts
    }
    if found[1] != media or len(sources) != 1:
        yield f"the site keeps attachments in {media}, nginx looks in {found[1]}, and both mount {sorted(sources)}"


def _in_a_bucket(place: Installation) -> Iterator[str]:
    """Then no pod has a disk for them in common with others, and all who reach them are told all of it."""
    for each in place.containers:
        if any(mount.source == "media" for mount in each.mounts.values()):
            yield f"{each.name} mounts media, and attachments lie in a bucket"
        for name in ("ATTACHMENTS_ENDPOINT", "ATTACHMENTS_KEY", "ATTACHMENTS_KEY_SECRET"):
            if each.given.get("ATTACHMENTS_BUCKET") and not each.given.get(name):
                yield f"{each.name} is told of a bucket and not {name}"
    for program in ("site:web", "site:worker", "site:migrate"):
        if not _first(place, program).given.get("ATTACHMENTS_BUCKET"):
            yield f"{program} is not told in which bucket attachments lie"
    for made in place.objects:
        if (made["kind"], made["metadata"]["name"]) == ("PersistentVolumeClaim", "media"):
            yield "the volume media is there, and nothing lies in it"


def redis_is_asked_with_a_password(place: Installation) -> Iterator[str]:
    """A program that reaches Redis could else write what the site believes; the server insists on it (`given_what_it_needs`)."""
    for each in place.containers:
        for name, value in each.given.items():
            parts = urlsplit(value) if value.startswith(("redis://", "rediss://")) else None
            if parts and not parts.password and not each.given.get("REDIS_PASSWORD"):
                yield f"{each.name} asks Redis without a password ({name})"


def _first(place: Installation, program: str) -> Container:
    return next(each for each in place.containers if each.program == program)


RULES: Final[tuple[Rule, ...]] = (
    given_what_it_needs,
    given_what_it_reads,
    answered_where_it_asks,
    open_where_it_listens,
    told_no_secret_but_its_own,
    files_where_it_looks,
    volumes_are_the_same_everywhere,
    site_and_nginx_mean_the_same,
    redis_is_asked_with_a_password,
)


def faults(place: Installation) -> list[str]:
    """Everything that does not fit."""
    return [f"{place.place}: {fault}" for rule in (*RULES, *_of_its_kind(place)) for fault in rule(place)]


def _of_its_kind(place: Installation) -> tuple[Rule, ...]:
    if place.place == "compose":
        return (filled_in_for_something,)
    return (
        policies.services_lead_to_ports,
        policies.outside_comes_in,
        policies.names_and_certificates_get_through,
        policies.secrets_are_listed,
    )
