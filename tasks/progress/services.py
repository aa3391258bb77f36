"""Reporting progress, and taking a report back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.permissions import Right
from tasks.plan.actions.progress import Standing, set_progress, take_back_progress
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


def report_progress(
    *, task: Task, percentage: int, actor: User | System, recorded_on: date | None = None,
    added_work_minutes: int = 0, note: str = "", is_on_hold: bool = False, finished_minute: int | None = None,
    seen: Standing | None = None,
) -> PlanChange:  # fmt: skip
    """Say how far a task is; see `set_progress`.

    `seen` is what the form showed before: what was left as it was is no report, and changes nothing that another user
    has reported meanwhile; what differs from both is refused (RuleBrokenError).
    """
    with changing_plan(task.project, actor=actor, needs=Right.REPORT_PROGRESS) as plan:
        task.refresh_from_db()
        said, now = Standing(percentage, is_on_hold), Standing.of(task)
        if seen is not None and seen not in (now, said) and now != said:
            raise RuleBrokenError(
                _(
                    "進捗は、ほかの報告で%(now)d%%になっています。それでも変えるときは、もう一度報告してください。"
                )
                % {"now": now.percentage},
                field="progress",
            )
        said = now if said == seen else said
        set_progress(
            plan, task, said.percentage, recorded_on=recorded_on, added_work_minutes=added_work_minutes, note=note,
            is_on_hold=said.is_on_hold, finished_minute=finished_minute,
        )  # fmt: skip
    task.refresh_from_db()
    return plan.change


def take_back_report(*, task: Task, report_id: int, actor: User) -> PlanChange:
    """Take back one's own report; see `take_back_progress`."""
    with changing_plan(task.project, actor=actor, needs=Right.REPORT_PROGRESS) as plan:
        take_back_progress(plan, task, report_id)
    task.refresh_from_db()
    return plan.change
