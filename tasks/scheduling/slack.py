"""How far a row may slip: without moving the project, without moving a successor."""

from tasks.scheduling.backward import Late
from tasks.scheduling.clocks import ELAPSED
from tasks.scheduling.forward import FOREVER, Early, length_of, with_lag
from tasks.scheduling.grid import WORKING, Grid


def total_slack(grid: Grid, early: Early, late: Late) -> list[int]:
    """The smaller of what start and finish have; the finish alone once work has begun."""
    slack = []
    rulers, clocks, is_plain = grid.rulers, grid.clocks, grid.is_plain
    for row, (early_finish, late_finish) in enumerate(zip(early.finishes, late.finishes, strict=True)):
        ruler = rulers[row]
        if is_plain[row] and clocks[row] is ruler and not grid.children[row]:
            # Start and finish lie the same work apart on both sides, so one measure is enough.
            slack.append(0 if early_finish == late_finish else ruler.between(early_finish, late_finish))
        else:
            slack.append(_smaller(grid, early, late, row))
    return slack


def _smaller(grid: Grid, early: Early, late: Late, row: int) -> int:
    if grid.is_done[row]:
        return 0
    task = grid.tasks[row]
    # Slack is counted as the duration is: on the clock for elapsed durations.
    ruler = ELAPSED if task.is_elapsed else grid.rulers[row]
    start, finish = early.wanted.get(row) or (early.starts[row], early.finishes[row])
    by_finish = ruler.between(finish, late.finishes[row])
    if task.actual_start_minute is not None:
        return by_finish
    return min(by_finish, ruler.between(start, late.starts[row]))


def free_slack(grid: Grid, early: Early, total: list[int], project_finish: int) -> list[int]:
    """To the nearest successor, or to the project finish where there is none; never more than the total slack."""
    slack = []
    for row, arrows in enumerate(grid.outgoing):
        most = total[row]
        if most <= 0:
            slack.append(0)
        elif arrows:
            slack.append(max(0, min(most, _to_successors(grid, early, row, project_finish))))
        else:
            ruler = ELAPSED if grid.tasks[row].is_elapsed else grid.rulers[row]
            slack.append(max(0, min(most, ruler.between(early.finishes[row], project_finish))))
    return slack


def _to_successors(grid: Grid, early: Early, row: int, project_finish: int) -> int:
    """Measured from where the lag ends, so that a lag that ends in a night leaves no slack behind."""
    ruler = ELAPSED if grid.tasks[row].is_elapsed else grid.rulers[row]
    least = FOREVER
    nearest = FOREVER
    start, finish = early.starts[row], early.finishes[row]
    for _, after, from_finish, to_start, kind, lag, _ in grid.outgoing[row]:
        if not grid.is_active[after]:
            continue
        moment = early.starts[after] if to_start else early.finishes[after]
        mine = finish if from_finish else start
        if not lag:
            if from_finish:
                if moment < nearest:
                    nearest = moment
                continue
        elif kind == WORKING and grid.rulers[after] is ruler:
            # The same as from the end of the lag, without looking for it.
            least = min(least, ruler.between(mine, moment) - int(lag))
            continue
        else:
            mine = with_lag(grid.rulers[after], mine, kind, lag, length_of(grid, early, row))
        least = min(least, ruler.between(mine, moment))
    if least == FOREVER and nearest == FOREVER:
        return ruler.between(finish, project_finish)
    if nearest <= finish:
        return min(least, 0)
    return least if nearest == FOREVER else min(least, ruler.between(finish, nearest))
