"""How far a row may slip: without moving the project, without moving a successor."""

from tasks.scheduling.backward import Late
from tasks.scheduling.clocks import ELAPSED, Clock
from tasks.scheduling.forward import FOREVER, Early, with_lag
from tasks.scheduling.grid import FF, FS, NO_LAG, SS, Grid


def _ruler(grid: Grid, row: int) -> Clock:
    """Slack is counted as the duration is: on the clock for elapsed durations."""
    return ELAPSED if grid.tasks[row].is_elapsed else grid.rulers[row]


def total_slack(grid: Grid, early: Early, late: Late) -> list[int]:
    """The smaller of what start and finish have; the finish alone once work has begun."""
    slack = []
    for row, task in enumerate(grid.tasks):
        ruler = _ruler(grid, row)
        start, finish = early.wanted[row] or (early.starts[row], early.finishes[row])
        if task.actual_finish_minute is not None:
            least = 0
        else:
            least = ruler.between(finish, late.finishes[row])
            if task.actual_start_minute is None:
                least = min(least, ruler.between(start, late.starts[row]))
        slack.append(least)
    return slack


def free_slack(grid: Grid, early: Early, total: list[int], project_finish: int) -> list[int]:
    """To the nearest successor, or to the project finish where there is none; never more than the total slack."""
    slack = []
    for row, task in enumerate(grid.tasks):
        ruler = _ruler(grid, row)
        least = FOREVER
        for after, link_type, kind, lag, _ in grid.outgoing[row]:
            mine = early.finishes[row] if link_type in (FS, FF) else early.starts[row]
            if kind != NO_LAG:
                mine = with_lag(grid.rulers[after], mine, kind, lag, task.duration_minutes)
            moment = early.starts[after] if link_type in (FS, SS) else early.finishes[after]
            least = min(least, ruler.between(mine, moment))
        if least == FOREVER:
            least = ruler.between(early.finishes[row], project_finish)
        slack.append(max(0, min(least, total[row])))
    return slack
