"""The whole plan of a project: every row of the WBS, and the chart."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from projects.calendars.services import day_number
from reports.documents.contents import ChartPlan, Column, Is, Mark, Report, ReportTable, TableRow
from reports.documents.heading import head_of
from reports.models import ReportKind
from tasks.gantt.canvas import chart_words, days_off
from tasks.gantt.window import load_window, plan_days
from tasks.models import Task, TaskLink, TaskStatus
from tasks.sheet.text import LINK_COLUMNS, links_text
from tasks.sheet.visible import VisibleRows

if TYPE_CHECKING:
    from projects.models import Project
    from reports.documents.options import Options
    from tasks.gantt.geometry.rows import ChartRow

#: More tasks than a plan has room for in a report.
MOST_ROWS: Final = 20_000
#: Days that a chart shows, 25 years: one stray date in the year 9000 must not hold up everybody.
MOST_DAYS: Final = 25 * 366
_COLUMNS: Final = ("pk", "status", "start_date", "end_date", "duration_minutes", "is_elapsed", "work_minutes")


def wbs_report(project: Project, options: Options) -> Report:
    """Nine queries, whatever the size of the plan."""
    rows = VisibleRows(min(project.task_count, MOST_ROWS), (), frozenset())
    window = load_window(project, rows, first=0, count=MOST_ROWS, on=options.on)
    first, last = _days(project)
    today = day_number(options.on)
    return Report(
        kind=ReportKind.WBS,
        head=head_of(project, ReportKind.WBS, options),
        facts=(),
        tables=(_table(project, window.rows),),
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


def _days(project: Project) -> tuple[int, int]:
    """The days of the plan itself: on paper room for what is not planned yet only makes the bars shorter."""
    first, last = plan_days(project)
    if project.planned_start_minute is not None and project.planned_finish_minute is not None:
        first, last = project.planned_start_minute // 1440, (project.planned_finish_minute - 1) // 1440
    return first, min(max(last, first), first + MOST_DAYS)


def _table(project: Project, rows: list[ChartRow]) -> ReportTable:
    more = _more(project)
    links = _links(project)
    labels = {value: str(label) for value, label in TaskStatus.choices}
    lines = [
        _line(row, more[row.task_id], labels, links_text(project, links.get(row.task_id, [])), project)
        for row in rows
        if row.task_id in more
    ]
    columns = (
        Column("WBS", width=10), Column(_("タスク"), Is.NAME, 44, grows=True), Column(_("担当"), width=26),
        Column(_("開始"), Is.DAY, 11), Column(_("終了"), Is.DAY, 11), Column(_("期間"), Is.DAYS, 8),
        Column(_("工数"), Is.HOURS, 9), Column(_("進捗"), Is.PERCENT, 7), Column(_("状態"), width=12),
        Column(_("遅れ"), Is.DELAY, 7), Column(_("先行"), width=14),
    )  # fmt: skip
    return ReportTable("wbs", _("WBS"), columns, lines, _("タスクがまだありません。"))


def _line(
    row: ChartRow, more: tuple[Any, ...], labels: dict[str, str], before: str, project: Project
) -> TableRow:
    status, start, finish, duration, is_elapsed, work = more
    length = None
    if row.kind != "milestone":
        length = round(duration / (1440 if is_elapsed else project.minutes_per_day), 1)
    return TableRow(
        (row.code, row.name, row.who, start, finish, length, work or None, row.progress, labels[_status(row, status)],
         row.late_days or None, before),
        level=row.level, mark=_mark(row), target_id=row.task_id,
    )  # fmt: skip


def _status(row: ChartRow, own: str) -> str:
    """A summary has no state of its own: it is where its children are."""
    if row.kind != "summary":
        return own
    if row.is_done:
        return TaskStatus.COMPLETED
    return TaskStatus.IN_PROGRESS if row.progress else TaskStatus.NOT_STARTED


def _mark(row: ChartRow) -> Mark:
    if row.kind == "summary":
        return Mark.SUMMARY
    if row.late_days:
        return Mark.LATE
    return Mark.DONE if row.is_done else Mark.NONE


def _more(project: Project) -> dict[int, tuple[Any, ...]]:
    """What the chart does not ask for."""
    found = Task.objects.filter(project=project, deleted_at__isnull=True).values_list(*_COLUMNS)
    return {row[0]: row[1:] for row in found}


def _links(project: Project) -> dict[int, list[tuple[Any, ...]]]:
    links: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    found = TaskLink.objects.filter(project=project, predecessor__deleted_at__isnull=True)
    for task_id, *link in found.values_list("successor_id", *LINK_COLUMNS):
        links[task_id].append(tuple(link))
    return links
