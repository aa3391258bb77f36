"""Dates that are not computed: pinned, set by hand, or as it really was."""

from tasks.scheduling.network import Task
from tasks.scheduling.plan import DriverKind
from tasks.scheduling.reference.clocks import Clock

Given = tuple[int, int, DriverKind]
"""Start, finish and why."""

Held = dict[int, Given]
"""Rows whose dates another rule has decided."""


def given_dates(task: Task, clock: Clock, status: int | None) -> Given | None:
    """The dates that a task brings along, if any; a finish before the start is taken for the start."""
    given = _given(task, clock, status)
    if given is not None and given[1] < given[0]:
        return given[0], given[0], given[2]
    return given


def _given(task: Task, clock: Clock, status: int | None) -> Given | None:
    """Actual dates win over everything but a pin."""
    if task.is_pinned and task.start_minute is not None and task.finish_minute is not None:
        kind: DriverKind = "pinned"
        if task.mode == "manual":
            kind = "manual"
        elif task.actual_start_minute is not None:
            kind = "actual"
        return task.start_minute, task.finish_minute, kind
    if task.actual_start_minute is not None:
        return _actual(task, clock, task.actual_start_minute, status)
    if task.mode == "manual":
        return _by_hand(task, clock)
    return None


def _actual(task: Task, clock: Clock, start: int, status: int | None) -> Given:
    """What is done stays; what remains goes on at ``resume`` or the status date, never before the done part stopped."""
    if task.actual_finish_minute is not None:
        return start, task.actual_finish_minute, "actual"
    if task.percent_complete >= 100 or not task.duration_minutes:
        return start, clock.add(start, task.duration_minutes), "actual"
    done = task.actual_duration_minutes or task.duration_minutes * task.percent_complete // 100
    remaining = task.remaining_minutes
    if remaining is None:
        remaining = max(0, task.duration_minutes - done)
    stop = task.stop_minute if task.stop_minute is not None else clock.add(start, done)
    resume = task.resume_minute if task.resume_minute is not None else status
    resume = stop if resume is None else max(resume, stop)
    return start, clock.fit(resume, remaining)[1] if remaining else stop, "actual"


def _by_hand(task: Task, clock: Clock) -> Given | None:
    """A start or a finish alone is completed by the duration; with neither, the links decide."""
    if task.start_minute is not None:
        finish = task.finish_minute
        if finish is None:
            finish = clock.add(task.start_minute, task.duration_minutes)
        return task.start_minute, finish, "manual"
    if task.finish_minute is not None:
        return clock.subtract(task.finish_minute, task.duration_minutes), task.finish_minute, "manual"
    return None
