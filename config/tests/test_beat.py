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
import time_machine
from celery.schedules import crontab, schedule
from django.db import connections
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from config.beat import LOCK, SingleScheduler, due_at
from config.celery import app
from projects.models import AskedJob
from projects.operations import marks
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


def test_of_a_month_whose_end_it_missed_is_its_first_day() -> None:
    monthly = entry(
        crontab(minute="30", hour="6", day_of_month="1"),
        last=dt.datetime(2026, 10, 1, 6, 30, 1, tzinfo=TOKYO),
        now=dt.datetime(2026, 11, 3, 9, 0, tzinfo=TOKYO),
    )
    assert due_at(monthly) == dt.datetime(2026, 11, 1, 6, 30, tzinfo=TOKYO).astimezone(dt.UTC)


NOON = dt.datetime(2026, 11, 26, 12, 0, 10, tzinfo=TOKYO)
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


class Clock:
    """A clock that has the lock, and the jobs that it asks for."""

    def __init__(self) -> None:
        self.scheduler = SingleScheduler(app)
        self.scheduler._finalize.cancel()  # at the end of the process, when the tests' database is gone
        self.scheduler._session = SimpleNamespace(execute=lambda *_: None)  # type: ignore[assignment]

    def tick(self) -> list[str]:
        """All that is due; answers its occasions."""
        before = set(AskedJob.objects.values_list("pk", "occasion"))
        while self.scheduler.tick() <= 0:
            """More is due."""
        return sorted(
            occasion
            for _pk, occasion in {*AskedJob.objects.values_list("pk", "occasion")} - before
            if occasion
        )


def at(moment: dt.datetime) -> Any:
    return time_machine.travel(moment, tick=False)


@pytest.mark.django_db
class TestTimeOfDay:
    """Whatever is done to it, each job is asked for."""

    @pytest.fixture(autouse=True)
    def _entries(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # It would close the one that holds the test's transaction.
        for module in ("config.beat", "django_celery_beat.schedulers"):
            monkeypatch.setattr(f"{module}.close_old_connections", lambda: None)
        PeriodicTask.objects.all().delete()
        each, _ = CrontabSchedule.objects.get_or_create(minute="*", hour="*", timezone="Asia/Tokyo")
        daily, _ = CrontabSchedule.objects.get_or_create(minute="30", hour="6", timezone="Asia/Tokyo")
        self.add("each", "send_jobs_again", each)
        self.add("daily", "ensure_partitions", daily)

    def add(self, name: str, job: str, crontab: CrontabSchedule) -> None:
        PeriodicTask.objects.create(name=name, task=job, crontab=crontab)
        PeriodicTask.objects.filter(name=name).update(last_run_at=NOON - dt.timedelta(seconds=9))

    def end(self) -> None:
        """All that was asked for is done, so that the same job can be asked for again."""
        for row in AskedJob.objects.filter(ended_at__isnull=True):
            row.ended_at, row.outcome = row.asked_at, "done"
            row.save()

    def test_was_ahead_and_is_right_again(self) -> None:
        clock = Clock()
        with at(NOON):
            assert clock.tick() == []
        with at(NOON + DAY):
            assert [text.partition("@")[0] for text in clock.tick()] == ["daily", "each"]
        self.end()
        with at(NOON + MINUTE):
            clock.tick()  # everything has run now
        with at(NOON + 2 * MINUTE):
            assert clock.tick() == ["each@2026-11-26T03:02:00+00:00"]
        self.end()
        with at(dt.datetime(2026, 11, 27, 6, 30, 1, tzinfo=TOKYO)):
            # What was asked for ahead of this moment was for another one.
            assert "daily@2026-11-26T21:30:00+00:00" in clock.tick()

    def test_was_ahead_before_this_clock_began(self) -> None:
        PeriodicTask.objects.update(last_run_at=NOON + DAY)
        clock = Clock()
        with at(NOON):
            clock.tick()
        with at(NOON + MINUTE):
            assert [text.partition("@")[0] for text in clock.tick()] == ["each"]

    def test_was_ahead_when_an_entry_was_made(self) -> None:
        PeriodicTask.objects.update(last_run_at=None, date_changed=NOON + DAY)
        clock = Clock()
        with at(NOON):
            clock.tick()
        with at(NOON + MINUTE):
            assert [text.partition("@")[0] for text in clock.tick()] == ["each"]

    def test_may_differ_a_little_from_that_of_another_clock(self) -> None:
        PeriodicTask.objects.update(last_run_at=NOON + dt.timedelta(seconds=2))
        with at(NOON):
            Clock().tick()
        assert set(PeriodicTask.objects.values_list("last_run_at", flat=True)) == {
            NOON + dt.timedelta(seconds=2)
        }

    @pytest.mark.parametrize("hours", [1, 3, 5, 17])
    def test_passed_the_hour_of_a_job_while_no_clock_ran(self, hours: int) -> None:
        PeriodicTask.objects.update(last_run_at=NOON - DAY)
        with at(dt.datetime(2026, 11, 26, 6, 30, tzinfo=TOKYO) + dt.timedelta(hours=hours)):
            assert "daily@2026-11-25T21:30:00+00:00" in Clock().tick()

    def test_is_marked_with_the_last_job_that_was_asked_for(self) -> None:
        with at(NOON):
            Clock().tick()
            assert (marks.age("clock"), marks.age("asked")) != (None, None)
            assert marks.age("asked") is None
        with at(NOON + MINUTE):
            Clock().tick()
            assert marks.age("asked") is not None


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
