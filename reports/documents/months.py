"""The month that a report is about."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

#: Until this day of a month, the report is about the month before: hours are closed and figures are gathered in its first days.
REPORTED_UNTIL: Final = 10
DAY: Final = dt.timedelta(days=1)
MONTH: Final = dt.timedelta(days=31)


class Month(NamedTuple):
    """Its first and its last day."""

    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """The month that a day is in."""
        first = day.replace(day=1)
        return cls(first, (first + MONTH).replace(day=1) - DAY)


def month_of_report(on: dt.date) -> Month:
    """The month that a report of a day is about."""
    month = Month.of(on)
    return Month.of(month.first - DAY) if on.day <= REPORTED_UNTIL else month
