"""Workbooks of the tests: one as the page gives it, opened by another program's reader."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
from django.urls import reverse

from tasks.workbooks.places import KEYS

if TYPE_CHECKING:
    from django.test import Client
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


def file_of(client: Client, project: Any, **query: str) -> bytes:
    """The bytes that a user gets."""
    response = client.get(reverse("tasks:plan_workbook", args=[project.pk]), query)
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a file


def book_of(content: bytes) -> Workbook:
    """Opened with its formats."""
    return openpyxl.load_workbook(io.BytesIO(content))


def content_of(book: Workbook) -> bytes:
    """Saved again, as a user does."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class Plan:
    """The sheet of a plan: cells by the names of tasks and columns."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.sheet: Worksheet = book.worksheets[0]
        cells = [row[0] for row in self.sheet.iter_rows(max_col=1)]
        self.names_row = next(cell.row for cell in cells if cell.value == KEYS)
        head = self.sheet[self.names_row]
        self.columns = {str(cell.value): cell.column for cell in head[1:] if cell.value}
        self.first_day = max(self.columns.values()) + 1

    def row(self, name: str) -> int:
        """The row of a task."""
        at = self.columns["name"]
        return next(
            row for row in range(self.names_row + 1, self.sheet.max_row + 1) if self.sheet.cell(row, at).value == name
        )  # fmt: skip

    def cell(self, name: str, column: str) -> Any:
        """A cell of a task."""
        return self.sheet.cell(self.row(name), self.columns[column])

    def fills(self, name: str) -> list[str]:
        """The colours of a task's row in the chart, from left to right."""
        row = self.row(name)
        cells = [self.sheet.cell(row, at) for at in range(self.first_day, self.sheet.max_column + 1)]
        return [cell.fill.start_color.rgb[-6:].lower() if cell.fill.fill_type else "" for cell in cells]
