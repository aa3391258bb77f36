"""The image, built from what a clone would have and with secrets lying about, and the databases that its containers reach."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from tests.drills.kit import image, postgres, redis
from tests.drills.kit.image import Container, Store
from tests.drills.kit.programs import Room
from tests.drills.kit.site import HOST

#: What stands in files and variables around the build, and must be in no layer.
CANARY: Final = "canary-of-the-drill"


@dataclass
class Place:
    """The image with its databases."""

    room: Room
    store: Store
    primary: postgres.Cluster
    cache: redis.Redis
    broker: redis.Redis
    built: float
    network: int
    options: dict[str, str]

    def start(self, name: str, service: str, *arguments: str, **more: str) -> Container:
        """A container of one of compose's services, told what compose tells it."""
        names = image.variables_of_compose(service)
        told = {name: value for name, value in self.options.items() if name in names} | more
        variables = [word for pair in told.items() for word in ("--env", "=".join(pair))]
        reach = (
            "--network",
            f"ns:/proc/{self.network}/ns/net",
            "--volume",
            f"{self.primary.folder}:/postgres",
        )
        options = [*reach, *image.options_of_compose(service), *variables]
        return self.store.start(name, *(arguments or image.command_of_compose(service)), options=options)

    def manage(self, *arguments: str) -> str:
        """A command of the product, in a container of its own."""
        started = self.start(f"manage-{secrets.token_hex(4)}", "migrate", "manage", *arguments)
        assert started.program.process.wait(600) == 0, started.program.words()
        return started.program.words()


def make(room: Room, store: Store) -> Place:
    """Build it and start the databases."""
    context = room.folder("context")
    image.copy_of_sources(context)
    for name in (".env", "secret.pem", "tests/canary", ".git/config", "k8s/canary"):
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        (context / name).write_text(CANARY)
    store.make_base()
    began = time.monotonic()
    store.build(
        context, os.environ | {"SECRET_KEY": CANARY, "DATABASE_URL": f"postgres://{CANARY}@localhost/none"}
    )
    built = time.monotonic() - began
    shutil.rmtree(context)
    sockets = room.folder("sockets", user="postgres")
    sockets.chmod(0o777)
    primary = postgres.make_primary(room)
    cache, broker = (
        redis.start(
            room,
            kind,
            changes={"bind .*": f"bind 127.0.0.1\nunixsocket {sockets}/{kind}\nunixsocketperm 777"},
        )
        for kind in ("cache", "broker")
    )
    network = store.network({6379: sockets / "cache", 6380: sockets / "broker"})
    return Place(room, store, primary, cache, broker, built, network, _variables(primary))


def _variables(primary: postgres.Cluster) -> dict[str, str]:
    def url(role: str) -> str:
        return f"postgres://itdo_{role}:{primary.passwords[role]}@{quote('/postgres', safe='')}:{primary.port}/itdo_erp"

    return {
        "ENVIRONMENT": "production", "ALLOWED_HOSTS": HOST, "SITE_URL": f"https://{HOST}",
        "DATABASE_URL": url("app"), "DATABASE_OWNER_URL": url("owner"), "DATABASE_DIRECT_URL": url("app"),
        "REDIS_URL": "redis://127.0.0.1:6379/0", "REDIS_BROKER_URL": "redis://127.0.0.1:6380/0",
        "SECRET_KEY": secrets.token_urlsafe(48), "ENCRYPTION_KEY": secrets.token_urlsafe(48),
        "KEYCLOAK_URL": "https://id.example.jp", "KEYCLOAK_REALM": "itdo", "KEYCLOAK_CLIENT_ID": "itdo-web",
        "KEYCLOAK_CLIENT_SECRET": secrets.token_hex(16), "TRUSTED_PROXIES": "127.0.0.1", "WEB_CONCURRENCY": "2",
    }  # fmt: skip
