"""Who is how busy in which week: planned minutes against what each can do."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from config.web import formats
from projects.permissions import Right
from projects.worktime.moments import day_number
from reports.documents.contents import Fact, Is, Mark, Report, ReportColumn, ReportTable, TableRow
from reports.documents.heading import head_of_all
from reports.documents.kinds import ReportKind, Subject
from reports.documents.options import USUAL_WEEKS, weeks_between
from resources.models import Resource, ResourceKind
from tasks.allocation.capacity import Capacity, capacity_of
from tasks.models.loads import ResourceLoad

if TYPE_CHECKING:
    from projects.models import Organization

#: People of one report.
MOST_PEOPLE: Final = 3_000
Loads = dict[tuple[int, dt.date], int]


def utilization_report(subject: Subject) -> Report:
    """Ten queries, whatever the number of people and plans."""
    organization, options = subject.organization, subject.options
    first = options.first or options.on
    weeks = weeks_between(first, options.last or first + dt.timedelta(weeks=USUAL_WEEKS, days=-1))
    people = list(
        Resource.objects.filter(
            organization=organization,
            is_active=True,
            kind__in=[ResourceKind.PERSON, ResourceKind.EQUIPMENT],
            project__isnull=True,
        )
        .order_by("department", "kana", "name", "pk")
        .values_list("pk", "name", "department")[:MOST_PEOPLE]
    )
    capacity = capacity_of([pk for pk, *_rest in people], organization_id=organization.pk)
    loads = _loads(organization, weeks)
    lines = [_line(person, weeks, loads, capacity) for person in people]
    period = formats.day_range(weeks[0], weeks[-1] + dt.timedelta(days=6))
    return Report(
        kind=KIND.name,
        head=head_of_all(organization, KIND.title, period, options),
        facts=_facts(people, weeks, loads, capacity),
        tables=(_table(lines, weeks, _total(people, weeks, loads, capacity)),),
    )


def _loads(organization: Organization, weeks: list[dt.date]) -> Loads:
    rows = ResourceLoad.objects.filter(
        organization=organization, grain=ResourceLoad.Grain.WEEK, first_on__range=(weeks[0], weeks[-1])
    )
    return {
        (pk, week): minutes for pk, week, minutes in rows.values_list("resource_id", "first_on", "planned_minutes")
    }  # fmt: skip


def _within(capacity: Capacity, pk: int, week: dt.date) -> int:
    monday = day_number(week)
    return capacity.between(pk, monday, monday + 6)


def percentage(planned: int, able: int) -> int | None:
    """Half up, but never 100 where it is more; None where a person can do nothing and has nothing to do."""
    if not able:
        return None if not planned else 999
    percent = (200 * planned + able) // (2 * able)
    return 101 if percent == 100 and planned > able else min(percent, 999)


def _line(person: tuple[int, str, str], weeks: list[dt.date], loads: Loads, capacity: Capacity) -> TableRow:
    pk, name, department = person
    planned = [loads.get((pk, week), 0) for week in weeks]
    able = [_within(capacity, pk, week) for week in weeks]
    cells = tuple(map(percentage, planned, able))
    is_over = any(cell is not None and cell > 100 for cell in cells)
    return TableRow(
        (name, department, *cells, percentage(sum(planned), sum(able)), sum(planned)),
        mark=Mark.LATE if is_over else Mark.NONE,
        target_id=pk,
    )


def _total(
    people: list[tuple[int, str, str]], weeks: list[dt.date], loads: Loads, capacity: Capacity
) -> TableRow:
    planned: dict[dt.date, int] = defaultdict(int)
    able: dict[dt.date, int] = defaultdict(int)
    for pk, *_rest in people:
        for week in weeks:
            planned[week] += loads.get((pk, week), 0)
            able[week] += _within(capacity, pk, week)
    cells = tuple(percentage(planned[week], able[week]) for week in weeks)
    whole = percentage(sum(planned.values()), sum(able.values()))
    return TableRow((_("全員"), "", *cells, whole, sum(planned.values())), mark=Mark.TOTAL)


def _table(lines: list[TableRow], weeks: list[dt.date], total: TableRow) -> ReportTable:
    columns = (
        ReportColumn(_("氏名"), width=18, grows=True), ReportColumn(_("部署"), width=16),
        *(ReportColumn(formats.day_dense(week), Is.LOAD, 5) for week in weeks),
        ReportColumn(_("平均"), Is.LOAD, 7), ReportColumn(_("計画工数"), Is.HOURS, 10),
    )  # fmt: skip
    return ReportTable(
        "utilization",
        _("週ごとの稼働率"),
        columns,
        (*lines, total) if lines else (),
        _("稼働するリソースがまだ登録されていません。"),
        _("列は週の月曜日です。100% を超える週は、計画が稼働時間を上回っています。"),
    )


def _facts(
    people: list[tuple[int, str, str]], weeks: list[dt.date], loads: Loads, capacity: Capacity
) -> tuple[Fact, ...]:
    planned = able = 0
    over = set()
    for pk, *_rest in people:
        for week in weeks:
            minutes, possible = loads.get((pk, week), 0), _within(capacity, pk, week)
            planned, able = planned + minutes, able + possible
            if minutes > possible:
                over.add(pk)
    return (
        Fact(_("平均稼働率"), percentage(planned, able), Is.LOAD),
        Fact(pgettext("report", "対象"), len(people), Is.COUNT, unit=pgettext("unit", "人と設備")),
        Fact(_("超過のある人"), len(over), Is.COUNT, is_late=bool(over), unit=pgettext("unit", "人")),
        Fact(_("計画工数"), planned, Is.HOURS),
    )


KIND: Final = ReportKind(
    name="utilization",
    label=gettext_lazy("稼働率"),
    title=gettext_lazy("稼働率報告"),
    read=utilization_report,
    position=40,
    is_of_project=False,
    fields=frozenset({"first", "last"}),
    needs=Right.VIEW_RESOURCES,
    refusal=gettext_lazy("リソースを参照する権限がなくなったため、作成できませんでした。"),
    feature="RESOURCE_MANAGEMENT",
)
