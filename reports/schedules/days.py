"""The days of a schedule. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from tasks.recurring.rules import Rule

#: A schedule ends after so many years, whatever its rule says.
LONGEST_YEARS: Final = 10
MOST_DAYS: Final = 366 * LONGEST_YEARS


def next_day(rule: Rule, first_on: dt.date, *, after: dt.date) -> dt.date | None:
    """The first day of a rule behind another day; None where it has ended."""
    days = rule.days(first_on, most=MOST_DAYS, years=LONGEST_YEARS)
    return next((day for day in days if day > after), None)
