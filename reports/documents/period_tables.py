"""What was done within some days and what comes within others, as tables of regular reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.web import formats
from projects.worktime.moments import MINUTES_PER_DAY, day_number
from reports.documents.contents import Is, Mark, ReportColumn, ReportTable, TableRow
from reports.documents.late_tasks import named, people_of
from tasks.models import Task, TaskProgress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from projects.models import Project

#: Rows of each table: a page or two is what is read and signed; the rest is in the progress report.
MOST_DONE: Final = 15
MOST_NEXT: Final = 20
MOST_LATE: Final = 10
MOST_MILESTONES: Final = 10
RECENT: Final = dt.timedelta(weeks=4)
_TASK: Final = ("pk", "wbs_code", "name", "parent__name", "start_date", "end_date", "progress_percentage")


def _leaves(project: Project) -> Any:
    return Task.objects.filter(project=project, deleted_at__isnull=True, is_summary=False, is_active=True)


def done_table(project: Project, first: dt.date, last: dt.date, title: str, moved_by: str) -> ReportTable:
    """Tasks whose progress was reported, or that ended, within these days; those that are done first. `moved_by` heads how far they came."""
    reported = TaskProgress.objects.filter(project=project, recorded_on__range=(first, last)).values("task")
    began, ended = day_number(first) * MINUTES_PER_DAY, (day_number(last) + 1) * MINUTES_PER_DAY
    moved = _leaves(project).filter(
        Q(pk__in=reported) | Q(actual_finish_minute__gt=began, actual_finish_minute__lte=ended)
    )
    rows = list(
        moved.order_by("-progress_percentage", "row_number", "pk").values_list(*_TASK)[: MOST_DONE + 1]
    )
    shown = rows[:MOST_DONE]
    ids = [row[0] for row in shown]
    people, before = people_of(ids), _before(ids, first)
    lines = [
        TableRow(
            (code, named(name, parent), people.get(pk, ""), finish, progress - before.get(pk, 0), progress),
            mark=Mark.DONE if progress >= 100 else Mark.NONE, target_id=pk,
        )
        for pk, code, name, parent, _start, finish, progress in shown
    ]  # fmt: skip
    columns = (
        ReportColumn("WBS", width=9), ReportColumn(_("タスク"), width=34, grows=True), ReportColumn(_("担当"), width=18),
        ReportColumn(_("終了"), Is.DAY, 12), ReportColumn(moved_by, Is.POINTS, 11), ReportColumn(_("進捗"), Is.PERCENT, 8),
    )  # fmt: skip
    return ReportTable(
        "done",
        title,
        columns,
        lines,
        _("この期間に進捗の報告はありません。"),
        _more(moved, len(rows), MOST_DONE),
        leads_to="tasks:task_detail",
    )


def _before(ids: Iterable[int], first: dt.date) -> dict[int, int]:
    """How far each task was when these days began."""
    rows = TaskProgress.objects.filter(task__in=ids, recorded_on__lt=first).order_by(
        "task", "-recorded_on", "-recorded_at", "-pk"
    )
    return dict(rows.distinct("task").values_list("task", "progress_percentage"))


def next_table(project: Project, first: dt.date, last: dt.date, title: str) -> ReportTable:
    """What the plan says for these days; what should be done before them is among the late tasks. `title` holds %(period)s."""
    open_tasks = _leaves(project).filter(progress_percentage__lt=100)
    coming = open_tasks.filter(start_date__lte=last, end_date__gte=first)
    rows = list(
        coming.order_by("end_date", "row_number", "pk").values_list(*_TASK, "is_milestone")[: MOST_NEXT + 1]
    )
    shown = rows[:MOST_NEXT]
    people = people_of([row[0] for row in shown])
    lines = [
        TableRow(
            (code, named(name, parent), people.get(pk, ""), start, finish, progress,
             _("達成予定") if is_milestone else _act(start, finish, first, last)),
            target_id=pk,
        )
        for pk, code, name, parent, start, finish, progress, is_milestone in shown
    ]  # fmt: skip
    columns = (
        ReportColumn("WBS", width=9), ReportColumn(_("タスク"), width=34, grows=True), ReportColumn(_("担当"), width=18),
        ReportColumn(_("開始"), Is.DAY, 12), ReportColumn(_("終了"), Is.DAY, 12), ReportColumn(_("進捗"), Is.PERCENT, 8),
        ReportColumn(_("予定"), width=12),
    )  # fmt: skip
    return ReportTable(
        "next",
        title % {"period": formats.day_range(first, last)},
        columns,
        lines,
        _("この期間に予定のタスクはありません。"),
        _more(coming, len(rows), MOST_NEXT),
        leads_to="tasks:task_detail",
    )


def _act(start: dt.date, finish: dt.date, first: dt.date, last: dt.date) -> str:
    """What happens to a task within these days."""
    begins, ends = start >= first, finish <= last
    if begins and ends:
        return pgettext("week", "開始・完了")
    if begins:
        return pgettext("week", "開始")
    return pgettext("week", "完了") if ends else pgettext("week", "継続")


def _more(rows: QuerySet[Task, Any], found: int, shown: int) -> str:
    """What is said where a table was cut; counting costs a query only then."""
    if found <= shown:
        return ""
    return _("全 %(count)s件のうち、はじめの %(shown)s件です。") % {
        "count": rows.count(),
        "shown": shown,
    }


def near_table(table: ReportTable, on: dt.date) -> ReportTable:
    """Milestones of the last four weeks, those that are missed, and the next ones: what lies far is in the progress report."""
    kept = [
        line
        for line in table.lines
        if line.mark is not Mark.DONE
        or not isinstance(line.values[2], dt.date)
        or line.values[2] >= on - RECENT
    ]
    return replace(table, lines=kept[:MOST_MILESTONES], note="")
