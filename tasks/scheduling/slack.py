"""How far a row may slip: without moving the project, without moving a successor."""

from tasks.scheduling.backward import Late
from tasks.scheduling.clocks import ELAPSED, Clock
from tasks.scheduling.forward import FOREVER, Early, length_of, with_lag
from tasks.scheduling.grid import WORKING, Grid

Positions = list[int | None]
"""Working minutes before the early finish of each row, where start and finish lie its duration apart on its ruler."""


def positions(grid: Grid, early: Early) -> Positions:
    """Measured once: a row's own slack and that of its predecessors are differences of these."""
    return [
        ruler.position(finish) if is_plain and clock is ruler and not rows else None
        for ruler, clock, finish, is_plain, rows in zip(
            grid.rulers, grid.clocks, early.finishes, grid.is_plain, grid.children, strict=True
        )
    ]


def total_slack(grid: Grid, early: Early, late: Late, known: Positions) -> list[int]:
    """The smaller of what start and finish have; the finish alone once work has begun."""
    slack = []
    rulers, early_finishes, late_finishes = grid.rulers, early.finishes, late.finishes
    for row, position in enumerate(known):
        if position is None:
            slack.append(_smaller(grid, early, late, row))
        elif early_finishes[row] == late_finishes[row]:
            slack.append(0)
        else:
            slack.append(rulers[row].position(late_finishes[row]) - position)
    return slack


def _ruler(grid: Grid, row: int) -> Clock:
    """Slack is counted as the duration is: on the clock for elapsed durations."""
    return ELAPSED if grid.tasks[row].is_elapsed else grid.rulers[row]


def _smaller(grid: Grid, early: Early, late: Late, row: int) -> int:
    if grid.is_done[row]:
        return 0
    ruler = _ruler(grid, row)
    start, finish = early.wanted.get(row) or (early.starts[row], early.finishes[row])
    by_finish = ruler.between(finish, late.finishes[row])
    if grid.tasks[row].actual_start_minute is not None:
        return by_finish
    return min(by_finish, ruler.between(start, late.starts[row]))


def free_slack(
    grid: Grid, early: Early, total: list[int], known: Positions, project_finish: int
) -> list[int]:
    """To the nearest successor, or to the project finish where there is none; never more than the total slack."""
    slack = []
    for row, most in enumerate(total):
        if most <= 0:
            slack.append(0)
            continue
        least = _to_successors(grid, early, known, row)
        if least == FOREVER:
            least = _ruler(grid, row).between(early.finishes[row], project_finish)
        slack.append(max(0, min(most, least)))
    return slack


def _to_successors(grid: Grid, early: Early, known: Positions, row: int) -> int:
    """Measured from where the lag ends, so that a lag that ends in a night leaves no slack behind."""
    least = FOREVER
    ruler, position = grid.rulers[row], known[row]
    for _, after, from_finish, to_start, kind, lag, _ in grid.outgoing[row]:
        there = known[after]
        if not grid.is_active[after]:
            continue
        if (
            position is not None
            and there is not None
            and grid.rulers[after] is ruler
            and (not lag or kind == WORKING)
        ):
            gap = there - position - int(lag)
            if not from_finish:
                gap += grid.durations[row]
            if to_start:
                gap -= grid.durations[after]
        else:
            gap = _measured(grid, early, row, after, from_finish, to_start, kind, lag)
        if gap < least:
            least = gap
    return least


def _measured(
    grid: Grid, early: Early, row: int, after: int, from_finish: bool, to_start: bool, kind: int, lag: float
) -> int:
    mine = early.finishes[row] if from_finish else early.starts[row]
    if lag:
        mine = with_lag(grid.rulers[after], mine, kind, lag, length_of(grid, early, row))
    return _ruler(grid, row).between(mine, early.starts[after] if to_start else early.finishes[after])
