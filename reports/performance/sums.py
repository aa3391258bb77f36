"""How a plan does beside its baseline at a date: four sums, how they grew, and each row with all below it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY, day_number, day_of
from reports.earned.earned_schedule import EarnedSchedule, earned_schedule
from reports.earned.formulas import EarnedValue
from reports.performance.past import Past
from reports.performance.planned import positions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.performance.reading import Amounts, Reading

#: Periods of a table, each of so many months.
MOST_PERIODS: Final = 60
MONTHS: Final = (1, 3, 12, 60, 120, 1200)
APRIL: Final = 3
#: Points of a line besides the ends of periods; more would not be seen.
POINTS: Final = 24


@dataclass(frozen=True, slots=True)
class Line:
    """Sums by the end of each day; what is earned and spent ends at the status date."""

    days: list[dt.date]
    planned: list[int]
    earned: list[int]
    actual: list[int]


@dataclass(frozen=True, slots=True)
class Performance:
    """All of it in one unit: minutes of work, or yen. Sums first, indices from the sums."""

    total: EarnedValue
    #: Of each row that was asked for with all below it, by its id, in the plan's order.
    by_row: dict[int, EarnedValue]
    #: Of the rows of the baseline that are in the plan no more: planned for, and never earned.
    removed: EarnedValue
    line: Line


def performance(
    reading: Reading, amounts: Amounts, *, on: dt.date, today: dt.date, under: int | None = None, whole: bool = False
) -> Performance:  # fmt: skip
    """As it stood at the end of a day; from today on, progress is as it stands now. One query, for what was before.

    `under` is the row whose parts are asked for, with the row itself; None: the rows with nothing above them. `whole`: every row.
    """
    days = days_between(_first(reading), _last(reading, on), on)
    shown = [day for day in days if day <= max(on, days[0])]
    past = Past(reading, shown)
    own = np.stack(_own_values(reading, amounts, past, on=on, is_now=on >= today))
    line = _line(reading, amounts, past, days, own)
    count = int(np.count_nonzero(reading.is_in_plan))
    sums = _with_all_below(reading, own[:, :count].T)
    shown_rows = whole | (reading.parent[:count] == (under or 0)) | (reading.id[:count] == under)
    by_row = {int(reading.id[place]): _value(sums[place]) for place in np.flatnonzero(shown_rows)}
    return Performance(_value(own.sum(axis=1)), by_row, _value(own[:, count:].sum(axis=1)), line)


def schedule_of(reading: Reading, amounts: Amounts, earned: int, on: dt.date) -> EarnedSchedule | None:
    """When what is earned was to be earned, in working days of the project's calendar from the baseline's first day on."""
    first, finish = reading.baseline.start_minute // MINUTES_PER_DAY, reading.baseline.finish_minute
    last = max((finish - 1) // MINUTES_PER_DAY, first)
    midnights = np.arange(first, max(last, day_number(on)) + 2) * MINUTES_PER_DAY
    try:
        works = np.diff(positions(reading.clock, midnights)) > 0
    except WorktimeError:
        return None
    # What is planned for the last day belongs to it, whether it has work or not.
    ends = [*np.flatnonzero(works[: last - first]).tolist(), last - first]
    planned = reading.spans.sums(amounts.budget, [int(midnights[end + 1]) for end in ends])
    over = int(np.count_nonzero(works[: max(day_number(on) - first + 1, 0)]))
    return earned_schedule([round(each) for each in planned], earned, over)


def days_between(first: dt.date, last: dt.date, on: dt.date) -> list[dt.date]:
    """Ends of periods, evenly spread days between, and the status date."""
    eve = first - dt.timedelta(days=1)
    length = (last - eve).days
    even = {eve + dt.timedelta(days=round(length * step / POINTS)) for step in range(POINTS + 1)}
    return sorted(even | set(period_ends(first, last)) | {max(on, eve)})


def period_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """The last day of each period from the first day to the last: of months, or of more where there are too many."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    step = next(step for step in MONTHS if end - begin < MOST_PERIODS * step)
    # Quarters and years begin in April.
    following = (
        index for index in range(begin + 1, end + 2) if not (index - APRIL) % step or index == end + 1
    )
    return [dt.date(index // 12, index % 12 + 1, 1) - dt.timedelta(days=1) for index in following]


def _first(reading: Reading) -> dt.date:
    return day_of(reading.baseline.start_minute // MINUTES_PER_DAY)


def _last(reading: Reading, on: dt.date) -> dt.date:
    plan = reading.project.planned_finish_minute or 0
    return max(
        day_of((max(reading.baseline.finish_minute, plan) - 1) // MINUTES_PER_DAY), on, _first(reading)
    )


def _end_of(day: dt.date) -> int:
    return (day_number(day) + 1) * MINUTES_PER_DAY


def _own_values(
    reading: Reading, amounts: Amounts, past: Past, *, on: dt.date, is_now: bool
) -> tuple[np.ndarray, ...]:
    """Of each row by itself: budget, planned, earned, actual."""
    progress = reading.progress if is_now else past.progress() * reading.counts
    minutes = reading.minutes if is_now else past.minutes() * reading.is_leaf
    planned = amounts.budget * reading.spans.shares(_end_of(on))
    spent = amounts.per_minute * minutes + amounts.by_progress * progress / 100
    return (
        amounts.budget, planned, amounts.budget * progress / 100,
        spent + (amounts.else_spent if is_now else 0),
    )  # fmt: skip


def _line(reading: Reading, amounts: Amounts, past: Past, days: Sequence[dt.date], own: np.ndarray) -> Line:
    planned = reading.spans.sums(amounts.budget, [_end_of(day) for day in days])
    earned = past.progress_by_day(amounts.budget * reading.counts / 100)
    actual = past.minutes_by_day(amounts.per_minute) + past.progress_by_day(amounts.by_progress / 100)
    # The line ends in the figures that stand beside it.
    earned[-1], actual[-1] = own[2].sum(), own[3].sum()
    return Line(list(days), *([round(each) for each in values] for values in (planned, earned, actual)))


def _with_all_below(reading: Reading, own: np.ndarray) -> np.ndarray:
    """Each row with all below it; what is above comes before."""
    parents = reading.places(reading.parent[: len(own)])
    levels = [0] * len(parents)
    for place, parent in enumerate(parents.tolist()):
        if parent >= 0:
            levels[place] = levels[parent] + 1
    level = np.array(levels, dtype=int)
    sums = own.copy()
    for deep in range(max(levels, default=0), 0, -1):
        places = np.flatnonzero(level == deep)
        np.add.at(sums, parents[places], sums[places])
    return sums


def _value(sums: np.ndarray) -> EarnedValue:
    return EarnedValue(*(round(each) for each in sums.tolist()))
