"""Late dates: from the project finish back along the links."""

from tasks.scheduling.compiled import clocks
from tasks.scheduling.compiled.codes import (
    FINE,
    FNLT,
    FOREVER,
    FROM_START,
    MFO,
    MSO,
    NOTHING,
    SNLT,
    TO_FINISH,
    WITH_LAG,
)
from tasks.scheduling.compiled.kernel import Array, kernel, part
from tasks.scheduling.compiled.lags import is_summary, moved
from tasks.scheduling.compiled.rows import Net


@kernel
def pass_backward(net: Net, steps: Array, at: int, project_finish: int) -> int:
    """Late dates of every row, from one step of the reversed order on; the step that could not be done, or -1."""
    frame = net.clocks.tables.frame[0]
    for step in range(at, -1, -1):
        row = steps[step]
        if row < 0:
            bound = net.bounds[~row]
            bound.late_start, bound.late_finish = late_bound(net, ~row)
        elif is_summary(net, row):
            span(net, row)
        else:
            place(net, row, project_finish)
        if frame.needs != FINE:
            return step
    return -1


@part
def late_bound(net: Net, row: int) -> tuple[int, int]:
    """Latest start and finish that successors, the summaries above, a deadline and a no-later-than date allow."""
    task = net.rows[row]
    above = net.bounds[task.parent]
    start, finish = above.late_start, above.late_finish
    for number in range(task.first_out, net.rows[row + 1].first_out):
        arrow = net.out[number]
        if net.rows[arrow.other].is_silent:
            continue
        after = net.dates[arrow.other]
        moment = after.late_finish if arrow.code & TO_FINISH else after.late_start
        if arrow.code >= WITH_LAG:
            moment = moved(net, arrow, row, arrow.other, moment, -1)
        if arrow.code & FROM_START:
            start = min(start, moment)
        else:
            finish = min(finish, moment)
    if task.is_plain:
        return start, finish
    if task.deadline != NOTHING:
        finish = min(finish, task.deadline)
    if task.constraint_moment != NOTHING:
        if task.constraint == FNLT:
            finish = min(finish, task.constraint_moment)
        elif task.constraint == SNLT:
            start = min(start, task.constraint_moment)
    return start, finish


@kernel
def span(net: Net, row: int) -> None:
    """A summary is as late as its children."""
    start, finish = FOREVER, -FOREVER
    for number in range(net.rows[row].first_spanned, net.rows[row + 1].first_spanned):
        child = net.dates[net.spanned[number]]
        start, finish = min(start, child.late_start), max(finish, child.late_finish)
    dates = net.dates[row]
    dates.late_start, dates.late_finish = start, finish


@part
def place(net: Net, row: int, project_finish: int) -> None:
    """As late as possible under its late bound."""
    task, dates = net.rows[row], net.dates[row]
    if task.is_done:
        dates.late_start, dates.late_finish = dates.start, dates.finish
        return
    start, finish = late_bound(net, row)
    last = project_finish
    if net.settings[0].ends_own_path and start == FOREVER and finish == FOREVER:
        last = dates.finish
    if task.constraint_moment != NOTHING and net.settings[0].honors_constraints:
        if task.constraint == MSO:
            start, finish = task.constraint_moment, FOREVER
        elif task.constraint == MFO:
            start, finish = FOREVER, task.constraint_moment
    finish = min(finish, last)
    if task.duration == 0:
        # A milestone's late date is its successor's late start, not the end of the shift before.
        begin = finish = min(start, finish)
    else:
        begin, finish = clocks.fit_back(net.clocks, row, finish, task.duration)
        if start < begin:
            begin, finish = clocks.fit(net.clocks, row, start, task.duration)
    if task.has_begun:
        begin = dates.start
    dates.late_start, dates.late_finish = begin, finish
