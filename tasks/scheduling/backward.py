"""Late dates: from the project finish back along the links."""

from dataclasses import dataclass

from projects.worktime.calendar import WorkingTime
from projects.worktime.errors import WorktimeError
from tasks.scheduling.forward import FOREVER, Early, length_of
from tasks.scheduling.grid import ELAPSED, PERCENT, WORKING, Arrow, Grid

Ceiling = tuple[int, int]
"""Latest start and latest finish."""

OPEN: Ceiling = (FOREVER, FOREVER)


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
    starts, finishes = late.starts, late.finishes
    parent, children, outgoing = grid.parent, grid.children, grid.outgoing
    ceilings: list[Ceiling] = [OPEN] * count
    row = 0
    try:
        for step in reversed(order):
            row = step
            if step < 0:
                row = ~step
            elif children[row]:
                rows = grid.spanned(row)
                starts[row] = min([starts[child] for child in rows])
                finishes[row] = max([finishes[child] for child in rows])
                continue
            above = parent[row]
            ceiling = ceilings[above] if above >= 0 else OPEN
            if outgoing[row]:
                ceiling = _allowed(grid, early, late, row, ceiling, outgoing[row])
            if step < 0:
                ceilings[row] = _capped(grid, row, ceiling)
            elif not grid.is_plain[row]:
                _place(grid, early, late, row, _capped(grid, row, ceiling), project_finish)
            else:
                _precede(grid, early, late, row, ceiling, project_finish)
    except WorktimeError as error:
        error.task_ids = (grid.tasks[row].id,)
        raise
    return late


def _precede(grid: Grid, early: Early, late: Late, row: int, ceiling: Ceiling, project_finish: int) -> None:
    """A row that only links and calendars decide on."""
    start, finish = ceiling
    if finish > project_finish:
        finish = _end_of_all(grid, early, row, ceiling, project_finish)
    duration = grid.durations[row]
    if duration:
        begin, end = grid.clocks[row].fit_back(finish, duration)
        if start < begin:
            begin, end = grid.clocks[row].fit(start, duration)
        late.starts[row], late.finishes[row] = begin, end
    else:
        # A milestone's late date is its successor's late start, not the end of the shift before.
        late.starts[row] = late.finishes[row] = min(start, finish)


def _end_of_all(grid: Grid, early: Early, row: int, ceiling: Ceiling, project_finish: int) -> int:
    """The project finish; with several critical paths a row that nobody waits for ends a path of its own."""
    if grid.network.project.multiple_critical_paths and ceiling == OPEN:
        return early.finishes[row]
    return project_finish


def _allowed(
    grid: Grid, early: Early, late: Late, row: int, ceiling: Ceiling, arrows: list[Arrow]
) -> Ceiling:
    """The ceiling with what the successors allow; a completed successor no longer waits."""
    start, finish = ceiling
    for _, after, from_finish, to_start, kind, lag, _ in arrows:
        if grid.is_silent[after]:
            continue
        moment = late.starts[after] if to_start else late.finishes[after]
        if lag:
            moment = without_lag(grid.rulers[after], moment, kind, lag, length_of(grid, early, row))
        if from_finish:
            if moment < finish:
                finish = moment
        elif moment < start:
            start = moment
    return start, finish


def _capped(grid: Grid, row: int, ceiling: Ceiling) -> Ceiling:
    """The ceiling with the row's own deadline and no-later-than date."""
    task = grid.tasks[row]
    start, finish = ceiling
    if task.deadline_minute is not None:
        finish = min(finish, task.deadline_minute)
    if task.constraint_minute is not None:
        if task.constraint_type == "FNLT":
            finish = min(finish, task.constraint_minute)
        elif task.constraint_type == "SNLT":
            start = min(start, task.constraint_minute)
    return start, finish


def _place(grid: Grid, early: Early, late: Late, row: int, ceiling: Ceiling, project_finish: int) -> None:
    """A row with dates, constraints or actuals of its own."""
    if grid.is_done[row]:
        late.starts[row], late.finishes[row] = early.starts[row], early.finishes[row]
        return
    task = grid.tasks[row]
    clock, duration = grid.clocks[row], grid.durations[row]
    start, finish = ceiling
    if task.constraint_minute is not None and grid.network.project.honors_constraints:
        if task.constraint_type == "MSO":
            start, finish = task.constraint_minute, FOREVER
        elif task.constraint_type == "MFO":
            start, finish = FOREVER, task.constraint_minute
    if finish > project_finish:
        finish = _end_of_all(grid, early, row, ceiling, project_finish)
    if duration:
        begin, finish = clock.fit_back(finish, duration)
        if start < begin:
            begin, finish = clock.fit(start, duration)
    else:
        begin = finish = min(start, finish)
    if task.actual_start_minute is not None:
        begin = early.starts[row]
    late.starts[row], late.finishes[row] = begin, finish
