"""The whole plan of a project: every row of the WBS, and the chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.in_hand import in_hand
from projects.permissions import Right
from projects.worktime.moments import day_number, first_day_of, last_day_of
from reports.documents.contents import ChartPlan, Is, Mark, Report, ReportColumn, ReportTable, TableRow
from reports.documents.heading import head_of
from reports.documents.kinds import ReportKind, Subject
from tasks.gantt.canvas import chart_words, days_off
from tasks.gantt.window import load_window, plan_days, with_agreed
from tasks.plan.agreed import agreed_span
from tasks.sheet.columns.kinds import Face, ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.look import make_look
from tasks.sheet.visible import VisibleRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from projects.models import Project
    from tasks.gantt.geometry.rows import ChartRow
    from tasks.sheet.columns.column import Column, Row
    from tasks.sheet.look import Look

#: More tasks than a plan has room for in a report.
MOST_ROWS: Final = 20_000
#: Days that a chart shows, 25 years: one stray date in the year 9000 must not hold up everybody.
MOST_DAYS: Final = 25 * 366


def wbs_report(subject: Subject) -> Report:
    """Nine queries, whatever the size of the plan, those of the columns that are added, and those of a baseline."""
    # A worker makes it, which no view has told the project.
    with in_hand(subject.project):
        return _report(subject)


def _report(subject: Subject) -> Report:
    project, options = subject.project, subject.options
    columns = registry.shown(Face.REPORT, {Right.SEE_MONEY} if options.money else ())
    rows = VisibleRows(min(project.task_count, MOST_ROWS), (), frozenset())
    agreed = agreed_span(project.pk)
    window = load_window(
        project,
        rows,
        first=0,
        count=MOST_ROWS,
        on=options.on,
        columns=columns,
        has_baseline=agreed is not None,
    )
    first, last = _days(project, agreed)
    today = day_number(options.on)
    return Report(
        kind=KIND.name,
        head=head_of(project, KIND.title, options),
        facts=(),
        tables=(_table(project, columns, window.rows),),
        plan=ChartPlan(
            rows=window.rows,
            links=window.links,
            first_day=first,
            last_day=last,
            today=today,
            # Without a status date progress is judged by last night, as lateness is.
            status_day=day_number(project.status_on) if project.status_on else today - 1,
            days_off=days_off(project.calendar_id, first - 21, last + 21),
            words=chart_words(),
        ),
    )


def _days(project: Project, agreed: tuple[int, int] | None) -> tuple[int, int]:
    """The days of the plan itself and of what was agreed on: on paper room for what is not planned yet only makes the bars shorter."""
    first, last = plan_days(project)
    if project.planned_start_minute is not None and project.planned_finish_minute is not None:
        first, last = (
            first_day_of(project.planned_start_minute),
            last_day_of(project.planned_finish_minute),
        )
    first, last = with_agreed((first, max(last, first)), agreed)
    return first, min(last, first + MOST_DAYS)


def _table(project: Project, columns: Iterable[Column], rows: Sequence[ChartRow]) -> ReportTable:
    look = make_look(project)
    heads = tuple(
        ReportColumn(str(column.header), Is(column.kind), column.width, grows=column.kind is ValueKind.NAME)
        for column in columns
    )
    # Column by column, as the sheet is drawn.
    printed = [[print_one(row.source, look) for row in rows] for print_one in map(_printing, columns)]
    lines = [
        TableRow(values, level=row.level, mark=_mark(row), target_id=row.task_id)
        for row, values in zip(rows, zip(*printed, strict=True), strict=True)
    ]
    return ReportTable(
        "wbs", _("WBS"), heads, lines, _("タスクがまだありません。"), leads_to="tasks:task_detail"
    )


def _printing(column: Column) -> Callable[[Row, Look], Any]:
    return column.printed or column.value_of


def _mark(row: ChartRow) -> Mark:
    if row.kind == "summary":
        return Mark.SUMMARY
    if row.late_days:
        return Mark.LATE
    return Mark.DONE if row.is_done else Mark.NONE


KIND: Final = ReportKind(
    name="wbs",
    label=gettext_lazy("WBS 一覧"),
    title=gettext_lazy("WBS 一覧"),
    read=wbs_report,
    position=20,
)
