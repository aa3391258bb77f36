"""Columns into the records of the kernels, and back: one walk over the rows instead of one a column."""

from typing import Any, NamedTuple

import numpy as np

from tasks.scheduling.columns import FIELDS, TaskColumns
from tasks.scheduling.compiled.codes import (
    ASAP,
    BY_CHILDREN,
    CONSTRAINT,
    MANUAL_MODE,
    NOT_GIVEN,
    NOTHING,
    OTHER,
    TICK_SHIFT,
    TICKS,
)
from tasks.scheduling.compiled.kernel import Array, kernel
from tasks.scheduling.compiled.rows import Net
from tasks.scheduling.plan import CODE_OF_KIND

PROJECT_START_KIND = CODE_OF_KIND["project_start"]
PREDECESSOR, PARENT_PREDECESSOR = CODE_OF_KIND["predecessor"], CODE_OF_KIND["parent_predecessor"]
OWN_CONSTRAINT, PARENT_CONSTRAINT = CODE_OF_KIND["constraint"], CODE_OF_KIND["parent_constraint"]


class Said(NamedTuple):
    """What tasks say themselves, in minutes."""

    id: Array
    duration_minutes: Array
    constraint_type: Array
    constraint_minute: Array
    deadline_minute: Array
    leveling_delay_minutes: Array
    leveling_delay_is_elapsed: Array
    actual_start_minute: Array
    actual_finish_minute: Array
    is_active: Array
    is_elapsed: Array
    is_pinned: Array
    mode: Array


def said_by(tasks: TaskColumns) -> Said:
    """The columns as kernels take them, wherever they were made."""
    return Said(
        *(np.require(getattr(tasks, name), FIELDS[TaskColumns][name], ("C", "W")) for name in Said._fields)
    )


@kernel
def fill_rows(rows: Array, said: Said) -> None:
    """All that rows hold of their tasks; a row is plain until it turns out to have children."""
    for number in range(len(said.id)):
        row = rows[number]
        row.id, row.given = said.id[number], NOT_GIVEN
        row.length = row.duration = said.duration_minutes[number] * TICKS
        row.constraint = said.constraint_type[number]
        row.constraint_moment = ticks_of(said.constraint_minute[number])
        row.deadline = ticks_of(said.deadline_minute[number])
        row.delay = said.leveling_delay_minutes[number] * TICKS
        row.delay_is_elapsed = said.leveling_delay_is_elapsed[number]
        row.is_active, row.is_elapsed = said.is_active[number], said.is_elapsed[number]
        row.has_begun = said.actual_start_minute[number] != NOTHING
        row.is_done = row.is_silent = said.actual_finish_minute[number] != NOTHING
        row.is_plain = not (
            row.constraint != ASAP
            or row.deadline != NOTHING
            or said.is_pinned[number]
            or said.mode[number] == MANUAL_MODE
            or row.has_begun
            or row.is_done
            or row.delay != 0
            or row.is_elapsed
        )


@kernel
def ticks_of(minute: int) -> int:
    """Ticks, or nothing."""
    return minute if minute == NOTHING else minute * TICKS


@kernel
def fill_arrows(arrows: Array, number: Array, other: Array, code: Array, lag: Array) -> None:
    """The links in the order of the rows at one end."""
    for place in range(len(number)):
        arrow, link = arrows[place], number[place]
        arrow.other, arrow.code, arrow.lag, arrow.index = other[link], code[link], lag[link], link


@kernel
def last_finish(net: Net, start: int) -> int:
    """The largest early finish of what is active; the start where nothing is."""
    found, is_any = start, False
    for row in range(len(net.dates)):
        if net.rows[row].is_active and (not is_any or net.dates[row].finish > found):
            found, is_any = net.dates[row].finish, True
    return found


class RowAnswers(NamedTuple):
    """The answer by row; the fields of ``ScheduledColumns``."""

    start: Array
    finish: Array
    late_start: Array
    late_finish: Array
    total_slack: Array
    free_slack: Array
    duration_minutes: Array
    driver_task_id: Array
    driver_via_id: Array
    driver_link_index: Array
    is_critical: Array
    driver_sets_finish: Array
    driver_kind: Array


def nothing_found(count: int) -> RowAnswers:
    """For so many rows."""
    kinds: list[Any] = [np.int64] * 10 + [np.bool_, np.bool_, np.int8]
    return RowAnswers(*(np.empty(count, kind) for kind in kinds))


@kernel
def read_out(net: Net, predecessor_id: Array, limit: int, found: RowAnswers) -> None:
    """What the passes found out, in whole minutes and in ids."""
    for row in range(len(net.dates)):
        dates = net.dates[row]
        found.start[row], found.finish[row] = minutes_of(dates.start), minutes_of(dates.finish)
        found.late_start[row] = minutes_of(dates.late_start)
        found.late_finish[row] = minutes_of(dates.late_finish)
        found.total_slack[row], found.free_slack[row] = minutes_of(dates.total), minutes_of(dates.free)
        found.duration_minutes[row] = minutes_of(dates.length)
        found.is_critical[row] = found.total_slack[row] <= limit and not net.rows[row].is_done
        explain(net, predecessor_id, row, found)


@kernel
def minutes_of(ticks: int) -> int:
    """The nearest whole minute, half up."""
    return (ticks + TICKS // 2) >> TICK_SHIFT


@kernel
def explain(net: Net, predecessor_id: Array, row: int, found: RowAnswers) -> None:
    """What drives a row."""
    dates, rows = net.dates[row], net.rows
    kind, task_id, via_id, index = PROJECT_START_KIND, NOTHING, NOTHING, NOTHING
    if dates.driver >= 0 or dates.driver == CONSTRAINT:
        is_link, is_through = dates.driver >= 0, dates.via >= 0
        if is_link:
            index, task_id = dates.driver, predecessor_id[dates.driver]
            kind = PARENT_PREDECESSOR if is_through else PREDECESSOR
        else:
            kind = PARENT_CONSTRAINT if is_through else OWN_CONSTRAINT
        if is_through:
            via_id = rows[dates.via].id
    elif dates.driver == OTHER:
        kind = dates.other
        if kind == BY_CHILDREN:
            task_id, via_id = rows[dates.first].id, rows[dates.last].id
    found.driver_kind[row], found.driver_task_id[row], found.driver_via_id[row] = kind, task_id, via_id
    found.driver_link_index[row] = index
    found.driver_sets_finish[row] = dates.sets_finish and index != NOTHING
