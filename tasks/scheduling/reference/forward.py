"""Early dates: from the project start, along the links, to the finish of every row.

This and the backward pass touch every link of a plan; they are written flat, with local names and without calls for
what nearly every row needs, because a large plan is recomputed at every keystroke.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from projects.worktime.errors import WorktimeError
from tasks.scheduling.reference.early import NEVER, PROJECT_START, Early, length_of, with_lag
from tasks.scheduling.reference.given import Held
from tasks.scheduling.reference.grid import FROM_START, LAG_SHIFT, TO_FINISH, WITH_LAG, WORKING, Grid
from tasks.scheduling.reference.placing import ask, first_fit, led_away, open_summary, place, span


def pass_forward(  # noqa: C901 - one loop without calls, see above
    grid: Grid, steps: Iterable[int], project_start: int, held: Held, early: Early
) -> None:
    """Early start and finish of every row that the steps name, and what decided them, into ``early``.

    The steps come one after the other and may depend on what those before them found.
    """
    parent, incoming, is_plain, clocks, durations = (
        grid.parent, grid.incoming, grid.is_plain, grid.clocks, grid.durations,
    )  # fmt: skip
    starts, finishes, bounds, drivers, via = (
        early.starts, early.finishes, early.bounds, early.drivers, early.via,
    )  # fmt: skip
    row = 0
    try:
        for row in steps:
            if row < 0:
                span(grid, early, ~row)
                continue
            bound = bounds[parent[row]]
            if bound is None:
                start = finish = NEVER
                driver = finish_driver = PROJECT_START
                through = finish_through = -1
            else:
                start, finish, driver, finish_driver, through, finish_through = bound
            for before, _, code, lag, index in incoming[row]:
                moment = starts[before] if code & FROM_START else finishes[before]
                if code >= WITH_LAG:
                    if code >> LAG_SHIFT == WORKING:
                        moment = grid.rulers[row].add(moment, lag)  # type: ignore[arg-type]  # of minutes
                    else:
                        length = length_of(grid, early, before)
                        moment = with_lag(grid.rulers[row], moment, code >> LAG_SHIFT, lag, length)
                if not code & TO_FINISH:
                    if moment > start:
                        start, driver, through = moment, index, -1
                elif moment > finish:
                    finish, finish_driver, finish_through = moment, index, -1
            if not is_plain[row] or finish != NEVER:
                bound = start, finish, driver, finish_driver, through, finish_through
                if is_plain[row]:
                    starts[row], finishes[row], drivers[row], via[row] = ask(
                        grid, early, row, bound, project_start
                    )
                elif grid.children[row]:
                    open_summary(grid, early, row, bound, project_start)
                else:
                    place(grid, early, row, bound, project_start, held)
                continue
            if start == NEVER:
                start = project_start
            duration = durations[row]
            if not duration:
                # A milestone stays where its predecessor ends, even in a night or on the project's own Sunday start.
                end = start
            else:
                low, high, shifts, ends, worked = clocks[row].table
                if low <= start < high:
                    at = bisect_right(shifts, start) - 1
                    if start >= ends[at]:
                        at += 1
                        start = shifts[at]
                    end = start + duration
                    if end > ends[at]:
                        end += worked[at] - shifts[at]
                        at = bisect_left(worked, end) - 1
                        end += shifts[at] - worked[at]
                        if end > high:
                            start, end = clocks[row].fit(start, duration)
                else:
                    start, end = clocks[row].fit(start, duration)
            if start < project_start and led_away(grid, early, row, project_start):
                start, end = first_fit(grid, row, project_start)
                driver = through = -1
            starts[row], finishes[row], drivers[row], via[row] = start, end, driver, through
    except WorktimeError as error:
        error.task_ids = (grid.tasks[row if row >= 0 else ~row].id,)
        raise
