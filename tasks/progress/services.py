"""Reporting progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projects.permissions import Right
from tasks.plan.actions.progress import set_progress
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


def report_progress(
    *, task: Task, percentage: int, actor: User | System, recorded_on: date | None = None,
    actual_work_minutes: int | None = None, note: str = "", is_on_hold: bool = False,
    finished_minute: int | None = None,
) -> PlanChange:  # fmt: skip
    """Say how far a task is; see `set_progress`."""
    with changing_plan(task.project, actor=actor, needs=Right.REPORT_PROGRESS) as plan:
        set_progress(
            plan, task, percentage, recorded_on=recorded_on, actual_work_minutes=actual_work_minutes, note=note,
            is_on_hold=is_on_hold, finished_minute=finished_minute,
        )  # fmt: skip
    task.refresh_from_db()
    return plan.change
