"""Rows that something beside their links decides on: dates of their own, constraints, delays, children."""

from tasks.scheduling.network import Task
from tasks.scheduling.reference.constraints import hold_early, settled
from tasks.scheduling.reference.early import (
    CONSTRAINT,
    NEVER,
    OTHER,
    PROJECT_START,
    UNBOUND,
    Early,
    EarlyBound,
)
from tasks.scheduling.reference.given import Held, given_dates
from tasks.scheduling.reference.grid import Grid


def open_summary(grid: Grid, early: Early, row: int, bound: EarlyBound, project_start: int) -> None:
    """Remember what the links into a summary, and its own date, ask of its children."""
    bound = _dated(grid.tasks[row], bound)
    if bound == UNBOUND:
        early.bounds[row] = None
    else:
        start, finish, driver, finish_driver, via, finish_via = bound
        early.bounds[row] = (
            start, finish, driver, finish_driver, row if via < 0 else via, row if finish_via < 0 else finish_via
        )  # fmt: skip
    early.reach[row] = _reach(grid, early, row, project_start)


def _dated(task: Task, bound: EarlyBound) -> EarlyBound:
    """The bound with a date before which the row may not start or finish."""
    moment = task.constraint_minute
    start, finish, driver, finish_driver, via, finish_via = bound
    if moment is None:
        return bound
    if task.constraint_type == "SNET" and moment > start:
        return moment, finish, CONSTRAINT, finish_driver, -1, finish_via
    if task.constraint_type == "FNET" and moment > finish:
        return start, moment, driver, CONSTRAINT, via, -1
    return bound


def place(grid: Grid, early: Early, row: int, bound: EarlyBound, project_start: int, held: Held) -> None:
    """A row with dates, constraints or delays of its own, or with a finish that is asked for."""
    task = grid.tasks[row]
    fixed = held.get(row) or given_dates(task, grid.clocks[row], grid.project.status_minute)
    if fixed is not None:
        early.starts[row], early.finishes[row], early.others[row] = fixed
        early.drivers[row], early.via[row] = OTHER, -1
        return
    start, finish, driver, via = ask(grid, early, row, _dated(task, bound), project_start)
    if task.leveling_delay_minutes:
        start, finish = _delayed(grid, row, task, start)
        driver, early.others[row] = OTHER, "leveling"
    kept = hold_early(grid, row, start, finish)
    if kept is not None:
        if kept[0] < start and driver != PROJECT_START:
            early.wanted[row] = start, finish
        start, finish = kept
        driver, via = CONSTRAINT, -1
    early.starts[row], early.finishes[row] = start, finish
    early.drivers[row], early.via[row] = driver, via


def ask(
    grid: Grid, early: Early, row: int, bound: EarlyBound, project_start: int
) -> tuple[int, int, int, int]:
    """Where links and dates let a row lie: start, finish, what drives it, and through which summary."""
    asked, wanted_finish, driver, finish_driver, via, finish_via = bound
    if asked == NEVER and wanted_finish == NEVER:
        asked = project_start
    start, finish = first_fit(grid, row, asked)
    if finish < wanted_finish:
        free = start, finish
        start, finish = _to_finish(grid, row, start, wanted_finish)
        if (start, finish) != free:
            driver, via = finish_driver, finish_via
            early.sets_finish.add(row)
    if start < project_start and led_away(grid, early, row, project_start):
        start, finish = first_fit(grid, row, project_start)
        driver = via = PROJECT_START
    return start, finish, driver, via


def first_fit(grid: Grid, row: int, moment: int) -> tuple[int, int]:
    """The first place at or after a moment; a milestone is never moved into working time."""
    duration = grid.durations[row]
    if not duration or moment == NEVER:
        return moment, moment
    return grid.clocks[row].fit(moment, duration)


def _to_finish(grid: Grid, row: int, begin: int, finish: int) -> tuple[int, int]:
    """Finish exactly there and begin as much earlier as the work takes, but not before ``begin``."""
    duration = grid.durations[row]
    if not duration:
        return finish, finish
    end = settled(grid, row, finish)
    return max(begin, grid.clocks[row].subtract(end, duration)), end


def led_away(grid: Grid, early: Early, row: int, project_start: int) -> bool:
    """Whether only a lead, or a link to the finish, reaches before the project start.

    Where a predecessor itself lies before it (its own date says so), its followers may lie there too.
    """
    seen, before = _reach(grid, early, row, project_start)
    return seen and not before


def _reach(grid: Grid, early: Early, row: int, project_start: int) -> tuple[bool, bool]:
    seen, before = early.reach[grid.parent[row]]
    arrows = grid.incoming[row]
    if not arrows:
        return seen, before
    return True, before or any(early.starts[arrow[0]] < project_start for arrow in arrows)


def _delayed(grid: Grid, row: int, task: Task, start: int) -> tuple[int, int]:
    clock = grid.clocks[row]
    if task.leveling_delay_is_elapsed:
        start += task.leveling_delay_minutes
    else:
        start = clock.add(start, task.leveling_delay_minutes)
    return first_fit(grid, row, start)


def span(grid: Grid, early: Early, row: int) -> None:
    """A summary reaches from its first child to its last one."""
    task = grid.tasks[row]
    early.drivers[row] = OTHER
    if task.mode == "manual" and task.start_minute is not None and task.finish_minute is not None:
        early.starts[row], early.finishes[row], early.others[row] = (
            task.start_minute,
            task.finish_minute,
            "manual",
        )
        return
    starts, finishes, tasks = early.starts, early.finishes, grid.tasks
    rows = grid.spans[row]
    first = last = rows[0]
    start, finish = starts[first], finishes[last]
    for child in rows:
        moment = starts[child]
        if moment < start or (moment == start and tasks[child].id < tasks[first].id):
            first, start = child, moment
        moment = finishes[child]
        if moment > finish or (moment == finish and tasks[child].id < tasks[last].id):
            last, finish = child, moment
    starts[row], finishes[row] = start, finish
    early.others[row], early.first_child[row] = "children", (first, last)
