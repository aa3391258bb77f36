"""The moment for which an entry fires is the same for every clock."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab, schedule

from config.beat import due_at

TOKYO = ZoneInfo("Asia/Tokyo")


def entry(of: Any, *, last: dt.datetime, now: dt.datetime) -> Any:
    of.nowfun = lambda: now
    return SimpleNamespace(schedule=of, last_run_at=last, default_now=lambda: now)


@pytest.mark.parametrize("late", [0.1, 59, 3600 * 5])
@pytest.mark.parametrize("ran", [0, 1.5, 86_000])
def test_of_a_day_is_when_it_was_due_however_late_somebody_looks(late: float, ran: float) -> None:
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
