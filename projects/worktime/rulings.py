"""Which exception or work week holds on a day."""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush

from projects.worktime.calendar import FIRST_DAY, LAST_DAY
from projects.worktime.moments import MINUTES_PER_DAY
from projects.worktime.recurrence import days_of
from projects.worktime.rules import CalendarException, CalendarRules, Day


class Ruling:
    """An exception or a work week as it is applied: the first of a list that covers a day has it."""

    __slots__ = ("first_day", "last_day", "shifts", "week")

    def __init__(
        self, first_day: int, last_day: int, shifts: Day = (), week: tuple[Day | None, ...] = ()
    ) -> None:
        self.first_day = first_day
        self.last_day = last_day
        self.shifts = _sorted(shifts)
        self.week = tuple(None if day is None else _sorted(day) for day in week)


def rulings_of(chain: Sequence[CalendarRules]) -> Iterable[Ruling]:
    """Exceptions by precedence: nearer calendars first, and a single day before a recurring one."""
    for rules in chain:
        yield from (Ruling(e.first_day, e.last_day, e.shifts) for e in rules.exceptions if not e.recurrence)
        for exception in rules.exceptions:
            if exception.recurrence:
                for day in days_of(_within_limits(exception)):
                    yield Ruling(day, day, exception.shifts)


def _within_limits(exception: CalendarException) -> CalendarException:
    if exception.first_day >= FIRST_DAY and exception.last_day <= LAST_DAY:
        return exception
    return CalendarException(
        max(FIRST_DAY, exception.first_day),
        min(LAST_DAY, exception.last_day),
        exception.shifts,
        exception.name,
        exception.recurrence,
    )


def chosen(rulings: Sequence[Ruling], first_day: int, last_day: int) -> dict[int, Ruling]:
    """The ruling that holds on each day of a block that has any; a sweep, so that thousands overlap cheaply."""
    inside = [
        (max(first_day, ruling.first_day), rank, ruling)
        for rank, ruling in enumerate(rulings)
        if ruling.first_day < last_day and ruling.last_day >= first_day
    ]
    inside.sort()
    picked: dict[int, Ruling] = {}
    waiting: list[tuple[int, Ruling]] = []
    at = 0
    day = first_day
    while at < len(inside) or waiting:
        if not waiting:
            day = max(day, inside[at][0])
        while at < len(inside) and inside[at][0] <= day:
            heappush(waiting, (inside[at][1], inside[at][2]))
            at += 1
        while waiting and waiting[0][1].last_day < day:
            heappop(waiting)
        if waiting:
            if day >= last_day:
                break
            picked[day] = waiting[0][1]
            day += 1
    return picked


def _sorted(day: Day) -> Day:
    """The shifts of a day by time, without those that end before they begin; most exceptions are days without any."""
    if not day:
        return ()
    return tuple(sorted(shift for shift in day if shift[0] < shift[1]))


def is_tidy(day: Day) -> bool:
    """Shifts in order that neither touch each other nor midnight, so that nothing has to be joined."""
    at = -1
    for start, end in day:
        if not at < start < end:
            return False
        at = end
    return at < MINUTES_PER_DAY


def resolved_week(chain: Sequence[CalendarRules]) -> list[Day]:
    week: list[Day] = []
    for weekday in range(7):
        given = (rules.week[weekday] for rules in chain)
        week.append(_sorted(next((day for day in given if day is not None), ())))
    return week
