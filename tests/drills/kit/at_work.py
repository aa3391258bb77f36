"""People and programs that append to lists by every way there is, and write down what they were told."""

from __future__ import annotations

import http.client
import itertools
import random
import re
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg

from tests.drills.kit.histories.model import Append, Outcome, Read, Transaction
from tests.drills.kit.pair import Browser, Pair
from tests.drills.kit.postgres import DATABASE, Cluster
from tests.drills.kit.site import Site

#: Lists that are appended to at the same time, and how long: then others take their place, so that no list becomes long.
LISTS: Final = 8
SECONDS: Final = 45
#: A name of a task is a list, too: this many elements fit.
NAMES: Final = 60
#: Waits of a transaction for what is away; a fault ends before.
PATIENCE: Final = 40
NAME: Final = re.compile(r"\bH(\d+):((?: \d+)*)")
TASKS: Final = """
import json
from projects.rls import scope as tenancy
from projects.models import Organization, Project
from tasks.models import Task
found = []
for organization in Organization.objects.all():
    with tenancy.scope([organization.pk]):
        for project in Project.objects.filter(pk__in={projects}):
            tasks = Task.objects.filter(project=project, is_summary=False, row_number__lte=20).order_by("row_number")[:8]
            found += [[project.pk, task.pk, task.name] for task in tasks]
print(json.dumps(found))
"""


class Book:
    """The history; any thread may write in it."""

    def __init__(self) -> None:
        self.lines: list[Transaction] = []
        self.numbers, self.elements = itertools.count(1), itertools.count(1)
        self.began = time.monotonic()

    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    def write(
        self, person: str, began: float, steps: list[Append | Read], outcome: Outcome, way: str
    ) -> None:
        """What one asker did, and was told now."""
        if steps:
            self.lines.append(
                Transaction(next(self.numbers), person, began, self.now(), tuple(steps), outcome, way)
            )

    def lists(self) -> list[str]:
        """Those that are appended to at this moment."""
        return [f"{int(self.now() // SECONDS)}-{number}" for number in range(LISTS)]


class People:
    """Threads that work until they are told to stop."""

    def __init__(self, works: list[Callable[[], None]]) -> None:
        self._stop = threading.Event()
        self.broken = 0
        self._threads = [
            threading.Thread(target=self._until_the_end, args=(work,), daemon=True) for work in works
        ]
        for thread in self._threads:
            thread.start()

    def _until_the_end(self, work: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                work()
            except (psycopg.Error, OSError, http.client.HTTPException):
                self.broken += 1
                time.sleep(0.2)
            time.sleep(0.03)

    def stop(self) -> None:
        """They go home; who waits for an answer still gets it."""
        self._stop.set()
        for thread in self._threads:
            thread.join(120)


def prepare(primary: Cluster, minutes: float) -> None:
    """Where the programs at the pool write."""
    rows = [f"{turn}-{number}" for turn in range(int(minutes * 60 // SECONDS) + 8) for number in range(LISTS)]
    with primary.connect("owner") as owner:
        owner.execute("CREATE TABLE lists (key text PRIMARY KEY, elements int[] NOT NULL DEFAULT '{}')")
        owner.execute("GRANT SELECT, UPDATE ON lists TO itdo_app")
        owner.execute("INSERT INTO lists (key) SELECT unnest(%s::text[])", [rows])


class Author:
    """A program at the pool: it locks some lists, reads them and appends to some, as our units of work do."""

    def __init__(self, book: Book, pair: Pair, name: str, chance: random.Random) -> None:
        self.book, self.pair, self.name, self.chance = book, pair, name, chance
        self._session: psycopg.Connection[Any] | None = None

    def __call__(self) -> None:
        """One transaction."""
        keys = sorted(self.chance.sample(self.book.lists(), self.chance.randint(1, 3)))
        written = [key for key in keys if self.chance.random() < 0.7]
        began, steps, outcome = self.book.now(), list[Append | Read](), Outcome.REFUSED
        try:
            session = self._connect()
            rows = session.execute(
                "SELECT key, elements FROM lists WHERE key = ANY(%s) ORDER BY key FOR UPDATE", [keys]
            ).fetchall()
            steps += [Read(key, tuple(elements)) for key, elements in rows]
            for key in written:
                element = next(self.book.elements)
                steps.append(Append(key, element))
                session.execute("UPDATE lists SET elements = elements || %s WHERE key = %s", [element, key])
            outcome = Outcome.UNKNOWN
            session.commit()
            outcome = Outcome.KEPT
        except psycopg.Error:
            self._forget()
            raise
        finally:
            self.book.write(self.name, began, steps, outcome, "pool")

    def _connect(self) -> psycopg.Connection[Any]:
        if self._session is None:
            self._session = psycopg.connect(self.pair.pool.url(), connect_timeout=5, prepare_threshold=None)
        return self._session

    def _forget(self) -> None:
        if self._session:
            self._session.close()
            self._session = None


class Reader(Author):
    """A program that reads some lists at one moment, at the replica; it may be as old as the replica is."""

    def __call__(self) -> None:
        """One look."""
        keys = self.chance.sample(self.book.lists(), 3)
        began = self.book.now()
        try:
            session = self._connect()
            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            rows = session.execute("SELECT key, elements FROM lists WHERE key = ANY(%s)", [keys]).fetchall()
            session.commit()
        except psycopg.Error:
            self._forget()
            raise
        steps: list[Append | Read] = [Read(key, tuple(elements)) for key, elements in rows]
        self.book.write(self.name, began, steps, Outcome.KEPT, "replica")

    def _connect(self) -> psycopg.Connection[Any]:
        if self._session is None:
            url = self.pair.pool.url(database=f"{DATABASE}_replica")
            self._session = psycopg.connect(url, connect_timeout=5, prepare_threshold=None)
        return self._session


class Planner:
    """A user with a browser: names of tasks are lists, read in the chart (drawn once for all, from the cache) and in the WBS."""

    def __init__(
        self, book: Book, browser: Browser, name: str, tasks: list[Any], chance: random.Random
    ) -> None:
        self.book, self.browser, self.name, self.tasks, self.chance = book, browser, name, tasks, chance

    def __call__(self) -> None:
        """Look at a project; then, mostly, append to what was seen."""
        project = self.chance.choice([project for project, _task, _name in self.tasks])
        seen = self._look(project)
        usable = [task for task, elements in seen.items() if len(elements) < NAMES]
        if usable and self.chance.random() < 0.7:
            task = self.chance.choice(usable)
            self._append(task, seen[task])

    def _look(self, project: int) -> dict[int, tuple[int, ...]]:
        way = self.chance.choice(("gantt", "wbs"))
        began = self.book.now()
        answer = self.browser.ask(f"/projects/{project}/{way}/", seconds=PATIENCE)
        if answer.status != 200:
            return {}
        seen = {int(found[1]): tuple(map(int, found[2].split())) for found in NAME.finditer(answer.body)}
        # Each by itself: a page is no snapshot where the primary answers.
        for task, elements in seen.items():
            self.book.write(self.name, began, [Read(f"task-{task}", elements)], Outcome.KEPT, way)
        return seen

    def _append(self, task: int, seen: tuple[int, ...]) -> None:
        element, began, outcome = next(self.book.elements), self.book.now(), Outcome.UNKNOWN
        form = {"column": "name", "text": name_of(task, (*seen, element)), "was": name_of(task, seen)}
        try:
            answer = self.browser.ask(
                f"/tasks/{task}/cell", form=form, HX_Request="true", seconds=PATIENCE * 2
            )
            if answer.status in {200, 204}:
                outcome = Outcome.KEPT
            elif answer.status in {403, 404, 409, 422, 429}:
                outcome = Outcome.REFUSED
        finally:
            # Kept means that the name was still the one that was seen.
            steps: list[Append | Read] = [Read(f"task-{task}", seen), Append(f"task-{task}", element)]
            self.book.write(self.name, began, steps, outcome, "edit")


def name_of(task: int, elements: tuple[int, ...]) -> str:
    """A list as the name of a task."""
    return " ".join([f"H{task}:", *map(str, elements)])


def empty_lists(site: Site, session: str, tasks: list[Any]) -> None:
    """Name the tasks as empty lists."""
    for _project, task, name in tasks:
        form = {"column": "name", "text": name_of(task, ()), "was": name}
        answer = site.ask(f"/tasks/{task}/cell", session=session, form=form, HX_Request="true")
        assert answer.status == 200, (answer.status, answer.body[:500])


def read_all(book: Book, primary: Cluster) -> None:
    """The last look: everything as the primary has it."""
    with primary.connect(database=DATABASE) as connection:
        lists = connection.execute("SELECT key, elements FROM lists").fetchall()
        names = connection.execute("SELECT name FROM tasks WHERE name ~ '^H[0-9]+:'").fetchall()
    steps: list[Append | Read] = [Read(key, tuple(elements)) for key, elements in lists]
    for (name,) in names:
        found = NAME.match(name)
        assert found is not None, name
        steps.append(Read(f"task-{found[1]}", tuple(map(int, found[2].split()))))
    book.write("judge", book.now(), steps, Outcome.KEPT, "primary")
