"""What a constraint date does to the dates that the links ask for."""

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.constraint_types import CAPPED, HOLDS_START
from tasks.scheduling.reference.clocks import ELAPSED
from tasks.scheduling.reference.grid import Grid


def hold_early(grid: Grid, row: int, start: int, finish: int) -> tuple[int, int] | None:
    """Must dates and no-later-than dates win over links; None when the task has none, or keeps to it anyway."""
    task = grid.tasks[row]
    kind, moment = task.constraint_type, task.constraint_minute
    if moment is None or kind not in CAPPED:
        return None
    honored = grid.project.honors_constraints
    clock, duration = grid.clocks[row], grid.durations[row]
    if kind in HOLDS_START:
        if start == moment or (start < moment and kind == "SNLT") or (start > moment and not honored):
            return None
        return clock.fit(moment, duration) if duration else (moment, moment)
    if finish == moment or (finish < moment and kind == "FNLT") or (finish > moment and not honored):
        return None
    if duration and clock is not ELAPSED:
        moment = settled(grid, row, moment)
    return clock.subtract(moment, duration), moment


def settled(grid: Grid, row: int, finish: int) -> int:
    """Where an exact finish stays: anywhere in a shift, its beginning included; else at the end of the last one.

    These are the shifts of the only person, if there is one, and else those that the task is measured on.
    """
    clock = grid.clocks[row]
    ruler = clock if isinstance(clock, WorkingTime) else grid.rulers[row]
    return finish if ruler.next_working(finish) == finish else ruler.previous_working(finish)
