"""A workbook or a table of text as a plan: the one way in."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final

from tasks.interchange.refusals import EmptyFile, NoTableFound, UnsupportedSheetFormat
from tasks.interchange.sheets import heads
from tasks.interchange.sheets.building import Builder
from tasks.interchange.sheets.choices import NO_CHOICES, Choices
from tasks.interchange.sheets.csv_text import read_table
from tasks.interchange.sheets.finding import find_table
from tasks.interchange.sheets.grid import Book, Sheet
from tasks.interchange.sheets.heads import meaning_of
from tasks.interchange.sheets.plan import PROPOSED, ColumnMeaning, SheetPlan
from tasks.interchange.sheets.profiles import profile_of
from tasks.interchange.sheets.table import Column, Table
from tasks.interchange.sheets.xlsx.book import read_workbook
from tasks.interchange.sniff import format_of_bytes

_TEXT: Final = "text table (CSV) or plain text"
#: So many different texts of a column are shown, out of so many rows.
_EXAMPLES, _ROWS_SHOWN = 3, 200
_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def read_sheet_plan(data: bytes, choices: Choices = NO_CHOICES) -> SheetPlan:
    """What a file says as a plan, with what a user says of it. Raises a PlanFileRefused where it is none; what it is, its bytes tell and not its name."""
    book = read_book(data, choices)
    table, others = find_table(book, choices)
    if table is None:
        raise NoTableFound()
    plan = SheetPlan(
        kind=book.kind,
        sheet=table.sheet.name,
        sheet_at=next(at for at, sheet in enumerate(book.sheets, 1) if sheet is table.sheet),
        sheets=[sheet.name or "" for sheet in book.sheets],
        head_rows=table.head_rows,
        encoding=book.encoding,
        delimiter=book.delimiter,
        profile=profile_of([column.head for column in table.columns]),
    )
    Builder(table, plan, is_japanese=_is_japanese(table)).build()
    if not plan.tasks:
        raise NoTableFound()
    plan.columns = [_meaning(table, column) for column in table.columns]
    _remark(plan, book, table, others)
    return plan


def read_book(data: bytes, choices: Choices = NO_CHOICES) -> Book:
    """The sheets of a file of either kind; raises a PlanFileRefused."""
    if not data:
        raise EmptyFile()
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06") or data.startswith(b"\xd0\xcf\x11\xe0"):
        return read_workbook(BytesIO(data))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[1:2] == b"\0":
        return read_table(data, choices.encoding, choices.delimiter)
    known = format_of_bytes(data[:4096])
    if (known and known not in (_TEXT, "unknown binary file", "JSON")) or data.lstrip()[:5].lower() in (
        b"<?xml",
        b"<html",
        b"<!doc",
    ):
        raise UnsupportedSheetFormat(format=known or "XML")
    return read_table(data, choices.encoding, choices.delimiter)


def _twice(table: Table) -> str:
    """A head that two columns have which a plan has only one of."""
    found = [
        (column.at, column.head)
        for column in table.columns
        if column.meaning in (heads.NAME, heads.IGNORED) and meaning_of(column.head)
    ]
    titles = (
        [head for at, head in found if table.sheet.text(table.head_rows[-1], at)] if table.head_rows else []
    )
    return next((head for head in titles if titles.count(head) > 1), "")


def _is_japanese(table: Table) -> bool:
    return any(_JAPANESE.search(column.head) for column in table.columns)


def _meaning(table: Table, column: Column) -> ColumnMeaning:
    shown = "" if column.meaning == heads.IGNORED else column.meaning
    texts = (table.sheet.text(row, column.at) for row in table.rows[:_ROWS_SHOWN])
    examples = tuple(dict.fromkeys(text for text in texts if text))[:_EXAMPLES]
    proposed = PROPOSED.get(column.meaning, "")
    return ColumnMeaning(column.at, column.head, shown, proposed, column.unit, examples, column.basis)


def _remark(plan: SheetPlan, book: Book, table: Table, others: list[Sheet]) -> None:
    """What the file holds beside the plan, so that nothing is left out in silence."""
    sheet = table.sheet
    twice = _twice(table)
    remarks: list[tuple[str, object, dict[str, str | int]]] = [
        (
            "heads_twice",
            twice,
            {"head": twice, "count": [column.head for column in table.columns].count(twice)},
        ),
        (
            "read_as_text",
            book.kind == "csv",
            {"encoding": book.encoding, "delimiter": {"\t": "Tab"}.get(book.delimiter, book.delimiter)},
        ),
        ("characters_unreadable", book.unreadable, {"count": book.unreadable}),
        ("nul_bytes_removed", book.nul_bytes, {"count": book.nul_bytes}),
        ("macros_not_run", book.has_macros, {}),
        ("external_links_not_followed", book.has_external_links, {}),
        ("shapes_not_read", sheet.shapes, {"count": sheet.shapes}),
        ("comments_not_read", sheet.comments, {"count": sheet.comments}),
        ("conditions_not_read", sheet.has_conditions, {}),
        ("empty_rows_passed_over", sheet.passed_over, {"count": sheet.passed_over}),
        ("sheet_is_hidden", sheet.is_hidden, {"sheet": sheet.name or ""}),
        (
            "rows_hidden",
            len(sheet.hidden_rows & set(table.rows)),
            {"count": len(sheet.hidden_rows & set(table.rows))},
        ),
        (
            "other_sheets",
            bool(others),
            {"names": "、".join((other.name or "")[:40] for other in others[:10]), "count": len(others)},
        ),
        ("rows_left_out", bool(plan.left_out), {"count": len(plan.left_out)}),
        ("same_sheet_names", len({each.name for each in book.sheets}) < len(book.sheets), {}),
    ]
    plan.remarks += [(code, params) for code, is_there, params in remarks if is_there]
