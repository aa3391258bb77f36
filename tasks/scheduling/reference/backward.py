"""Late dates: from the project finish back along the links. As flat as the forward pass, and for the same reason."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from projects.worktime.calendar import WorkingTime
from projects.worktime.errors import WorktimeError
from tasks.scheduling.network import Task
from tasks.scheduling.reference.early import FOREVER, Early, length_of, share_of
from tasks.scheduling.reference.grid import (
    ELAPSED,
    FROM_START,
    LAG_SHIFT,
    PERCENT,
    TO_FINISH,
    WITH_LAG,
    WORKING,
    Grid,
)

LateBound = tuple[int, int]
"""Latest start and latest finish."""

OPEN: LateBound = (FOREVER, FOREVER)


@dataclass(slots=True)
class LateDates:
    """By row. The bounds are those of summaries, with one more entry for the rows at the top."""

    starts: list[int]
    finishes: list[int]
    bounds: list[LateBound]


def never_late(count: int) -> LateDates:
    """For so many rows."""
    nowhere = [0] * count
    return LateDates(nowhere, nowhere[:], [OPEN] * (count + 1))


def without_lag(ruler: WorkingTime, moment: int, kind: int, lag: float, duration: int) -> int:
    """A successor's moment moved back by the lag."""
    if kind == WORKING:
        return ruler.subtract(moment, int(lag))
    if kind == ELAPSED:
        return moment - int(lag)
    minutes = share_of(duration, lag)
    return ruler.subtract(moment, minutes) if kind == PERCENT else moment - minutes


def pass_backward(  # noqa: C901 - one loop without calls, see above
    grid: Grid, steps: Iterable[int], early: Early, project_finish: int, late: LateDates
) -> None:
    """Late start and finish of every row that the steps name, last ones first, into ``late``."""
    parent, children, outgoing, is_plain, is_silent, clocks, durations, rulers = (
        grid.parent, grid.children, grid.outgoing, grid.is_plain, grid.is_silent, grid.clocks, grid.durations,
        grid.rulers,
    )  # fmt: skip
    starts, finishes, bounds = late.starts, late.finishes, late.bounds
    # With several critical paths a row that no other waits for ends a path of its own.
    ends_own_path = grid.project.multiple_critical_paths
    row = step = 0
    try:
        for step in steps:
            row = step
            if step < 0:
                row = ~step
            elif children[row]:
                _span(grid, late, row)
                continue
            start, finish = bounds[parent[row]]
            for _, after, code, lag, _ in outgoing[row]:
                if is_silent[after]:
                    continue
                moment = finishes[after] if code & TO_FINISH else starts[after]
                if code >= WITH_LAG:
                    length = length_of(grid, early, row) if code >> LAG_SHIFT >= PERCENT else 0
                    moment = without_lag(rulers[after], moment, code >> LAG_SHIFT, lag, length)
                if not code & FROM_START:
                    if moment < finish:
                        finish = moment
                elif moment < start:
                    start = moment
            if step < 0:
                bounds[row] = _capped(grid.tasks[row], start, finish)
                continue
            if not is_plain[row]:
                start, finish = _capped(grid.tasks[row], start, finish)
                last = early.finishes[row] if ends_own_path and start == finish == FOREVER else project_finish
                _place(grid, early, late, row, start, finish, last)
                continue
            if finish > project_finish:
                finish = (
                    early.finishes[row] if ends_own_path and start == finish == FOREVER else project_finish
                )
            duration = durations[row]
            if not duration:
                # A milestone's late date is its successor's late start, not the end of the shift before.
                starts[row] = finishes[row] = min(finish, start)
                continue
            low, high, shifts, ends, worked = clocks[row].table
            if low < finish <= high:
                at = bisect_left(shifts, finish) - 1
                if finish > ends[at]:
                    finish = ends[at]
                begin = finish - duration
                if begin < shifts[at]:
                    begin += worked[at] - shifts[at]
                    if begin < worked[0]:
                        begin, finish = clocks[row].fit_back(finish, duration)
                    else:
                        at = bisect_right(worked, begin) - 1
                        begin += shifts[at] - worked[at]
            else:
                begin, finish = clocks[row].fit_back(finish, duration)
            if start < begin:
                begin, finish = clocks[row].fit(start, duration)
            starts[row], finishes[row] = begin, finish
    except WorktimeError as error:
        error.task_ids = (grid.tasks[row].id,)
        raise


def _span(grid: Grid, late: LateDates, row: int) -> None:
    rows = grid.spans[row]
    late.starts[row] = min([late.starts[child] for child in rows])
    late.finishes[row] = max([late.finishes[child] for child in rows])


def _capped(task: Task, start: int, finish: int) -> LateBound:
    """The bound with the row's own deadline and no-later-than date."""
    if task.deadline_minute is not None:
        finish = min(finish, task.deadline_minute)
    if task.constraint_minute is not None:
        if task.constraint_type == "FNLT":
            finish = min(finish, task.constraint_minute)
        elif task.constraint_type == "SNLT":
            start = min(start, task.constraint_minute)
    return start, finish


def _place(grid: Grid, early: Early, late: LateDates, row: int, start: int, finish: int, last: int) -> None:
    """A row with dates, constraints or actuals of its own."""
    if grid.is_done[row]:
        late.starts[row], late.finishes[row] = early.starts[row], early.finishes[row]
        return
    task = grid.tasks[row]
    clock, duration = grid.clocks[row], grid.durations[row]
    if task.constraint_minute is not None and grid.project.honors_constraints:
        if task.constraint_type == "MSO":
            start, finish = task.constraint_minute, FOREVER
        elif task.constraint_type == "MFO":
            start, finish = FOREVER, task.constraint_minute
    finish = min(finish, last)
    if duration:
        begin, finish = clock.fit_back(finish, duration)
        if start < begin:
            begin, finish = clock.fit(start, duration)
    else:
        begin = finish = min(start, finish)
    if task.actual_start_minute is not None:
        begin = early.starts[row]
    late.starts[row], late.finishes[row] = begin, finish
