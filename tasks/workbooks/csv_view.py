"""The rows and columns of a view as CSV that Excel in Japan opens by a double click: UTF-8 with a mark, CRLF.

Figures without commas and units, so that a program adds them up; their units stand in the heads.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.web.spreadsheets import harmless
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_within
from tasks.workbooks.written import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from projects.models import Project
    from tasks.sheet.choosing.services import ShownColumn
    from tasks.sheet.columns.column import Column, Row
    from tasks.sheet.look import Look
    from tasks.sheet.visible import VisibleRows

#: So many rows are held at once, whatever the size of the plan.
AT_ONCE: Final = 1_000
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def write_csv(
    project: Project, visible: VisibleRows, columns: Sequence[ShownColumn], stream: IO[bytes]
) -> int:
    """The rows that are seen, with these columns; on a sheet that is not sorted a column more says their level.

    Returns how many rows are those of tasks.
    """
    stream.write(BYTE_ORDER_MARK)
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    shown = [each.column for each in columns]
    has_levels = not visible.flat_level
    levels = [_("レベル")] if has_levels else []
    writer.writerow([*levels, *(_head(column) for column in shown)])
    count = 0
    for level, values in _lines(project, visible, shown):
        count += level > 0
        writer.writerow([*([str(level) if level else ""] if has_levels else []), *values])
    text.flush()
    text.detach()
    return count


def _lines(
    project: Project, visible: VisibleRows, shown: Sequence[Column]
) -> Iterator[tuple[int, list[str]]]:
    """Level and cells of each row from top to bottom; the head of a group has level 0."""
    look, today = make_look(project), timezone.localdate()
    name = next((at for at, column in enumerate(shown) if column.name == "name"), 0)
    for first in range(0, visible.count, AT_ONCE):
        count = min(AT_ONCE, visible.count - first)
        heads = {place: visible.ordered.groups[group] for place, group, _below in visible.heads(first, count)} if visible.ordered else {}  # fmt: skip
        rows = {
            row.place: row for row in rows_within(project, visible, tuple(shown), first=first, count=count, on=today)
        }  # fmt: skip
        for place in range(first, first + count):
            if place in rows:
                row = rows[place]
                cells = [_cell(column, row, look) for column in shown]
                yield visible.flat_level or row.outline_level, cells
            elif place in heads:
                yield 0, [harmless(heads[place]) if at == name else "" for at in range(len(shown))]


def _head(column: Column) -> str:
    unit = {
        ValueKind.HOURS: pgettext("unit", "時間"),
        ValueKind.DAYS: pgettext("days", "日"),
        ValueKind.DELAY: pgettext("days", "日"),
        ValueKind.YEN: pgettext("unit", "円"),
    }.get(column.kind)
    head = str(column.header)
    return harmless(f"{head}（{unit}）" if unit and "（" not in head else head)


def _cell(column: Column, row: Row, look: Look) -> str:
    if column.name == "duration" and row.is_elapsed:
        # Days on the clock are no days of work, and a number alone would not say so.
        return harmless(column.text_of(row, look))
    value = value_of(column, row, look)
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dt.date):
        return f"{value:%Y/%m/%d}"
    if column.kind is ValueKind.PERCENT:
        return f"{_number(value * 100)}%"
    return _number(value)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
