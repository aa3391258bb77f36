"""What the levelled runs know of people: who is asked for by which row, and what each is busy with.

A person's time is minutes of the clock here. All of their tasks run on one calendar, so that work which lies in the same hours overlaps
and other work does not, whatever nights lie in it.
"""

from typing import NamedTuple

import numpy as np

from tasks.scheduling.compiled import calendars
from tasks.scheduling.compiled.calendars import Tables
from tasks.scheduling.compiled.codes import TICK_SHIFT
from tasks.scheduling.compiled.kernel import Array, kernel, part

FIRST = -(1 << 60)


class Parts(NamedTuple):
    """What is asked of people, by row those from ``first`` to that of the next one; the last fields differ between runs."""

    first: Array
    person: Array
    units: Array
    calendar: Array
    is_whole: Array  # for as long as the task, not for a work of its own
    work: Array
    overtime: Array
    share: Array  # units as the engine has them
    delay: Array
    begin: Array
    end: Array


class Busy(NamedTuple):
    """By person steps of what is used of them: from ``at[person]`` on so many as ``count`` says."""

    capacity: Array
    at: Array
    count: Array
    moment: Array
    used: Array


@part
def added(tables: Tables, calendar: int, moment: int, minutes: int) -> int:
    """Where so much work after a moment is done; all in minutes."""
    return calendars.add(tables, calendar, moment << TICK_SHIFT, minutes << TICK_SHIFT) >> TICK_SHIFT


@part
def worked(tables: Tables, calendar: int, begin: int, end: int) -> int:
    """What is worked from one moment to another; all in minutes."""
    before = calendars.position(tables, calendar, begin << TICK_SHIFT)
    return (calendars.position(tables, calendar, end << TICK_SHIFT) - before) >> TICK_SHIFT


@kernel
def spread(
    tables: Tables,
    parts: Parts,
    row: int,
    start: int,
    finish: int,
    minutes: int,
    planned: int,
    is_whole: bool,
) -> None:
    """Note from when to when each part of a row is worked on that lies so, in minutes; ``is_whole``: all of it."""
    for one in range(parts.first[row], parts.first[row + 1]):
        calendar, begin, end = parts.calendar[one], start, finish
        if not is_whole:
            own = minutes
            if not parts.is_whole[one]:
                work = np.rint(parts.work[one] * (minutes / planned))
                own = parts.delay[one] + int(max(0.0, work - parts.overtime[one]) / parts.share[one] + 0.5)
                begin = added(tables, calendar, start, parts.delay[one])
            begin = calendars.fit(tables, calendar, begin << TICK_SHIFT, 0)[0] >> TICK_SHIFT
            last = calendars.fit(tables, calendar, start << TICK_SHIFT, own << TICK_SHIFT)[1] >> TICK_SHIFT
            end = min(finish, last)
        parts.begin[one] = begin
        parts.end[one] = end if worked(tables, calendar, begin, end) > 0 else begin


@kernel
def step_at(busy: Busy, person: int, moment: int) -> int:
    """The step of a person in which a moment lies."""
    low, high = busy.at[person], busy.at[person] + busy.count[person]
    while low + 1 < high:
        middle = (low + high) >> 1
        if busy.moment[middle] <= moment:
            low = middle
        else:
            high = middle
    return int(low)


@kernel
def cut(busy: Busy, person: int, moment: int) -> int:
    """The step that begins at a moment, which is made where there is none."""
    step = step_at(busy, person, moment)
    if busy.moment[step] == moment:
        return step
    last = busy.at[person] + busy.count[person]
    for place in range(last, step + 1, -1):
        busy.moment[place], busy.used[place] = busy.moment[place - 1], busy.used[place - 1]
    busy.moment[step + 1], busy.used[step + 1] = moment, busy.used[step]
    busy.count[person] += 1
    return step + 1


@kernel
def take(busy: Busy, parts: Parts, row: int) -> None:
    """A row takes its units, whether they are free or not."""
    for one in range(parts.first[row], parts.first[row + 1]):
        if parts.begin[one] >= parts.end[one]:
            continue
        person = parts.person[one]
        first = cut(busy, person, parts.begin[one])
        for step in range(first, cut(busy, person, parts.end[one])):
            busy.used[step] += parts.units[one]


@kernel
def free_from(busy: Busy, parts: Parts, one: int) -> int:
    """When the last step ends in which there is not enough left for a part; before all time where there is none."""
    if parts.begin[one] >= parts.end[one]:
        return FIRST
    person = parts.person[one]
    first, last = busy.at[person], busy.at[person] + busy.count[person] - 1
    step = step_at(busy, person, parts.end[one] - 1)
    while step >= first and (step == last or busy.moment[step + 1] > parts.begin[one]):
        if busy.used[step] + parts.units[one] > busy.capacity[person]:
            return int(busy.moment[step + 1])
        step -= 1
    return FIRST


@kernel
def next_start(tables: Tables, busy: Busy, parts: Parts, row: int, start: int) -> int:
    """The next start of a row worth a try; before all time where all are free."""
    found = FIRST
    for one in range(parts.first[row], parts.first[row + 1]):
        free = free_from(busy, parts, one)
        if free == FIRST:
            continue
        calendar = parts.calendar[one]
        delay = 0 if parts.is_whole[one] else parts.delay[one]
        # No start is earlier at which the part begins when the person is free.
        later = added(tables, calendar, start, worked(tables, calendar, start, free) - delay)
        found = max(found, start + 1, later)
    return found
