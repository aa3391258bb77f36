"""One request id runs from nginx through the site to the job; no line tells of people; and no request waits for who reads the lines.

Real: nginx, the site, a worker, a pipe and who reads it. Not shown: Fluentd, which is not to be had here. That it loses nothing
while Elasticsearch is away rests on its file (a buffer on disk, `retry_forever`, `overflow_action block`), read by
`tests/ops`; that nothing is lost until it comes back rests on the container engine's own files.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from tests.drills.kit import nginx, packages, postgres, redis
from tests.drills.kit.company import Company, Visitor
from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Program, Room, wait_until
from tests.drills.kit.site import CSRF, Installation, Site, free_port_of_a_site
from tests.ops.files import ROOT

pytestmark = pytest.mark.drill
ID: Final = "X-Request-ID"
PEOPLE: Final = """
import json
from projects.models import User
print(json.dumps([[user.display_name, user.email] for user in User.objects.all()]))
"""
A_USER: Final = """
import json
from projects.models import OrganizationMember
print(json.dumps(OrganizationMember.objects.filter(role="admin").first().user.username))
"""
#: More than a pipe holds, several times.
ASKED: Final = 600


def lines(path: Path) -> list[dict[str, Any]]:
    """Those that are JSON; the others are of programs that end or begin."""
    found = []
    for line in path.read_text(errors="replace").splitlines():
        with suppress(json.JSONDecodeError):
            found.append(json.loads(line))
    return [line for line in found if isinstance(line, dict)]


def of(path: Path, request_id: str) -> list[dict[str, Any]]:
    return [line for line in lines(path) if line.get("request_id") == request_id]


class TestOneId:
    def test_runs_from_the_proxy_to_the_job(self, room: Room, figures: Figures) -> None:
        company = Company(room, people=2)
        site = company.installation.serve()
        worker = company.installation.worker()
        proxy = nginx.start(room, site.port)
        try:
            request_id = _ask_for_a_report(company.visitors(proxy)[0], company)
            wait_until(
                lambda: [line for line in of(worker.log, request_id) if line.get("outcome")],
                "the job",
                seconds=300,
            )
        finally:
            proxy.end()
        at_nginx = of(proxy.folder / "access.log", request_id)
        at_site = of(site.program.log, request_id)
        at_job = of(worker.log, request_id)
        figures.add("Lines of nginx with the id", len(at_nginx), aim="1", held=len(at_nginx) == 1)
        asked = [line for line in at_site if line["message"] == "request"]
        is_whole = (
            len(asked) == 1 and asked[0]["view"] == "reports:report_create" and asked[0]["status"] == 302
        )
        figures.add("Lines of the site's request with the id", len(asked), aim="1", held=is_whole)
        ended = [line for line in at_job if line.get("outcome") == "success"]
        figures.add("Lines of the job's end with the id", len(ended), aim="1", held=len(ended) == 1)
        numbers = ("job", "task_id", "duration_ms")
        figures.add(
            "Job's line says name, number, time", ", ".join(f"{name} {ended[0].get(name)}" for name in numbers) if ended else "",
            aim="all", held=bool(ended) and all(ended[0].get(name) for name in numbers),
        )  # fmt: skip
        logs = [proxy.folder / "access.log", proxy.folder / "error.log", site.program.log, worker.log]
        _nothing_of_people(company, logs, figures)


def _ask_for_a_report(visitor: Visitor, company: Company) -> str:
    """A PDF, which says most; answers the id of the request."""
    form = {"kind": "progress", "project": company.project, "format": "pdf-a4", "parts": ["late", "load"]}
    for path in company.pages:
        visitor.ask(path)
    answer = visitor.ask("/reports/ask/", form)
    assert answer.status == 302, answer.body[:500]
    return answer.headers[ID]


def _nothing_of_people(company: Company, logs: list[Path], figures: Figures) -> None:
    """No name, no address, no session, no token in any line."""
    text = "".join(path.read_text(errors="replace") for path in logs)
    people: Any = company.installation.evaluate(PEOPLE)
    words = {word for pair in people for word in pair if len(word) > 3} | set(company.sessions)
    found = sorted(word for word in words if word in text)
    figures.add("Names, addresses and sessions looked for", len(words))
    figures.add("Of these in the lines", len(found), aim="0", held=not found)
    noise = len(re.findall(r'"logger": "(fontTools|weasyprint)[^"]*"', text))
    figures.add("Lines about fonts and pages of a PDF", noise, aim="0", held=noise == 0)
    assert CSRF not in text


class Reader:
    """In the place of a container engine: takes the lines of a site from a pipe, and writes them down."""

    def __init__(self, room: Room) -> None:
        self.room, self.pipe, self.file = room, room.place / "lines.pipe", room.place / "lines.txt"
        os.mkfifo(self.pipe)
        self.program = self.start()

    def start(self) -> Program:
        return self.room.program(
            f"reader-{time.monotonic_ns()}", ["sh", "-c", f"exec cat {self.pipe} >>{self.file}"]
        )


def small(room: Room) -> tuple[Installation, str]:
    """A company with a few projects, and a session of its admin."""
    packages.need("postgres", "redis-server")
    primary = postgres.make_primary(room)
    installation = Installation(
        room, database=primary.url(), owner=primary.url("owner"), cache=redis.start(room, "cache").url,
        broker=redis.start(room, "broker").url, LIMIT_API_USER="100000/minute",
    )  # fmt: skip
    installation.prepare("--projects", "4", "--seed", "1")
    return installation, installation.session(str(installation.evaluate(A_USER)))


def serve(installation: Installation, reader: Reader) -> Site:
    """The site with its lines going into the pipe."""
    port = free_port_of_a_site()
    command = ["sh", "-c", f'exec "$@" >{reader.pipe} 2>&1', "site"]
    command += [sys.executable, str(ROOT / "ops/image/start.py"), "web", "--bind", f"127.0.0.1:{port}"]
    variables = installation.variables | {
        "PYTHONPATH": str(ROOT), "WEB_CONCURRENCY": "2", "TMPDIR": str(reader.room.folder("tmp")),
    }  # fmt: skip
    site = Site(reader.room.program("site", command, env=variables, cwd=ROOT), port)
    wait_until(site.lives, "the site", seconds=120)
    return site


class TestUnreadLog:
    def test_holds_no_one_up_and_loses_no_line(self, room: Room, figures: Figures) -> None:
        (installation, session), reader = small(room), Reader(room)
        site = serve(installation, reader)
        well = _ask(site, session, "well", 100)
        reader.program.freeze()
        still = _ask(site, session, "still", ASKED)
        reader.program.thaw()
        between = _ask(site, session, "between", 100)
        reader.program.kill()
        gone = _ask(site, session, "gone", ASKED)
        reader.program = reader.start()
        # Each process writes what it has kept by itself.
        after = _ask(site, session, "after", 100)
        for how, asked in (("stands still", still), ("is gone", gone)):
            name = f"Reader {how}: "
            figures.add(f"{name}requests meanwhile", len(asked.ids))
            figures.add(f"{name}not answered with 200", asked.failed, aim="0", held=asked.failed == 0)
            figures.add(f"{name}slowest request", f"{asked.slowest:.2f} s (before: {well.slowest:.2f} s)")
            means = f"{asked.mean * 1000:.0f} ms (before: {well.mean * 1000:.0f} ms)"
            figures.add(f"{name}mean of a request", means)
        wanted = well.ids | still.ids | between.ids | gone.ids | after.ids
        with suppress(AssertionError):
            wait_until(lambda: wanted <= _ids(reader.file), "the lines", seconds=60, every=1)
        lost = wanted - _ids(reader.file)
        figures.add("Lines lost", f"{len(lost)} of {len(wanted)}", aim="0", held=not lost)


class Asked:
    """What came of some requests."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.failed, self.slowest, self.seconds = 0, 0.0, 0.0

    @property
    def mean(self) -> float:
        """Seconds of one."""
        return self.seconds / len(self.ids)


def _ask(site: Site, session: str, name: str, count: int) -> Asked:
    """A cheap page again and again, each with an id of its own."""
    asked = Asked()
    for number in range(count):
        request_id, begun = f"{name}-{number:06d}", time.monotonic()
        try:
            answer = site.ask("/preferences/", session=session, seconds=30, X_Request_ID=request_id)
            asked.failed += answer.status != 200
        except OSError:
            asked.failed += 1
        seconds = time.monotonic() - begun
        asked.slowest, asked.seconds = max(asked.slowest, seconds), asked.seconds + seconds
        asked.ids.add(request_id)
    return asked


def _ids(path: Path) -> set[str]:
    return {line["request_id"] for line in lines(path) if line.get("message") == "request"}
