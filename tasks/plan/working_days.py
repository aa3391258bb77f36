"""Whole days of work on a calendar: which days count, the n-th one, and where a day lies after a plan has moved. Pure."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from projects.worktime.moments import MINUTES_PER_DAY, last_day_of

if TYPE_CHECKING:
    from projects.worktime.calendar import WorkingTime

EPOCH: Final = date(1970, 1, 1)


def number_of(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day with this number."""
    return EPOCH + timedelta(days=number)


class WorkingDays:
    """A calendar by the day: a day counts when there is work in it. Raises WorktimeError where work runs out."""

    def __init__(self, clock: WorkingTime) -> None:
        self._clock = clock

    def works(self, day: date) -> bool:
        """Whether there is work on this day."""
        start = number_of(day) * MINUTES_PER_DAY
        return self._clock.between(start, start + MINUTES_PER_DAY) > 0

    def at_or_after(self, day: date) -> date:
        """The day itself, or the next one with work."""
        return day_of(self._after(number_of(day)))

    def at_or_before(self, day: date) -> date:
        """The day itself, or the last one before it with work."""
        return day_of(self._before(number_of(day)))

    def last_of(self, first: date, count: int) -> date:
        """The day on which so many days of work end that begin on `first` or after it."""
        number = self._after(number_of(first))
        for _ in range(count - 1):
            number = self._after(number + 1)
        return day_of(number)

    def _after(self, number: int) -> int:
        return self._clock.next_working(number * MINUTES_PER_DAY) // MINUTES_PER_DAY

    def _before(self, number: int) -> int:
        return last_day_of(self._clock.previous_working((number + 1) * MINUTES_PER_DAY))


class Shift:
    """Moves days and moments from a plan that began on one day to one that begins on another.

    What lay on the fifth day of work lies on the fifth day of work again, and keeps its time of day. What lay on a day
    off lies on the next day of work. Asked in any order; days of work are numbered once, as far as is asked.
    """

    def __init__(self, clock: WorkingTime, *, start: date, new_start: date) -> None:
        days = WorkingDays(clock)
        self._days = days
        self._old = [number_of(days.at_or_after(start))]
        self._new = [number_of(days.at_or_after(new_start))]

    def day(self, day: date) -> date:
        """Where a day lies now."""
        return day_of(self._moved(number_of(day)))

    def start(self, minute: int) -> int:
        """Where something begins now that began at this moment."""
        number, rest = divmod(minute, MINUTES_PER_DAY)
        return self._moved(number) * MINUTES_PER_DAY + rest

    def finish(self, minute: int) -> int:
        """Where something ends now; an end at midnight belongs to the day before it."""
        number, rest = divmod(minute - 1, MINUTES_PER_DAY)
        return self._moved(number) * MINUTES_PER_DAY + rest + 1

    def _moved(self, number: int) -> int:
        while self._old[-1] < number:
            self._grow_right()
        while self._old[0] > number:
            self._grow_left()
        return self._new[bisect_left(self._old, number)]

    def _grow_right(self) -> None:
        for row in (self._old, self._new):
            row.append(number_of(self._days.at_or_after(day_of(row[-1] + 1))))

    def _grow_left(self) -> None:
        for row in (self._old, self._new):
            row.insert(0, number_of(self._days.at_or_before(day_of(row[0] - 1))))
