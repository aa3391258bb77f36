"""How far a row may slip: without moving the project, without moving a successor."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.scheduling.reference.backward import LateDates
from tasks.scheduling.reference.clocks import ELAPSED, Clock
from tasks.scheduling.reference.early import FOREVER, Early, length_of, with_lag
from tasks.scheduling.reference.grid import FROM_START, LAG_SHIFT, TO_FINISH, WITH_LAG, WORKING, Grid


@dataclass(slots=True)
class Slack:
    """By row, in working minutes of its ruler; and where its early dates lie on that, counted from the same origin."""

    starts: list[int]
    finishes: list[int]
    total: list[int]
    free: list[int]


def no_slack(count: int) -> Slack:
    """For so many rows."""
    nothing = [0] * count
    return Slack(nothing, nothing[:], nothing[:], nothing[:])


def measure_positions(grid: Grid, rows: Iterable[int], early: Early, slack: Slack) -> None:
    """Measured once: a row's own slack and that of its predecessors are differences of these."""
    starts, finishes, rulers, clocks, is_plain, durations = (
        slack.starts, slack.finishes, grid.rulers, grid.clocks, grid.is_plain, grid.durations
    )  # fmt: skip
    for row in rows:
        ruler = rulers[row]
        moment = early.finishes[row]
        low, high, shifts, ends, worked = ruler.table
        if low <= moment < high:
            at = bisect_right(shifts, moment) - 1
            until = moment if moment < ends[at] else ends[at]  # noqa: FURB136 - a call costs more
            position = until - shifts[at] + worked[at]
        else:
            position = ruler.position(moment)
        finishes[row] = position
        if clocks[row] is ruler and is_plain[row]:
            starts[row] = position - durations[row]
            continue
        moment = early.starts[row]
        if low <= moment < high:
            at = bisect_right(shifts, moment) - 1
            until = moment if moment < ends[at] else ends[at]  # noqa: FURB136
            starts[row] = until - shifts[at] + worked[at]
        else:
            starts[row] = ruler.position(moment)


def measure_total(grid: Grid, rows: Iterable[int], early: Early, late: LateDates, slack: Slack) -> None:
    """The smaller of what start and finish have; the finish alone once work has begun."""
    total, rulers, clocks, is_plain = slack.total, grid.rulers, grid.clocks, grid.is_plain
    for row in rows:
        if not is_plain[row]:
            total[row] = _smaller(grid, row, early, late)
            continue
        ruler = rulers[row]
        low, high, shifts, ends, worked = ruler.table
        moment = late.finishes[row]
        if moment == early.finishes[row]:
            least = 0
        elif low <= moment < high:
            at = bisect_right(shifts, moment) - 1
            until = moment if moment < ends[at] else ends[at]  # noqa: FURB136
            least = until - shifts[at] + worked[at] - slack.finishes[row]
        else:
            least = ruler.position(moment) - slack.finishes[row]
        if clocks[row] is not ruler:
            moment = late.starts[row]
            if moment == early.starts[row]:
                by_start = 0
            elif low <= moment < high:
                at = bisect_right(shifts, moment) - 1
                until = moment if moment < ends[at] else ends[at]  # noqa: FURB136
                by_start = until - shifts[at] + worked[at] - slack.starts[row]
            else:
                by_start = ruler.position(moment) - slack.starts[row]
            if by_start < least:
                least = by_start
        total[row] = least


def _ruler(grid: Grid, row: int) -> Clock:
    """Slack is counted as the duration is: on the clock for elapsed durations."""
    return ELAPSED if grid.tasks[row].is_elapsed else grid.rulers[row]


def _smaller(grid: Grid, row: int, early: Early, late: LateDates) -> int:
    if grid.is_done[row]:
        return 0
    ruler = _ruler(grid, row)
    start, finish = early.wanted.get(row) or (early.starts[row], early.finishes[row])
    by_finish = ruler.between(finish, late.finishes[row])
    if grid.tasks[row].actual_start_minute is not None:
        return by_finish
    return min(by_finish, ruler.between(start, late.starts[row]))


def measure_free(grid: Grid, rows: Iterable[int], early: Early, project_finish: int, slack: Slack) -> None:
    """To the nearest successor, or to the project finish where there is none; never more than the total slack."""
    total, free, starts, finishes, outgoing, rulers, clocks, is_active = (
        slack.total, slack.free, slack.starts, slack.finishes, grid.outgoing, grid.rulers, grid.clocks,
        grid.is_active,
    )  # fmt: skip
    for row in rows:
        most = total[row]
        if most <= 0:
            free[row] = 0
            continue
        least = FOREVER
        ruler = None if clocks[row] is ELAPSED else rulers[row]
        for _, after, code, lag, _ in outgoing[row]:
            if not is_active[after]:
                continue
            if rulers[after] is ruler and code >> LAG_SHIFT <= WORKING:
                # On one ruler a gap is a difference of positions, and a lag in working time a part of it.
                gap = (finishes[after] if code & TO_FINISH else starts[after]) - lag
                gap -= starts[row] if code & FROM_START else finishes[row]
            else:
                gap = _gap(grid, row, early, after, code, lag)
            if gap < least:
                least = gap  # type: ignore[assignment]  # a lag in working time is a whole number
        if least == FOREVER:
            least = _ruler(grid, row).between(early.finishes[row], project_finish)
        if least < 0:
            least = 0
        free[row] = min(least, most)


def _gap(grid: Grid, row: int, early: Early, after: int, code: int, lag: float) -> int:
    """Measured from where the lag ends, so that a lag that ends in a night leaves no slack behind."""
    moment = early.starts[row] if code & FROM_START else early.finishes[row]
    if code >= WITH_LAG:
        length = length_of(grid, early, row)
        moment = with_lag(grid.rulers[after], moment, code >> LAG_SHIFT, lag, length)
    return _ruler(grid, row).between(
        moment, early.finishes[after] if code & TO_FINISH else early.starts[after]
    )
