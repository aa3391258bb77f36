"""Runbooks as they stand in docs/operations.md, run by a shell on an installation with compose, as an operator would.

Where no container engine runs, `docker` is the stand-in of `tests.drills.kit.engine`.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import textwrap
from typing import Any, Final

from tests.drills.kit.engine.containers import Container, Engine, EngineError
from tests.drills.kit.engine.project import Project
from tests.drills.kit.pgbouncer import known_to
from tests.drills.kit.postgres import SMALLER
from tests.drills.kit.programs import Room, wait_until
from tests.drills.kit.site import HOST, Answer, request_of
from tests.ops.files import ROOT, example

TEXT: Final = ROOT / "docs/operations.md"
#: A request from within a container, since no port of it leads outside. Its form goes as it would from a browser.
_ASK: Final = """
import http.client, json, sys
method, path, body, headers, port = json.load(sys.stdin)
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=70)
connection.request(method, path, body.encode() if body is not None else None, headers)
answer = connection.getresponse()
print(json.dumps([answer.status, answer.read().decode(errors="replace"), dict(answer.headers)]))
"""
_SIGN_IN: Final = """
from django.conf import settings; from django.test import Client; from projects.models import User
client = Client(); client.force_login(User.objects.get(username={username!r}), backend="projects.auth.AccountBackend")
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


def blocks(heading: str) -> list[str]:
    """The commands below a heading of docs/operations.md: its fenced blocks of `sh`, one text each."""
    text = TEXT.read_text(encoding="utf-8")
    found = re.search(rf"^(#+) {re.escape(heading)}$\n(.*?)(?=^#{{1,4}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/operations.md has no heading {heading!r}"
    fenced = re.findall(r"^ *```sh\n(.*?)^ *```$", found[2], re.MULTILINE | re.DOTALL)
    assert fenced, f"docs/operations.md has no commands below {heading!r}"
    return [textwrap.dedent(block) for block in fenced]


class Installation:
    """The folder of an operator, and what runs by its `compose.yaml`."""

    def __init__(self, room: Room) -> None:
        self.room, self.folder = room, room.folder("itdo")
        for name in ("compose.yaml", "ops", "docs"):
            source = ROOT / name
            shutil.copytree(source, self.folder / name) if source.is_dir() else shutil.copy2(
                source, self.folder
            )
        self.repository = room.folder("storage", user="postgres")
        self.uploads = room.folder("uploads-storage")
        # What the image has in it.
        self.static = room.folder("static")
        for folder in (self.uploads, self.static):
            shutil.chown(folder, 10001, 10001)
        self._write_env()
        self._fit_to_this_machine()
        self.engine = Engine(Project(self.folder))
        (self.engine.folder / "mounts").write_text(f"{self.repository}\n{self.uploads}\n{self.static}\n")
        room.endings.append(self.engine.close)
        programs = room.folder("programs")
        docker = programs / "docker"
        docker.write_text(
            f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m tests.drills.kit.engine {self.folder} "$@"\n'
        )
        docker.chmod(0o755)
        self.variables = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}

    def _write_env(self) -> None:
        known = {
            "SECRET_KEY": secrets.token_urlsafe(48), "ENCRYPTION_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": HOST, "KEYCLOAK_URL": "https://id.example.jp", "KEYCLOAK_HOST": "id.example.jp", "IMAGE": "itdo:drill",
            "SITE_URL": f"https://{HOST}", "SITE_HOST": HOST, "RESTIC_REPOSITORY": str(self.uploads), "WEB_CONCURRENCY": "2",
            "WORKER_CONCURRENCY": "1", "TRUSTED_PROXIES": "127.0.0.1", "LIMIT_API_USER": "100000/minute",
        }  # fmt: skip
        values = {
            name: value or secrets.token_hex(24) for name, value in example().items() if value is not None
        }
        lines = [f"{name}={value}" for name, value in (values | known).items()]
        (self.folder / ".env").write_text("\n".join(lines) + "\n")

    def _fit_to_this_machine(self) -> None:
        """Less memory, and a folder in the place of the object storage."""
        changes = {
            "ops/postgres/postgresql.conf": SMALLER,
            "ops/pgbackrest/pgbackrest.conf": {
                "repo1-type=s3": "repo1-type=posix", "repo1-path=/itdo": f"repo1-path={self.repository}",
            },
        }  # fmt: skip
        pool = self.folder / "ops/pgbouncer/pgbouncer.ini"
        pool.write_text(known_to(pool.read_text()))
        for name, lines in changes.items():
            path = self.folder / name
            text = path.read_text()
            for before, after in lines.items():
                assert before in text, f"{name} has no line {before}"
                text = text.replace(before, after)
            path.write_text(text)

    # -- an operator ---------------------------------------------------------------------------------------------------------

    def run(self, commands: str, *, check: bool = True, **filled_in: str) -> subprocess.CompletedProcess[str]:
        """Commands in a shell that stops at the first that fails; what an operator fills in takes the place of the example."""
        for name, value in filled_in.items():
            commands, count = re.subn(rf"^{name}=.*$", f"{name}={value!r}", commands, flags=re.MULTILINE)
            assert count == 1, f"the commands have no {name} to fill in"
        result = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands], cwd=self.folder, env=self.variables, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        # They may have changed `compose.yaml`: another release has programs of its own.
        self.engine.project = Project(self.folder)
        if check and result.returncode:
            raise AssertionError(
                f"{commands}\nended with {result.returncode}:\n{result.stdout}{result.stderr}{self.words()}"
            )
        return result

    def words(self) -> str:
        """The last lines of every container."""
        return "".join(
            f"\n-- {log.stem}\n{log.read_text(errors='replace')[-1500:]}"
            for log in sorted(self.engine.folder.glob("*.log"))
        )

    def manage(self, *arguments: str) -> str:
        """A command of the product in a container of its own."""
        words = " ".join(f"'{word}'" for word in arguments)
        return self.run(f"docker compose --profile site run --rm -T migrate manage {words}").stdout

    def session(self, username: str) -> str:
        """A user who has signed in."""
        return self.evaluate(_SIGN_IN.format(username=username)).split()[-1]

    def evaluate(self, script: str) -> str:
        """What a script within the product prints."""
        container = self.engine.running("backend")
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
        return self.room.run(self.engine.entering(container, command)).stdout

    def psql(self, service: str, statement: str) -> str:
        """The first value, as the superuser of a server's container."""
        command = ["psql", "--no-psqlrc", "-qAt", "-U", "postgres", "-d", "itdo_erp", "-c", statement]
        return self.room.run(self.engine.entering(self.engine.running(service), command)).stdout.strip()

    # -- a user --------------------------------------------------------------------------------------------------------------

    def ask(
        self, path: str, *, session: str = "", form: dict[str, object] | None = None, body: str | None = None, port: int = 8000,
        **headers: str,
    ) -> Answer:  # fmt: skip
        """One request to the site's container; `form` or `body` makes it a POST."""
        made, sent = request_of(session, form, headers)
        sent |= {"X-Forwarded-Proto": "https"}
        if body is not None:
            sent |= {"X-CSRFToken": sent["Cookie"].rpartition("=")[2], "Referer": f"https://{HOST}/"}
        whole = json.dumps(
            [
                "GET" if made is None and body is None else "POST",
                path,
                made if body is None else body,
                sent,
                port,
            ]
        )
        container: Container = self.engine.running("backend")
        command = self.engine.entering(container, [sys.executable, "-c", _ASK])
        result = subprocess.run(command, input=whole, capture_output=True, text=True, check=True)
        status, text, found = json.loads(result.stdout)
        return Answer(status, text, found)

    def is_ready(self) -> bool:
        """Whether the site says so to the platform."""
        try:
            return self.ask("/health/ready", port=8100).status == 200
        except (EngineError, subprocess.CalledProcessError, OSError):  # there is no container to ask yet
            return False

    def wait_until_ready(self, seconds: float = 120) -> float:
        """How long that took, in seconds."""
        return wait_until(
            self.is_ready, f"a site that is ready{self.words()[-6000:]}", seconds=seconds, every=0.5
        )


def facts(text: str) -> Any:
    """The last line of what a script printed, as JSON."""
    return json.loads(text.strip().splitlines()[-1])
