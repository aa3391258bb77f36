"""A table without a head: its columns are told by what stands in them."""

from __future__ import annotations

import re

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.amounts import is_status_word
from tasks.interchange.sheets.choices import NO_CHOICES, Choices
from tasks.interchange.sheets.columns import are_days
from tasks.interchange.sheets.grid import Book, Sheet
from tasks.interchange.sheets.table import Column, Table
from tasks.interchange.sheets.texts import plain
from tasks.interchange.sheets.worth import worth_of_body, worth_of_name
from tasks.interchange.sheets.years import years_of


def without_head(sheet: Sheet, book: Book, choices: Choices = NO_CHOICES) -> Table | None:
    """A table whose first row is a task: a column of names and one of days at least."""
    rows = [row for row in sorted(sheet.rows) if len(list(sheet.filled(row))) >= 2]
    if len(rows) < 2:
        return None
    columns = [
        Column(at, "", basis="contents") for at in sorted({at for row in rows for at, _ in sheet.filled(row)})
    ][:60]
    table = Table(sheet, [], columns, rows, None, years_of(sheet, book, [rows[0] - 1]))
    dated = [column for column in columns if are_days(table, column)]
    texts = {column.at: [sheet.text(row, column.at) for row in rows] for column in columns}
    words = [
        column
        for column in columns
        if column not in dated
        and sum(bool(re.search(r"[^\W\d]{2,}", text)) for text in texts[column.at]) >= 0.6 * len(rows)
    ]
    if not dated or not words:
        return None
    name = max(words, key=lambda column: (len({*texts[column.at]} - {""}), -column.at))
    name.meaning = heads.NAME
    for column, meaning in zip(dated[:2], (heads.START, heads.FINISH), strict=False):
        column.meaning = meaning
    for column in columns:
        _guess(column, [text for text in texts[column.at] if text], name)
    choices.mean(columns)
    names = [column.at for column in columns if column.meaning == heads.NAME]
    if not names:
        return None
    table.stairs = names[:1]
    table.worth = 1 + worth_of_body(table) + worth_of_name(sheet)
    return table


def _guess(column: Column, texts: list[str], name: Column) -> None:
    """What a column without a head holds, by what stands in it."""
    if column.meaning or not texts:
        return
    clean = [plain(text) for text in texts]
    if all(re.fullmatch(r"\d+(?:\.\d+)?%", text) for text in clean):
        column.meaning = heads.PROGRESS
    elif all(re.fullmatch(r"\d+(?:\.\d+)?(?:h|時間|人日|人月)", text) for text in clean):
        column.meaning = heads.WORK
    elif all(re.fullmatch(r"\d+(?:\.\d+)?(?:日間?|d|days?|週間?|w)", text) for text in clean):
        column.meaning = heads.DURATION
    elif column.at < name.at and all(re.fullmatch(r"\d+(?:\.\d+)*", text) for text in clean):
        column.meaning = heads.CODE if any("." in text for text in clean) else heads.NUMBER
    elif all(map(is_status_word, texts)):
        column.meaning = heads.STATUS
    elif (
        column.at > name.at
        and all(len(text) <= 20 for text in texts)
        and not any(re.search(r"\d", text) for text in clean)
    ):
        column.meaning = heads.PEOPLE
