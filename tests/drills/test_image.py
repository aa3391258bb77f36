"""The image is built, and run as compose runs it: read-only, as `nobody`, without capabilities, and without any network but its own.

PostgreSQL and Redis are the only ones that it reaches, so that whatever else it would ask for is missed here.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.drills.kit import image
from tests.drills.kit.figures import Figures
from tests.drills.kit.image import Container, Store
from tests.drills.kit.image_place import CANARY, Place, make
from tests.drills.kit.programs import Room, family, wait_until
from tests.drills.kit.site import HOST

pytestmark = pytest.mark.drill

HEADERS: Final = {"Host": HOST, "X-Forwarded-Proto": "https"}
#: Asks for a report of the largest plan as PDF; prints its number.
_ASK_FOR_REPORT: Final = """
import datetime as dt
from projects.models import Project
from projects.rls.scope import scope
from projects.models import Organization
from reports.documents.options import Options
from reports.documents.services import ask_for_report
with scope([row.pk for row in Organization.objects.all()]):
    project = Project.objects.alive().order_by("-task_count")[0]
    user = project.members.filter(role="leader")[0].user
    options = Options(on=dt.date.today(), language="ja", paper="a3")
    print(ask_for_report(user=user, organization=project.organization, project=project, kind="wbs", file_format="pdf", options=options).pk)
"""
_SIGN_IN: Final = """
from django.conf import settings
from django.test import Client
from projects.models import User
client = Client()
user = User.objects.filter(memberships__role="admin").order_by("pk")[0]
client.force_login(user, backend="projects.auth.AccountBackend")
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    if os.geteuid() != 0:
        pytest.skip("not run: only root makes a base of Debian and looks into the network of a container")
    room = Room()
    store = Store(room)
    try:
        yield make(room, store)
    finally:
        store.close()
        room.close()


@pytest.fixture(scope="module")
def tables(place: Place) -> Place:
    """After the role that makes them, and with a company."""
    migrate = place.start("migrate", "migrate")
    assert migrate.program.process.wait(600) == 0, migrate.program.words()
    place.manage("seed_demo")
    return place


@pytest.fixture(scope="module")
def web(tables: Place) -> Iterator[Container]:
    started = tables.start("web", "backend")
    started.wait("/health/live", HEADERS, seconds=120)
    yield started
    if started.program.is_running():
        started.program.end()


class TestLayers:
    def test_hold_no_secret_and_nothing_of_the_build(self, place: Place, figures: Figures) -> None:
        archive = place.room.place / "image.tar"
        place.store.podman("save", "--quiet", "--format", "docker-archive", "--output", archive, image.IMAGE)
        found = place.room.run(["grep", "--count", "--text", CANARY, archive], check=False).stdout.strip()
        archive.unlink()
        figures.add("Secrets of the build found in layers", int(found), aim="0", held=found == "0")
        history = place.store.podman("history", "--no-trunc", "--format", "json", image.IMAGE).stdout
        config = _image(place)["Config"]
        named = re.findall(r"\b(\w*(?:SECRET|PASSWORD|TOKEN|_KEY)\w*)=", history + json.dumps(config["Env"]))
        figures.add("Secrets named in history and environment", len(named), aim="0", held=not named)
        assert config["User"] == "10001:10001"
        assert config["StopSignal"] == "SIGTERM"

    def test_are_of_a_size(self, place: Place, figures: Figures) -> None:
        size = _image(place)["Size"] / 1e6
        base = json.loads(place.store.podman("image", "inspect", image.BASE).stdout)[0]["Size"] / 1e6
        figures.add(
            "Size of the image (of it the base)",
            f"{size:.0f} MB ({base:.0f})",
            aim="≤ 900 MB",
            held=size <= 900,
        )
        figures.add("Built in", f"{place.built:.0f} s")

    def test_hold_no_tests_and_no_installer(self, place: Place) -> None:
        started = place.start("look", "migrate", "manage", "shell", "--no-imports", "-c", (
            "import pathlib, importlib.util\n"
            "site = pathlib.Path('/app')\n"
            "print([str(p) for n in ('tests', 'conftest.py', '.env', '.git', '*.pem') for p in site.rglob(n)],"
            " importlib.util.find_spec('pip'))"
        ))  # fmt: skip
        assert started.program.process.wait(120) == 0, started.program.words()
        assert started.program.words().splitlines()[-1] == "[] None"


def _image(place: Place) -> dict[str, Any]:
    return dict(json.loads(place.store.podman("image", "inspect", image.IMAGE).stdout)[0])


class TestWeb:
    def test_answers_with_the_mounts_of_compose(
        self, tables: Place, web: Container, figures: Figures
    ) -> None:
        ready, _, _ = web.ask("/health/ready", HEADERS)
        figures.add("Ready with PostgreSQL and Redis", ready, aim="200", held=ready == 200)
        session = tables.manage("shell", "--no-imports", "-c", _SIGN_IN).split()[-1]
        status, page, _ = web.ask("/dashboard/", HEADERS | {"Cookie": f"__Host-sessionid={session}"})
        figures.add("The dashboard", status, aim="200", held=status == 200)
        style = re.search(r'href="(/static/css/\w+\.[0-9a-f]{12}\.css)"', page)
        assert style, page[:500]
        assert web.ask(style[1], HEADERS)[0] == 200

    def test_may_write_nowhere_but_where_it_is_mounted(self, web: Container, figures: Figures) -> None:
        script = (
            "import os\n"
            "def can(path):\n"
            "    try: open(path + '/x', 'w').close(); os.unlink(path + '/x'); return True\n"
            "    except OSError: return False\n"
            "status = open('/proc/self/status').read()\n"
            "fields = dict(line.split(':\\t') for line in status.splitlines() if ':\\t' in line)\n"
            "print([path for path in ('/', '/app', '/opt/venv', '/usr', '/etc', '/home', '/var', '/var/tmp', '/srv', '/srv/audit', '/run',"
            " '/srv/media', '/tmp') if can(path)], os.getuid(), fields['CapEff'], fields['CapBnd'], fields['NoNewPrivs'])"
        )
        result = web.run("python3", "-c", script)
        assert result.returncode == 0, result.stderr
        words = "['/srv/media', '/tmp'] 10001 0000000000000000 0000000000000000 1"
        figures.add(
            "Folders that can be written, user, capabilities",
            "as named",
            aim=words,
            held=result.stdout.strip() == words,
        )
        assert result.stdout.strip() == words

    def test_its_healthcheck_says_yes_and_no(self, web: Container, figures: Figures) -> None:
        check = ("python3", "ops/image/healthcheck.py", "web")
        assert web.run(*check).returncode == 0
        workers = family(web.pid)[1:]
        _signal(workers, "STOP")
        try:
            began = time.monotonic()
            frozen = web.run(*check).returncode
            figures.add(
                "A frozen site is called unwell after",
                time.monotonic() - began,
                aim="≤ 10 s",
                held=frozen == 1,
            )
        finally:
            _signal(workers, "CONT")
        web.wait("/health/live", HEADERS, seconds=30)
        assert web.run(*check).returncode == 0


def _signal(pids: list[int], name: str) -> None:
    subprocess.run(["kill", f"-{name}", *map(str, pids)], check=True)


class TestJobs:
    def test_worker_and_clock_run_and_a_pdf_is_set(self, tables: Place, figures: Figures) -> None:
        worker, beat = tables.start("worker", "worker-long"), tables.start("beat", "beat")
        check = ("python3", "ops/image/healthcheck.py", "worker")
        wait_until(lambda: worker.run(*check).returncode == 0, "a worker that answers", seconds=120, every=1)
        began = time.monotonic()
        number = int(tables.manage("shell", "--no-imports", "-c", _ASK_FOR_REPORT).split()[-1])
        table = "generated_reports WHERE id = %s"

        def ended() -> bool:
            state = tables.primary.ask(f"SELECT state FROM {table}", number, database="itdo_erp")
            return state in {"done", "failed"}

        wait_until(ended, "the report", seconds=240, every=0.5)
        content = tables.primary.ask(
            f"SELECT (SELECT content FROM report_files f WHERE f.report_id = r.id) FROM {table.replace('WHERE id', 'r WHERE r.id')}",
            number, database="itdo_erp",
        )  # fmt: skip
        is_pdf = bytes(content or b"").startswith(b"%PDF")
        figures.add(
            "A PDF is set, asked for to stored", f"{time.monotonic() - began:.0f} s", aim="%PDF", held=is_pdf
        )
        assert beat.program.is_running(), beat.program.words()
        tables.broker.program.freeze()
        try:
            no = worker.run(*check).returncode
        finally:
            tables.broker.program.thaw()
        figures.add("A worker without its broker is called unwell", no, aim="1", held=no == 1)
        for each in (worker, beat):
            code = each.program.end(seconds=60)
            figures.add(f"Ends on SIGTERM: {each.name}", code, aim="0", held=code == 0)


class TestEnd:
    def test_lets_a_request_under_way_come_to_its_end(
        self, tables: Place, web: Container, figures: Figures
    ) -> None:
        with tables.primary.connect(database="itdo_erp") as blocker, blocker.transaction():
            # A request that looks for a session waits.
            blocker.execute("LOCK TABLE user_sessions IN ACCESS EXCLUSIVE MODE")
            headers = HEADERS | {"Cookie": f"__Host-sessionid={secrets.token_hex(16)}"}
            asking = tables.room.program("asking", web.asking("/projects/", headers, seconds=30))
            wait_until(lambda: _waits(tables), "a request that waits for the lock")
            began = time.monotonic()
            web.program.send(15)
            time.sleep(2)
            assert asking.is_running()
            assert web.program.is_running()
        assert asking.process.wait(30) == 0, asking.words()
        status = json.loads(asking.words())[0]
        code = web.program.process.wait(40)
        taken = time.monotonic() - began
        figures.add("A request under way at SIGTERM", status, aim="answered", held=status in {200, 302})
        figures.add("The site has ended after", f"{taken:.1f} s", aim="≤ 40 s", held=taken <= 40)
        figures.add("… with", code, aim="0", held=code == 0)


def _waits(tables: Place) -> bool:
    return bool(tables.primary.ask("SELECT count(*) FROM pg_locks WHERE NOT granted"))
