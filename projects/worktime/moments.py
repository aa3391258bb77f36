"""Moments of a plan: whole minutes since 1970-01-01 00:00 of the plan's own wall clock, and the days that they lie on."""

from datetime import date, timedelta
from typing import Final

MINUTES_PER_HOUR: Final = 60
MINUTES_PER_DAY: Final = 1440
EPOCH: Final = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day with this number since 1970-01-01."""
    return EPOCH + timedelta(days=number)


def minute_of(day: date, minute: int = 0) -> int:
    """The plan minute of a day and a minute of that day."""
    return day_number(day) * MINUTES_PER_DAY + minute


def first_day_of(start: int) -> int:
    """The number of the day that a start lies on; midnight is the beginning of the day after it."""
    return start // MINUTES_PER_DAY


def last_day_of(end: int) -> int:
    """The number of the day that a finish, a deadline or another end belongs to: at midnight it is the day before."""
    return (end - 1) // MINUTES_PER_DAY


def ends_on(end: int | None) -> date | None:
    """The day that an end belongs to, where there is one."""
    return None if end is None else day_of(last_day_of(end))


def days_after(end: int | None, day: date) -> int:
    """By how many days an end lies after a day; 0 where it does not, or where there is no end."""
    return 0 if end is None else max(0, last_day_of(end) - day_number(day))
