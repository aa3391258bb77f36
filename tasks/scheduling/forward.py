"""Early dates: from the project start, along the links, to the finish of every row.

This and the backward pass touch every link of a plan; they are written flat, with local names, because a large
plan is recomputed at every keystroke.
"""

from dataclasses import dataclass

from projects.worktime.calendar import WorkingTime
from projects.worktime.errors import WorktimeError
from tasks.scheduling.constraints import hold_early
from tasks.scheduling.given import Held, given_dates
from tasks.scheduling.grid import ELAPSED, PERCENT, WORKING, Arrow, Grid
from tasks.scheduling.network import Task
from tasks.scheduling.plan import DriverKind

NEVER = -(1 << 60)
FOREVER = 1 << 60

# What drives a row: the index of a link, or one of these.
PROJECT_START = -1
CONSTRAINT = -2
OTHER = -3

Floor = tuple[int, int, int, int, int, int]
"""What is asked of a row: earliest start and finish, each with what drives it and through which summary (or -1)."""

UNBOUND: Floor = (NEVER, NEVER, PROJECT_START, PROJECT_START, -1, -1)


@dataclass(slots=True)
class Early:
    """What the forward pass found out, by row."""

    starts: list[int]
    finishes: list[int]
    drivers: list[int]
    via: list[int]  # the summary through which a link or date drives, -1 for an own one
    others: dict[int, DriverKind]  # why, where the driver is OTHER
    wanted: dict[int, tuple[int, int]]  # what the links asked for, where a constraint date won over them
    first_child: dict[int, tuple[int, int]]  # of a summary: its first row to start and its last to finish
    sets_finish: set[int]  # rows whose finish is driven
    reach: dict[
        int, tuple[bool, bool]
    ]  # has predecessors, and one before the project start; summaries included


def with_lag(ruler: WorkingTime, moment: int, kind: int, lag: float, duration: int) -> int:
    """A moment moved by a lag on the successor's calendar, on the clock, or by a share of the predecessor."""
    if kind == WORKING:
        return ruler.add(moment, int(lag))
    if kind == ELAPSED:
        return moment + int(lag)
    minutes = int(duration * lag / 100)
    return ruler.add(moment, minutes) if kind == PERCENT else moment + minutes


def settled(ruler: WorkingTime, moment: int) -> int:
    """Where an exact finish stays: anywhere in a shift, its beginning included; else at the end of the last one."""
    return moment if ruler.next_working(moment) == moment else ruler.previous_working(moment)


def pass_forward(grid: Grid, order: list[int], project_start: int, held: Held) -> Early:
    """Early start and finish of every row, and what decided them."""
    count = len(grid.tasks)
    early = Early([0] * count, [0] * count, [PROJECT_START] * count, [-1] * count, {}, {}, {}, set(), {})
    parent, children, incoming, is_plain = grid.parent, grid.children, grid.incoming, grid.is_plain
    floors: list[Floor] = [UNBOUND] * count
    row = 0
    try:
        for row in order:
            if row < 0:
                _span(grid, early, ~row)
                continue
            above = parent[row]
            floor = floors[above] if above >= 0 else UNBOUND
            if above >= 0 and floor is not UNBOUND and floor[4] == floor[5] == -1:
                floor = (*floor[:4], above, above)
            if incoming[row]:
                floor = _asked(grid, early, row, floor, incoming[row])
            if children[row] or row in held or not is_plain[row]:
                floor = _dated(grid, row, floor)
                if children[row]:
                    floors[row] = floor
                else:
                    _place(grid, early, row, floor, project_start, held)
            else:
                _follow(grid, early, row, floor, project_start)
    except WorktimeError as error:
        error.task_ids = (grid.tasks[row].id,)
        raise
    return early


def _follow(grid: Grid, early: Early, row: int, floor: Floor, project_start: int) -> None:
    """A row that only links and calendars decide on."""
    start, finish, driver, finish_driver, via, finish_via = floor
    if floor is UNBOUND:
        start = project_start
    duration = grid.durations[row]
    if duration:
        begin, end = grid.clocks[row].fit(start, duration) if start != NEVER else (NEVER, NEVER)
        if end < finish:
            begin, end = _to_finish(grid, row, begin, finish)
            driver, via = finish_driver, finish_via
            early.sets_finish.add(row)
    else:
        # A milestone stays where its predecessor ends, even in a night or on the project's own Sunday start.
        begin = end = start
        if finish > start:
            begin = end = finish
            driver, via = finish_driver, finish_via
            early.sets_finish.add(row)
    if begin < project_start and _led_away(grid, early, row, project_start):
        begin, end = _first_fit(grid, row, project_start, NEVER)
        driver = via = -1
    early.starts[row], early.finishes[row] = begin, end
    early.drivers[row], early.via[row] = driver, via


def _asked(grid: Grid, early: Early, row: int, floor: Floor, arrows: list[Arrow]) -> Floor:
    """The floor with what the links into a row ask for."""
    start, finish, driver, finish_driver, via, finish_via = floor
    starts, finishes, ruler = early.starts, early.finishes, grid.rulers[row]
    for before, _, from_finish, to_start, kind, lag, index in arrows:
        moment = finishes[before] if from_finish else starts[before]
        if lag:
            moment = with_lag(ruler, moment, kind, lag, length_of(grid, early, before))
        if to_start:
            if moment > start:
                start, driver, via = moment, index, -1
        elif moment > finish:
            finish, finish_driver, finish_via = moment, index, -1
    return start, finish, driver, finish_driver, via, finish_via


def length_of(grid: Grid, early: Early, row: int) -> int:
    """The duration of a task, or of what a summary spans."""
    if grid.children[row]:
        return grid.standard.between(early.starts[row], early.finishes[row])
    return grid.tasks[row].duration_minutes


def _dated(grid: Grid, row: int, floor: Floor) -> Floor:
    """The floor with a date before which the row may not start or finish."""
    task = grid.tasks[row]
    moment = task.constraint_minute
    start, finish, driver, finish_driver, via, finish_via = floor
    if moment is not None and task.constraint_type == "SNET" and moment > start:
        start, driver, via = moment, CONSTRAINT, -1
    elif moment is not None and task.constraint_type == "FNET" and moment > finish:
        finish, finish_driver, finish_via = moment, CONSTRAINT, -1
    else:
        return floor
    return start, finish, driver, finish_driver, via, finish_via


def _place(grid: Grid, early: Early, row: int, floor: Floor, project_start: int, held: Held) -> None:
    """A row with dates, constraints or delays of its own."""
    task = grid.tasks[row]
    fixed = held.get(row) or given_dates(task, grid.clocks[row], grid.network.project.status_minute)
    if fixed is not None:
        early.starts[row], early.finishes[row], early.others[row] = fixed
        early.drivers[row] = OTHER
        return
    asked, wanted_finish, driver, finish_driver, via, finish_via = floor
    if asked == NEVER and wanted_finish == NEVER:
        asked = project_start
    start, finish = _first_fit(grid, row, asked, wanted_finish)
    if wanted_finish != NEVER and finish != _first_fit(grid, row, asked, NEVER)[1]:
        driver, via = finish_driver, finish_via
        early.sets_finish.add(row)
    if start < project_start and _led_away(grid, early, row, project_start):
        start, finish = _first_fit(grid, row, project_start, NEVER)
        driver = via = -1
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


def _first_fit(grid: Grid, row: int, start: int, finish: int) -> tuple[int, int]:
    """The first place at or after a start floor and a finish floor."""
    duration = grid.durations[row]
    if not duration:
        moment = max(start, finish)
        return moment, moment
    begin, end = grid.clocks[row].fit(start, duration) if start != NEVER else (NEVER, NEVER)
    return (begin, end) if end >= finish else _to_finish(grid, row, begin, finish)


def _to_finish(grid: Grid, row: int, begin: int, finish: int) -> tuple[int, int]:
    """Finish exactly there and begin as much earlier as the work takes, but not before ``begin``."""
    end = settled(grid.rulers[row], finish)
    return max(begin, grid.clocks[row].subtract(end, grid.durations[row])), end


def _led_away(grid: Grid, early: Early, row: int, project_start: int) -> bool:
    """Whether only a lead, or a link to the finish, reaches before the project start.

    Where a predecessor itself lies before it (its own date says so), its followers may lie there too.
    """
    path: list[int] = []
    at = row
    while at >= 0 and at not in early.reach:
        path.append(at)
        at = grid.parent[at]
    seen, before = early.reach[at] if at >= 0 else (False, False)
    for above in reversed(path):
        for arrow in grid.incoming[above]:
            seen = True
            before = before or early.starts[arrow[0]] < project_start
        early.reach[above] = seen, before
    return seen and not before


def _delayed(grid: Grid, row: int, task: Task, start: int) -> tuple[int, int]:
    clock = grid.clocks[row]
    if task.leveling_delay_is_elapsed:
        start += task.leveling_delay_minutes
    else:
        start = clock.add(start, task.leveling_delay_minutes)
    return _first_fit(grid, row, start, NEVER)


def _span(grid: Grid, early: Early, row: int) -> None:
    """A summary reaches from its first child to its last one."""
    task = grid.tasks[row]
    if task.mode == "manual" and task.start_minute is not None and task.finish_minute is not None:
        early.starts[row], early.finishes[row] = task.start_minute, task.finish_minute
        early.drivers[row], early.others[row] = OTHER, "manual"
        return
    starts, finishes, tasks = early.starts, early.finishes, grid.tasks
    rows = grid.spanned(row)
    first = min(rows, key=lambda child: (starts[child], tasks[child].id))
    last = max(rows, key=lambda child: (finishes[child], -tasks[child].id))
    starts[row], finishes[row] = starts[first], finishes[last]
    early.drivers[row], early.others[row], early.first_child[row] = OTHER, "children", (first, last)
