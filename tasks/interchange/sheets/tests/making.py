"""Workbooks and tables as other programs write them: openpyxl and XlsxWriter, and text by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

Place = tuple[int, int]


@dataclass
class Paper:
    """A sheet to be written: rows from 1 on, and looks by place (row, column)."""

    rows: Sequence[Sequence[Any]]
    name: str = "WBS"
    merges: Sequence[str] = ()
    fills: Mapping[Place, str] = field(default_factory=dict)
    formats: Mapping[Place, str] = field(default_factory=dict)
    indents: Mapping[Place, int] = field(default_factory=dict)
    bold: Sequence[Place] = ()
    outline: Mapping[int, int] = field(default_factory=dict)
    is_hidden: bool = False

    def places(self) -> set[Place]:
        """Every cell that has a value or looks."""
        valued = {
            (row, column)
            for row, cells in enumerate(self.rows, 1)
            for column, value in enumerate(cells, 1)
            if value is not None
        }
        return valued | set(self.fills) | set(self.formats)

    def value(self, place: Place) -> Any:
        """What stands there."""
        row, column = place
        cells = self.rows[row - 1] if row <= len(self.rows) else ()
        value = cells[column - 1] if column <= len(cells) else None
        return (
            datetime.combine(value, time())
            if isinstance(value, date) and not isinstance(value, datetime)
            else value
        )

    def format(self, place: Place) -> str:
        """The number format; that of a day where one stands there."""
        return self.formats.get(place) or (
            "yyyy/m/d" if isinstance(self.value(place), datetime) else "General"
        )


def by_openpyxl(*papers: Paper, is_1904: bool = False) -> bytes:
    """A workbook as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    if is_1904:
        book.epoch = CALENDAR_MAC_1904
    for paper in papers:
        sheet = book.create_sheet(paper.name)
        sheet.sheet_state = "hidden" if paper.is_hidden else "visible"
        for row, column in sorted(paper.places()):
            cell = sheet.cell(row, column, paper.value((row, column)))
            cell.number_format = paper.format((row, column))
            if fill := paper.fills.get((row, column)):
                cell.fill = PatternFill("solid", fgColor=fill)
            if indent := paper.indents.get((row, column)):
                cell.alignment = Alignment(indent=indent)
            if (row, column) in paper.bold:
                cell.font = Font(bold=True)
        for merge in paper.merges:
            sheet.merge_cells(merge)
        for row, level in paper.outline.items():
            sheet.row_dimensions[row].outlineLevel = level
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter(*papers: Paper, is_1904: bool = False) -> bytes:
    """A workbook as XlsxWriter writes it."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": is_1904})
    for paper in papers:
        _write(book, book.add_worksheet(paper.name), paper)
    book.close()
    return stream.getvalue()


def _write(book: Any, sheet: Any, paper: Paper) -> None:
    if paper.is_hidden:
        sheet.hide()
    for merge in paper.merges:
        sheet.merge_range(merge, "")
    for place in sorted(paper.places()):
        value = paper.value(place)
        looks: dict[str, Any] = {"num_format": paper.format(place)}
        if fill := paper.fills.get(place):
            looks |= {"bg_color": f"#{fill}", "pattern": 1}
        looks |= {"indent": paper.indents.get(place, 0), "bold": place in paper.bold}
        write = {type(None): sheet.write_blank, datetime: sheet.write_datetime, str: sheet.write_string}.get(
            type(value), sheet.write
        )
        write(place[0] - 1, place[1] - 1, value, book.add_format(looks))
    for row, level in paper.outline.items():
        sheet.set_row(row - 1, None, None, {"level": level})


def as_text(
    rows: Sequence[Sequence[Any]],
    encoding: str = "utf-8",
    delimiter: str = ",",
    end: str = "\r\n",
    *,
    is_quoted: bool = False,
) -> bytes:
    """A table of text, quoted where it must be or everywhere."""

    def shown(value: Any) -> str:
        text = "" if value is None else f"{value:%Y/%m/%d}" if isinstance(value, date) else str(value)
        must = is_quoted or any(sign in text for sign in (delimiter, '"', "\n"))
        return '"' + text.replace('"', '""') + '"' if must else text

    return "".join(delimiter.join(map(shown, row)) + end for row in rows).encode(encoding)
