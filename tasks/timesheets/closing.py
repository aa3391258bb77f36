"""What holds for a whole organization: months that are closed, what is corrected in them, and kinds of indirect work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from projects.changes import changing_organization
from projects.errors import NotAllowedError, Refusal, RuleBrokenError
from projects.permissions import Right
from tasks.models import ClosedMonth, Task, TimeEntry, Timesheet, WorkKind
from tasks.models.timesheets import LONGEST_COMMENT, MINUTES_OF_A_DAY
from tasks.plan.actions.hours import add_hours
from tasks.plan.unit import changing_plan
from tasks.timesheets.approvers import may_approve
from tasks.timesheets.entering import RowKey, closed_months, lock_sheet, wait_for_closing
from tasks.timesheets.weeks import Week, month_of

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Organization, User
    from projects.permissions import System

#: What most companies begin their list with.
USUAL_KINDS: Final = ("会議", "休暇", "教育", "事務", "その他")
MOST_KINDS: Final = 30


class MonthIsClosedError(Refusal):
    """Another user was first."""

    status = 409


def close_month(*, organization: Organization, month: date, actor: User, today: date) -> ClosedMonth:
    """Lock the hours of a month for all; it stays closed. Raises RuleBrokenError and MonthIsClosedError (409)."""
    month = month_of(month)
    if month > today:
        raise RuleBrokenError(_("先の月はまだ締められません。"))
    with changing_organization(organization, actor=actor, needs=Right.CLOSE_MONTHS) as record:
        closed, is_new = ClosedMonth.objects.get_or_create(
            organization=organization, month_on=month, defaults={"closed_by": actor}
        )
        if not is_new:
            raise MonthIsClosedError(_("%(month)sはすでに締められています。") % {"month": f"{month:%Y/%m}"})
        record("month.closed", target=closed, after={"month_on": month})
    return closed


def correct_hours(
    *, sheet: Timesheet, row: RowKey, day: date, minutes: int, reason: str, actor: User
) -> TimeEntry:
    """Say what a cell of a closed month should have held: an entry of its own, of the difference.

    Raises NotAllowedError, and RuleBrokenError where the month is open, the cell is not one of the sheet, nothing
    differs, or the day would have more than 24 hours.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_COMMENT:
        raise RuleBrokenError(
            _("訂正の理由を%(count)d文字以内で入力してください。") % {"count": LONGEST_COMMENT},
            field="reason",
        )
    with transaction.atomic():
        locked = lock_sheet(sheet.resource, Week(sheet.week_on))
        if not may_approve(actor, locked):
            raise NotAllowedError(Right.APPROVE_HOURS)
        wait_for_closing(locked.organization_id)
        if not closed_months(locked.organization_id, [day]):
            raise RuleBrokenError(_("この月は締められていません。差し戻して直してもらってください。"))
        entry = _correction(locked, row, day, minutes)
        entry.comment, entry.entered_by = reason, actor
        _store(locked, entry, day, actor)
        locked.version += 1
        locked.save(update_fields=["version"])
    return entry


def _correction(sheet: Timesheet, row: RowKey, day: date, minutes: int) -> TimeEntry:
    entries = list(TimeEntry.objects.filter(sheet=sheet).order_by("is_correction", "pk"))
    of_row = [entry for entry in entries if RowKey.of(entry) == row]
    in_cell = [entry for entry in of_row if entry.worked_on == day]
    now = sum(entry.minutes for entry in in_cell)
    others = sum(entry.minutes for entry in entries if entry.worked_on == day) - now
    if not of_row or day not in Week(sheet.week_on).days:
        raise RuleBrokenError(_("この行は、この週の工数表にありません。"), field="row")
    if not 0 <= minutes <= MINUTES_OF_A_DAY - others:
        raise RuleBrokenError(_("1日の工数の合計は0から24時間にしてください。"), field="hours")
    if minutes == now:
        raise RuleBrokenError(_("工数が変わっていません。正しい工数を入力してください。"), field="hours")
    first = of_row[0]
    return TimeEntry(
        organization_id=sheet.organization_id, sheet=sheet, project_id=first.project_id, task_id=first.task_id,
        kind_id=first.kind_id, worked_on=day, minutes=minutes - now, is_correction=True,
        corrects=in_cell[0] if in_cell else None,
    )  # fmt: skip


def _store(sheet: Timesheet, entry: TimeEntry, day: date, actor: User) -> None:
    """With the task, where it is one; of projects in which the approver has no place, those of them correct."""
    if entry.task_id is not None:
        task = (
            Task.objects.select_related("project").filter(deleted_at__isnull=True, pk=entry.task_id).first()
        )
        if task is None:
            raise RuleBrokenError(_("このタスクは削除されたため、工数を訂正できません。"), field="row")
        with changing_plan(task.project, actor=actor, needs=Right.REPORT_PROGRESS, keeps_step=False) as plan:
            entry.save()
            add_hours(plan, task, entry.minutes, worked_on=day, comment=entry.comment, is_correction=True)
        return
    organization = sheet.resource.organization
    with changing_organization(organization, actor=actor, needs=Right.KEEP_HOURS) as record:
        entry.save()
        cell = TimeEntry.objects.filter(sheet=sheet, kind=entry.kind_id, worked_on=day)
        after = cell.aggregate(sum=Sum("minutes"))["sum"]
        record(
            "timesheet.corrected", target=entry, before={"entered_work_minutes": after - entry.minutes},
            after={"entered_work_minutes": after, "worked_on": day, "reason": entry.comment},
        )  # fmt: skip


def add_kinds(*, organization: Organization, names: tuple[str, ...], actor: User | System) -> list[WorkKind]:
    """Add kinds of indirect work at the end of the list; those that were taken out are offered again. Raises RuleBrokenError."""
    with changing_organization(organization, actor=actor, needs=Right.CLOSE_MONTHS) as record:
        kinds = WorkKind.objects.filter(organization=organization)
        there = {kind.name: kind for kind in kinds}
        last = kinds.aggregate(last=Max("position"))["last"] or 0
        added = []
        for number, name in enumerate(map(str.strip, names), 1):
            kind = there.get(name) or WorkKind(organization=organization, name=name, position=last + number)
            if not name or len(name) > 60:
                raise RuleBrokenError(_("種類の名称を60文字以内で入力してください。"), field="name")
            if kind.pk and kind.is_active:
                raise RuleBrokenError(_("「%(name)s」はすでにあります。") % {"name": name}, field="name")
            kind.is_active = True
            kind.save()
            record("workkind.added", target=kind, after={"name": kind.name})
            added.append(kind)
        if kinds.filter(is_active=True).count() > MOST_KINDS:
            raise RuleBrokenError(_("種類は%(count)d個までです。") % {"count": MOST_KINDS}, field="name")
    return added


def retire_kind(*, kind: WorkKind, actor: User) -> None:
    """Offer a kind no longer; its hours stay."""
    with changing_organization(kind.organization, actor=actor, needs=Right.CLOSE_MONTHS) as record:
        kind.refresh_from_db()
        if kind.is_active:
            kind.is_active = False
            kind.save(update_fields=["is_active"])
            record("workkind.edited", target=kind, before={"is_active": True}, after={"is_active": False})
