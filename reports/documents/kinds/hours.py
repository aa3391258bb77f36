"""工数実績表: who has worked how long on what in a month, week by week, as the timesheets have it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from config.web import formats
from projects.permissions import Right, rights_in
from projects.person_time import person_time_of
from reports.documents.contents import Fact, Is, Mark, Report, ReportColumn, ReportTable, TableRow
from reports.documents.heading import head_of
from reports.documents.kinds import ReportKind, Subject
from reports.documents.months import month_of_report
from reports.documents.options import weeks_between
from tasks.models import TimeEntry, Timesheet

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Pairs of a user and a task of one report.
MOST_LINES: Final = 2_000


class Worked(NamedTuple):
    """Minutes of a person on a task in the days of a week."""

    person_id: int
    person: str
    task_id: int
    code: str
    task: str
    week: dt.date
    minutes: int


def hours_report(subject: Subject) -> Report:
    """As many queries, whatever the number of people. Corrections of closed months are in the days that they correct."""
    project, month = subject.project, month_of_report(subject.options.on)
    weeks = weeks_between(*month)
    sees_all = Right.APPROVE_HOURS in rights_in(subject.user, project)
    entries = TimeEntry.objects.filter(project=project, worked_on__range=month, task__isnull=False)
    if not sees_all:
        entries = entries.filter(sheet__resource__user=subject.user)
    worked = _worked(entries)
    return Report(
        kind=KIND.name,
        head=head_of(project, KIND.title, subject.options),
        facts=_facts(subject, entries, f"{month.first:%Y/%m}"),
        tables=(_table(worked, weeks, month, "" if sees_all else _("自分の工数だけを表示しています。")),),
    )


def _worked(entries: QuerySet[TimeEntry]) -> list[Worked]:
    """In the order of a phone book and of the plan."""
    rows = (
        entries.annotate(week=TruncWeek("worked_on"))
        .values_list(
            "sheet__resource", "sheet__resource__name", "task", "task__wbs_code", "task__name", "week"
        )
        .annotate(Sum("minutes"))
        .order_by(
            "sheet__resource__kana",
            "sheet__resource__name",
            "sheet__resource",
            "task__row_number",
            "task",
            "week",
        )
    )
    return [Worked(*row) for row in rows if row[-1]]


def _table(worked: Sequence[Worked], weeks: list[dt.date], month: tuple[dt.date, dt.date], note: str) -> ReportTable:  # fmt: skip
    columns = (
        ReportColumn(_("氏名・タスク"), Is.NAME, 30, grows=True), ReportColumn("WBS", width=9),
        # The first week and the last one may begin before the month and end behind it.
        *(ReportColumn(formats.day_dense(max(week, month[0])), Is.HOURS, 9) for week in weeks),
        ReportColumn(_("合計"), Is.HOURS, 10),
    )  # fmt: skip
    lines = _lines(worked, weeks)
    if len(lines) > MOST_LINES:
        lines, note = lines[:MOST_LINES], _("はじめの %(count)s行です。") % {"count": MOST_LINES}
    total = TableRow((_("全員"), "", *_by_week(worked, weeks)), mark=Mark.TOTAL)
    return ReportTable(
        "hours", _("月の工数"), columns, (*lines, total) if lines else (), _("この月に入力された工数はありません。"), note
    )  # fmt: skip


def _lines(worked: Sequence[Worked], weeks: list[dt.date]) -> list[TableRow]:
    """A row of each person with their sum, and below it one of each task."""
    people: dict[int, list[Worked]] = defaultdict(list)
    for each in worked:
        people[each.person_id].append(each)
    lines = []
    for own in people.values():
        lines.append(TableRow((own[0].person, "", *_by_week(own, weeks)), mark=Mark.SUMMARY))
        for task_id in dict.fromkeys(each.task_id for each in own):
            on_task = [each for each in own if each.task_id == task_id]
            values = (on_task[0].task, on_task[0].code, *_by_week(on_task, weeks))
            lines.append(TableRow(values, level=2))
    return lines


def _by_week(worked: Sequence[Worked], weeks: list[dt.date]) -> tuple[int | None, ...]:
    """Minutes of each week, none where there are none, and of all."""
    sums: dict[dt.date, int] = defaultdict(int)
    for each in worked:
        sums[each.week] += each.minutes
    return (*(sums.get(week) for week in weeks), sum(sums.values()))


def _facts(subject: Subject, entries: QuerySet[TimeEntry], period: str) -> tuple[Fact, ...]:
    approved = Q(sheet__state=Timesheet.State.APPROVED)
    found = entries.aggregate(all=Sum("minutes"), approved=Sum("minutes", filter=approved))
    minutes = found["all"] or 0
    return (
        Fact(_("対象月"), period, Is.TEXT),
        Fact(_("工数"), minutes, Is.HOURS, note=person_time_of(subject.project).in_months(minutes)),
        Fact(_("承認済み"), found["approved"] or 0, Is.HOURS),
        Fact(pgettext("report", "対象"), entries.exclude(minutes=0).values("sheet__resource").distinct().count(), Is.COUNT,
             unit=pgettext("unit", "人")),
    )  # fmt: skip


KIND: Final = ReportKind(
    name="hours",
    label=gettext_lazy("工数実績"),
    title=gettext_lazy("工数実績表"),
    read=hours_report,
    position=17,
)
