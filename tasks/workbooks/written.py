"""What of a task stands in a cell of a workbook: a real date or number where the column has one, else the text of the sheet.

`typed` is what a cell that comes back means where it is typed into the sheet.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.sheet.columns.kinds import ValueKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.sheet.columns.column import Column, Row
    from tasks.sheet.look import Look

Value = str | float | dt.date | None
#: Their minutes are shown in other units than hours, as texts.
_IN_WORDS: Final = frozenset({"work_days", "work_months"})
LINKS: Final = "predecessors"
_ROW: Final = re.compile(r"(?:^|(?<=, ))\d+")
#: Excel counts no days before this year.
_FIRST_YEAR: Final = 1900
MINUTES_PER_HOUR: Final = 60
FULL: Final = 100


def value_of(column: Column, row: Row, look: Look) -> Value:
    """What is written; shares as parts of one, work in hours, durations in days of the project or on the clock."""
    if column.name == "duration":
        return _duration(row, look)
    if column.name in _IN_WORDS:
        return column.text_of(row, look) or None
    found: Any = column.value_of(row, look)
    if found is None or found == "":
        return None
    match column.kind:
        case ValueKind.DAY:
            return found if found.year >= _FIRST_YEAR else column.text_of(row, look)
        case ValueKind.PERCENT:
            return float(found) / FULL
        case ValueKind.HOURS:
            return float(found) / MINUTES_PER_HOUR if found or column.text_of(row, look) else None
        case ValueKind.DAYS | ValueKind.DELAY | ValueKind.COUNT | ValueKind.YEN:
            return float(found)
    return column.text_of(row, look) or None


def _duration(row: Row, look: Look) -> float | None:
    """Exact: a cell that was not touched means the same when it comes back."""
    if row.is_milestone and not row.is_summary:
        return None
    if row.is_summary:
        # It is computed, and shown as the sheet shows it.
        return round(float(row.duration_minutes) / look.project.minutes_per_day, 1)
    per_day = MINUTES_PER_DAY if row.is_elapsed else look.project.minutes_per_day
    return float(row.duration_minutes) / per_day


def by_ids(text: str, ids: Mapping[int, int]) -> str:
    """Links with the ids of tasks in the place of row numbers, which change with every row that comes; other numbers stay."""
    return _ROW.sub(lambda found: f"#{ids[int(found[0])]}" if int(found[0]) in ids else found[0], text)


def by_numbers(text: str, numbers: Mapping[int, int]) -> str:
    """The same with row numbers again; a row that is gone has none."""
    return re.sub(r"#(\d+)", lambda found: str(numbers.get(int(found[1]), found[0])), text)


def typed(column: Column, text: str, *, is_elapsed: bool = False) -> str:
    """What a text of a cell, as `said` has it, means where it is typed into the sheet."""
    number = _number(text)
    match column.kind:
        case ValueKind.DAY if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return text.replace("-", "/")
        case ValueKind.DAY if number is not None and 1 <= number < 2_958_466:
            return f"{dt.date(1899, 12, 30) + dt.timedelta(int(number)):%Y/%m/%d}"
        case ValueKind.PERCENT if number is not None:
            return f"{number * FULL if number <= 1 else number:.6g}%"
        case ValueKind.HOURS if number is not None:
            return f"{_exact(number)}h"
        case ValueKind.DAYS if number is not None and column.name == "duration":
            return _length(number, is_elapsed=is_elapsed)
        case ValueKind.COUNT | ValueKind.YEN if number is not None:
            return _exact(number)
    return text


def _length(days: float, *, is_elapsed: bool) -> str:
    amount, unit = _exact(days), pgettext("days", "日")
    return _("経過%(amount)s%(unit)s") % {"amount": amount, "unit": unit} if is_elapsed else f"{amount}{unit}"


def _exact(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 10**15 else None
