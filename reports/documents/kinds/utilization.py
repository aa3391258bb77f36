"""Who is how busy in which week: the heat map of people by week, as a table."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from config.web import formats
from projects.permissions import Right
from reports.documents.contents import Fact, Is, Mark, Report, ReportColumn, ReportTable, TableRow
from reports.documents.heading import head_of_all
from reports.documents.kinds import ReportKind, Subject
from reports.documents.options import USUAL_WEEKS, weeks_between
from reports.utilization.selectors import Utilization, heat_map
from reports.utilization.window import UtilizationFilters, UtilizationWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.utilization.selectors import Board, HeatMap

#: People of one report.
MOST_PEOPLE: Final = 3_000
#: Wider figures have no room in a column; who has work and no time has that much.
MOST_PERCENT: Final = 999


def utilization_report(subject: Subject) -> Report:
    """The same people and figures as the page; as many queries, whatever the number of people and plans."""
    organization, options = subject.organization, subject.options
    first = options.first or options.on
    weeks = weeks_between(first, options.last or first + dt.timedelta(weeks=USUAL_WEEKS, days=-1))
    found = heat_map(organization, UtilizationFilters(UtilizationWindow("w", weeks[0], len(weeks))))
    period = formats.day_range(weeks[0], weeks[-1] + dt.timedelta(days=6))
    return Report(
        kind=KIND.name,
        head=head_of_all(organization, KIND.title, period, options),
        facts=_facts(found),
        tables=(_table(found, weeks),),
    )


def _lines(found: HeatMap) -> list[TableRow]:
    """By department, in each in the order of a phone book."""
    board = found.board
    people = sorted(found.whole.people, key=lambda place: board.people[place].department)
    return [_line(board, place) for place in people[:MOST_PEOPLE]]


def _line(board: Board, place: int) -> TableRow:
    someone = board.people[place]
    loads = [board.load(place, column) for column in range(len(board.planned[place]))]
    return TableRow(
        (someone.name, someone.department, *_figures(loads)),
        mark=Mark.LATE if board.excesses[place] else Mark.NONE,
        target_id=someone.pk,
    )


def _figures(loads: Sequence[Utilization]) -> tuple[int | None, ...]:
    """Percent by week and of all weeks, and planned minutes."""
    whole = _sum(loads)
    return (*map(percentage, loads), percentage(whole), whole.planned)


def _sum(loads: Sequence[Utilization]) -> Utilization:
    return Utilization(sum(load.planned for load in loads), sum(load.capacity for load in loads))


def percentage(load: Utilization) -> int | None:
    """As on the page, as far as a column has room for it."""
    found = load.percentage
    if found is None:
        return MOST_PERCENT if load.planned else None
    return min(found, MOST_PERCENT)


def _table(found: HeatMap, weeks: list[dt.date]) -> ReportTable:
    columns = (
        ReportColumn(_("氏名"), width=18, grows=True), ReportColumn(_("部署"), width=16),
        *(ReportColumn(formats.day_dense(week), Is.LOAD, 5) for week in weeks),
        ReportColumn(_("平均"), Is.LOAD, 7), ReportColumn(_("計画工数"), Is.HOURS, 10),
    )  # fmt: skip
    lines = _lines(found)
    total = TableRow((_("全員"), "", *_figures(found.whole.loads)), mark=Mark.TOTAL)
    return ReportTable(
        "utilization",
        _("週ごとの稼働率"),
        columns,
        (*lines, total) if lines else (),
        _("稼働するリソースがまだ登録されていません。"),
        _("列は週の月曜日です。100% を超える週は、計画が稼働時間を上回っています。"),
    )


def _facts(found: HeatMap) -> tuple[Fact, ...]:
    whole = _sum(found.whole.loads)
    return (
        Fact(_("平均稼働率"), percentage(whole), Is.LOAD),
        Fact(pgettext("report", "対象"), len(found.whole.people), Is.COUNT, unit=pgettext("unit", "人")),
        Fact(
            _("超過のある人"),
            found.over_people,
            Is.COUNT,
            is_late=found.over_people > 0,
            unit=pgettext("unit", "人"),
        ),
        Fact(_("計画工数"), whole.planned, Is.HOURS),
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
