"""Early dates: from the project start, along the links, to the finish of every row."""

from tasks.scheduling.compiled import clocks
from tasks.scheduling.compiled.codes import (
    BY_CHILDREN,
    BY_LEVELING,
    CONSTRAINT,
    FINE,
    FNET,
    FROM_START,
    HOPELESS,
    NEVER,
    NOT_GIVEN,
    NOTHING,
    OTHER,
    PROJECT_START,
    SNET,
    TO_FINISH,
    WITH_LAG,
)
from tasks.scheduling.compiled.constraints import hold_early, settled
from tasks.scheduling.compiled.kernel import Array, kernel, part
from tasks.scheduling.compiled.lags import is_summary, moved
from tasks.scheduling.compiled.rows import Net

EarlyBound = tuple[int, int, int, int, int, int]
"""What is asked of a row: earliest start and finish, what drives each, and through which summary (or -1)."""


@kernel
def pass_forward(net: Net, steps: Array, at: int, project_start: int, first: int, last: int) -> int:
    """Early dates of every row, from one step on; the step that could not be done, or how many there are.

    No date may lie before the first or after the last moment that there is.
    """
    frame = net.clocks.tables.frame[0]
    for step in range(at, len(steps)):
        row = steps[step]
        if row < 0:
            row = ~row
            span(net, row)
        elif is_summary(net, row):
            open_summary(net, row, project_start)
            if frame.needs != FINE:
                return step
            continue
        else:
            place(net, row, project_start)
        if frame.needs != FINE:
            return step
        if net.dates[row].start < first or net.dates[row].finish > last:
            frame.needs = HOPELESS
            return step
    return len(steps)


@part
def asked_of(net: Net, row: int) -> EarlyBound:
    """What the links into a row ask of it, and those into its summaries."""
    task = net.rows[row]
    bound = net.bounds[task.parent]
    start, finish, driver = bound.start, bound.finish, bound.driver
    finish_driver, via, finish_via = bound.finish_driver, bound.via, bound.finish_via
    for number in range(task.first_in, net.rows[row + 1].first_in):
        arrow = net.into[number]
        before = net.dates[arrow.other]
        moment = before.start if arrow.code & FROM_START else before.finish
        if arrow.code >= WITH_LAG:
            moment = moved(net, arrow, arrow.other, row, moment, 1)
        if not arrow.code & TO_FINISH:
            if moment > start:
                start, driver, via = moment, arrow.index, -1
        elif moment > finish:
            finish, finish_driver, finish_via = moment, arrow.index, -1
    return start, finish, driver, finish_driver, via, finish_via


@kernel
def dated(net: Net, row: int, bound: EarlyBound) -> EarlyBound:
    """The bound with a date before which the row may not start or finish."""
    start, finish, driver, finish_driver, via, finish_via = bound
    task = net.rows[row]
    moment = task.constraint_moment
    if moment != NOTHING:
        if task.constraint == SNET and moment > start:
            return moment, finish, CONSTRAINT, finish_driver, -1, finish_via
        if task.constraint == FNET and moment > finish:
            return start, moment, driver, CONSTRAINT, via, -1
    return bound


@kernel
def open_summary(net: Net, row: int, project_start: int) -> None:
    """Remember what the links into a summary, and its own date, ask of its children."""
    start, finish, driver, finish_driver, via, finish_via = dated(net, row, asked_of(net, row))
    if start != NEVER or finish != NEVER:
        via = row if via < 0 else via
        finish_via = row if finish_via < 0 else finish_via
    bound = net.bounds[row]
    bound.start, bound.driver, bound.via = start, driver, via
    bound.finish, bound.finish_driver, bound.finish_via = finish, finish_driver, finish_via
    bound.has_predecessor, bound.is_before = reach(net, row, project_start)


@part
def place(net: Net, row: int, project_start: int) -> None:
    """Where a row lies, and why."""
    task, dates = net.rows[row], net.dates[row]
    dates.sets_finish = dates.is_wanted = False
    if task.given != NOT_GIVEN:
        dates.start, dates.finish = task.given_start, task.given_finish
        dates.driver, dates.via, dates.other = OTHER, -1, task.given
        return
    bound = asked_of(net, row)
    if not task.is_plain:
        bound = dated(net, row, bound)
    start, finish, driver, via = ask(net, row, bound, project_start)
    if not task.is_plain:
        if task.delay != 0:
            start, finish = delayed(net, row, start)
            driver, dates.other = OTHER, BY_LEVELING
        is_held, held_start, held_finish = hold_early(net, row, start, finish)
        if is_held:
            if held_start < start and driver != PROJECT_START:
                dates.is_wanted, dates.wanted_start, dates.wanted_finish = True, start, finish
            start, finish, driver, via = held_start, held_finish, CONSTRAINT, -1
    dates.start, dates.finish, dates.driver, dates.via = start, finish, driver, via


@part
def ask(net: Net, row: int, bound: EarlyBound, project_start: int) -> tuple[int, int, int, int]:
    """Where links and dates let a row lie: start, finish, what drives it, and through which summary."""
    asked, wanted_finish, driver, finish_driver, via, finish_via = bound
    if asked == NEVER and wanted_finish == NEVER:
        asked = project_start
    start, finish = first_fit(net, row, asked)
    if finish < wanted_finish:
        free_start, free_finish = start, finish
        start, finish = to_finish(net, row, start, wanted_finish)
        if start != free_start or finish != free_finish:
            driver, via = finish_driver, finish_via
            net.dates[row].sets_finish = True
    if start < project_start:
        # Only a lead, or a link to the finish, reaches before the project start; where a predecessor itself lies
        # before it (its own date says so), its followers may lie there too.
        has_predecessor, is_before = reach(net, row, project_start)
        if has_predecessor and not is_before:
            start, finish = first_fit(net, row, project_start)
            driver = via = PROJECT_START
    return start, finish, driver, via


@part
def first_fit(net: Net, row: int, moment: int) -> tuple[int, int]:
    """The first place at or after a moment; a milestone is never moved into working time."""
    duration = net.rows[row].duration
    if duration == 0 or moment == NEVER:
        return moment, moment
    return clocks.fit(net.clocks, row, moment, duration)


@kernel
def to_finish(net: Net, row: int, begin: int, finish: int) -> tuple[int, int]:
    """Finish exactly there and begin as much earlier as the work takes, but not before ``begin``."""
    task = net.rows[row]
    if task.duration == 0:
        return finish, finish
    end = settled(net, row, finish)
    return max(begin, clocks.subtract(net.clocks, row, end, task.duration)), end


@kernel
def reach(net: Net, row: int, project_start: int) -> tuple[bool, bool]:
    """Whether a row has predecessors, and whether one of them lies before the project start; summaries included."""
    task = net.rows[row]
    bound = net.bounds[task.parent]
    has_predecessor, is_before = bound.has_predecessor, bound.is_before
    for number in range(task.first_in, net.rows[row + 1].first_in):
        has_predecessor = True
        is_before = is_before or net.dates[net.into[number].other].start < project_start
    return has_predecessor, is_before


@kernel
def delayed(net: Net, row: int, start: int) -> tuple[int, int]:
    """Later by a delay for the sake of a resource."""
    task = net.rows[row]
    if task.delay_is_elapsed:
        return first_fit(net, row, start + task.delay)
    return first_fit(net, row, clocks.add(net.clocks, row, start, task.delay))


@kernel
def span(net: Net, row: int) -> None:
    """A summary reaches from its first child to its last one."""
    task, dates, rows = net.rows[row], net.dates[row], net.rows
    dates.driver = OTHER
    if task.given != NOT_GIVEN:
        dates.start, dates.finish, dates.other = task.given_start, task.given_finish, task.given
        return
    first = last = net.spanned[task.first_spanned]
    for number in range(task.first_spanned, rows[row + 1].first_spanned):
        child = net.spanned[number]
        gain = net.dates[first].start - net.dates[child].start
        if gain > 0 or (gain == 0 and rows[child].id < rows[first].id):
            first = child
        gain = net.dates[child].finish - net.dates[last].finish
        if gain > 0 or (gain == 0 and rows[child].id < rows[last].id):
            last = child
    dates.start, dates.finish = net.dates[first].start, net.dates[last].finish
    dates.other, dates.first, dates.last = BY_CHILDREN, first, last
