"""A week as an address has it: 2026-W49, from Monday on (ISO 8601)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_ADDRESS: Final = re.compile(r"([0-9]{4})-W([0-9]{2})")
FIRST_YEAR, LAST_YEAR = 2000, 2099
DAYS: Final = 7


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """Seven days from a Monday on."""

    monday: date

    @classmethod
    def of(cls, day: date) -> Week:
        """The week that holds a day."""
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def read(cls, text: str) -> Week | None:
        """The week of an address; None where there is no such week."""
        found = _ADDRESS.fullmatch(text)
        if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            return None
        try:
            return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            return None

    def __str__(self) -> str:
        """As an address has it."""
        year, week, _day = self.monday.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=DAYS - 1)

    @property
    def days(self) -> list[date]:
        """Monday to Sunday."""
        return [self.monday + timedelta(days=number) for number in range(DAYS)]

    def later(self, weeks: int) -> Week:
        """So many weeks later, or earlier below 0."""
        return Week(self.monday + timedelta(weeks=weeks))


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)
