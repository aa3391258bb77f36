"""What a week shows: its rows, the sums of its days, and what of it can be written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from projects.models import ProjectStatus
from projects.models.calendars import Holiday
from resources.models import Absence, Resource
from tasks.models import Assignment, Task, TimeEntry, Timesheet, WorkKind
from tasks.timesheets.entering import WRITTEN, RowKey, closed_months
from tasks.timesheets.filling import planned_minutes, working_minutes
from tasks.timesheets.weeks import Week, month_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from projects.models import Organization, User

#: Assigned tasks that a week lists by itself; others are added by search.
MOST_ROWS: Final = 40
#: Tasks that a search offers, and letters that it needs.
MOST_FOUND: Final = 12
SHORTEST_SEARCH: Final = 2
_STILL: Final = [ProjectStatus.SUSPENDED, ProjectStatus.COMPLETED, ProjectStatus.CANCELLED]
_SHOWN: Final = (
    "name", "wbs_code", "organization_id", "work_minutes", "actual_work_minutes", "progress_percentage",
    "is_summary", "project__code", "project__name", "project__organization_id",
)  # fmt: skip


@dataclass(slots=True)
class Cell:
    """One day of a row."""

    minutes: int = 0
    planned: int = 0
    comment: str = ""
    is_corrected: bool = False


@dataclass(slots=True)
class Row:
    """A task or a kind of indirect work, with its seven days."""

    key: RowKey
    name: str
    task: Task | None = None
    cells: list[Cell] = field(default_factory=lambda: [Cell() for _day in range(7)])
    is_mine: bool = False

    @property
    def sum(self) -> int:
        """Minutes of the week."""
        return sum(cell.minutes for cell in self.cells)

    @property
    def remaining(self) -> int:
        """What is left by the progress that was reported, to half an hour; of what is not begun all that is planned."""
        if self.task is None:
            return 0
        done, share = self.task.actual_work_minutes, self.task.progress_percentage
        left = (
            done * (100 - share) / share if done and share else self.task.work_minutes * (100 - share) / 100
        )
        return round(left / 30) * 30


@dataclass(frozen=True, slots=True)
class DayHead:
    """A day of the week above its column."""

    day: date
    works: int
    #: Why it is a day off, where there is a word for it.
    reason: str
    is_closed: bool
    is_today: bool

    @property
    def is_off(self) -> bool:
        """Whether this person does not work on it."""
        return self.works == 0


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """All that the page of a week shows."""

    resource: Resource
    week: Week
    sheet: Timesheet | None
    rows: list[Row]
    heads: list[DayHead]
    #: Minutes by day of tasks that were deleted or that the reader does not see, and of how many.
    hidden: list[int]
    hidden_count: int
    #: Assigned tasks that are not listed.
    more: int

    @property
    def state(self) -> str:
        """Of a week that no one has written into, too."""
        return self.sheet.state if self.sheet else Timesheet.State.OPEN

    @property
    def is_written(self) -> bool:
        """Whether its person may still write into it."""
        return self.state in WRITTEN

    @property
    def sums(self) -> list[int]:
        """Minutes of each day."""
        return [sum(row.cells[place].minutes for row in self.rows) + self.hidden[place] for place in range(7)]

    @property
    def total(self) -> int:
        """Minutes of the week."""
        return sum(self.sums)

    @property
    def works(self) -> int:
        """What the person works in the week."""
        return sum(head.works for head in self.heads)

    def row(self, key: RowKey) -> Row | None:
        """The row of a task or a kind."""
        return next((row for row in self.rows if row.key == key), None)


def resource_of(user: User, organization: Organization) -> Resource | None:
    """The person that this user is in an organization; None where no one has registered them."""
    rows = Resource.objects.filter(user=user, organization=organization, is_active=True)
    return rows.select_related("organization").first()


def week_sheet(
    resource: Resource, week: Week, *, reader: User, today: date, added: Collection[int] = (),
    with_all: bool = True,
) -> WeekSheet:  # fmt: skip
    """The week of a person as a reader sees it; the number of queries is the same for any history.

    `with_all` lists the tasks that the person is on and all kinds as well; else only what has entries.
    """
    sheet, entries = _stored(resource, week)
    mine, more = _assigned(resource, week) if with_all else ([], 0)
    used = {entry.task_id for entry in entries if entry.task_id is not None}
    found = _tasks(resource, reader, used | set(mine) | set(added))
    order = sorted(
        found.values(), key=lambda task: (task.project.code, task.project_id, task.wbs_code, task.pk)
    )
    rows = [Row(RowKey(True, task.pk), task.name, task, is_mine=task.pk in mine) for task in order]
    rows += _kinds(resource, entries, with_all=with_all)
    hidden = _put(rows, entries, week)
    _plan(rows, resource, week)
    return WeekSheet(
        resource, week, sheet, rows, _heads(resource, week, today), hidden, len(used - set(found)), more
    )


def week_row(resource: Resource, week: Week, key: RowKey, *, reader: User, today: date) -> WeekSheet:
    """The week with one row, the others as they add up: what a saved cell is answered with."""
    sheet, entries = _stored(resource, week)
    if key.is_task:
        mine = Assignment.objects.filter(resource=resource, task=key.id).exists()
        tasks = _tasks(resource, reader, {key.id}).values()
        rows = [Row(key, task.name, task, is_mine=mine) for task in tasks]
    else:
        kinds = WorkKind.objects.filter(organization=resource.organization_id, pk=key.id)
        rows = [Row(key, kind.name) for kind in kinds]
    hidden = _put(rows, entries, week)
    if key.is_task:
        _plan(rows, resource, week)
    return WeekSheet(resource, week, sheet, rows, _heads(resource, week, today), hidden, 0, 0)


def _stored(resource: Resource, week: Week) -> tuple[Timesheet | None, list[TimeEntry]]:
    sheets = Timesheet.objects.filter(resource=resource, week_on=week.monday).select_related("decided_by")
    sheet = sheets.first()
    return sheet, list(TimeEntry.objects.filter(sheet=sheet).order_by("pk")) if sheet else []


def _tasks(resource: Resource, reader: User, ids: Collection[int]) -> dict[int, Task]:
    tasks = Task.objects.visible_to(reader).filter(pk__in=ids, organization=resource.organization_id)
    return {task.pk: task for task in tasks.select_related("project").only(*_SHOWN)}


def _plan(rows: Iterable[Row], resource: Resource, week: Week) -> None:
    """What the plans have for each day of each task; one query."""
    planned = planned_minutes(resource, week)
    for row in rows:
        if row.key.is_task and row.key.id in planned:
            for place, day in enumerate(week.days):
                row.cells[place].planned = planned[row.key.id].get(day, 0)


def _assigned(resource: Resource, week: Week) -> tuple[list[int], int]:
    """Tasks that the person is on and that touch the week: planned in it, or due and not done. Those of the week first."""
    own = Task.objects.filter(
        pk__in=Assignment.objects.filter(resource=resource).values("task"),
        deleted_at__isnull=True, is_summary=False, is_active=True, is_milestone=False, start_date__lte=week.sunday,
        project__deleted_at__isnull=True,
    ).exclude(project__status__in=_STILL)  # fmt: skip
    in_week = Q(end_date__gte=week.monday)
    own = own.filter(in_week | Q(progress_percentage__lt=100))
    first = Case(When(in_week, then=Value(0)), default=Value(1))
    ids = list(own.order_by(first, "end_date", "pk").values_list("pk", flat=True)[: MOST_ROWS + 1])
    more = own.count() - MOST_ROWS if len(ids) > MOST_ROWS else 0
    return ids[:MOST_ROWS], more


def _kinds(resource: Resource, entries: Iterable[TimeEntry], *, with_all: bool) -> list[Row]:
    used = {entry.kind_id for entry in entries if entry.kind_id is not None}
    kinds = WorkKind.objects.filter(organization=resource.organization_id).order_by("position", "pk")
    return [
        Row(RowKey(False, kind.pk), kind.name)
        for kind in kinds
        if kind.pk in used or (with_all and kind.is_active)
    ]


def _put(rows: Iterable[Row], entries: Iterable[TimeEntry], week: Week) -> list[int]:
    """Entries into their cells; what has no row is returned by day."""
    by_key, hidden = {row.key: row for row in rows}, [0] * 7
    for entry in entries:
        place = (entry.worked_on - week.monday).days
        row = by_key.get(RowKey.of(entry))
        if row is None:
            hidden[place] += entry.minutes
            continue
        cell = row.cells[place]
        cell.minutes += entry.minutes
        cell.comment = _("、").join(filter(None, [cell.comment, entry.comment]))
        cell.is_corrected |= entry.is_correction
    return hidden


def _heads(resource: Resource, week: Week, today: date) -> list[DayHead]:
    works = working_minutes(resource, week)
    closed = closed_months(resource.organization_id, week.days)
    reasons: dict[date, str] = defaultdict(str)
    absences = Absence.objects.filter(resource=resource, first_on__lte=week.sunday, last_on__gte=week.monday)
    holidays = Holiday.objects.filter(held_on__range=(week.monday, week.sunday), is_observed=True)
    reasons |= dict(holidays.values_list("held_on", "name"))
    for absence in absences.order_by("pk"):
        for day in week.days:
            if absence.first_on <= day <= absence.last_on:
                reasons[day] = reasons[day] or absence.get_kind_display()
    return [
        DayHead(day, works[day], reasons[day], month_of(day) in closed, day == today) for day in week.days
    ]


def found_tasks(text: str, user: User, organization: Organization) -> QuerySet[Task]:
    """Tasks of one's projects whose name or project has a text; none for a single letter."""
    tasks = Task.objects.visible_to(user).filter(
        organization=organization, is_summary=False, is_active=True, is_milestone=False
    )
    if len(text) < SHORTEST_SEARCH:
        return tasks.none()
    named = Q(name__icontains=text) | Q(project__name__icontains=text) | Q(project__code__iexact=text)
    return (
        tasks.filter(named)
        .select_related("project")
        .order_by("progress_percentage", "-start_date", "pk")[:MOST_FOUND]
    )
