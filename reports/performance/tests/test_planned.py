"""Planned value of many rows, against one row and one day after the other."""

from __future__ import annotations

import random

import numpy as np
import pytest

from projects.worktime.calendars import Calendars
from projects.worktime.moments import MINUTES_PER_DAY
from projects.worktime.rules import OFFICE_WEEK, CalendarRules
from reports.performance.planned import Spans

FIRST = 20_500 * MINUTES_PER_DAY
#: Monday to Friday, and a week of two days.
CLOCKS = {
    1: Calendars(()).calendar(None),
    2: Calendars([CalendarRules(id=2, week=(OFFICE_WEEK[0], OFFICE_WEEK[1], (), (), (), (), ()))]).calendar(
        2
    ),
}


def share(start: int, finish: int, calendar: int, moment: int) -> float:
    """Minute by minute would be the same, and take longer."""
    whole = CLOCKS[calendar].between(start, finish)
    if whole <= 0:
        return float(finish <= moment)
    return min(max(CLOCKS[calendar].between(start, max(moment, start)) / whole, 0), 1)


@pytest.mark.parametrize("seed", range(20))
def test_is_what_each_row_alone_comes_to(seed: int) -> None:
    chance = random.Random(seed)  # repeatable
    count = chance.choice([1, 7, 60])
    starts = [FIRST + chance.randrange(200 * MINUTES_PER_DAY) for _ in range(count)]
    lengths = [chance.choice([0, 1, 90, 2_000, 30_000]) for _ in starts]
    finishes = [start + length for start, length in zip(starts, lengths, strict=True)]
    calendars = [chance.choice([1, 2]) for _ in starts]
    amounts = np.array([chance.choice([0, 60, 4_800, 1_234_567]) for _ in starts], dtype=float)
    moments = [FIRST + day * 9 * MINUTES_PER_DAY for day in range(-1, 30)]
    spans = Spans(np.array(starts), np.array(finishes), np.array(calendars), CLOCKS)
    sums = spans.sums(amounts, moments)
    for place, moment in enumerate(moments):
        alone = [share(*row, moment) for row in zip(starts, finishes, calendars, strict=True)]
        assert spans.shares(moment) == pytest.approx(alone)
        assert sums[place] == pytest.approx(np.dot(alone, amounts), abs=0.01)


def test_never_falls() -> None:
    chance = random.Random(7)  # repeatable
    starts = np.array([FIRST + chance.randrange(50 * MINUTES_PER_DAY) for _ in range(200)])
    spans = Spans(starts, starts + 9_000, np.ones(200), CLOCKS)
    found = spans.sums(np.ones(200), [FIRST + hour * 60 for hour in range(60 * 24)])
    assert (np.diff(found) > -1e-6).all()
    assert found[-1] == pytest.approx(200)
