"""Dates that are not computed, and the pauses of split tasks."""

from typing import NamedTuple

from tasks.scheduling.compiled import clocks
from tasks.scheduling.compiled.codes import (
    AS_IT_WAS,
    BY_HAND,
    FINE,
    NOT_GIVEN,
    NOTHING,
    PINNED,
    TICK_SHIFT,
)
from tasks.scheduling.compiled.kernel import Array, kernel
from tasks.scheduling.compiled.lags import is_summary
from tasks.scheduling.compiled.rows import Net


class GivenColumns(NamedTuple):
    """What the rows of some tasks say of their dates; moments and lengths in ticks."""

    row: Array
    is_pinned: Array
    is_manual: Array
    start: Array
    finish: Array
    actual_start: Array
    actual_finish: Array
    percent: Array
    done: Array
    remaining: Array
    stop: Array
    resume: Array


@kernel
def give(net: Net, facts: GivenColumns, status: int) -> bool:
    """The dates that tasks bring along; whether the tables were large enough."""
    for place in range(len(facts.row)):
        row = facts.row[place]
        task = net.rows[row]
        if not is_summary(net, row):
            task.given, task.given_start, finish = dates_of(net, facts, place, row, status)
            task.given_finish = max(task.given_start, finish)
        elif facts.is_manual[place] and facts.start[place] != NOTHING and facts.finish[place] != NOTHING:
            task.given, task.given_start, task.given_finish = BY_HAND, facts.start[place], facts.finish[place]
    return bool(net.clocks.tables.frame[0].needs == FINE)


@kernel
def dates_of(net: Net, facts: GivenColumns, place: int, row: int, status: int) -> tuple[int, int, int]:
    """Actual dates win over everything but a pin."""
    start, finish = facts.start[place], facts.finish[place]
    has_both = start != NOTHING and finish != NOTHING
    has_begun = facts.actual_start[place] != NOTHING
    if facts.is_pinned[place] and has_both:
        if facts.is_manual[place]:
            return BY_HAND, start, finish
        return AS_IT_WAS if has_begun else PINNED, start, finish
    if has_begun:
        return AS_IT_WAS, facts.actual_start[place], finish_of(net, facts, place, row, status)
    if not facts.is_manual[place] or (start == NOTHING and finish == NOTHING):
        return NOT_GIVEN, 0, 0
    if start == NOTHING:
        start = clocks.subtract(net.clocks, row, finish, net.rows[row].length)
    elif finish == NOTHING:
        finish = clocks.add(net.clocks, row, start, net.rows[row].length)
    return BY_HAND, start, finish


@kernel
def finish_of(net: Net, facts: GivenColumns, place: int, row: int, status: int) -> int:
    """What is done stays; what remains goes on at ``resume`` or the status date, never before the done part stopped."""
    start, length = facts.actual_start[place], net.rows[row].length
    if facts.actual_finish[place] != NOTHING:
        return int(facts.actual_finish[place])
    if facts.percent[place] >= 100 or length == 0:
        return clocks.add(net.clocks, row, start, length)
    done = facts.done[place]
    if done == 0:
        done = (length >> TICK_SHIFT) * facts.percent[place] // 100 << TICK_SHIFT
    remaining = facts.remaining[place]
    if remaining == NOTHING:
        remaining = max(0, length - done)
    stop = facts.stop[place]
    if stop == NOTHING:
        stop = clocks.add(net.clocks, row, start, done)
    resume = facts.resume[place]
    if resume == NOTHING:
        resume = status
    resume = stop if resume == NOTHING else max(resume, stop)
    if remaining == 0:
        return int(stop)
    return clocks.fit(net.clocks, row, resume, remaining)[1]


@kernel
def pause(net: Net, rows: Array, begins: Array, ends: Array) -> bool:
    """Add the working time between the pieces of split tasks; whether the tables were large enough."""
    for row in rows:
        net.rows[row].duration = net.rows[row].length
    for place in range(len(rows)):
        row = rows[place]
        net.rows[row].duration += max(0, clocks.between(net.clocks, row, begins[place], ends[place]))
    return bool(net.clocks.tables.frame[0].needs == FINE)
