"""Writing cells of a week: one that was typed, or all that a form holds; one unit of work for each project that they touch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from projects.changes import changing_organization
from projects.errors import NotAllowedError, RuleBrokenError
from projects.permissions import Right
from tasks.models import ClosedMonth, Task, TimeEntry, Timesheet, WorkKind
from tasks.models.timesheets import LONGEST_COMMENT, MINUTES_OF_A_DAY
from tasks.plan.actions.hours import add_hours
from tasks.plan.unit import changing_plan
from tasks.timesheets.refusals import CellChangedError, MonthClosedError, WeekLockedError
from tasks.timesheets.weeks import Week, month_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from projects.models import User
    from resources.models import Resource

#: States in which a week is written.
WRITTEN: Final = (Timesheet.State.OPEN, Timesheet.State.RETURNED)


class RowKey(NamedTuple):
    """What a row of the sheet is about: a task, or a kind of indirect work."""

    is_task: bool
    id: int

    def __str__(self) -> str:
        """As forms and ids of elements have it: t12, k3."""
        return f"{'t' if self.is_task else 'k'}{self.id}"

    @classmethod
    def read(cls, text: str) -> RowKey | None:
        """What a form has sent back; None of anything else."""
        number = text[1:]
        is_sound = text[:1] in {"t", "k"} and number.isascii() and number.isdigit() and len(number) < 19
        return cls(text[0] == "t", int(number)) if is_sound else None

    @classmethod
    def of(cls, entry: TimeEntry) -> RowKey:
        """The row of an entry."""
        return cls(True, entry.task_id) if entry.task_id is not None else cls(False, entry.kind_id or 0)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a cell is to hold; None leaves it as it is. `seen` is what was shown before, None where that is not known."""

    row: RowKey
    day: date
    minutes: int | None = None
    comment: str | None = None
    seen: int | None = None


def lock_sheet(resource: Resource, week: Week) -> Timesheet:
    """The sheet of a person's week, made where there is none; no other writes it until this transaction ends.

    It is locked before any project is, so that two screens of one person wait for each other and never in a ring.
    """
    rows = Timesheet.objects.select_for_update(no_key=True, of=("self",)).select_related("decided_by")
    rows = rows.filter(resource=resource, week_on=week.monday).order_by("pk")
    sheet = rows.first()
    if sheet is None:
        new = Timesheet(organization_id=resource.organization_id, resource=resource, week_on=week.monday)
        Timesheet.objects.bulk_create([new], ignore_conflicts=True)
        sheet = rows.get()
    sheet.resource = resource
    return sheet


def closed_months(organization_id: int, days: Collection[date]) -> set[date]:
    """Those months of some days that are closed, by their first days."""
    months = {month_of(day) for day in days}
    rows = ClosedMonth.objects.filter(organization=organization_id, month_on__in=months)
    return set(rows.values_list("month_on", flat=True))


def wait_for_closing(organization_id: int) -> None:
    """Let no month be closed until this transaction ends; one that is being closed is waited for.

    All who write hours share this lock, which the closing of a month takes alone (the trigger of the migration). Taken before any
    project is locked, so that none who holds one waits for who closes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtext('hours'), %s)", [organization_id % 2**31]
        )


def enter_hours(
    *, resource: Resource, week: Week, typed: Sequence[Typed], actor: User, today: date
) -> Timesheet:
    """Write cells of one's own week; what stays as it is changes nothing.

    Raises NotAllowedError, RuleBrokenError, WeekLockedError, MonthClosedError and CellChangedError; then nothing is written.
    """
    if resource.user_id != actor.pk:
        raise NotAllowedError(Right.KEEP_HOURS)
    if week > Week.of(today):
        raise RuleBrokenError(_("先の週の工数はまだ入力できません。"))
    with transaction.atomic():
        sheet = lock_sheet(resource, week)
        if sheet.state not in WRITTEN:
            raise WeekLockedError(sheet)
        entries = {
            (RowKey.of(entry), entry.worked_on): entry
            for entry in TimeEntry.objects.filter(sheet=sheet, is_correction=False).order_by("pk")
        }
        changes = [change for each in typed if (change := _change(sheet, each, entries, actor))]
        if changes:
            _check(resource, week, changes, entries.values())
            _write(resource, changes, actor)
            sheet.version += 1
            sheet.save(update_fields=["version"])
    return sheet


@dataclass(frozen=True, slots=True)
class _Change:
    """A cell that becomes another; the entry has its new values already."""

    row: RowKey
    entry: TimeEntry
    before: int

    @property
    def added(self) -> int:
        return self.entry.minutes - self.before


def _change(
    sheet: Timesheet, typed: Typed, entries: dict[tuple[RowKey, date], TimeEntry], actor: User
) -> _Change | None:
    entry = entries.get((typed.row, typed.day))
    now, said = (entry.minutes, entry.comment) if entry else (0, "")
    minutes = now if typed.minutes is None else typed.minutes
    comment = said if typed.comment is None else typed.comment.strip()
    if (minutes, comment) == (now, said):
        return None
    if typed.seen is not None and typed.seen != now and minutes != now:
        raise CellChangedError(now)
    if not 0 <= minutes <= MINUTES_OF_A_DAY:
        raise RuleBrokenError(_("1日の工数は0から24時間で入力してください。"), field="hours")
    if len(comment) > LONGEST_COMMENT:
        raise RuleBrokenError(
            _("コメントは%(count)d文字までです。") % {"count": LONGEST_COMMENT}, field="comment"
        )
    if entry is None:
        entry = TimeEntry(
            organization_id=sheet.organization_id, sheet=sheet, worked_on=typed.day,
            **{"task_id" if typed.row.is_task else "kind_id": typed.row.id},
        )  # fmt: skip
        entries[typed.row, typed.day] = entry
    entry.minutes, entry.comment, entry.entered_by = minutes, comment, actor
    return _Change(typed.row, entry, now)


def _check(resource: Resource, week: Week, changes: Sequence[_Change], entries: Iterable[TimeEntry]) -> None:
    """The days are of the week, their months open, and none of them has more than 24 hours. Two queries."""
    days = {change.entry.worked_on for change in changes}
    wait_for_closing(resource.organization_id)
    if not days <= set(week.days):
        raise RuleBrokenError(_("この日は、この週にありません。"), field="hours")
    for month in sorted(closed_months(resource.organization_id, days)):
        raise MonthClosedError(month)
    sums: dict[date, int] = defaultdict(int)
    for entry in entries:
        sums[entry.worked_on] += entry.minutes
    if any(sums[day] > MINUTES_OF_A_DAY for day in days):
        raise RuleBrokenError(
            _("1日の工数の合計が24時間を超えます。ほかの行の工数を確かめてください。"), field="hours"
        )


def _write(resource: Resource, changes: Sequence[_Change], actor: User) -> None:
    """Tasks project by project in one order, then what belongs to none."""
    tasks = Task.objects.visible_to(actor).filter(
        pk__in={change.row.id for change in changes if change.row.is_task},
        organization=resource.organization_id, is_summary=False,
    )  # fmt: skip
    known = {task.pk: task for task in tasks.select_related("project")}
    by_project: dict[int, list[_Change]] = defaultdict(list)
    for change in changes:
        if change.row.is_task:
            by_project[_known(known, change.row.id).project_id].append(change)
    for project_id in sorted(by_project):
        _write_tasks(known, by_project[project_id], actor)
    if indirect := [change for change in changes if not change.row.is_task]:
        _write_kinds(resource, indirect, actor)


def _known(tasks: dict[int, Task], task_id: int) -> Task:
    if task_id not in tasks:
        raise RuleBrokenError(
            _(
                "このタスクには工数を入力できません。削除されたか、サマリータスクか、見る権限がなくなっています。"
            )
        )
    return tasks[task_id]


def _write_tasks(tasks: dict[int, Task], changes: Sequence[_Change], actor: User) -> None:
    """The cells of one project: one unit of work, which computes no dates."""
    project = tasks[changes[0].row.id].project
    with changing_plan(project, actor=actor, needs=Right.REPORT_PROGRESS, keeps_step=False) as plan:
        for change in changes:
            entry = change.entry
            entry.project_id = project.pk
            entry.save()
            add_hours(
                plan, tasks[change.row.id], change.added, worked_on=entry.worked_on, comment=entry.comment
            )


def _write_kinds(resource: Resource, changes: Sequence[_Change], actor: User) -> None:
    kinds = WorkKind.objects.filter(organization=resource.organization_id).in_bulk(
        {change.row.id for change in changes}
    )
    with changing_organization(resource.organization, actor=actor, needs=Right.KEEP_HOURS) as record:
        for change in changes:
            kind, entry = kinds.get(change.row.id), change.entry
            if kind is None or not (kind.is_active or entry.pk):
                raise RuleBrokenError(_("この間接作業はもう選べません。"))
            entry.save()
            facts = {"worked_on": entry.worked_on, "work_kind": kind.name}
            record(
                "timesheet.entered", target=entry, before={"entered_work_minutes": change.before},
                after={"entered_work_minutes": entry.minutes, **facts},
            )  # fmt: skip
