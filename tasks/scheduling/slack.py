"""How far a row may slip: without moving the project, without moving a successor."""

from tasks.scheduling.backward import Late, without_lag
from tasks.scheduling.forward import FOREVER, Early
from tasks.scheduling.grid import FF, FS, NO_LAG, Grid


def total_slack(grid: Grid, early: Early, late: Late) -> list[int]:
    """The smaller of what start and finish have; the finish alone once work has begun."""
    slack = []
    for row, task in enumerate(grid.tasks):
        ruler = grid.rulers[row]
        by_finish = ruler.between(early.finishes[row], late.finishes[row])
        if task.actual_finish_minute is not None:
            by_finish = 0
        elif task.actual_start_minute is None:
            by_finish = min(
                by_finish, ruler.between(early.starts[row], late.starts[row])
            )
        slack.append(by_finish)
    return slack


def free_slack(grid: Grid, early: Early, project_finish: int) -> list[int]:
    """To the nearest successor, or to the project finish where there is none."""
    slack = []
    for row, task in enumerate(grid.tasks):
        ruler = grid.rulers[row]
        least = FOREVER
        for after, link_type, kind, lag, _ in grid.outgoing[row]:
            moment = early.starts[after] if link_type <= 1 else early.finishes[after]
            if kind != NO_LAG:
                moment = without_lag(
                    grid.rulers[after], moment, kind, lag, task.duration_minutes
                )
            mine = early.finishes[row] if link_type in (FS, FF) else early.starts[row]
            least = min(least, ruler.between(mine, moment))
        if least == FOREVER:
            least = ruler.between(early.finishes[row], project_finish)
        slack.append(max(0, least))
    return slack
