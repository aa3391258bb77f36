"""Early dates: from the project start, along the links, to the finish of every row."""

from dataclasses import dataclass

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.constraints import hold_early
from tasks.scheduling.grid import ELAPSED, FF, FS, NO_LAG, PERCENT, SS, WORKING, Grid
from tasks.scheduling.network import Task
from tasks.scheduling.plan import DriverKind

NEVER = -(1 << 60)
FOREVER = 1 << 60

Held = dict[int, tuple[int, int, DriverKind]]
"""Rows whose dates another rule has decided: start, finish and why."""


@dataclass(slots=True)
class Early:
    """What the forward pass found out, by row."""

    starts: list[int]
    finishes: list[int]
    kinds: list[DriverKind]
    arrows: list[int]  # the link that drives, -1 without
    via: list[int]  # the summary through which it drives, -1 for an own one
    wanted: list[tuple[int, int] | None]  # what the links asked for, where a constraint date won over them


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
    early = Early(
        [0] * count,
        [0] * count,
        ["project_start"] * count,
        [-1] * count,
        [-1] * count,
        [False] * count,
    )
    # What the links and dates of a summary ask of everything in it; start floor, finish floor, any predecessor.
    floors: list[tuple[int, int, bool] | None] = [None] * count
    for step in order:
        if step < 0:
            _span(grid, early, ~step)
            continue
        floor = _floor(grid, early, floors, step)
        if grid.children[step]:
            floors[step] = floor
        else:
            _place(grid, early, step, floor, project_start, held)
    return early


def _floor(
    grid: Grid, early: Early, floors: list[tuple[int, int, bool] | None], row: int
) -> tuple[int, int, bool]:
    """The latest start and finish that links, dates and summaries ask for; the drivers go to ``early``."""
    start = finish = NEVER
    bound = False
    above = grid.parent[row]
    if above >= 0:
        inherited = floors[above]
        if inherited is not None:
            start, finish, bound = inherited
            if bound:
                early.kinds[row] = early.kinds[above]
                early.arrows[row] = early.arrows[above]
                early.via[row] = early.via[above] if early.via[above] >= 0 else above
    ruler = grid.rulers[row]
    starts, finishes = early.starts, early.finishes
    for before, link_type, kind, lag, index in grid.incoming[row]:
        moment = finishes[before] if link_type in (FS, FF) else starts[before]
        if kind != NO_LAG:
            moment = with_lag(ruler, moment, kind, lag, _duration(grid, early, before))
        bound = True
        if link_type <= SS:
            if moment > start:
                start = moment
                early.kinds[row], early.arrows[row], early.via[row] = (
                    "predecessor",
                    index,
                    -1,
                )
        elif moment > finish:
            finish = moment
            early.kinds[row], early.arrows[row], early.via[row] = (
                "predecessor",
                index,
                -1,
            )
    task = grid.tasks[row]
    if task.constraint_type == "SNET" or task.constraint_type == "FNET":
        moment = task.constraint_minute or 0
        bound = True
        if task.constraint_type == "SNET":
            if moment > start:
                start = moment
                early.kinds[row], early.arrows[row], early.via[row] = (
                    "constraint",
                    -1,
                    -1,
                )
        elif moment > finish:
            finish = moment
            early.kinds[row], early.arrows[row], early.via[row] = "constraint", -1, -1
    return start, finish, bound


def _duration(grid: Grid, early: Early, row: int) -> int:
    if grid.children[row]:
        return grid.standard.between(early.starts[row], early.finishes[row])
    return grid.tasks[row].duration_minutes


def _place(
    grid: Grid,
    early: Early,
    row: int,
    floor: tuple[int, int, bool],
    project_start: int,
    held: Held,
) -> None:
    task = grid.tasks[row]
    fixed = held.get(row) or _given(grid, row)
    if fixed is not None:
        early.starts[row], early.finishes[row], early.kinds[row] = fixed
        early.arrows[row] = early.via[row] = -1
        return
    start, finish, bound = floor
    if not bound:
        start = project_start
        early.kinds[row] = "project_start"
    start, finish = _fitted(grid, row, task, start, finish)
    if start < project_start and _led_away(grid, early, row, project_start):
        start, finish = _fitted(grid, row, task, project_start, NEVER)
        early.kinds[row], early.arrows[row], early.via[row] = "project_start", -1, -1
    if task.leveling_delay_minutes:
        start, finish = _delayed(grid, row, task, start)
        early.kinds[row], early.arrows[row], early.via[row] = "leveling", -1, -1
    kept = hold_early(grid, row, start, finish)
    if kept is not None:
        if kept[0] < start and early.kinds[row] != "project_start":
            early.wanted[row] = start, finish
        start, finish = kept
        early.kinds[row], early.arrows[row], early.via[row] = "constraint", -1, -1
    early.starts[row], early.finishes[row] = start, finish


def _led_away(grid: Grid, early: Early, row: int, project_start: int) -> bool:
    """Whether only a lead, or a link to the finish, reaches before the project start.

    Where a predecessor itself lies before it (its own date says so), its followers may lie there too.
    """
    seen = False
    at = row
    while at >= 0:
        for arrow in grid.incoming[at]:
            seen = True
            if early.starts[arrow[0]] < project_start:
                return False
        at = grid.parent[at]
    return seen


def _fitted(grid: Grid, row: int, task: Task, start: int, finish: int) -> tuple[int, int]:
    """The first place at or after a start floor and a finish floor."""
    clock, duration = grid.clocks[row], task.duration_minutes
    if duration == 0:
        # A milestone stays where its predecessor ends, even in a night or on the project's own Sunday start.
        moment = max(start, finish)
        return moment, moment
    if start != NEVER:
        start = clock.next_working(start)
        end = clock.add(start, duration)
        if end >= finish:
            return start, end
    end = settled(grid.rulers[row], finish)
    return max(start, clock.subtract(end, duration)), end


def _delayed(grid: Grid, row: int, task: Task, start: int) -> tuple[int, int]:
    clock = grid.clocks[row]
    if task.leveling_delay_is_elapsed:
        start += task.leveling_delay_minutes
    else:
        start = clock.add(start, task.leveling_delay_minutes)
    start = clock.next_working(start) if task.duration_minutes else start
    return start, clock.add(start, task.duration_minutes)


def _given(grid: Grid, row: int) -> tuple[int, int, DriverKind] | None:
    """Dates that nobody computes: pinned, by hand, or as it really was."""
    task = grid.tasks[row]
    if task.is_pinned and task.start_minute is not None and task.finish_minute is not None:
        kind: DriverKind = "pinned"
        if task.mode == "manual":
            kind = "manual"
        elif task.actual_start_minute is not None:
            kind = "actual"
        return task.start_minute, task.finish_minute, kind
    if task.actual_start_minute is not None:
        return _actual(grid, row, task, task.actual_start_minute)
    if task.mode == "manual":
        return _by_hand(grid, row, task)
    return None


def _actual(grid: Grid, row: int, task: Task, start: int) -> tuple[int, int, DriverKind]:
    """What is done stays; what remains goes on at ``resume``, or else where the done part stopped."""
    if task.actual_finish_minute is not None:
        return start, task.actual_finish_minute, "actual"
    clock = grid.clocks[row]
    if task.percent_complete >= 100:
        return start, clock.add(start, task.duration_minutes), "actual"
    done = task.actual_duration_minutes or task.duration_minutes * task.percent_complete // 100
    remaining = task.duration_minutes - done if task.remaining_minutes is None else task.remaining_minutes
    stop = task.stop_minute if task.stop_minute is not None else clock.add(start, done)
    resume = task.resume_minute if task.resume_minute is not None else stop
    return start, clock.add(clock.next_working(max(resume, stop)), remaining), "actual"


def _by_hand(grid: Grid, row: int, task: Task) -> tuple[int, int, DriverKind] | None:
    """A start or a finish alone is completed by the duration."""
    clock = grid.clocks[row]
    if task.start_minute is not None:
        finish = task.finish_minute
        if finish is None:
            finish = clock.add(task.start_minute, task.duration_minutes)
        return task.start_minute, finish, "manual"
    if task.finish_minute is not None:
        return (
            clock.subtract(task.finish_minute, task.duration_minutes),
            task.finish_minute,
            "manual",
        )
    return None


def _span(grid: Grid, early: Early, row: int) -> None:
    """A summary reaches from its first child to its last one."""
    task = grid.tasks[row]
    rows = [child for child in grid.children[row] if grid.is_active[child]] or grid.children[row]
    first = min(rows, key=lambda child: (early.starts[child], grid.tasks[child].id))
    early.starts[row] = early.starts[first]
    early.finishes[row] = max(early.finishes[child] for child in rows)
    early.kinds[row], early.arrows[row], early.via[row] = "children", -1, first
    if task.mode == "manual" and task.start_minute is not None and task.finish_minute is not None:
        early.starts[row], early.finishes[row] = task.start_minute, task.finish_minute
        early.kinds[row], early.via[row] = "manual", -1
