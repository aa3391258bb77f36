"""What is left of a task, said beside its hours: a report of how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.models.progress_rules import ProgressRule
from projects.permissions import Right
from tasks.models import Task, TaskStatus
from tasks.plan.actions.progress import set_progress
from tasks.plan.actions.progress_rules import at_most
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from projects.models import User
    from tasks.plan.outcome import PlanChange


def share_done(done: int, left: int) -> int:
    """How far a task is, in whole percent: 100 only when nothing is left, and never rounded up."""
    if left <= 0:
        return 100
    return min(done * 100 // (done + left), 99)


def report_remaining(*, task: Task, minutes: int, actor: User) -> PlanChange:
    """Say how much work is left: done ÷ (done + left), with the hours of all who worked on it. One reschedule.

    Raises what `set_progress` does, and RuleBrokenError where something is left of a task without any hours.
    """
    with changing_plan(task.project, actor=actor, needs=Right.REPORT_PROGRESS) as plan:
        task.refresh_from_db()
        done = task.actual_work_minutes
        if minutes and not done:
            raise RuleBrokenError(_("先に工数を入力してください。進捗は、済んだ工数と残りから決まります。"))
        share = share_done(done, minutes)
        if plan.project.progress_rule not in {ProgressRule.HAND, ProgressRule.WORK}:
            # What a step means is known by the one who has reached it.
            share = at_most(plan.project, share)
        if share != task.progress_percentage:
            set_progress(plan, task, share, is_on_hold=task.status == TaskStatus.ON_HOLD, is_computed=True)
    task.refresh_from_db()
    return plan.change
