"""What columns are, in words: where they are shown, what their values are, what summaries show."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext as _

from config.web import formats


class Face(StrEnum):
    """Where columns are shown."""

    SHEET = "sheet"
    DRAWER = "drawer"
    REPORT = "report"  # the WBS report: page, PDF, Excel, CSV


class ValueKind(StrEnum):
    """What the values of a column are, with their unit; the reports' word for the same is spelled alike."""

    TEXT = "text"
    NAME = "name"  # stands in the tree
    DAY = "day"
    COUNT = "count"
    PERCENT = "percent"  # whole numbers, 46
    HOURS = "hours"  # minutes of work
    DAYS = "days"  # a length in days, 2.5
    DELAY = "delay"  # days too late
    YEN = "yen"


class SummaryRule(StrEnum):
    """What a summary shows of its children."""

    NOTHING = ""
    OWN = "own"  # a value of its own, as any task
    SUM = "sum"
    EARLIEST = "earliest"
    LATEST = "latest"
    SPAN = "span"  # from the earliest to the latest
    WEIGHTED = "weighted"  # by work
    STATE = "state"  # where its children stand


#: Kinds that stand at the right edge of their column.
FIGURES: Final = frozenset(ValueKind) - {ValueKind.TEXT, ValueKind.NAME, ValueKind.PERCENT}
_OF_TEXT: Final = ("contains", "is", "is_empty")
#: By which comparisons values of a kind are looked for.
OPERATORS: Final[dict[ValueKind, tuple[str, ...]]] = {
    kind: _OF_TEXT if kind in {ValueKind.TEXT, ValueKind.NAME} else ("is", "from", "to", "is_empty")
    for kind in ValueKind
}


def flag_text(is_so: bool) -> str:
    """The answer to a question; no is nothing, so that a column of answers is read at a glance."""
    return _("はい") if is_so else ""


def spell(value: Any, kind: ValueKind) -> str:
    """A value as the pages write its kind; nothing is an empty cell."""
    if value is None or value == "":
        return ""
    match kind:
        case ValueKind.DAY:
            return formats.day_plain(value)
        case ValueKind.PERCENT:
            return f"{value}%"
        case ValueKind.HOURS:
            return formats.hours(value)
        case ValueKind.YEN:
            return formats.yen(value)
        case ValueKind.DAYS | ValueKind.DELAY | ValueKind.COUNT:
            return formats.number(value, 1)
    return str(value)
