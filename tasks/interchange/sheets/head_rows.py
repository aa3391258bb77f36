"""Which rows are the head of a table, and which rows stand below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.grid import Sheet
from tasks.interchange.sheets.heads import is_group_word, meaning_of
from tasks.interchange.sheets.texts import plain
from tasks.interchange.sheets.timeline import is_label

_DAY: Final = re.compile(
    r"(?:\d{1,2}日?|\d{1,2}/\d{1,2}|\d{1,2}月\d{1,2}日|第?\d{1,2}[wW週]|[wW]\d{1,2})(?: ?\(.\))?"
)
_FIGURES: Final = re.compile(r"[\d/.\-: ]+")
MOST_HEAD_ROWS: Final = 4

_WEIGHTS: Final = {
    heads.IGNORED: 0.4,
    heads.GROUP: 0.8,
    heads.START: 2.0,
    heads.FINISH: 2.0,
    heads.NAME: 2.0,
    heads.NUMBER: 0.6,
}


def worth_of_head(sheet: Sheet, row: int) -> float:
    """How much a row looks like heads: distinct meanings, each weighed."""
    found: dict[str, float] = {}
    others = 0
    for column, text in sheet.filled(row):
        head = meaning_of(text)
        if head:
            found[head.meaning] = _WEIGHTS.get(head.meaning, 1.0)
        elif not (
            is_label(text) or is_group_word(text) or _is_day(sheet, row, column) or _FIGURES.fullmatch(text)
        ):
            others += 1
    if _days_in(sheet, row) >= 4:
        found["timeline"] = 2.0
    elif max(_days_in(sheet, each) for each in range(row + 1, row + 4)) >= 4:
        found["timeline"] = 1.5
    is_dated = {heads.START, heads.FINISH} <= set(found) and len(found) >= 3
    is_named = heads.NAME in found or heads.GROUP in found or is_dated
    return sum(found.values()) - 0.3 * others if len(found) >= 2 and is_named else 0.0


def _days_in(sheet: Sheet, row: int) -> int:
    """How many cells of a row may be heads of days, weeks or months."""
    return sum(
        isinstance(cell.value, date) or is_label(cell.text.strip()) or _is_day(sheet, row, column)
        for column, cell in sheet.rows.get(row, {}).items()
        if cell.value is not None
    )


def head_rows_of(sheet: Sheet, row: int) -> list[int]:
    first = last = row
    while last - row < MOST_HEAD_ROWS and _goes_on(sheet, row, last + 1):
        last += 1
    while row - first < 2 and _stands_above(sheet, first - 1, row):
        first -= 1
    return list(range(first, last + 1))


def _goes_on(sheet: Sheet, head: int, row: int) -> bool:
    """Whether a row below a head belongs to it: heads of second order, days, weekdays, or merged from above."""
    filled = list(sheet.filled(row))
    through = [
        merge
        for column in sheet.rows.get(head, {})
        if (merge := sheet.merge_at(head, column)) and merge.bottom >= row and merge.top <= head
    ]
    if len(through) >= 2 or (through and not filled):
        return True
    if not filled:
        return False
    known = [
        column
        for column, text in filled
        if (meaning_of(text) or is_label(text)) and sheet.text(head, column) != text
    ]
    days = [column for column, _text in filled if _is_day(sheet, row, column)]
    if len(days) >= 4 and len(days) + len(known) >= 0.9 * len(filled):
        first = min(days)
        return not any(
            sheet.text(row, column)
            for column in range(1, min(first, 4))
            if _is_name_head(sheet, head, column)
        )
    return (
        len(known) >= 2
        and len(known) >= 0.9 * len(filled)
        and not any(_is_name_head(sheet, head, column) for column, _ in filled)
    )


def _is_name_head(sheet: Sheet, head: int, column: int) -> bool:
    found = meaning_of(sheet.text(head, column))
    return found is not None and found.meaning == heads.NAME


def _is_day(sheet: Sheet, row: int, column: int) -> bool:
    value = sheet.cell(row, column).value
    if isinstance(value, date):
        return True
    if isinstance(value, float):
        return value == int(value) and 1 <= value <= 31
    return isinstance(value, str) and bool(_DAY.fullmatch(plain(value)))


def _stands_above(sheet: Sheet, row: int, head: int) -> bool:
    """Whether the row above is of the head: words over several columns, months, or merged into it."""
    if row < 1 or row not in sheet.rows:
        return False
    filled = list(sheet.filled(row))
    if not filled or _is_title(sheet, row, head):
        return False
    if any((merge := sheet.merge_at(row, column)) and merge.bottom >= head for column, _ in filled):
        return True
    are_days = sum(isinstance(sheet.cell(row, column).value, date) for column, _ in filled) >= 3
    fitting = [
        text for column, text in filled
        if is_group_word(text) or is_label(text) or (are_days and isinstance(sheet.cell(row, column).value, date)) or _is_known(text)
    ]  # fmt: skip
    return len(fitting) == len(filled)


def _is_known(text: str) -> bool:
    found = meaning_of(text)
    return found is not None and found.meaning != heads.IGNORED


def _is_title(sheet: Sheet, row: int, head: int) -> bool:
    """One text at the left, which stands over no columns of its own."""
    (column, _text), *others = sheet.filled(row)
    merge = sheet.merge_at(row, column)
    first = next((at for at, _ in sheet.filled(head)), column)
    return not others and column <= first and not (merge and merge.bottom >= head)


def body_rows(sheet: Sheet, head_rows: Sequence[int]) -> list[int]:
    """Rows below the head, until another table begins; a head that comes again, on each page, is passed over."""
    # Days of a timeline come again in cells of tasks: only words tell a head.
    own = {text for row in head_rows for _, text in sheet.filled(row) if meaning_of(text)}
    found: list[int] = []
    for row in sorted(sheet.rows):
        if row <= head_rows[-1]:
            continue
        texts = {text for _, text in sheet.filled(row)}
        if len(texts & own) >= max(2, 0.6 * len(own)):
            continue
        is_apart = not any(sheet.filled(row - 1))
        if len(texts) >= 3 and is_apart and worth_of_head(sheet, row) >= 3:
            break
        found.append(row)
    return found
