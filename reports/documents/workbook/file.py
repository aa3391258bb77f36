"""A report as an Excel file: real numbers and dates, ready to filter, fold and print."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from django.utils.translation import gettext as _

from reports.documents.contents import Is, Mark, ReportTable, TableRow
from reports.documents.wording import FIGURES, exact, heat, write
from reports.documents.workbook.chart import add_chart_sheet
from reports.documents.workbook.looks import Looks
from reports.documents.workbook.sheets import A3, A4, DEEPEST, set_up_page, text_of
from reports.documents.workbook.summary import fill_summary

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from reports.documents.contents import Report

#: Rows of a table above which the file is written row by row and nothing is kept in memory.
LARGE: Final = 2_000
#: What a name of a sheet must not hold, and how long it may be.
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
LONGEST_NAME: Final = 31


def excel_file(report: Report, *, made_at: dt.datetime, paper: str = "a4") -> bytes:
    """A sheet for each part; the plan's chart is one too."""
    content = io.BytesIO()
    is_large = max((len(table.lines) for table in report.tables), default=0) > LARGE
    options = {"constant_memory": is_large, "in_memory": not is_large, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options | {"strings_to_formulas": False}) as book:
        book.set_properties(
            {
                "title": report.head.title,
                "subject": report.head.subject,
                "author": report.head.organization,
                "created": made_at.replace(tzinfo=None, microsecond=0),
            }
        )
        looks, names = Looks(book), set[str]()
        if report.facts:
            sheet = book.add_worksheet(sheet_name(_("概要"), names))
            fill_summary(sheet, report, looks, made_at, _write)
        for table in report.tables:
            _add_table(book, report, table, looks, names, paper)
        if report.plan is not None and report.plan.rows:
            add_chart_sheet(book, report, looks, sheet_name(_("ガント"), names))
    return content.getvalue()


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel accepts and that no other sheet has."""
    clean = _FORBIDDEN.sub(" ", title).strip(" '") or "-"
    name, number = clean[:LONGEST_NAME], 1
    while name.casefold() in taken:
        number += 1
        name = f"{clean[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name


def _add_table(
    book: Workbook, report: Report, table: ReportTable, looks: Looks, names: set[str], paper: str
) -> None:
    """The head in the first row: what filters and pivot tables expect."""
    sheet = book.add_worksheet(sheet_name(table.title, names))
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, max(column.width, len(column.title)) + 2)
    for place, column in enumerate(table.columns):
        sheet.write_string(
            0, place, column.title, looks.head_of_figures if column.kind in FIGURES else looks.head
        )
    name_place = next((at for at, column in enumerate(table.columns) if column.kind is Is.NAME), None)
    sheet.freeze_panes(1, 0 if name_place is None else name_place + 1)
    if table.is_tree:
        sheet.outline_settings(symbols_below=False)
    for row, line in enumerate(table.lines, 1):
        if table.is_tree and line.level > 1:
            sheet.set_row(row, None, None, {"level": min(line.level - 1, DEEPEST)})
        _write_line(sheet, row, line, table, looks)
    if table.lines:
        filtered = sum(line.mark is not Mark.TOTAL for line in table.lines)
        sheet.autofilter(0, 0, filtered, len(table.columns) - 1)
    sheet.repeat_rows(0)
    set_up_page(sheet, report, A3 if paper == "a3" else A4, is_wide=len(table.columns) > 7)


def _write_line(sheet: Worksheet, row: int, line: TableRow, table: ReportTable, looks: Looks) -> None:
    for place, (value, column) in enumerate(zip(line.values, table.columns, strict=True)):
        if column.kind is Is.LOAD:
            look = looks.load(heat(value), line.mark)
        else:
            look = looks.cell(column.kind, line.mark, line.level)
        _write(sheet, row, place, value, column.kind, look)


def _write(sheet: Worksheet, row: int, place: int, value: Any, kind: Is, look: Any) -> None:
    """Never by guess: a text that looks like a formula, a number or an address stays a text."""
    value = exact(value, kind)
    if value is None or value == "":
        sheet.write_blank(row, place, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, place, text_of(value), look)
    elif isinstance(value, dt.date):
        if value.year < 1900:
            sheet.write_string(row, place, write(value, Is.DAY), look)
        else:
            sheet.write_datetime(row, place, dt.datetime.combine(value, dt.time()), look)
    else:
        sheet.write_number(row, place, float(value), look)
