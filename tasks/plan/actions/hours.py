"""Hours of a day that go into a task, or are corrected: a person's sheet of hours says them, the task keeps the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone

from tasks.plan.actions.progress import WORK, report_of

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
    No date of a plan follows from hours alone.
    """
    plan.rows.refresh(task, [WORK, "progress_percentage", "remaining_minutes"])
    before = task.actual_work_minutes
    task.actual_work_minutes = max(before + minutes, 0)
    if minutes:
        plan.rows.save(task, [WORK])
        plan.rows.keep_progress(report_of(task, plan.record.actor, timezone.localdate(), comment))
    plan.record(
        CORRECTED if is_correction else ENTERED, target=task, before={WORK: before},
        after={WORK: task.actual_work_minutes, "worked_on": worked_on},
    )  # fmt: skip
    plan.touch(task, moves_dates=False)
