"""A gunicorn worker on the bench's database, asked over HTTP as a browser with a session would ask."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

from django.db import connection

from bench import memory
from bench.database import ROOT
from config.launch.services import EXPECTED

CSRF = "b" * 32
READY_SECONDS = 30


class Site:
    """One worker, one kept connection."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, session: str) -> None:
        self.process, self.port, self.session = process, port, session
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(
        self, path: str, form: Mapping[str, str] | None = None, *, is_fragment: bool = False
    ) -> tuple[int, bytes, float]:
        """Status, body and milliseconds of a request."""
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", "Accept-Language": "ja"}
        if is_fragment:
            headers["HX-Request"] = "true"
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {"X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        self.connection.request("GET" if form is None else "POST", path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        return response.status, content, (time.perf_counter() - began) * 1000

    def memory(self) -> float:
        """Resident MiB of the worker."""
        return max(memory.resident(pid) for pid in memory.children(self.process.pid))

    def worked(self) -> dict[int, float]:
        """Seconds that the worker and its database sessions have worked so far, by process."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            sessions = [row[0] for row in cursor.fetchall()]
        return {pid: memory.worked(pid) for pid in [*memory.children(self.process.pid), *sessions]}


@contextmanager
def serving(environment: Mapping[str, str], session: str) -> Iterator[Site]:
    """The site while it runs; ended at the end, whatever happens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        port = listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}"]
        command += ["--workers", "1", "--log-level", "warning", "--no-control-socket"]
        # A worker of gunicorn's plain kind closes after each answer; with threads it keeps the connection.
        command += ["--worker-class", "gthread", "--threads", "1", "--keep-alive", "75", "--timeout", "120"]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "LIMITS": "off", **environment, "PYTHONWARNINGS": EXPECTED},
            pass_fds=[listener.fileno()],
        )
        try:
            wait(port, process)
            yield Site(process, port, session)
        finally:
            process.terminate()
            process.wait(10)


def wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until it answers; a site that does not start ends the bench."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit("The site did not start; its own words are above.")
