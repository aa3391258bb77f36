"""A report as CSV that Excel in Japan opens by a double click: UTF-8 with a mark, CRLF."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Final

from config.web.markdown import as_text
from config.web.spreadsheets import harmless
from reports.documents.contents import Is, Letter, Report, ReportTable, Value
from reports.documents.wording import write


def csv_file(report: Report, *, made_at: dt.datetime) -> bytes:
    """One table is a plain list; several follow each other, each below its title. It states no time of its own."""
    del made_at
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    if report.letter is not None:
        _write_letter(report.letter, writer)
    tables = [table for table in report.tables if table.lines or len(report.tables) == 1]
    for number, table in enumerate(tables):
        if len(tables) > 1:
            if number or report.letter is not None:
                writer.writerow([])
            writer.writerow([harmless(table.title)])
        _write(table, writer)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _write_letter(letter: Letter, writer: object) -> None:
    """A line each: what it is, and what it says."""
    lines = (*letter.lines, *((words.title, as_text(words.text)) for words in letter.words))
    writer.writerows([harmless(title), harmless(text)] for title, text in lines)  # type: ignore[attr-defined]  # as below


def _write(table: ReportTable, writer: object) -> None:
    rows = writer.writerows  # type: ignore[attr-defined]  # the csv module names no type of its writers
    kinds = [column.kind for column in table.columns]
    heads = [harmless(column.title) for column in table.columns]
    rows([heads if not table.is_tree else [heads[0], _LEVEL, *heads[1:]]])
    for line in table.lines:
        cells = [_cell(value, kind) for value, kind in zip(line.values, kinds, strict=True)]
        rows([cells if not table.is_tree else [cells[0], str(line.level), *cells[1:]]])


_LEVEL: Final = "Lv"


def _cell(value: Value, kind: Is) -> str:
    """Figures without commas and units, so that a program adds them up; a share keeps its sign."""
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dt.date):
        return write(value, Is.DAY)
    if kind in {Is.PERCENT, Is.LOAD}:
        return f"{value}%"
    if kind is Is.HOURS:
        return f"{round(float(value) / 60, 2):g}" if float(value) < 6e7 else str(round(float(value) / 60))
    return str(value)
