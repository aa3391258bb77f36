"""How far a task is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import NotAllowedError, RuleBrokenError
from projects.permissions import Right, System, rights_in
from tasks.models import Assignment, Task, TaskProgress, TaskStatus

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User
    from tasks.plan.unit import PlanUnit

FIELDS = (
    "progress_percentage", "status", "actual_start_minute", "actual_finish_minute", "actual_duration_minutes",
    "remaining_minutes", "actual_work_minutes",
)  # fmt: skip


def set_progress(
    plan: PlanUnit, task: Task, percentage: int, *, recorded_on: date | None = None,
    actual_work_minutes: int | None = None, note: str = "", is_on_hold: bool = False,
    finished_minute: int | None = None,
) -> None:  # fmt: skip
    """Say how far a task is. Planners report on every task, contributors on their own; raises NotAllowedError.

    As in Microsoft Project, progress above 0 sets the actual start, 100 % the actual finish, and what
    remains is the rest of the duration. `finished_minute` says when, where it was not when the plan said.
    Raises RuleBrokenError.
    """
    if not 0 <= percentage <= 100:
        raise RuleBrokenError(_("進捗は0から100の整数で入力してください。"), field="progress")
    if actual_work_minutes is not None and actual_work_minutes < 0:
        raise RuleBrokenError(_("実績工数は0以上で入力してください。"), field="actual_work")
    if task.is_summary:
        raise RuleBrokenError(
            _("サマリータスクの進捗は子タスクから決まります。子タスクの進捗を入力してください。"),
            field="progress",
        )
    actor = plan.record.actor
    _require_own(task, actor)
    task.refresh_from_db()
    before = {name: getattr(task, name) for name in FIELDS}
    _apply(task, percentage, is_on_hold=is_on_hold)
    if percentage == 100 and finished_minute is not None:
        _finish_at(task, finished_minute)
    if actual_work_minutes is not None:
        task.actual_work_minutes = actual_work_minutes
    task.save(update_fields=list(FIELDS))
    _keep_history(task, actor, recorded_on or timezone.localdate(), note)
    after = {name: getattr(task, name) for name in FIELDS}
    plan.record(
        "progress.reported", target=task, before=_changed(before, after), after=_changed(after, before)
    )
    plan.touch(task)


def _changed(values: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if others[name] != value}


def _require_own(task: Task, actor: User | System) -> None:
    if isinstance(actor, System) or Right.EDIT_PLAN in rights_in(actor, task.project):
        return
    if not Assignment.objects.filter(task=task, resource__user=actor).exists():
        raise NotAllowedError(Right.REPORT_PROGRESS)


def _apply(task: Task, percentage: int, *, is_on_hold: bool) -> None:
    task.progress_percentage = percentage
    done = task.duration_minutes * percentage // 100
    if percentage == 0:
        task.actual_start_minute = task.actual_finish_minute = task.remaining_minutes = None
        task.actual_duration_minutes = 0
        task.status = TaskStatus.NOT_STARTED
    else:
        if task.actual_start_minute is None:
            task.actual_start_minute = task.start_minute
        task.actual_duration_minutes = done
        task.remaining_minutes = task.duration_minutes - done
        task.status = TaskStatus.COMPLETED if percentage == 100 else TaskStatus.IN_PROGRESS
        task.actual_finish_minute = task.finish_minute if percentage == 100 else None
    if is_on_hold and percentage < 100:
        task.status = TaskStatus.ON_HOLD


def _finish_at(task: Task, minute: int) -> None:
    task.actual_finish_minute = minute
    if task.is_milestone or (task.actual_start_minute or minute) > minute:
        task.actual_start_minute = minute


def _keep_history(task: Task, actor: User | System, recorded_on: date, note: str) -> None:
    TaskProgress.objects.create(
        organization_id=task.organization_id,
        project_id=task.project_id,
        task=task,
        recorded_on=recorded_on,
        recorded_at=timezone.now(),
        recorded_by=None if isinstance(actor, System) else actor,
        progress_percentage=task.progress_percentage,
        actual_work_minutes=task.actual_work_minutes,
        remaining_minutes=task.remaining_minutes,
        note=note[:500],
    )
