"""Days and lengths as planners say them: the moments of a task's working time that they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projects.worktime.moments import minute_of
from tasks.models import TaskType
from tasks.plan.actions.fields import set_fields
from tasks.plan.actions.place import set_finish, set_start
from tasks.plan.clocks import added, end_of

if TYPE_CHECKING:
    from datetime import date

    from tasks.models import Task
    from tasks.plan.unit import PlanUnit


def start_on(plan: PlanUnit, task: Task, day: date) -> None:
    """Let a task begin on a day, at the first working minute of it."""
    set_start(plan, task, minute_of(day))


def finish_on(plan: PlanUnit, task: Task, day: date, *, start: int | None = None) -> None:
    """Let a task last through a day; a milestone has no length and moves there. `start` as in `set_finish`."""
    if task.is_milestone and not task.is_summary:
        start_on(plan, task, day)
    else:
        set_finish(plan, task, end_of(task, day, plan.rows.clock_of(task)), start=start)


def last_for(plan: PlanUnit, task: Task, minutes: int, is_elapsed: bool) -> None:
    """Give a task a duration; of one that has begun, what remains becomes longer or shorter.

    As in Microsoft Project, what takes no time becomes a milestone, and a milestone that takes some becomes a task. Fixed
    work stays, which a milestone has none of: that task takes no time and is none.
    """
    is_fixed = not minutes and task.task_type == TaskType.FIXED_WORK
    keeps_work = is_fixed and bool(task.work_minutes or plan.rows.assignments(task))
    begun = task.actual_start_minute is not None and task.start_minute is not None
    if begun and not task.is_summary and not task.is_milestone and minutes and is_elapsed == task.is_elapsed:
        start = task.start_minute or 0
        clock = plan.rows.clock_of(task)
        set_finish(
            plan, task, start + minutes if is_elapsed else added(clock, start, minutes, field="duration")
        )
    elif bool(minutes) == task.is_milestone and not task.is_summary and not keeps_work:
        kind = {"is_milestone": not minutes, "is_elapsed": is_elapsed and bool(minutes)}
        set_fields(plan, task, {"duration_minutes": minutes} | kind)
    else:
        set_fields(plan, task, {"duration_minutes": minutes, "is_elapsed": is_elapsed})
