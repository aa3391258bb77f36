"""Months as numbers: year * 12 + month - 1."""

from __future__ import annotations

import datetime as dt
from typing import Final

from config.web.fields import EARLIEST, LATEST


def month_number(day: dt.date) -> int:
    """The month that a day is in."""
    return day.year * 12 + day.month - 1


def first_of(month: int) -> dt.date:
    """The first day of a month."""
    return dt.date(month // 12, month % 12 + 1, 1)


#: Those that a plan can have.
FIRST_MONTH: Final = month_number(EARLIEST)
LAST_MONTH: Final = month_number(LATEST)
