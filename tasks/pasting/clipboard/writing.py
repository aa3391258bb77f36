"""Cells as other programs keep them: a table of HTML with the values behind their texts, and text with tabs. Nothing in it runs."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from tasks.pasting.clipboard.tsv import write_tsv
from tasks.pasting.clipboard.values import serial_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

#: What a spreadsheet would take for a formula when a cell begins with it.
_RUNS: Final = re.compile(r"[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"'[=+\-@\t\r]")
#: A figure with its unit: 320h, 5日, ¥120,000.
_AMOUNT: Final = re.compile(
    r"(?P<before>[¥$]?)(?P<figure>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,12}(?:\.\d+)?)(?P<unit>[^\d\s.,]{0,4})"
)
_PERCENT: Final = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
_EXCEL: Final = 'xmlns:x="urn:schemas-microsoft-com:office:excel"'


class CopiedCell(NamedTuple):
    """A text, and whether it is a day, a share or an amount, by which it is kept as a number; else it stays a text."""

    text: str
    day: date | None = None
    is_figure: bool = False
    #: How deep the row of a name stands, from 0.
    depth: int = 0


def as_html(rows: Sequence[Sequence[CopiedCell]], heads: Sequence[str] = ()) -> str:
    """A table that Excel, Google Sheets, LibreOffice and Numbers take with its types."""
    head = "".join(f"<th>{_inside(title)}</th>" for title in heads)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return (
        f'<html {_EXCEL}><head><meta charset="utf-8"></head><body><table {_EXCEL}>'
        f"{f'<tr>{head}</tr>' if heads else ''}{body}</table></body></html>"
    )


def as_text(rows: Sequence[Sequence[CopiedCell]], heads: Sequence[str] = ()) -> str:
    """The same with tabs between cells; what would run has an apostrophe before it, as spreadsheets mark texts."""
    texts = [[_guarded(cell) for cell in row] for row in rows]
    return write_tsv([list(heads), *texts] if heads else texts)


def unguarded(text: str) -> str:
    """A text as it was before `as_text` marked it."""
    return text[1:] if _GUARDED.match(text) else text


def _guarded(cell: CopiedCell) -> str:
    text = "  " * cell.depth + cell.text
    return f"'{text}" if _RUNS.match(text) and not cell.is_figure else text


def _cell(cell: CopiedCell) -> str:
    inside = _inside("\u00a0\u00a0" * cell.depth + cell.text)
    if cell.day is not None:
        serial = serial_of(cell.day)
        return _number(inside, serial, r"yyyy\/mm\/dd", "YYYY/MM/DD")
    share, amount = _PERCENT.fullmatch(cell.text), _AMOUNT.fullmatch(cell.text)
    if cell.is_figure and share:
        return _number(inside, float(share[1]) / 100, "0%", "0%")
    if cell.is_figure and amount:
        figure = float(amount["figure"].replace(",", ""))
        before, unit = (f"\\0022{amount[part]}\\0022" if amount[part] else "" for part in ("before", "unit"))
        digits = "\\#\\,\\#\\#0" if "," in amount["figure"] else "General" if figure != int(figure) else "0"
        return _number(inside, figure, f"{before}{digits}{unit}", "General")
    # "@" keeps it a text, whatever it looks like.
    value = escape(json.dumps({"1": 2, "2": cell.text}, ensure_ascii=False)) if cell.text else ""
    return f"""<td style='mso-number-format:"\\@"'{f' data-sheets-value="{value}"' if value else ""}>{inside}</td>"""


def _number(inside: str, number: float, excel: str, office: str) -> str:
    plain = f"{number:.10g}"
    return f"""<td x:num="{plain}" sdval="{plain}" sdnum="1041;0;{office}" style='mso-number-format:"{excel}"'>{inside}</td>"""


def _inside(text: str) -> str:
    # Spaces as such run together in HTML.
    spelled = escape(text, quote=False).replace("\t", "&#9;").replace("  ", " &#32;")
    return spelled.replace("\n", "<br>")
