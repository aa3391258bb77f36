"""A workbook of our own that comes back: its rows by their hidden keys, and what it keeps of the plan that it was made from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tasks.interchange.merging import said
from tasks.interchange.refusals import NotOurWorkbook
from tasks.interchange.sheets.xlsx.book import read_workbook

if TYPE_CHECKING:
    from typing import BinaryIO

    from tasks.interchange.sheets.grid import Sheet

#: What stands in the hidden column of keys: before the names of columns, before heads, before the head of a group.
KEYS, HEAD, GROUP = "#itdo-keys", "H", "G"
#: The sheet with what the file was made of.
BASE_SHEET: Final = "_itdo"
_KEY: Final = re.compile(r"T([1-9]\d{0,17})")
#: Rows above which there is no row of names, and pieces that a base has at most.
_MOST_ABOVE, _MOST_PIECES = 200, 5_000


def returned(stream: BinaryIO) -> dict[str, Any]:
    """What the file holds, as JSON holds it. Raises a PlanFileRefused, NotOurWorkbook among them.

    `first` is the first row below the heads. `rows`: row of the file, key (0: none, -1: one that cannot be read), indent of the name, level of its group, texts of cells
    by columns, and columns whose formula has no result.
    """
    book = read_workbook(stream, with_fills=False)
    kept = next((sheet for sheet in book.sheets if sheet.name == BASE_SHEET), None)
    for sheet in book.sheets:
        names_row = _names_row(sheet)
        if names_row and kept is not None:
            columns = {
                cell.text: at for at, cell in sheet.rows[names_row].items() if at > 1 and cell.text.strip()
            }
            pieces = [kept.text(row, 1) for row in range(1, min(kept.last_row(), _MOST_PIECES) + 1)]
            rows = _rows(sheet, names_row, columns)
            heads = [row for row in sheet.rows if row > names_row and sheet.text(row, 1) == HEAD]
            first = max(heads, default=names_row) + 1
            return {
                "base": pieces, "columns": list(columns), "first": first, "rows": rows, "has_macros": book.has_macros,
            }  # fmt: skip
    raise NotOurWorkbook()


def _names_row(sheet: Sheet) -> int:
    return next((row for row in sorted(sheet.rows)[:_MOST_ABOVE] if sheet.text(row, 1) == KEYS), 0)


def _rows(sheet: Sheet, names_row: int, columns: dict[str, int]) -> list[list[Any]]:
    found: list[list[Any]] = []
    name_at = columns.get("name", 0)
    for row in sorted(sheet.rows):
        key = sheet.text(row, 1)
        if row <= names_row or key in {HEAD, GROUP}:
            continue
        cells = {name: sheet.cell(row, at) for name, at in columns.items()}
        texts = {name: said(cell.value) for name, cell in cells.items() if not cell.is_uncounted}
        if not key and not any(texts.values()):
            continue
        has_key = _KEY.fullmatch(key)
        number = int(has_key[1]) if has_key else -1 if key else 0
        indent = sheet.cell(row, name_at).style.indent if name_at else 0
        uncounted = [name for name, cell in cells.items() if cell.is_uncounted]
        found.append([row, number, indent, sheet.outline.get(row, 0), texts, uncounted])
    return found
