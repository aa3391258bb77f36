"""How far a task is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web import formats
from projects.errors import NotAllowedError, Refusal, RuleBrokenError
from projects.models import AuditEntry
from projects.permissions import Right, System
from tasks.models import Task, TaskProgress, TaskStatus, TimeEntry
from tasks.plan.actions.progress_rules import require_allowed

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User
    from tasks.plan.unit import PlanUnit

FIELDS = (
    "progress_percentage", "status", "actual_start_minute", "actual_finish_minute", "actual_duration_minutes",
    "remaining_minutes", "actual_work_minutes",
)  # fmt: skip
WORK = "actual_work_minutes"
HOLD = "hold"
REPORTED, TAKEN_BACK = "progress.reported", "progress.taken_back"


class Standing(NamedTuple):
    """How far a task is, as a form shows it."""

    percentage: int
    is_on_hold: bool = False

    @classmethod
    def of(cls, task: Task) -> Standing:
        """As it was read last."""
        return cls(task.progress_percentage, task.status == TaskStatus.ON_HOLD)

    @classmethod
    def read(cls, text: str) -> Standing | None:
        """What a form has sent back of what it showed; None where it sent nothing, or nonsense."""
        percentage, _mark, hold = text.partition("-")
        is_sound = percentage.isascii() and percentage.isdigit() and len(percentage) <= 3
        return cls(int(percentage), hold == HOLD) if is_sound else None

    def __str__(self) -> str:
        """As a form sends it back: "60", on hold "60-hold"."""
        return f"{self.percentage}-{HOLD}" if self.is_on_hold else str(self.percentage)


class ReportedSinceError(Refusal):
    """Another report has come since."""

    status = 409


def set_progress(
    plan: PlanUnit, task: Task, percentage: int, *, recorded_on: date | None = None,
    added_work_minutes: int = 0, note: str = "", is_on_hold: bool = False, finished_minute: int | None = None,
    is_computed: bool = False,
) -> None:  # fmt: skip
    """Say how far a task is. Planners report on every task, contributors on their own; raises NotAllowedError.

    As in Microsoft Project, progress above 0 sets the actual start, 100 % the actual finish, and what
    remains is the rest of the duration. `finished_minute` says when, where it was not when the plan said.
    The project's rule says which percentages people say; `is_computed` is one that follows from hours.
    `added_work_minutes` go on top of the actual work that is there, below 0 they correct it: two people who report
    their hours at once add both. Raises RuleBrokenError.
    """
    if not 0 <= percentage <= 100:
        raise RuleBrokenError(_("進捗は0から100の整数で入力してください。"), field="progress")
    if task.is_summary:
        raise RuleBrokenError(
            _("サマリータスクの進捗は子タスクから決まります。子タスクの進捗を入力してください。"),
            field="progress",
        )
    actor = plan.record.actor
    _require_own(plan, task, actor)
    plan.rows.refresh(task)
    if not is_computed and not isinstance(actor, System):
        require_allowed(plan.project, percentage, now=task.progress_percentage)
    before = _facts(task)
    # Who adds hours alone changes nothing of what is known of the dates.
    if (percentage, is_on_hold) != Standing.of(task):
        _apply(task, percentage, is_on_hold=is_on_hold)
    if percentage == 100 and finished_minute is not None:
        _finish_at(task, finished_minute)
    _add_work(task, added_work_minutes)
    plan.rows.save(task, FIELDS)
    plan.rows.keep_progress(report_of(task, actor, recorded_on or timezone.localdate(), note))
    after = _facts(task)
    plan.record(REPORTED, target=task, before=_changed(before, after), after=_changed(after, before))
    plan.touch(task)


def take_back_progress(plan: PlanUnit, task: Task, report_id: int) -> None:
    """Take back what one's own report has set, where that still stands; its hours are taken off what has come since.

    `report_id` is its line in the record. Raises NotAllowedError as `set_progress` does, RuleBrokenError where it is no
    report of the actor, ReportedSinceError where it cannot be taken back any more.
    """
    actor = plan.record.actor
    _require_own(plan, task, actor)
    report = _own_report(task, report_id, actor)
    plan.rows.refresh(task)
    before, after = dict(report.before or {}), dict(report.after or {})
    hours = after.pop(WORK, 0) - before.pop(WORK, 0)
    now = _facts(task)
    has_moved_on = any(now[name] != value for name, value in after.items()) or now[WORK] < hours
    if has_moved_on or _is_taken_back(report):
        raise ReportedSinceError(
            _(
                "「%(task)s」の報告はもう元に戻せません。すでに元に戻したか、そのあとに変更されています。いまの値を確かめて、報告し直してください。"
            )
            % {"task": task.name}
        )
    for name, value in before.items():
        setattr(task, name, value)
    task.actual_work_minutes -= hours
    plan.rows.save(task, FIELDS)
    plan.rows.keep_progress(report_of(task, actor, timezone.localdate()))
    then = _facts(task)
    plan.record(
        TAKEN_BACK, target=task, before=_changed(now, then), after=_changed(then, now) | {"report": report.pk}
    )
    plan.touch(task)


def _own_report(task: Task, report_id: int, actor: User | System) -> AuditEntry:
    user = actor.user if isinstance(actor, System) else actor
    reports = AuditEntry.objects.filter(
        project=task.project_id, target_id=task.pk, action=REPORTED, actor=user
    )
    report = reports.filter(pk=report_id).first()
    if report is None:
        raise RuleBrokenError(_("元に戻せるのは、自分の報告だけです。"))
    return report


def _is_taken_back(report: AuditEntry) -> bool:
    own = AuditEntry.objects.filter(project=report.project_id, target_id=report.target_id, action=TAKEN_BACK)
    return own.filter(after__report=report.pk).exists()


def _facts(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in FIELDS}


def _add_work(task: Task, minutes: int) -> None:
    if task.actual_work_minutes + minutes < 0:
        raise RuleBrokenError(
            _("実績工数は%(hours)sです。それより多くは減らせません。")
            % {"hours": formats.hours(task.actual_work_minutes)},
            field="added_work",
        )
    if minutes < 0:
        _require_beside_sheets(task, minutes)
    task.actual_work_minutes += minutes


def _require_beside_sheets(task: Task, minutes: int) -> None:
    """What sheets of hours say of a task is changed there: taken off here, it would be counted no more and stand there."""
    entered = TimeEntry.objects.filter(task=task).aggregate(sum=Sum("minutes"))["sum"] or 0
    if entered and task.actual_work_minutes + minutes < entered:
        raise RuleBrokenError(
            _("実績工数のうち%(hours)sは工数表で入力されたものです。減らすときは、工数表で直してください。")
            % {"hours": formats.hours(entered)},
            field="added_work",
        )


def _changed(values: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if others[name] != value}


def _require_own(plan: PlanUnit, task: Task, actor: User | System) -> None:
    if isinstance(actor, System) or plan.rows.may_plan:
        return
    if all(row.resource.user_id != actor.pk for row in plan.rows.assignments(task)):
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


def report_of(task: Task, actor: User | System, recorded_on: date, note: str = "") -> TaskProgress:
    """How far a task is, as its history has it; not stored yet."""
    return TaskProgress(
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
