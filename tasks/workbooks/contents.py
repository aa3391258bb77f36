"""What goes into a workbook: the rows and columns of a view as they stand, with the days of their bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.web import formats
from projects.worktime.moments import day_number, first_day_of, last_day_of
from tasks.gantt.canvas import days_off
from tasks.gantt.window import plan_days, with_agreed
from tasks.interchange.merging import said
from tasks.models import Task
from tasks.plan.agreed import agreed_span
from tasks.sheet.columns.column import Column
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_within
from tasks.sheet.sources import AGREED
from tasks.workbooks.axis import Axis, AxisWords, Head, axis_of, heads_of, usual_scale
from tasks.workbooks.bars import Bar
from tasks.workbooks.base import Base, BaseRow
from tasks.workbooks.written import LINKS, by_ids, value_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from projects.models import Project
    from tasks.gantt.geometry.rows import ShadedDays
    from tasks.sheet.choosing.services import ShownColumn
    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look
    from tasks.sheet.visible import VisibleRows
    from tasks.workbooks.written import Value

#: What bars are drawn by, beside what every row has.
_BAR: Final = Column(
    name="workbook-bar", header="", fields=("start_minute", "finish_minute", "is_critical", "duration_minutes", "is_elapsed")
)  # fmt: skip
_AGREED: Final = Column(name="workbook-baseline", header="", sources=(AGREED,))
#: Characters of half width that a box for a seal needs.
SEAL: Final = 10
SEALS: Final = 3
_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Choices:
    """What a user chooses of a workbook; an empty scale is that of the plan's length."""

    scale: str = ""
    paper: str = "a3"
    has_baseline: bool = True


class SheetRow(NamedTuple):
    """A row of the sheet; without a task it is the head of a group."""

    task_id: int | None
    number: int
    level: int  # counted from 1
    values: Sequence[Value]
    bar: Bar | None = None
    is_summary: bool = False
    is_done: bool = False
    is_active: bool = True
    is_elapsed: bool = False
    #: Whether it is below a summary that the user has closed, and whether it is one.
    is_hidden: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a workbook is written from."""

    project: Project
    columns: Sequence[ShownColumn]
    rows: Sequence[SheetRow]
    axis: Axis
    heads: Sequence[Sequence[Head]]
    days_off: ShadedDays
    status_day: int
    paper: str
    is_flat: bool
    has_baseline: bool
    base: Base


def contents_of(
    project: Project, visible: VisibleRows, columns: Sequence[ShownColumn], choices: Choices,
    *, closed: Collection[int] = (),
) -> Contents:  # fmt: skip
    """The rows that are seen, all of them, with these columns. `closed` are summaries whose rows are folded away."""
    today = timezone.localdate()
    agreed = agreed_span(project.pk) if choices.has_baseline else None
    asked = (*[each.column for each in columns], _BAR, *([_AGREED] if agreed else []))
    found = rows_within(project, visible, asked, first=0, count=visible.count, on=today)
    look = make_look(project)
    first, last = with_agreed(plan_days(project), agreed)
    axis = _axis(choices.scale or usual_scale(first, last), first, last)
    rows = _folded([_row(row, columns, look, visible.flat_level) for row in found], closed)
    first_month = project.organization.fiscal_year_start_month
    return Contents(
        project=project, columns=columns, rows=_with_heads(rows, visible, columns), axis=axis,
        heads=heads_of(axis, _words(), first_month=first_month),
        days_off=days_off(project.calendar_id, axis.spans[0].first, axis.spans[-1].last + 1),
        status_day=day_number(project.status_on or today) - (0 if project.status_on else 1),
        paper=choices.paper, is_flat=bool(visible.flat_level), has_baseline=agreed is not None,
        base=_base(project, columns, rows, is_flat=bool(visible.flat_level)),
    )  # fmt: skip


def _axis(scale: str, first: int, last: int) -> Axis:
    """With room for the boxes of seals above it."""
    axis = axis_of(scale, first, last)
    return axis_of(axis.scale, first, last, least=SEALS * seal_columns(axis))


def seal_columns(axis: Axis) -> int:
    """How many columns of the chart a box for a seal takes."""
    return -int(-SEAL // axis.width)


def _row(row: Row, columns: Sequence[ShownColumn], look: Look, flat_level: int) -> SheetRow:
    return SheetRow(
        row.id, row.row_number, flat_level or row.outline_level, [value_of(each.column, row, look) for each in columns],
        _bar(row), row.is_summary, row.progress_percentage >= 100, row.is_active, row.is_elapsed,
    )  # fmt: skip


def _bar(row: Row) -> Bar | None:
    if row.start_minute is None or not row.is_active:
        return None
    first = first_day_of(row.start_minute)
    last = first if row.finish_minute is None else max(last_day_of(row.finish_minute), first)
    agreed = getattr(row, "agreed", None)
    baseline = None if agreed is None else (first_day_of(agreed.start), last_day_of(agreed.finish))
    is_milestone = row.is_milestone and not row.is_summary
    return Bar(first, last, row.progress_percentage, row.is_critical, row.is_summary, is_milestone, baseline)


def _folded(rows: Sequence[SheetRow], closed: Collection[int]) -> list[SheetRow]:
    """Those below a closed summary are hidden, as they are on the page; they are there when it is opened."""
    if not closed:
        return list(rows)
    found: list[SheetRow] = []
    level = 0  # of the outermost closed summary above
    for row in rows:
        if level and row.level <= level:
            level = 0
        is_closed = row.task_id in closed
        found.append(row._replace(is_hidden=bool(level), is_closed=is_closed))
        if is_closed and not level:
            level = row.level
    return found


def _with_heads(
    rows: Sequence[SheetRow], visible: VisibleRows, columns: Sequence[ShownColumn]
) -> list[SheetRow]:
    """The heads of groups stand where they stand on the page."""
    if visible.ordered is None or not visible.ordered.groups:
        return list(rows)
    found = list(rows)
    name = next(at for at, each in enumerate(columns) if each.column.name == "name")
    for place, group, _below in visible.heads(0, visible.count):
        values: list[Value] = [None] * len(columns)
        values[name] = visible.ordered.groups[group]
        found.insert(place, SheetRow(None, 0, 1, values))
    return found


def _base(
    project: Project, columns: Sequence[ShownColumn], rows: Sequence[SheetRow], *, is_flat: bool
) -> Base:
    names = [each.column.name for each in columns]
    kept = [
        BaseRow(row.task_id, row.number, row.level, [said(value) for value in row.values])
        for row in rows
        if row.task_id is not None
    ]
    links: dict[int, str] = {}
    if LINKS in names:
        at, ids = names.index(LINKS), numbers_of(project)
        links = {row.task_id: by_ids(row.cells[at], ids) for row in kept if row.cells[at]}
    return Base(project.pk, project.code, project.revision, names, kept, is_flat, links)


def numbers_of(project: Project) -> Mapping[int, int]:
    """The tasks of a plan by their row numbers. One query."""
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True)
    return {number or 0: pk for number, pk in tasks.order_by().values_list("row_number", "pk")}


def is_off(off: ShadedDays, day: int) -> str:
    """ "holiday", "off" for a weekly day off, or nothing."""
    if day in off.holidays:
        return "holiday"
    return "off" if (day + 3) % 7 in off.weekdays and day not in off.worked else ""


def _words() -> AxisWords:
    names = {
        "令和": pgettext("era", "令和"),
        "平成": pgettext("era", "平成"),
        "昭和": pgettext("era", "昭和"),
    }

    def era(name: str, year: str) -> str:
        return _("%(era)s%(year)s年") % {"era": names[name], "year": year}

    def office_year(year: int, era: str) -> str:
        return _("%(year)d年度（%(era)s度）") % {"year": year, "era": era}

    def year_month(day: dt.date) -> str:
        return _("%(year)d年%(month)d月") % {"year": day.year, "month": day.month}

    return AxisWords(office_year, formats.month_name, year_month, formats.weekday, era)
