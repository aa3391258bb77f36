"""Old code on the new tables, new code on the old ones, and a migration that must wait while people read.

Old is what was there before the first migration since the first release (config/gate/locks.py): all of them lie in between.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from config.gate.locks import BEFORE_THE_FIRST_RELEASE
from tests.drills.kit import packages, postgres
from tests.drills.kit import redis as servers
from tests.drills.kit.company import PEOPLE
from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Room
from tests.drills.kit.site import Installation, Site
from tests.ops.files import ROOT

pytestmark = pytest.mark.drill
PAGES: Final = (
    "/projects/", "/projects/{project}/", "/projects/{project}/wbs/", "/projects/{project}/gantt/",
    "/projects/{project}/members/", "/projects/{project}/history/", "/projects/{project}/milestones/", "/my-tasks/", "/late-tasks/",
    "/reports/", "/utilization/", "/resources/", "/notifications/", "/dashboard/", "/recurring/", "/preferences/sessions/", "/search/?q=%E8%A8%AD%E8%A8%88", "/tasks/{task}/",
)  # fmt: skip
#: A column that is not needed: while it is added no one may read the table.
MIGRATION: Final = """from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("tasks", "{before}")]
    operations = [migrations.RunSQL("ALTER TABLE tasks ADD COLUMN of_the_drill text")]
"""
OPEN_SECONDS: Final = 6


def git(*arguments: str, cwd: Path = ROOT) -> str:
    result = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        pytest.skip(f"not run: git {arguments[0]}: {result.stderr.strip()}")
    return result.stdout.strip()


def before_the_first_migration() -> str:
    """The commit before the first migration since the first release."""
    added = []
    for app, last in BEFORE_THE_FIRST_RELEASE.items():
        names = [f"{app}/migrations/{path.name}" for path in (ROOT / app / "migrations").glob("0*.py")]
        added += [name for name in names if int(Path(name).name[:4]) > last]
    if not added:
        pytest.skip("not run: no migration since the first release")
    commits = git("log", "--reverse", "--diff-filter=A", "--format=%H", "--", *added).split()
    return f"{commits[0]}^"


class Place:
    """One server for two versions of the program, each in its folder."""

    def __init__(self, room: Room) -> None:
        packages.need("postgres", "redis-server")
        self.room, self.primary = room, postgres.make_primary(room)
        self.cache, self.broker = servers.start(room, "cache"), servers.start(room, "broker")
        commit = before_the_first_migration()
        self.which = git("log", "-1", "--format=%h", commit)
        self.old_root = self.check_out("old", commit)
        self.new = self.installation(ROOT)
        self.new.prepare()
        # The same keys, as a deployment has them.
        self.old = self.installation(self.old_root)
        self.old.variables = self.new.variables | {"STATIC_ROOT": str(room.folder("static-old"))}
        self.old.manage("collectstatic", "--no-input", "--verbosity", "0")

    def check_out(self, name: str, commit: str) -> Path:
        """A copy of the program as it was; no work tree that would have to be told to git."""
        folder = self.room.folder(name)
        archive = folder.with_suffix(".tar")
        git("archive", "--output", str(archive), commit)
        self.room.run(["tar", "-xf", archive, "-C", folder])
        return folder

    def installation(self, root: Path) -> Installation:
        return Installation(
            self.room, database=self.primary.url(), owner=self.primary.url("owner"), cache=self.cache.url,
            broker=self.broker.url, root=root, LIMIT_API_USER="100000/minute",
        )  # fmt: skip


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    room = Room()
    try:
        yield Place(room)
    finally:
        room.close()


def walk(site: Site, people: Any) -> dict[str, int]:
    """Main pages and some changes; what did not go well, and its status."""
    [session, *_], project, [task, *_] = people
    wrong: dict[str, int] = {}
    for page in PAGES:
        path = page.format(project=project, task=task)
        status = site.ask(path, session=session, method="GET").status
        wrong |= {path: status} if status != 200 else {}
    forms: dict[str, dict[str, object]] = {
        f"/tasks/{task}/comments/": {"body": f"words at {time.time()}"},
        f"/projects/{project}/wbs/add/": {"name": "a task of the drill"},
        f"/tasks/{task}/progress/": {"percent": "10", "note": ""},
    }
    for path, form in forms.items():
        status = site.ask(path, session=session, form=form, HX_Request="true").status
        # A form that is refused in words is no fault of the tables.
        wrong |= {path: status} if status not in {200, 204, 302, 422} else {}
    return wrong


def asked(people: Any) -> str:
    return f"{len(PAGES)} pages, 3 changes"


class TestExpand:
    def test_lets_old_code_go_on_with_new_tables(self, place: Place, figures: Figures) -> None:
        people = place.new.evaluate(PEOPLE.format(people=1))
        site = place.old.serve(name="old-on-new")
        wrong = walk(site, people)
        figures.add("Old code, from before the first migration of this release", place.which)
        figures.add(
            f"Old code on new tables: faults in {asked(people)}", f"{wrong or 0}", aim="0", held=not wrong
        )
        assert "Traceback" not in site.program.words()
        site.program.end()

    def test_lets_new_code_begin_with_old_tables(self, place: Place, figures: Figures) -> None:
        for app, last in BEFORE_THE_FIRST_RELEASE.items():
            place.new.manage("migrate", app, f"{last:04}")
        people = place.old.evaluate(PEOPLE.format(people=1))
        site = place.new.serve(name="new-on-old")
        wrong = walk(site, people)
        figures.add(
            f"New code on old tables: faults in {asked(people)}", f"{wrong or 0}", aim="0", held=not wrong
        )
        site.program.end()
        place.new.migrate()


class Readers:
    """People who look at a table all the time, each as the site's role; the longest that one of them waited."""

    def __init__(self, place: Place, people: int = 4) -> None:
        self.place, self._stop = place, threading.Event()
        self.longest, self.reads = 0.0, 0
        self._threads = [threading.Thread(target=self._work, daemon=True) for _each in range(people)]

    def _work(self) -> None:
        with self.place.primary.connect("app") as connection:
            while not self._stop.wait(0.01):
                began = time.monotonic()
                connection.execute("SELECT count(*) FROM tasks")
                self.longest = max(self.longest, time.monotonic() - began)
                self.reads += 1

    def __enter__(self) -> Readers:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for each in self._threads:
            each.join(30)


class TestMigrationThatWaits:
    def test_lets_readers_pass_and_is_tried_again(self, place: Place, figures: Figures) -> None:
        root = place.room.place / "with-migration"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(".*", "__pycache__", "staticfiles"))
        migrations = root / "tasks/migrations"
        last = max(path.stem for path in migrations.glob("0*.py"))
        (migrations / "0999_of_the_drill.py").write_text(MIGRATION.format(before=last))
        changed = place.installation(root)
        with Readers(place) as calm:
            time.sleep(2)
        with place.primary.connect(database="itdo_erp") as holder, Readers(place) as readers:
            holder.execute("BEGIN")
            holder.execute("SELECT FROM tasks LIMIT 1")
            migrating = place.room.program(
                "migrate", [sys.executable, root / "ops/image/start.py", "migrate"], cwd=root,
                env=changed.variables | {"PYTHONPATH": str(root)},
            )  # fmt: skip
            # It has begun to wait; from then on the transaction stays open for a while.
            began = time.monotonic()
            while "trying again" not in migrating.words() and time.monotonic() - began < 120:
                assert migrating.is_running(), migrating.words()
                time.sleep(0.1)
            time.sleep(OPEN_SECONDS)
            assert migrating.is_running()
            holder.execute("COMMIT")
            ended = migrating.process.wait(60)
        tries = migrating.words().count("trying again")
        figures.add(
            "Migration behind an open transaction: tries that gave up", tries, aim="≥ 2", held=tries >= 2
        )
        figures.add("… and its end", ended, aim="0", held=ended == 0)
        figures.add("… readers meanwhile", readers.reads)
        figures.add(
            "… the longest that one waited, s", readers.longest, aim="≤ 0.5", held=readers.longest <= 0.5
        )
        figures.add("… without a migration, s", calm.longest)
        added = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'of_the_drill'"
        assert place.primary.ask(added, database="itdo_erp") == 1
