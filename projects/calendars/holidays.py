"""The holidays of Japan, as rows that an operator can correct."""

from datetime import date

import jpholiday

from projects.models import Holiday

#: The first year that has rows; older plans keep the days of their own calendars.
FIRST_YEAR = 2015


def ensure_holidays(*, until: int, using: str = "default") -> int:
    """Add the holidays of the years that have none yet, up to and with `until`; return how many rows came.

    A year that has rows is left alone: an operator may have corrected it.
    """
    known = set(Holiday.objects.using(using).dates("held_on", "year").values_list("held_on__year", flat=True))
    rows = [
        Holiday(held_on=day, name=name)
        for year in range(FIRST_YEAR, until + 1)
        if year not in known
        for day, name in holidays_of(year)
    ]
    return len(Holiday.objects.using(using).bulk_create(rows, ignore_conflicts=True))


def holidays_of(year: int) -> list[tuple[date, str]]:
    """The days and names that the law gives for a year, with substitute and citizens' holidays."""
    return sorted(jpholiday.year_holidays(year))
