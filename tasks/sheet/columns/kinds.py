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


class Operator(StrEnum):
    """How a filter compares a value. Addresses spell them so."""

    IS = "is"
    NOT = "not"
    HAS = "has"  # contains
    BEFORE = "before"
    AFTER = "after"
    FROM = "from"  # that or more
    TO = "to"  # that or less
    BETWEEN = "between"  # both included
    EMPTY = "empty"
    FILLED = "filled"


_OF_ALL: Final = (Operator.EMPTY, Operator.FILLED)
_OF_CHOICES: Final = (Operator.IS, Operator.NOT)
_OF_TEXT: Final = (Operator.HAS, *_OF_CHOICES)
_OF_FIGURES: Final = (*_OF_CHOICES, Operator.FROM, Operator.TO, Operator.BETWEEN)
_OF_DAYS: Final = (*_OF_CHOICES, Operator.BEFORE, Operator.AFTER, *_OF_FIGURES[2:])


def operators_of(kind: ValueKind, *, is_choice: bool = False) -> tuple[Operator, ...]:
    """By which comparisons values of a kind are looked for; of a few values there is no more and less."""
    if is_choice:
        return (*_OF_CHOICES, *_OF_ALL)
    if kind in {ValueKind.TEXT, ValueKind.NAME}:
        return (*_OF_TEXT, *_OF_ALL)
    return (*(_OF_DAYS if kind is ValueKind.DAY else _OF_FIGURES), *_OF_ALL)


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
