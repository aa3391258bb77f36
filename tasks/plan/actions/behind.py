"""What is not done of a task is put behind a moment, as Microsoft Project does when it updates a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.models import Constraint, Mode
from tasks.plan.actions.place import lay
from tasks.plan.clocks import between, next_working

if TYPE_CHECKING:
    from projects.worktime.calendar import WorkingTime
    from tasks.models import Task
    from tasks.plan.unit import PlanUnit

#: Dates that were promised: they are not given up without being asked for.
KEPT = frozenset({Constraint.MSO, Constraint.MFO})


def remaining_of(task: Task) -> int:
    """Working minutes that are left of a task."""
    if task.remaining_minutes is not None:
        return task.remaining_minutes
    return task.duration_minutes - task.duration_minutes * task.progress_percentage // 100


def worked(task: Task, clock: WorkingTime, start: int, finish: int) -> int:
    """Minutes of work between two moments, on the clock where the task's time runs on it."""
    return max(finish - start, 0) if task.is_elapsed else between(clock, start, max(finish, start))


def percentage_at(task: Task, clock: WorkingTime, minute: int) -> int:
    """How far a task is at a moment if it is worked on as it lies."""
    start, finish = task.start_minute, task.finish_minute
    if start is None or finish is None or start >= minute:
        return 0
    if finish <= minute:
        return 100
    left = min(remaining_of(task), worked(task, clock, minute, finish))
    # It is not done, however little is left.
    return min((task.duration_minutes - left) * 100 // max(task.duration_minutes, 1), 99)


def is_behind(task: Task, clock: WorkingTime, minute: int) -> bool:
    """Whether nothing of what is left is to be done before this moment, but for the rest of a percent."""
    if task.actual_start_minute is None:
        return task.start_minute is None or task.start_minute >= minute
    return percentage_at(task, clock, minute) <= task.progress_percentage


def put_behind(plan: PlanUnit, task: Task, minute: int) -> bool:
    """Let what is left of a task be done no earlier than this moment; whether it was to be done before.

    A task that has begun keeps what is done, and goes on then; another one starts no earlier than then. What a promised date
    holds stays, as does a pin.
    """
    clock = plan.rows.clock_of(task)
    if is_behind(task, clock, minute):
        return False
    begins = minute if task.is_elapsed else next_working(clock, minute)
    if task.actual_start_minute is None:
        lay(plan, task, begins)
        return True
    before = {"resume_minute": task.resume_minute}
    task.resume_minute = begins
    plan.rows.save(task, ["resume_minute"])
    plan.record("task.moved", target=task, before=before, after={"resume_minute": begins})
    plan.touch(task)
    return True


def is_held(task: Task) -> bool:
    """Whether a promised date or a pin holds a task where it lies."""
    has_begun = task.actual_start_minute is not None
    return task.is_pinned or (not has_begun and task.mode != Mode.MANUAL and task.constraint_type in KEPT)
