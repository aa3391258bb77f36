"""How far a row may slip: without moving the project, without moving a successor."""

from tasks.scheduling.compiled import calendars
from tasks.scheduling.compiled.codes import (
    FINE,
    FOREVER,
    FROM_START,
    LAG_SHIFT,
    ON_THE_CLOCK,
    TO_FINISH,
    WITH_LAG,
    WORKING,
)
from tasks.scheduling.compiled.kernel import Array, kernel, part
from tasks.scheduling.compiled.lags import length_of, moved
from tasks.scheduling.compiled.rows import Net


@kernel
def measure(net: Net, project_finish: int) -> bool:
    """Positions, lengths, total and free slack of all rows; whether the tables were large enough."""
    tables, dates = net.clocks.tables, net.dates
    for row in range(len(dates)):
        task, found = net.rows[row], dates[row]
        found.finish_position = calendars.position(tables, task.ruler, found.finish)
        if task.is_plain and task.clock == task.ruler:
            found.start_position = found.finish_position - task.duration
        else:
            found.start_position = calendars.position(tables, task.ruler, found.start)
    for row in range(len(dates)):
        found = dates[row]
        found.length = length_of(net, row)
        found.total = total_of(net, row)
        found.free = 0 if found.total <= 0 else free_of(net, row, project_finish)
    return bool(tables.frame[0].needs == FINE)


@part
def total_of(net: Net, row: int) -> int:
    """The smaller of what start and finish have; the finish alone once work has begun."""
    task, dates, tables = net.rows[row], net.dates[row], net.clocks.tables
    if not task.is_plain:
        return smaller(net, row)
    by_finish = 0
    if dates.late_finish != dates.finish:
        by_finish = calendars.position(tables, task.ruler, dates.late_finish) - dates.finish_position
    if task.clock == task.ruler:
        return by_finish
    by_start = 0
    if dates.late_start != dates.start:
        by_start = calendars.position(tables, task.ruler, dates.late_start) - dates.start_position
    return min(by_finish, by_start)


@kernel
def smaller(net: Net, row: int) -> int:
    """Of a row that has more than links and calendars."""
    task, dates = net.rows[row], net.dates[row]
    if task.is_done:
        return 0
    start, finish = dates.start, dates.finish
    if dates.is_wanted:
        start, finish = dates.wanted_start, dates.wanted_finish
    by_finish = between(net, row, finish, dates.late_finish)
    if task.has_begun:
        return by_finish
    return min(by_finish, between(net, row, start, dates.late_start))


@part
def between(net: Net, row: int, start: int, finish: int) -> int:
    """Slack is counted as the duration is: on the clock for elapsed durations."""
    task, tables = net.rows[row], net.clocks.tables
    if task.is_elapsed:
        return finish - start
    return calendars.position(tables, task.ruler, finish) - calendars.position(tables, task.ruler, start)


@part
def free_of(net: Net, row: int, project_finish: int) -> int:
    """To the nearest successor, or to the project finish where there is none; never more than the total slack."""
    task, dates = net.rows[row], net.dates[row]
    least = FOREVER
    for number in range(task.first_out, net.rows[row + 1].first_out):
        arrow = net.out[number]
        after = net.rows[arrow.other]
        if not after.is_active:
            continue
        if after.ruler == task.ruler and task.clock != ON_THE_CLOCK and arrow.code >> LAG_SHIFT <= WORKING:
            # On one ruler a gap is a difference of positions, and a lag in working time a part of it.
            there = net.dates[arrow.other]
            gap = there.finish_position if arrow.code & TO_FINISH else there.start_position
            gap -= int(arrow.lag) + (
                dates.start_position if arrow.code & FROM_START else dates.finish_position
            )
        else:
            gap = gap_of(net, row, arrow)
        least = min(least, gap)
    if least == FOREVER:
        least = between(net, row, dates.finish, project_finish)
    return int(min(max(least, 0), dates.total))


@kernel
def gap_of(net: Net, row: int, arrow: Array) -> int:
    """Measured from where the lag ends, so that a lag that ends in a night leaves no slack behind."""
    dates, there = net.dates[row], net.dates[arrow.other]
    moment = dates.start if arrow.code & FROM_START else dates.finish
    if arrow.code >= WITH_LAG:
        moment = moved(net, arrow, row, arrow.other, moment, 1)
    return between(net, row, moment, there.finish if arrow.code & TO_FINISH else there.start)
