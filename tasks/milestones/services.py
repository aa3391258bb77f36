"""Changing what a milestone promises, and saying that it was reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.permissions import Right
from tasks.plan.actions.fields import set_fields
from tasks.plan.actions.progress import set_progress
from tasks.plan.clocks import end_of
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from projects.models import User
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange
    from tasks.plan.unit import PlanUnit


def revise_milestone(
    *, task: Task, changes: Mapping[str, Any], achieved_on: date | None, today: date, actor: User,
    revision: int | None = None,
) -> PlanChange:  # fmt: skip
    """Set what was promised, and whether it was reached: all of it or nothing. No day means: not reached."""
    with changing_plan(task.project, actor=actor, revision=revision) as plan:
        set_fields(plan, task, changes)
        if achieved_on is not None:
            _achieve(plan, task, on=achieved_on, today=today)
        elif task.progress_percentage == 100:
            _reopen(plan, task)
    task.refresh_from_db()
    return plan.change


def achieve_milestone(*, task: Task, on: date, today: date, actor: User) -> PlanChange:
    """Say on which day a milestone was reached; those that wait for it start from there."""
    with changing_plan(task.project, actor=actor, needs=Right.REPORT_PROGRESS) as plan:
        _achieve(plan, task, on=on, today=today)
    task.refresh_from_db()
    return plan.change


def reopen_milestone(*, task: Task, actor: User) -> PlanChange:
    """Take back that a milestone was reached."""
    with changing_plan(task.project, actor=actor, needs=Right.REPORT_PROGRESS) as plan:
        _reopen(plan, task)
    task.refresh_from_db()
    return plan.change


def _achieve(plan: PlanUnit, task: Task, *, on: date, today: date) -> None:
    _require_milestone(task)
    if on > today:
        raise RuleBrokenError(
            _("達成日は今日（%(today)s）までの日にしてください。") % {"today": f"{today:%Y/%m/%d}"}, field="achieved_on"
        )  # fmt: skip
    moment = end_of(task, on)
    if task.progress_percentage != 100 or task.actual_finish_minute != moment:
        set_progress(plan, task, 100, finished_minute=moment)


def _reopen(plan: PlanUnit, task: Task) -> None:
    _require_milestone(task)
    set_progress(plan, task, 0)


def _require_milestone(task: Task) -> None:
    if not task.is_milestone:
        raise RuleBrokenError(_("「%(task)s」はマイルストーンではありません。") % {"task": task.name})
