"""A plan as a workbook: its table and its chart on one sheet, ready to print, to edit, and to come back."""

from __future__ import annotations

import datetime as dt
from typing import IO, TYPE_CHECKING, Any, Final

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.worktime.moments import day_of
from tasks.sheet.columns.kinds import ValueKind
from tasks.workbooks.bars import NOTHING, ChartCell, cells_of
from tasks.workbooks.base import sealed
from tasks.workbooks.contents import SEALS, is_off, seal_columns
from tasks.workbooks.lists import Lists
from tasks.workbooks.looks import Looks
from tasks.workbooks.places import (
    BASE_SHEET,
    GROUP,
    HEAD,
    HEADS,
    KEY,
    KEYS,
    LISTS_SHEET,
    NAMES,
    SEAL_ROW,
    TABLE,
)
from tasks.workbooks.texts import text_of, width_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from tasks.sheet.choosing.services import ShownColumn
    from tasks.sheet.columns.column import Column
    from tasks.workbooks.contents import Contents, SheetRow

A4, A3 = 9, 8
#: Excel folds no deeper.
DEEPEST: Final = 7
#: Cells of a chart up to which all are written, with the lines of a grid; of a larger one days off are shaded as columns.
MOST_CELLS: Final = 250_000
#: Characters of half width beside each other that are still read on a sheet of paper, at half their size.
READABLE: Final = {"a3": 430, "a4": 300}
#: Characters of a number with all its places and its unit.
LONGEST_NUMBER: Final = 13


def write_workbook(
    contents: Contents, stream: IO[bytes], *, offered: Collection[str], people: Collection[str],
    made_at: dt.datetime,
) -> None:  # fmt: skip
    """Write all of it. `offered` are the columns that its user may change, `people` the names that are offered in lists."""
    # Of a large one each row goes into a file of its own as soon as it is written: what stands in memory does not grow.
    memory = {"constant_memory": True} if is_large(contents) else {"in_memory": True}
    options = {**memory, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties(
            {
                "title": contents.project.name,
                "subject": contents.project.code,
                "author": contents.project.organization.name,
                "created": made_at.replace(tzinfo=None, microsecond=0),
            }
        )
        _Writer(book, contents, offered).write(people, made_at)


def is_large(contents: Contents) -> bool:
    """Whether it is written row by row: then nothing is merged over rows, and empty cells of the chart are left out."""
    return len(contents.rows) * len(contents.axis.spans) > MOST_CELLS


class _Writer:
    """The sheets of one workbook; all cells of a row before those of the next one."""

    def __init__(self, book: Workbook, contents: Contents, offered: Collection[str]) -> None:
        self.book, self.contents, self.offered = book, contents, offered
        self.looks = Looks(book)
        self.sheet: Worksheet = book.add_worksheet(_("WBS・ガント"))
        self.columns = [each.column for each in contents.columns]
        self.chart = TABLE + len(self.columns)  # its first column
        self.first = HEADS + len(contents.heads)  # the first row of a task
        self.last = self.first + max(len(contents.rows), 1) - 1
        self.right = self.chart + len(contents.axis.spans) - 1
        self.has_grid = not is_large(contents)
        #: What each column of the chart is shaded by; weeks and months are not.
        self.grounds = [
            is_off(contents.days_off, span.first) if span.first == span.last else ""
            for span in contents.axis.spans
        ]

    def write(self, people: Collection[str], made_at: dt.datetime) -> None:
        """All sheets. The lists come first to be known; they stand last."""
        self._widen()
        self._write_title(made_at)
        self._write_heads()
        for place, row in enumerate(self.contents.rows, self.first):
            self._write_row(place, row)
        self._set_up_page()
        Lists(self.book.add_worksheet(LISTS_SHEET), self.columns, self.offered, people).validate(
            self.sheet, self.first, self.last, TABLE
        )
        kept = self.book.add_worksheet(BASE_SHEET)
        kept.very_hidden()
        for place, piece in enumerate(sealed(self.contents.base)):
            kept.write_string(place, 0, piece)

    # -- columns and heads -------------------------------------------------------------------------------------

    def _widen(self) -> None:
        sheet, axis = self.sheet, self.contents.axis
        sheet.set_column(KEY, KEY, None, None, {"hidden": 1})
        for place, each in enumerate(self.contents.columns, TABLE):
            sheet.set_column(place, place, self._width_of(each))
        sheet.set_column(self.chart, self.right, axis.width)
        if not self.has_grid:
            for at, ground in enumerate(self.grounds):
                if ground:
                    look = self.looks.chart(ChartCell(ground).key, has_grid=False)
                    sheet.set_column(self.chart + at, self.chart + at, axis.width, look)

    @staticmethod
    def _width_of(each: ShownColumn) -> int:
        """In characters; numbers that do not fit would be shown as ###."""
        width = (each.width or each.column.width) + 1
        is_long = each.column.kind in {ValueKind.DAYS, ValueKind.HOURS, ValueKind.YEN}
        return max(width, LONGEST_NUMBER) if is_long else width

    def _write_title(self, made_at: dt.datetime) -> None:
        sheet, project = self.sheet, self.contents.project
        name = next(at for at, column in enumerate(self.columns, TABLE) if column.kind is ValueKind.NAME)
        left = min(TABLE, name)
        self._write_seals()
        sheet.set_row(1, 20)
        sheet.set_row(2, 20)
        sheet.write_string(0, left, text_of(f"{project.code} {project.name}"), self.looks.title)
        said = [
            project.organization.name,
            _("版 %(revision)d") % {"revision": project.revision},
            _("作成 %(moment)s") % {"moment": f"{made_at:%Y/%m/%d %H:%M}"},
            _("基準日 %(day)s") % {"day": f"{day_of(self.contents.status_day):%Y/%m/%d}"},
        ]
        sheet.write_string(1, left, text_of("　".join(said)), self.looks.quiet)
        sheet.write_rich_string(2, left, *self._legend())

    def _legend(self) -> list[Any]:
        looks = self.looks
        parts: list[tuple[str, str, str]] = [
            ("accent", "■", _("完了")),
            ("accent-mid", "■", _("残り")),
            ("late", "■●", _("クリティカル")),
            ("gantt-summary", "■", _("サマリー")),
            ("accent", "◆", _("マイルストーン")),
            ("line-now", "┃", _("イナズマ線")),
        ]
        if self.contents.has_baseline:
            parts.append(("gantt-baseline", "▁", _("ベースライン")))
        found: list[Any] = []
        for ink, mark, words in parts:
            found += [looks.ink(ink), mark, looks.quiet, f"{words}　"]
        return [*found, looks.quiet, _("見出しが灰色の列は計算で決まります。書き換えても取り込みません。")]

    def _write_seals(self) -> None:
        """At the right end, where they are stamped; each over as many days as a name needs."""
        size = seal_columns(self.contents.axis)
        titles = (pgettext("seal", "作成"), pgettext("seal", "照査"), pgettext("seal", "承認"))
        left = self.right + 1 - SEALS * size
        ends = [(left + at * size, left + (at + 1) * size - 1) for at in range(SEALS)]
        for (first, last), title in zip(ends, titles, strict=True):
            self._merge(SEAL_ROW, first, SEAL_ROW, last, title, self.looks.seal)
        if self.has_grid:
            for first, last in ends:
                self.sheet.merge_range(SEAL_ROW + 1, first, SEAL_ROW + 2, last, "", self.looks.seal)

    def _merge(self, top: int, left: int, bottom: int, right: int, text: str, look: Any) -> None:
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, look)
        else:
            self.sheet.merge_range(top, left, bottom, right, "", look)
            self.sheet.write_string(top, left, text, look)

    def _write_heads(self) -> None:
        sheet, heads = self.sheet, self.contents.heads
        sheet.set_row(NAMES, None, None, {"hidden": True})
        sheet.write_string(NAMES, KEY, KEYS)
        for place, column in enumerate(self.columns, TABLE):
            sheet.write_string(NAMES, place, column.name)
        for row, line in enumerate(heads, HEADS):
            sheet.write_string(row, KEY, HEAD)
            for place, column in enumerate(self.columns, TABLE):
                self._write_title_of(column, row, place)
            for head in line:
                self._write_head(row, head)
        sheet.outline_settings(symbols_below=False)

    def _write_title_of(self, column: Column, row: int, place: int) -> None:
        """A title stands over all rows of heads, or in the last one of them."""
        look = self.looks.head if column.name in self.offered else self.looks.head_computed
        title = text_of(column.title)
        if self.has_grid:
            if row == HEADS:
                self._merge(HEADS, place, self.first - 1, place, title, look)
        else:
            self.sheet.write_string(row, place, title if row == self.first - 1 else "", look)

    def _write_head(self, row: int, head: Any) -> None:
        left, right = self.chart + head.first, self.chart + head.last
        if isinstance(head.text, dt.date):
            look = self.looks.axis_off if self.grounds[head.first] else self.looks.axis_day
            self.sheet.write_datetime(row, left, dt.datetime.combine(head.text, dt.time()), look)
            return
        # A text that is wider than its cells would be shown as half a word.
        room = (right - left + 1) * self.contents.axis.width
        is_day = left == right and row == self.first - 1
        look = self.looks.axis_off if is_day and self.grounds[head.first] else self.looks.axis
        self._merge(
            row, left, row, right, head.text if is_day or width_of(head.text) <= room + 1 else "", look
        )

    # -- rows --------------------------------------------------------------------------------------------------

    def _write_row(self, place: int, row: SheetRow) -> None:
        sheet, is_flat = self.sheet, self.contents.is_flat
        level = min(row.level - 1, DEEPEST)
        options = {"level": level} if level else {}
        options |= {"hidden": True} if row.is_hidden else {}
        options |= {"collapsed": True} if row.is_closed else {}
        if options:
            sheet.set_row(place, None, None, options)
        if row.task_id is not None:
            sheet.write_string(place, KEY, f"T{row.task_id}")
        else:
            sheet.write_string(place, KEY, GROUP)
        for at, (column, value) in enumerate(zip(self.columns, row.values, strict=True), TABLE):
            text = value if isinstance(value, str) else None
            look = self.looks.cell(column, row, text, is_flat=is_flat)
            if value is None:
                sheet.write_blank(place, at, None, look)
            elif text is not None:
                sheet.write_string(place, at, text_of(text), look)
            elif isinstance(value, dt.date):
                sheet.write_datetime(place, at, dt.datetime.combine(value, dt.time()), look)
            else:
                sheet.write_number(place, at, value, look)
        self._draw(place, row)

    def _draw(self, place: int, row: SheetRow) -> None:
        """By the two calls that write a cell, without looking at what it is: there may be half a million."""
        looks, has_grid, sheet, chart = self.looks, self.has_grid, self.sheet, self.chart
        cells = cells_of(row.bar, self.contents.axis, self.contents.status_day)
        for at in range(self.right + 1 - chart) if has_grid else cells:
            cell = cells.get(at, NOTHING)
            fill, right, top, bottom, is_open = cell.key
            fill = fill or self.grounds[at]
            # Of a large chart the progress line is drawn downwards alone.
            if has_grid or fill or right or bottom == "base":
                look = looks.chart((fill, right, top, bottom, is_open), has_grid=has_grid)
                if cell.mark:
                    sheet.write_string(place, chart + at, cell.mark, look)
                else:
                    sheet.write_blank(place, chart + at, None, look)

    # -- the page ----------------------------------------------------------------------------------------------

    def _pages(self) -> int:
        """How many pages stand beside each other: one, as long as its letters can be read."""
        table = sum(map(self._width_of, self.contents.columns))
        width = table + len(self.contents.axis.spans) * self.contents.axis.width
        return max(1, -int(-width // READABLE[self.contents.paper]))

    def _set_up_page(self) -> None:
        sheet, project = self.sheet, self.contents.project
        name = next(at for at, column in enumerate(self.columns, TABLE) if column.kind is ValueKind.NAME)
        sheet.freeze_panes(self.first, name + 1)
        # With the keys: rows that are sorted by its buttons take them along.
        sheet.autofilter(self.first - 1, KEY, self.last, self.chart - 1)
        sheet.set_landscape()
        sheet.set_paper(A4 if self.contents.paper == "a4" else A3)
        sheet.fit_to_pages(self._pages(), 0)
        sheet.print_area(0, TABLE, self.last, self.right)
        sheet.repeat_rows(HEADS, self.first - 1)
        sheet.repeat_columns(TABLE, name)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.hide_gridlines(2 if self.has_grid else 1)
        title = f"{project.code} {_('版 %(revision)d') % {'revision': project.revision}}".replace("&", "&&")
        sheet.set_footer(f"&L{text_of(title)[:100]}&C&P / &N&R&D")
