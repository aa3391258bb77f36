"""Earned value as tables of a report: figures with their formulas, months, the rows behind them, and those that differ most."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from config.web import formats
from reports.charts.earned import draw_earned
from reports.documents.contents import EarnedCurve, Fact, Is, Mark, ReportColumn, ReportTable, TableRow
from reports.documents.late_tasks import named, people_of
from reports.earned.formulas import EarnedValue, ratio, shown
from reports.performance import words
from reports.performance.selectors import ending_of, periods_of

if TYPE_CHECKING:
    from reports.documents.contents import Value
    from reports.documents.earned_outcome import Counted, Outcome
    from reports.earned.formulas import Number
    from reports.performance.words import Unit

#: Rows of the plan, as deep as so many hold; and tasks that are named for their difference.
MOST_ROWS: Final = 60
MOST_FAR: Final = 15


def facts_of(outcome: Outcome) -> tuple[Fact, ...]:
    """What is asked for first, in the main unit."""
    total, amount = outcome.total, outcome.main.unit.amount
    schedule = outcome.main.schedule
    late = schedule.sv if schedule else None
    planned = words.percent(ratio(100 * total.pv, total.bac))
    return (
        Fact(_("出来高"), words.percent(total.percent_complete), note=_("計画 %(share)s") % {"share": planned}),
        Fact("SPI", words.index(total.spi), note=f"SV {amount(total.sv)}", is_late=words.is_low(total.spi)),
        Fact("CPI", words.index(total.cpi), note=f"CV {amount(total.cv)}", is_late=words.is_low(total.cpi)),
        Fact(
            _("着地見込"), amount(total.eac.cpi), note=f"BAC {amount(total.bac)}",
            is_late=words.is_over(total, total.eac.cpi),
        ),
        Fact(
            _("日程の差"), words.days_late(late), note=f"SPI(t) {words.index(schedule.spi if schedule else None)}",
            is_late=late is not None and late < 0,
        ),
    )  # fmt: skip


def curve_of(outcome: Outcome) -> EarnedCurve:
    """In the main unit."""
    unit, found, _schedule = outcome.main
    line, total = found.line, found.total
    scale, axis = unit.axis(max([*line.planned, *line.actual]))
    chart = draw_earned(line, ending=ending_of(outcome.project, outcome.baseline, total), scale=scale)
    pv, ev, ac = (unit.amount(each) for each in (total.pv, total.ev, total.ac))
    return EarnedCurve(chart, axis, outcome.on, (pv, ev, ac))


def figures_table(outcome: Outcome) -> ReportTable:
    """Each figure in each unit; the formula with the numbers in the main one."""
    lists = [
        [*words.figures(found.total, unit), *words.schedule_figures(schedule)]
        for unit, found, schedule in outcome.counted
    ]
    lines = [
        TableRow(
            (same[0].letters, same[0].name, *(each.value for each in same), same[-1].formula),
            mark=Mark.LATE if same[-1].is_bad else Mark.NONE,
        )
        for same in zip(*lists, strict=False)
    ]
    amounts = [ReportColumn(_unit_name(each.unit), _kind(each.unit), 14) for each in outcome.counted]
    columns = (
        ReportColumn(_("記号"), width=8), ReportColumn(_("指標"), width=30), *amounts,
        ReportColumn(_("式と数字"), width=46, grows=True),
    )  # fmt: skip
    note = ""
    if outcome.estimated:
        note = _("工数の報告がない%(count)s件は、計画の工数 × 進捗を実績とみなしています。") % {
            "count": formats.number(outcome.estimated)
        }
    return ReportTable("figures", _("指標と式"), columns, lines, note=note)


def months_table(outcome: Outcome, counted: Counted) -> ReportTable:
    """What each month brought, and the indices by its end."""
    unit, found, _schedule = counted
    lines = [
        TableRow(
            (
                _period(each.first, each.last), each.planned, each.earned, each.actual,
                None if each.earned is None or each.actual is None else each.earned - each.actual,
                _index(each.spi), _index(each.cpi),
            ),
        )
        for each in periods_of(found.line)
    ]  # fmt: skip
    total = found.total
    lines.append(
        TableRow(
            (
                _("合計"), *(round(each) for each in (total.bac, total.ev, total.ac, total.cv)),
                _index(total.spi), _index(total.cpi),
            ),
            mark=Mark.TOTAL,
        )
    )  # fmt: skip
    kind = _kind(unit)
    columns = (
        ReportColumn(_("期間"), width=20, grows=True), ReportColumn(_("計画"), kind, 14), ReportColumn(_("出来高"), kind, 14),
        ReportColumn(_("実績"), kind, 14), ReportColumn(_("出来高 − 実績"), kind, 14),
        ReportColumn(_("累計 SPI"), Is.INDEX, 10), ReportColumn(_("累計 CPI"), Is.INDEX, 10),
    )  # fmt: skip
    return ReportTable("months", _titled(_("月ごとの予実"), outcome, unit), columns, lines)


def _period(first: dt.date, last: dt.date) -> str:
    begin, end = f"{first:%Y/%m}", f"{last:%Y/%m}"
    return begin if begin == end else f"{begin}–{end}"


def rows_table(outcome: Outcome, counted: Counted) -> ReportTable:
    """The plan's rows with all below them, from the top down as deep as a report holds."""
    unit, found, _schedule = counted
    rows = outcome.rows
    deepest = _deepest([row.level for row in rows])
    shown_rows = [row for row in rows if row.level <= deepest and row.id in found.by_row][:MOST_ROWS]
    lines = [
        TableRow(
            (row.code, row.name, *_amounts(found.by_row[row.id])), level=row.level, target_id=row.id,
            mark=Mark.SUMMARY if row.is_summary else Mark.NONE,
        )
        for row in shown_rows
    ]  # fmt: skip
    if found.removed.bac:
        lines.append(TableRow(("", _("計画からなくなったタスク"), *_amounts(found.removed))))
    lines.append(TableRow(("", _("合計"), *_amounts(found.total)), mark=Mark.TOTAL))
    note = ""
    if len(shown_rows) < len(rows):
        note = _("全 %(count)s件のうち、上位の%(shown)s件です。下の階層は予実のタブで開けます。") % {
            "count": formats.number(len(rows)), "shown": formats.number(len(shown_rows)),
        }  # fmt: skip
    return ReportTable(
        "rows", _titled(_("内訳"), outcome, unit), _columns(unit), lines, note=note,
        leads_to="tasks:task_detail",
    )  # fmt: skip


def far_table(outcome: Outcome) -> ReportTable:
    """The tasks that are behind or dearer by most, in the main unit."""
    unit, found, _schedule = outcome.main
    rows = {row.id: row for row in outcome.rows if not row.is_summary and row.id in found.by_row}
    worst = sorted(rows, key=lambda pk: (min(found.by_row[pk].sv, found.by_row[pk].cv), pk))
    ids = [pk for pk in worst[:MOST_FAR] if min(found.by_row[pk].sv, found.by_row[pk].cv) < 0]
    people = people_of(ids)
    lines = []
    for pk in ids:
        row, value = rows[pk], found.by_row[pk]
        values: tuple[Value, ...] = (
            row.code, named(row.name, row.parent), people.get(pk, ""), round(value.sv), round(value.cv),
            _index(value.spi), _index(value.cpi),
        )  # fmt: skip
        lines.append(TableRow(values, target_id=pk))
    kind = _kind(unit)
    columns = (
        ReportColumn("WBS", width=9), ReportColumn(_("タスク"), width=32, grows=True), ReportColumn(_("担当"), width=18),
        ReportColumn("SV", kind, 13), ReportColumn("CV", kind, 13), ReportColumn("SPI", Is.INDEX, 7),
        ReportColumn("CPI", Is.INDEX, 7),
    )  # fmt: skip
    return ReportTable(
        "far", _titled(_("差異の大きいタスク"), outcome, unit), columns, lines,
        _("計画より遅れたタスクも、計画より多くかかったタスクもありません。"), leads_to="tasks:task_detail",
    )  # fmt: skip


def _deepest(levels: list[int]) -> int:
    """Down to which level the rows are no more than a report holds; the first at least."""
    for deepest in range(max(levels, default=1), 1, -1):
        if sum(level <= deepest for level in levels) <= MOST_ROWS:
            return deepest
    return 1


def _columns(unit: Unit) -> tuple[ReportColumn, ...]:
    kind = _kind(unit)
    return (
        ReportColumn("WBS", width=9), ReportColumn(_("タスク"), Is.NAME, 34, grows=True),
        *(ReportColumn(letters, kind, 13) for letters in ("BAC", "PV", "EV", "AC", "SV", "CV")),
        ReportColumn("SPI", Is.INDEX, 7), ReportColumn("CPI", Is.INDEX, 7),
    )  # fmt: skip


def _amounts(value: EarnedValue) -> tuple[Value, ...]:
    sums = (value.bac, value.pv, value.ev, value.ac, value.sv, value.cv)
    return (*(round(each) for each in sums), _index(value.spi), _index(value.cpi))


def _index(value: Number | None) -> Any:
    return shown(value, 2)


def _kind(unit: Unit) -> Is:
    return Is.YEN if unit.is_money else Is.HOURS


def _unit_name(unit: Unit) -> str:
    return _("金額") if unit.is_money else _("工数")


def _titled(title: str, outcome: Outcome, unit: Unit) -> str:
    """With its unit, where there are two."""
    if len(outcome.counted) == 1:
        return title
    return _("%(title)s（%(unit)s）") % {"title": title, "unit": _unit_name(unit)}
