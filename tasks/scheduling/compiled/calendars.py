"""Arithmetic on working time over tables; the same questions and answers as those of ``WorkingTime``.

A question beyond a table gets any answer, and what is missing is noted: the pass stops at that row, and goes on there with
larger tables.
"""

from typing import NamedTuple

import numpy as np

from tasks.scheduling.compiled.codes import DAY, FINE, MORE_TO_THE_LEFT, MORE_TO_THE_RIGHT
from tasks.scheduling.compiled.kernel import Array, kernel, part

SHIFT = np.dtype([("start", "i8"), ("end", "i8"), ("before", "i8")], align=True)
"""A stretch of work, and what is worked before it."""
CALENDAR = np.dtype([("first", "i8"), ("total", "i8")], align=True)
"""Where the shifts of a calendar begin, and what is worked in all of them."""
FRAME = np.dtype(
    [("low", "i8"), ("high", "i8"), ("days", "i8"), ("needs", "i8"), ("moment", "i8")], align=True
)
"""From when to when the tables reach; what a pass found missing, and the moment it missed it for."""


class Tables(NamedTuple):
    """The shifts of all calendars from one day to another."""

    shifts: Array  # of SHIFT, those of one calendar after those of another
    calendars: Array  # of CALENDAR, and one more
    days: Array  # by calendar and day: the last shift that begins no later than midnight, or the one before the first
    frame: Array  # one FRAME


@kernel
def need(tables: Tables, what: int, moment: int) -> None:
    """Note the first thing that is missing."""
    frame = tables.frame[0]
    if frame.needs == FINE:
        frame.needs = what
        frame.moment = moment


@part
def is_inside(tables: Tables, moment: int) -> bool:
    """Whether the tables know a moment and what comes right after it."""
    if moment < tables.frame[0].low:
        need(tables, MORE_TO_THE_LEFT, moment)
        return False
    if moment >= tables.frame[0].high:
        need(tables, MORE_TO_THE_RIGHT, moment)
        return False
    return True


@part
def shift_at(tables: Tables, calendar: int, moment: int) -> int:
    """The last shift that begins no later than a moment inside of the tables, or the one before the first."""
    frame, last = tables.frame[0], tables.calendars[calendar + 1].first
    day = (moment - frame.low) // DAY
    at = tables.days[calendar * frame.days + day]
    while at + 1 < last and tables.shifts[at + 1].start <= moment:
        at += 1
    return int(at)


@kernel
def shift_from(tables: Tables, calendar: int, at: int, worked: int) -> int:
    """The last shift with no more than so much work before it, in ever wider steps from one with as much or less."""
    low, high, step = at, tables.calendars[calendar + 1].first, 1
    while low + step < high and tables.shifts[low + step].before <= worked:
        low += step
        step += step
    high = min(high, low + step)
    while low + 1 < high:
        middle = (low + high) >> 1
        if tables.shifts[middle].before <= worked:
            low = middle
        else:
            high = middle
    return low


@kernel
def shift_down_from(tables: Tables, calendar: int, at: int, worked: int) -> int:
    """The same from one with more work before it."""
    high, low, step = at, tables.calendars[calendar].first, 1
    while high - step > low and tables.shifts[high - step].before > worked:
        high -= step
        step += step
    low = max(low, high - step)
    while low + 1 < high:
        middle = (low + high) >> 1
        if tables.shifts[middle].before <= worked:
            low = middle
        else:
            high = middle
    return int(low)


@part
def position(tables: Tables, calendar: int, moment: int) -> int:
    """What is worked up to a moment."""
    if not is_inside(tables, moment):
        return 0
    at = shift_at(tables, calendar, moment)
    if at < tables.calendars[calendar].first:
        return 0
    shift = tables.shifts[at]
    return int(shift.before + min(moment, shift.end) - shift.start)


@kernel
def moment_after(tables: Tables, calendar: int, at: int, worked: int) -> int:
    """The earliest moment with so much work before it, which is more than there is before shift ``at``."""
    if worked > tables.calendars[calendar].total:
        need(tables, MORE_TO_THE_RIGHT, tables.frame[0].high)
        return int(tables.frame[0].high)
    shift = tables.shifts[shift_from(tables, calendar, at, worked - 1)]
    return int(shift.start + worked - shift.before)


@kernel
def moment_before(tables: Tables, calendar: int, at: int, worked: int) -> int:
    """The latest moment with so much work before it, which is less than there is before the end of shift ``at``."""
    if worked < 0 or at < tables.calendars[calendar].first:
        need(tables, MORE_TO_THE_LEFT, tables.frame[0].low - 1)
        return int(tables.frame[0].low)
    shift = tables.shifts[at]
    if shift.before > worked:
        shift = tables.shifts[shift_down_from(tables, calendar, at, worked)]
    return int(shift.start + worked - shift.before)


@part
def fit(tables: Tables, calendar: int, moment: int, ticks: int) -> tuple[int, int]:
    """Begin at or after a moment and work so long."""
    if not is_inside(tables, moment):
        return moment, moment
    at = shift_at(tables, calendar, moment)
    start = moment
    if at < tables.calendars[calendar].first or moment >= tables.shifts[at].end:
        at += 1
        if at == tables.calendars[calendar + 1].first:
            need(tables, MORE_TO_THE_RIGHT, tables.frame[0].high)
            return moment, moment
        start = tables.shifts[at].start
    shift = tables.shifts[at]
    if start + ticks <= shift.end:
        return start, start + ticks
    return start, moment_after(tables, calendar, at, shift.before + start - shift.start + ticks)


@part
def fit_back(tables: Tables, calendar: int, moment: int, ticks: int) -> tuple[int, int]:
    """Be done at or before a moment after so much work."""
    if not is_inside(tables, moment - 1):
        return moment, moment
    at = shift_at(tables, calendar, moment - 1)
    if at < tables.calendars[calendar].first:
        need(tables, MORE_TO_THE_LEFT, tables.frame[0].low - 1)
        return moment, moment
    shift = tables.shifts[at]
    finish = min(moment, shift.end)
    if finish - ticks >= shift.start:
        return finish - ticks, finish
    return moment_before(tables, calendar, at, shift.before + finish - shift.start - ticks), finish


@kernel
def add(tables: Tables, calendar: int, moment: int, ticks: int) -> int:
    """Where so much work after a moment is done, or before it where there is less than nothing to add."""
    if ticks == 0 or not is_inside(tables, moment):
        return moment
    worked = position(tables, calendar, moment) + ticks
    at = shift_at(tables, calendar, moment)
    if ticks < 0:
        return moment_before(tables, calendar, at, worked)
    return moment_after(tables, calendar, max(at, tables.calendars[calendar].first), worked)


@kernel
def settled(tables: Tables, calendar: int, moment: int) -> int:
    """Where an exact finish stays: anywhere in a shift, its beginning included; else at the end of the last one."""
    if fit(tables, calendar, moment, 0)[0] == moment:
        return moment
    return fit_back(tables, calendar, moment, 0)[1]


@kernel
def index_days(tables: Tables) -> None:
    """Note for every day of each calendar the last shift that begins no later than its midnight."""
    frame = tables.frame[0]
    for calendar in range(len(tables.calendars) - 1):
        at, last = tables.calendars[calendar].first - 1, tables.calendars[calendar + 1].first
        for day in range(frame.days):
            while at + 1 < last and tables.shifts[at + 1].start <= frame.low + day * DAY:
                at += 1
            tables.days[calendar * frame.days + day] = at
