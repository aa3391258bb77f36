"""The product as its image runs it: settings of production, the image's own start, on ports of this machine."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from config.serving.probes import PORT_AFTER
from tests.drills.kit.programs import Program, Room, free_port, wait_until
from tests.ops.files import ROOT

HOST: Final = "pm.example.jp"
#: Cookies of a deployment (config/settings.py).
SESSION, CSRF = "__Host-sessionid", "__Host-csrftoken"
TOKEN: Final = "c" * 32
_SIGN_IN: Final = """
from django.conf import settings; from django.test import Client; from projects.models import User
client = Client(); client.force_login(User.objects.get(username={username!r}), backend="projects.auth.AccountBackend")
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: str
    headers: Mapping[str, str]


def free_port_of_a_site() -> int:
    """One with room for the probes' beside it."""
    while True:
        port = free_port()
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port + PORT_AFTER))
            return port


def request_of(
    session: str, form: Mapping[str, object] | None, headers: Mapping[str, str]
) -> tuple[str | None, dict[str, str]]:
    """Body and headers as a browser with this session sends them; underscores in names of headers stand for hyphens."""
    sent = {"Host": HOST, "Accept-Language": "ja", "Cookie": f"{SESSION}={session}; {CSRF}={TOKEN}"}
    body = None
    if form is not None:
        body = urlencode(form, doseq=True)
        sent |= {
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"https://{HOST}/",
        }
    return body, sent | {name.replace("_", "-"): value for name, value in headers.items()}


def direct_url(database: str, owner: str) -> str:
    """The server itself as the role of pages: the clock's, which no pool may stand before."""
    app, server = urlsplit(database), urlsplit(owner)
    return server._replace(
        netloc=f"{app.netloc.rpartition('@')[0]}@{server.netloc.rpartition('@')[2]}"
    ).geturl()


class Site:
    """One container's worth of web workers."""

    def __init__(self, program: Program, port: int) -> None:
        self.program, self.port = program, port

    def ask(
        self, path: str, *, session: str = "", form: Mapping[str, object] | None = None, seconds: float = 70,
        method: str = "", **headers: str,
    ) -> Answer:  # fmt: skip
        """One request as the proxy would send it, over a connection of its own; `form` makes it a POST."""
        body, sent = request_of(session, form, headers)
        sent |= {"X-Forwarded-Proto": "https"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method or ("GET" if form is None else "POST"), path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, response.read().decode(errors="replace"), dict(response.headers))
        finally:
            connection.close()

    def lives(self) -> bool:
        """Whether a process answers."""
        return self.ask("/health/live", seconds=5).status == 200

    def probe(self, path: str, *, seconds: float = 30) -> Answer:
        """What the process beside the workers says, as the platform asks it."""
        return Site(self.program, self.port + PORT_AFTER).ask(path, seconds=seconds)


class Installation:
    """One database, one cache, one broker, and whatever runs on them: the program that lies in `root`."""

    def __init__(
        self,
        room: Room,
        *,
        database: str,
        owner: str,
        cache: str,
        broker: str,
        replica: str = "",
        root: Path = ROOT,
        **more: str,
    ) -> None:
        self.room, self.root = room, root
        self.variables = os.environ | {
            # Not those of the tests, which this process has from pytest.
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENVIRONMENT": "production", "ALLOWED_HOSTS": HOST, "SITE_URL": f"https://{HOST}",
            "DATABASE_URL": database, "DATABASE_OWNER_URL": owner,
            "DATABASE_DIRECT_URL": direct_url(database, owner), "REDIS_URL": cache, "REDIS_BROKER_URL": broker,
            "SECRET_KEY": secrets.token_urlsafe(48), "ENCRYPTION_KEY": secrets.token_urlsafe(48),
            "KEYCLOAK_URL": "https://id.example.jp", "KEYCLOAK_REALM": "itdo", "KEYCLOAK_CLIENT_ID": "itdo-web",
            "KEYCLOAK_CLIENT_SECRET": secrets.token_hex(16), "TRUSTED_PROXIES": "127.0.0.1",
            "STATIC_ROOT": str(room.folder("static")), "MEDIA_ROOT": str(room.folder("media")),
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        self.variables |= ({"DATABASE_REPLICA_URL": replica} if replica else {}) | more

    def manage(self, *arguments: str) -> str:
        """`manage.py …`, and what it said."""
        return self.room.run(
            [sys.executable, self.root / "manage.py", *arguments], env=self.variables, cwd=self.root
        ).stdout

    def migrate(self) -> None:
        """As the job of a deployment does."""
        self.room.run(
            [sys.executable, self.root / "ops/image/start.py", "migrate"], env=self._here(), cwd=self.root
        )

    def prepare(self, *arguments: str) -> None:
        """Tables, style sheets, and a demo company (`seed_demo` with these arguments)."""
        self.migrate()
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        self.manage("seed_demo", *arguments)

    def session(self, username: str) -> str:
        """A session of a user, as if they had signed in at the provider."""
        words = self.manage("shell", "--no-imports", "-c", _SIGN_IN.format(username=username))
        return words.split()[-1]

    def evaluate(self, script: str) -> object:
        """A script inside the product; its last line prints JSON, which is the answer."""
        return json.loads(self.manage("shell", "--no-imports", "-c", script).splitlines()[-1])

    def serve(self, *, workers: int = 2, name: str = "web", port: int = 0, **more: str) -> Site:
        """Web workers of one container, ready to be asked."""
        port = port or free_port_of_a_site()
        site = Site(
            self._start(name, "web", "--bind", f"127.0.0.1:{port}", WEB_CONCURRENCY=str(workers), **more),
            port,
        )
        wait_until(site.lives, f"the site {name}", seconds=120)
        return site

    def worker(self, *, name: str = "worker", **more: str) -> Program:
        """A worker of jobs."""
        return self._start(name, "worker", **more)

    def beat(self, *, name: str = "beat", **more: str) -> Program:
        """The clock."""
        return self._start(name, "beat", **more)

    def _start(self, name: str, *arguments: str, **more: str) -> Program:
        command: list[str | Path] = [sys.executable, self.root / "ops/image/start.py", *arguments]
        return self.room.program(name, command, env=self._here() | more, cwd=self.root)

    def _here(self) -> dict[str, str]:
        return dict(self.variables) | {"PYTHONPATH": str(self.root), "TMPDIR": str(self.room.folder("tmp"))}
