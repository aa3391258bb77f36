"""How a value of a report is written where people read it, and how as a plain value where programs do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import get_language

from config.web import formats
from reports.documents.contents import Is, Value
from reports.performance.words import LEAST_INDEX


def _days(value: Any) -> str:
    unit = "d" if (get_language() or "ja").startswith("en") else "日"
    return f"{formats.number(value, 1)}{unit}"


def _index(value: Any) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


_WRITERS: Final[dict[Is, Callable[[Any], str]]] = {
    Is.DAY: formats.day_plain,
    Is.COUNT: formats.number,
    Is.PERCENT: formats.percent,
    Is.LOAD: formats.percent,
    Is.POINTS: formats.points,
    Is.HOURS: formats.hours,
    Is.DAYS: _days,
    Is.DELAY: _days,
    Is.YEN: formats.yen,
    Is.INDEX: _index,
}
#: Kinds that stand at the right edge of their column.
FIGURES: Final = frozenset(
    {Is.DAY, Is.COUNT, Is.PERCENT, Is.LOAD, Is.POINTS, Is.HOURS, Is.DAYS, Is.DELAY, Is.YEN, Is.INDEX}
)


def write(value: Value, kind: Is) -> str:
    """As it stands on pages and on paper; a dash for nothing."""
    if value is None or value == "":
        return formats.NONE
    writer = _WRITERS.get(kind)
    return writer(value) if writer and not isinstance(value, str) else str(value)


def is_bad(value: Value, kind: Is) -> bool:
    """Whether a figure calls for a look by itself: days too late, an index that is too low."""
    if kind is Is.DELAY:
        return bool(value)
    return kind is Is.INDEX and isinstance(value, Decimal) and Fraction(value) < LEAST_INDEX


def exact(value: Value, kind: Is) -> Value:
    """As a program reads it: a share as a part of one, work in hours."""
    if value is None or isinstance(value, str | dt.date):
        return value
    if kind in {Is.PERCENT, Is.LOAD}:
        return float(value) / 100
    if kind is Is.HOURS:
        return round(float(value) / 60, 2)
    return value


#: Loads from which a cell is shaded, as on the page of utilization.
HEAT: Final = ((150, 6), (120, 5), (101, 4), (80, 3), (50, 2), (1, 1))


def heat(percentage: Value) -> int:
    """The step of the heat map that a load stands for."""
    if not isinstance(percentage, int | float):
        return 0
    return next((step for least, step in HEAT if percentage >= least), 0)
