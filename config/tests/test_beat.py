"""The clock: the moment for which an entry fires is the same for every one of them, and each ends when it is told to."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab, schedule
from django.db import connections

from config.beat import LOCK, due_at
from tests.drills.kit.programs import wait_until
from tests.sites import ROOT, variables_of

TOKYO = ZoneInfo("Asia/Tokyo")
HOLDING = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.objid = %s AND l.granted AND d.datname = current_database()"
WAITING = HOLDING.replace("AND l.granted", "AND NOT l.granted")


def entry(of: Any, *, last: dt.datetime, now: dt.datetime) -> Any:
    of.nowfun = lambda: now
    return SimpleNamespace(schedule=of, last_run_at=last, default_now=lambda: now)


@pytest.mark.parametrize("late", [0.1, 59, 3600 * 5])
@pytest.mark.parametrize("ran", [0, 1.5, 86_000])
def test_of_a_day_is_when_it_was_due_however_late_it_is_looked_at(late: float, ran: float) -> None:
    due = dt.datetime(2026, 11, 26, 1, 30, tzinfo=TOKYO)
    last = due - dt.timedelta(days=1) + dt.timedelta(seconds=ran)
    nightly = entry(crontab(minute="30", hour="1"), last=last, now=due + dt.timedelta(seconds=late))
    assert due_at(nightly) == due.astimezone(dt.UTC)


def test_of_a_minute_follows_the_last_run() -> None:
    due = dt.datetime(2026, 11, 26, 1, 31, tzinfo=TOKYO)
    each = entry(crontab(), last=due - dt.timedelta(seconds=59.9), now=due + dt.timedelta(seconds=0.2))
    assert due_at(each) == due.astimezone(dt.UTC)


def test_of_an_interval_is_where_it_begins() -> None:
    seconds = schedule(run_every=10)
    moments = {
        due_at(
            entry(
                seconds,
                last=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
                now=dt.datetime(2026, 1, 1, 0, 0, second, tzinfo=dt.UTC),
            )
        )
        for second in (20, 24, 29)
    }
    assert moments == {dt.datetime(2026, 1, 1, 0, 0, 20, tzinfo=dt.UTC)}


class TestEnd:
    """Told to end, a clock ends, whatever it is about to do."""

    @pytest.fixture
    def begin(self, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        with django_db_blocker.unblock():
            variables = variables_of(connections["owner"].settings_dict["NAME"], redis=0)
        command = [sys.executable, "-m", "celery", "-A", "config", "beat", "--pidfile", ""]
        running: list[subprocess.Popen[bytes]] = []

        def start() -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                command, env=variables, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            running.append(process)
            return process

        yield start
        for process in running:
            process.kill()
            process.wait(10)

    def test_of_one_that_waits_for_the_lock(self, begin: Any, transactional_owner: Any) -> None:
        with transactional_owner.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                clock = begin()
                wait_until(lambda: ask(cursor, WAITING) == 1, "a clock that waits", seconds=60)
                clock.terminate()
                clock.wait(10)
                assert ask(cursor, WAITING) == 0
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def test_of_one_that_has_just_got_the_lock(self, begin: Any, transactional_owner: Any) -> None:
        with transactional_owner.cursor() as cursor:
            clock = begin()
            wait_until(
                lambda: ask(cursor, HOLDING) == 1, "a clock that has the lock", seconds=60, every=0.001
            )
            clock.terminate()
            clock.wait(10)
            assert ask(cursor, HOLDING) == 0


def ask(cursor: Any, statement: str) -> int:
    cursor.execute(statement, [LOCK])
    count: int = cursor.fetchone()[0]
    return count
