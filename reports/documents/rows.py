"""Tables of a report on a page, as escaped strings: they may have a thousand rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reports.documents.contents import Is, Mark, ReportTable, TableRow
from reports.documents.wording import FIGURES, heat, is_bad, write

if TYPE_CHECKING:
    from reports.documents.contents import ReportColumn, Value

#: Rows of one table on a page; the files hold all of them.
MOST_ROWS: Final = 1_000
#: Columns from this width on break their texts, in characters of half width.
WRAPS: Final = 16
_MARKS: Final = {Mark.SUMMARY: "row--summary", Mark.TOTAL: "row--summary", Mark.DONE: "row--done"}


def table_rows(table: ReportTable) -> SafeString:
    """The body of a table, as far as a page shows it."""
    pattern = reverse(table.leads_to, args=[0]).replace("/0/", "/{}/") if table.leads_to else ""
    rows = "".join(_row(line, table.columns, pattern) for line in table.lines[:MOST_ROWS])
    return mark_safe(rows)  # nosec B308 B703


def _row(line: TableRow, columns: Sequence[ReportColumn], address: str) -> str:
    css = f' class="{_MARKS[line.mark]}"' if line.mark in _MARKS else ""
    name_at = next((at for at, column in enumerate(columns) if column.grows), 0)
    cells = "".join(
        _name(line, value, column, address) if at == name_at else _cell(line, value, column)
        for at, (value, column) in enumerate(zip(line.values, columns, strict=True))
    )
    return f"<tr{css}>{cells}</tr>"


def _name(line: TableRow, value: Value, column: ReportColumn, address: str) -> str:
    """What the row is about; it leads to it."""
    text: str = escape(write(value, column.kind))
    if address and line.target_id is not None:
        text = f'<a class="cut" href="{address.format(line.target_id)}" title="{text}">{text}</a>'
    if column.kind is Is.NAME:
        text = f'<span class="tree" data-level="{min(line.level, 10)}">{text}</span>'
    side = ' class="num"' if column.kind in FIGURES else ""
    return f'<th scope="row"{side}>{text}</th>'


def _cell(line: TableRow, value: Value, column: ReportColumn) -> str:
    text = escape(write(value, column.kind))
    if column.kind is Is.LOAD:
        step = heat(value)
        return f'<td class="num"><span class="heat__cell heat__cell--{step}">{text}</span></td>'
    is_late = is_bad(value, column.kind)
    side = "num" if column.kind in FIGURES else "" if column.width >= WRAPS else "nowrap"
    css = f"{side} is-late" if is_late else side
    return f'<td class="{css}">{text}</td>' if css else f"<td>{text}</td>"
