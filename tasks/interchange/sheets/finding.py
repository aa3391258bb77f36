"""Where the plan stands: the sheet and its table."""

from __future__ import annotations

from typing import Final

from tasks.interchange.sheets.choices import NO_CHOICES, Choices
from tasks.interchange.sheets.columns import choose, column_of, find_stairs, look_into, used_columns
from tasks.interchange.sheets.grid import Book, Sheet
from tasks.interchange.sheets.head_rows import body_rows, head_rows_of, worth_of_head
from tasks.interchange.sheets.headless import without_head
from tasks.interchange.sheets.profiles import meaning_in, profile_of
from tasks.interchange.sheets.table import Table
from tasks.interchange.sheets.timeline_rows import find_timeline
from tasks.interchange.sheets.worth import worth_of_body, worth_of_name
from tasks.interchange.sheets.years import years_of

LOOKED_AT: Final = 120


def find_table(book: Book, choices: Choices = NO_CHOICES) -> tuple[Table | None, list[Sheet]]:
    """The plan of a book and the sheets that are not it."""
    asked = book.sheets
    if choices.sheet is not None:
        asked = book.sheets[choices.sheet - 1 : choices.sheet]
        for sheet in asked:
            choices.mend(sheet)
    tables = [table for sheet in asked if (table := table_of(sheet, book, choices))]
    best = max(tables, key=lambda table: table.worth, default=None)
    return best, [sheet for sheet in book.sheets if best is None or sheet is not best.sheet]


def table_of(sheet: Sheet, book: Book, choices: Choices = NO_CHOICES) -> Table | None:
    """The best table of a sheet, or None where there is none; its columns mean what `choices` say."""
    candidates = sorted(
        ((worth_of_head(sheet, row), -row) for row in sorted(sheet.rows)[:LOOKED_AT]), reverse=True
    )
    if not candidates:
        return None
    worth, negative = candidates[0]
    if worth < 3:
        return without_head(sheet, book, choices)
    head_rows = head_rows_of(sheet, -negative)
    table = _made(sheet, book, head_rows, choices)
    if table is None:
        return None
    table.worth = worth + worth_of_body(table) + worth_of_name(sheet)
    return table


def _made(sheet: Sheet, book: Book, head_rows: list[int], choices: Choices) -> Table | None:
    years = years_of(sheet, book, head_rows)
    timeline = find_timeline(sheet, head_rows, years)
    spans = timeline.spans if timeline else {}
    columns = [column_of(sheet, head_rows, at) for at in used_columns(sheet, head_rows) if at not in spans]
    profile = profile_of([column.head for column in columns])
    for column in columns:
        column.meaning = meaning_in(profile, column.head) or column.meaning
    choices.mean(columns)
    table = Table(sheet, head_rows, columns, body_rows(sheet, head_rows), timeline, years)
    look_into(table)
    choose(table)
    return table if find_stairs(table) else None
