"""Late dates: from the project finish back along the links."""

from dataclasses import dataclass

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.forward import FOREVER, Early
from tasks.scheduling.grid import ELAPSED, FF, FS, NO_LAG, PERCENT, SS, WORKING, Grid


@dataclass(slots=True)
class Late:
    """By row."""

    starts: list[int]
    finishes: list[int]


def without_lag(ruler: WorkingTime, moment: int, kind: int, lag: float, duration: int) -> int:
    """A successor's moment moved back by the lag."""
    if kind == WORKING:
        return ruler.subtract(moment, int(lag))
    if kind == ELAPSED:
        return moment - int(lag)
    minutes = int(duration * lag / 100)
    return ruler.subtract(moment, minutes) if kind == PERCENT else moment - minutes


def pass_backward(grid: Grid, order: list[int], early: Early, project_finish: int) -> Late:
    """Late start and finish of every row."""
    count = len(grid.tasks)
    late = Late([0] * count, [0] * count)
    # What the links and dates of a summary ask of everything in it: latest start, latest finish.
    ceilings: list[tuple[int, int]] = [(FOREVER, FOREVER)] * count
    for step in reversed(order):
        row = step if step >= 0 else ~step
        if step < 0 or not grid.children[row]:
            ceiling = _ceiling(grid, early, late, ceilings, row)
            if step < 0:
                ceilings[row] = ceiling
            else:
                _place(grid, early, late, row, ceiling, project_finish)
        else:
            rows = [child for child in grid.children[row] if grid.is_active[child]] or grid.children[row]
            late.starts[row] = min(late.starts[child] for child in rows)
            late.finishes[row] = max(late.finishes[child] for child in rows)
    return late


def _ceiling(
    grid: Grid, early: Early, late: Late, ceilings: list[tuple[int, int]], row: int
) -> tuple[int, int]:
    above = grid.parent[row]
    start, finish = ceilings[above] if above >= 0 else (FOREVER, FOREVER)
    for after, link_type, kind, lag, _ in grid.outgoing[row]:
        task = grid.tasks[after]
        if task.actual_finish_minute is not None:
            continue
        moment = late.starts[after] if link_type in (FS, SS) else late.finishes[after]
        if kind != NO_LAG:
            duration = grid.tasks[row].duration_minutes
            if grid.children[row]:
                duration = grid.standard.between(early.starts[row], early.finishes[row])
            moment = without_lag(grid.rulers[after], moment, kind, lag, duration)
        if link_type in (FS, FF):
            if moment < finish:
                finish = moment
        elif moment < start:
            start = moment
    task = grid.tasks[row]
    if task.deadline_minute is not None and task.deadline_minute < finish:
        finish = task.deadline_minute
    if task.constraint_minute is not None:
        if task.constraint_type == "FNLT":
            finish = min(finish, task.constraint_minute)
        elif task.constraint_type == "SNLT":
            start = min(start, task.constraint_minute)
    return start, finish


def _place(
    grid: Grid,
    early: Early,
    late: Late,
    row: int,
    ceiling: tuple[int, int],
    project_finish: int,
) -> None:
    task = grid.tasks[row]
    clock, duration = grid.clocks[row], task.duration_minutes
    start, finish = ceiling
    if task.actual_finish_minute is not None:
        late.starts[row], late.finishes[row] = early.starts[row], early.finishes[row]
        return
    if task.constraint_minute is not None and grid.network.project.honors_constraints:
        if task.constraint_type == "MSO":
            start, finish = task.constraint_minute, FOREVER
        elif task.constraint_type == "MFO":
            start, finish = FOREVER, task.constraint_minute
    finish = min(finish, project_finish)
    if duration:
        finish = clock.previous_working(finish)
        begin = clock.subtract(finish, duration)
        if start < begin:
            begin = clock.next_working(start)
            finish = clock.add(begin, duration)
        late.starts[row], late.finishes[row] = begin, finish
    else:
        moment = min(start, finish)
        late.starts[row] = late.finishes[row] = moment
    if task.actual_start_minute is not None:
        late.starts[row] = early.starts[row]


__all__ = ["FS", "SS", "Late", "pass_backward"]
