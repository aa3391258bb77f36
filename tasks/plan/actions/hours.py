"""Hours of a day that go into a task, or are corrected: a person's sheet of hours says them, the task keeps the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone

from projects.models.progress_rules import ProgressRule
from tasks.models import TaskStatus
from tasks.plan.actions.progress import WORK, report_of, set_progress
from tasks.plan.actions.progress_rules import progress_by_work

if TYPE_CHECKING:
    from datetime import date

    from tasks.models import Task
    from tasks.plan.unit import PlanUnit

ENTERED: Final = "hours.entered"
CORRECTED: Final = "hours.corrected"


def add_hours(
    plan: PlanUnit,
    task: Task,
    minutes: int,
    *,
    worked_on: date,
    comment: str = "",
    is_correction: bool = False,
) -> None:
    """Add to the actual work of a task what a day's entry has become more, or below 0 less.

    By the difference, as a report of progress does: so what was reported otherwise stays in the sum, and two people add both.
    No date of a plan follows from hours alone, unless the project's rule computes progress by them.
    """
    plan.rows.refresh(task, [WORK, "progress_percentage", "remaining_minutes"])
    share = _share(plan, task, minutes)
    before = task.actual_work_minutes
    task.actual_work_minutes = max(before + minutes, 0)
    if minutes:
        plan.rows.save(task, [WORK])
        plan.rows.keep_progress(report_of(task, plan.record.actor, timezone.localdate(), comment))
    plan.record(
        CORRECTED if is_correction else ENTERED, target=task, before={WORK: before},
        after={WORK: task.actual_work_minutes, "worked_on": worked_on},
    )  # fmt: skip
    if share != task.progress_percentage:
        set_progress(plan, task, share, is_on_hold=task.status == TaskStatus.ON_HOLD, is_computed=True)
    plan.touch(task, moves_dates=False)


def _share(plan: PlanUnit, task: Task, minutes: int) -> int:
    """How far the task is with these hours, where the project's rule says so; what is done stays done."""
    now = task.progress_percentage
    if plan.project.progress_rule != ProgressRule.WORK or not minutes or now == 100:
        return now
    return progress_by_work(task.actual_work_minutes, now, task.work_minutes, minutes)
