"""What holds for whole columns of amounts: shares or percents, units of work, hours of a day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from tasks.interchange.sheets import amounts, heads
from tasks.interchange.sheets.table import Column, Table
from tasks.interchange.sheets.texts import folded, plain
from tasks.interchange.sheets.timeline import Timeline

_SECONDS: Final = frozenset(
    {"初期見積もり", "初期見積り", "初期見積", "originalestimate", "remainingestimate", "timespent"}
)


@dataclass(slots=True)
class Amounts:
    """What holds for whole columns: whether progress is a share, the unit of work, hours of a day."""

    rates: amounts.Rates
    is_share: bool = False
    is_share_doubtful: bool = False
    work_unit: str = ""
    is_unit_doubtful: bool = False
    duration_unit: str = ""


def amounts_of(table: Table, rows: Sequence[int]) -> Amounts:
    """Looks at all cells of the columns of amounts."""
    texts = [
        cell.text
        for row in table.sheet.rows
        for cell in table.sheet.rows[row].values()
        if (isinstance(cell.value, str) and "=" in plain(cell.text))
        or (isinstance(cell.value, str) and "は" in cell.text)
    ]
    found = Amounts(amounts.rates_said([*texts, *(column.head for column in table.columns)]))
    found.is_share, found.is_share_doubtful = _share(table, rows)
    found.work_unit, found.is_unit_doubtful = _work_unit(table, rows)
    duration = table.column(heads.DURATION)
    if duration:
        found.duration_unit = duration.unit or ("週" if "週" in duration.head else "")
    return found


def _share(table: Table, rows: Sequence[int]) -> tuple[bool, bool]:
    column = table.column(heads.PROGRESS) or table.column(heads.STATUS)
    if column is None:
        return False, False
    cells = [table.sheet.cell(row, column.at) for row in rows]
    bare = [
        float(text)
        for cell in cells
        if cell.style.shows != "%" and re.fullmatch(r"\d+(?:\.\d+)?", text := plain(cell.text))
    ]
    if not bare or max(bare) > 1 or "%" in column.unit or "%" in column.head or "％" in column.head:
        return False, False
    is_fraction = any(0 < value < 1 for value in bare)
    return is_fraction or max(bare) == 1, not is_fraction and max(bare) == 1


#: Heads of ticket tools, which count hours; the last two also stand in tables of offices, which do not.
_HOURS: Final = frozenset(
    {
        "estimatedtime",
        "予定時間",
        "estimatedhours",
        "作業時間",
        "時間",
        "hours",
        "見積時間",
        "計画時間",
        "plannedhours",
    }
)
_HOURS_OF_TOOLS: Final = frozenset({"予定工数", "work", "estimatedwork"})
_OF_TOOLS: Final = frozenset({"#", "トラッカー", "tracker", "課題キー"})


def _work_unit(table: Table, rows: Sequence[int]) -> tuple[str, bool]:
    """The unit of bare figures of work, and whether it is a guess."""
    column = table.column(heads.WORK)
    if column is None:
        return "", False
    head = folded(column.head)
    if _are_seconds(table, rows, column):
        return "s", False
    units = Counter(
        table.sheet.cell(row, column.at).style.unit for row in rows if table.sheet.text(row, column.at)
    )
    for unit in (column.unit, units.most_common(1)[0][0] if units else "", _unit_said(table)):
        if unit and amounts.hours_factor(unit, amounts.Rates()):
            return unit, False
    is_of_tool = bool(_OF_TOOLS & {folded(each.head) for each in table.columns})
    if head in _HOURS or (head in _HOURS_OF_TOOLS and is_of_tool):
        return "h", False
    return "人日", bool(_figures(table, rows, column))


def _figures(table: Table, rows: Sequence[int], column: Column) -> list[float]:
    texts = (plain(table.sheet.text(row, column.at)).replace(",", "") for row in rows)
    return [float(text) for text in texts if re.fullmatch(r"\d+(?:\.\d+)?", text)]


def _are_seconds(table: Table, rows: Sequence[int], column: Column) -> bool:
    """Jira counts seconds."""
    head = re.sub(r"^customfield\((.*)\)$", r"\1", folded(column.head))
    figures = _figures(table, rows, column)
    return (
        head in _SECONDS
        and bool(figures)
        and all(value % 60 == 0 for value in figures)
        and median(figures) >= 600
    )


def _unit_said(table: Table) -> str:
    """A note such as 単位：人日."""
    for row in sorted(table.sheet.rows)[:60]:
        for cell in table.sheet.rows[row].values():
            found = (
                re.search(
                    r"単位\s*[:：]?\s*(人日|人月|人時|時間|h|日)|(?:工数|数値)は\s*(人日|時間|人月)",
                    plain(cell.text),
                )
                if isinstance(cell.value, str)
                else None
            )
            if found:
                return found[1] or found[2]
    return ""


def line_figures(total: float, line: Timeline, table: Table) -> tuple[float, bool]:
    """Hours of figures in the cells of days, and whether their unit is a guess."""
    unit = _unit_said(table)
    factor = amounts.hours_factor(unit, amounts.Rates()) if unit else None
    return total * (factor or 1.0), factor is None and line.unit != "day"
