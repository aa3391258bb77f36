"""Workers are killed fifty times while jobs of every kind run: each job's effect is there, once."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from tests.drills.kit import jobs, mail, packages, pgbouncer, postgres, redis
from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Program, Room, family, wait_until
from tests.drills.kit.site import Installation
from tests.ops.files import ROOT

pytestmark = pytest.mark.drill
KILLS: Final = 50
#: A process that started less than so many seconds ago has done nothing yet that could be broken.
YOUNG_SECONDS: Final = 8.0


def install(room: Room, **more: str) -> Installation:
    """The product behind PgBouncer, with a broker as `ops/redis` has it."""
    packages.need("postgres", "pgbouncer", "redis-server")
    primary = postgres.make_primary(room)
    pool = pgbouncer.start(room, primary)
    installation = Installation(
        room, database=pool.url(), owner=primary.url("owner"), cache=redis.start(room, "cache").url,
        broker=redis.start(room, "broker").url,
    )  # fmt: skip
    installation.variables |= more
    installation.migrate()
    return installation


class Killer:
    """Two workers, one of which dies every few seconds: as a whole, as with its machine, or a process of it, as for want of memory."""

    def __init__(self, installation: Installation) -> None:
        self.random = random.Random(50)
        self.workers = [installation.worker(name=f"worker-{number}") for number in (1, 2)]
        self.born = [time.monotonic()] * 2
        self.whole = self.parts = 0

    def strike(self) -> None:
        time.sleep(self.random.uniform(0.5, 6.0))
        place = self.random.randrange(2)
        worker, age = self.workers[place], time.monotonic() - self.born[place]
        children = family(worker.pid)[1:]
        if age > YOUNG_SECONDS and self.random.random() < 0.5:
            worker.kill()
            worker.start()
            self.born[place] = time.monotonic()
            self.whole += 1
        elif children and age > YOUNG_SECONDS / 2:
            with suppress(ProcessLookupError):
                os.kill(self.random.choice(children), signal.SIGKILL)
                self.parts += 1


def is_done(installation: Installation) -> bool:
    return installation.evaluate(jobs.OPEN) == [0, 0]


def enqueue(installation: Installation, room: Room, seconds: float) -> tuple[Program, Path]:
    """Start asking for jobs; where it writes what it asked for."""
    told = room.folder("told") / "told.json"
    script = jobs.ASK.format(seconds=seconds, told=str(told))
    command: list[str | Path] = [sys.executable, ROOT / "manage.py", "shell", "--no-imports", "-c", script]
    return room.program("asking", command, env=installation.variables, cwd=ROOT), told


class TestWorkerKilled:
    def test_loses_and_doubles_nothing(self, room: Room, figures: Figures) -> None:
        with mail.listening() as box:
            installation = install(room, REPORT_MOST_OPEN="40", **box.variables)
            # A demo of two months ago: since then much is late, and recurring projects are due.
            day = dt.date.today() - dt.timedelta(days=60)
            installation.manage("seed_demo", "--today", day.isoformat())
            installation.beat()
            killer = Killer(installation)
            asking, told = enqueue(installation, room, seconds=KILLS * 4)
            began = time.monotonic()
            while killer.whole + killer.parts < KILLS:
                killer.strike()
                assert time.monotonic() - began < 1200, "the killer does not get on"
            figures.add("kill -9 of a whole worker", killer.whole)
            figures.add("kill -9 of a process of a worker", killer.parts)
            wait_until(lambda: not asking.is_running(), "the last job asked for", seconds=300, every=1)
            assert told.exists(), asking.words()
            try:
                waited = wait_until(lambda: is_done(installation), "the last job", seconds=600, every=2)
            except AssertionError:
                pytest.fail(f"jobs without an end: {installation.evaluate(jobs.WHICH)}")
            count: Any = installation.evaluate(jobs.COUNT.format(told=str(told)))
            report(figures, count, json.loads(told.read_text())["counts"])
            addresses = [str(each["To"]) for each in box.mails]
            twice = len(addresses) - len(set(addresses))
            figures.add("Digests", f"{len(addresses)} mails, {count['emailed']} people marked as told")
            figures.add("Digests sent twice", twice, aim="0", held=twice == 0)
            figures.add(
                "Digests lost with their worker",
                count["emailed"] - len(set(addresses)),
                aim="decision 0008: once, or not",
            )
            figures.add("Seconds until all was done after the last was asked for", round(waited, 1))

    def test_is_given_up_when_it_kills_each_worker(self, room: Room, figures: Figures) -> None:
        installation = install(room)
        installation.variables["PYTHONPATH"] = str(ROOT)
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "2", "--without-mingle"]
        worker = room.program(
            "worker",
            [*command, "-I", "tests.drills.kit.poison"],
            env=installation.variables,
            cwd=ROOT,
        )
        began = time.monotonic()
        script = "import tests.drills.kit.poison; from projects.jobs import enqueue; enqueue('drill_poison', number=1); enqueue('drill_fine', number=2)"
        installation.manage("shell", "--no-imports", "-c", script)
        state = """
import json; from projects.models import AskedJob, DeadJob
print(json.dumps([list(DeadJob.objects.values_list("name", "reason", "times")),
                  list(AskedJob.objects.order_by("name").values_list("name", "outcome", "run_count"))]))
"""
        seen: Any = []

        def is_given_up() -> bool:
            seen[:] = installation.evaluate(state)
            return bool(seen[0])

        wait_until(is_given_up, "the poison as a dead letter", seconds=180, every=1)
        dead, asked = seen
        figures.add(
            "Seconds until a job that kills its workers was given up", round(time.monotonic() - began, 1)
        )
        runs = next(row[2] for row in asked if row[0] == "drill_poison")
        figures.add("Workers that it killed", runs, aim="5", held=runs == 5)
        is_kept = dead == [["drill_poison", "killed", 1]]
        figures.add("It is a row for operators", str(dead), aim="killed, once", held=is_kept)
        fine = [row[1:] for row in asked if row[0] == "drill_fine"]
        figures.add("The job beside it", str(fine), aim="done", held=[row[0] for row in fine] == ["done"])
        figures.add("The worker itself", "lives", aim="lives", held=worker.is_running())


def report(figures: Figures, count: dict[str, Any], asked: dict[str, int]) -> None:
    """The lines of the table."""

    def none(name: str, value: int) -> None:
        figures.add(name, value, aim="0", held=value == 0)

    figures.add(
        "Jobs", f"{count['jobs']} asked for, {count['runs']} begun, {count['again']} of them more than once"
    )
    none("Jobs without an end", count["jobs"] - count["jobs_done"])
    none("Jobs given up", count["dead"])
    if count["dead"]:
        figures.add("Jobs given up, by name", str(count["dead_names"]))
    figures.add("Most workers that one job lost", count["worst"], aim="< 5", held=count["worst"] < 5)
    figures.add("Reports asked for", count["reports"], held=count["reports"] > 20)
    figures.add("Most attempts at one report", count["attempts"])
    none("Reports lost", count["reports"] - count["done"])
    none("Reports whose file is not there once", count["done"] - count["files"] + count["files_twice"])
    none("Reports told not once", count["done"] - count["told"] + count["told_twice"])
    figures.add("Plans spoilt", count["spoilt"], held=count["spoilt"] > 10)
    none("Plans not repaired", count["spoilt"] - count["repaired"])
    none("Plans repaired twice", count["repaired_twice"])
    none("Sums of utilization that are wrong", count["utilization"])
    figures.add("Recurring projects made", count["recurring"], held=count["recurring"] > 0)
    none("Recurring projects doubled or missing", count["recurring_twice"] + count["recurring_without"])
    figures.add("Days of projects kept", count["days"], held=count["days"] > 0)
    none("Days of projects doubled", count["days_twice"])
    none("Told and made by one more run of the night", sum(map(abs, count["made_by_another_run"])))
    figures.add("Nightly jobs asked for", sum(asked.values()), held=min(asked.values()) > 1)
