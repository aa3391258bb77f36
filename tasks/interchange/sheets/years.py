"""Which year a sheet is about, where its days name none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from tasks.interchange.sheets.days import year_said
from tasks.interchange.sheets.grid import Book, Sheet
from tasks.interchange.sheets.timeline import Years


def years_of(sheet: Sheet, book: Book, head_rows: Sequence[int]) -> Years:
    """The year that a title, a note or the sheet's name says; else that of its days, else that of other sheets."""
    said = [(_worth(text, found), found) for text in _texts(sheet, head_rows) if (found := year_said(text))]
    if said:
        return Years(*max(said, key=lambda each: each[0])[1])
    if sheet.name and (named := year_said(sheet.name)):
        return Years(*named)
    values = [cell.value for row in sorted(sheet.rows)[:400] for cell in sheet.rows[row].values()]
    days = Counter(value.year for value in values if isinstance(value, date))
    if days:
        return Years(days.most_common(1)[0][0])
    texts = [
        cell.value
        for other in book.sheets if other is not sheet
        for row in sorted(other.rows)[:12]
        for cell in other.rows[row].values() if isinstance(cell.value, str)
    ]  # fmt: skip
    return next((Years(*found) for text in texts if (found := year_said(text))), Years())


def _texts(sheet: Sheet, head_rows: Sequence[int]) -> list[str]:
    """Titles above the head, and notes anywhere: what stands in rows of tasks is about these tasks."""
    return [
        cell.value
        for row in sorted(sheet.rows)
        for cell in sheet.rows[row].values()
        if isinstance(cell.value, str) and (row <= head_rows[-1] or _is_outright(cell.value))
    ][:400]


def _is_outright(text: str) -> bool:
    return "年" in text and ("ない" in text or "なし" in text)


def _worth(text: str, found: tuple[int, bool]) -> int:
    """A note that says which year is meant is more than a fiscal year, and that is more than a date."""
    return 3 if _is_outright(text) else 2 if found[1] else 1
