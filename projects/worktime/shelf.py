"""All calendars of a plan, compiled when first asked for."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from projects.worktime.calendar import FIRST_DAY, LAST_DAY, WorkingTime, joined
from projects.worktime.errors import CalendarCircle, CalendarWithoutWork, UnknownCalendar
from projects.worktime.recurrence import days_of, weekday_of
from projects.worktime.rules import (
    INHERITED,
    MINUTES_PER_DAY,
    OFFICE_WEEK,
    CalendarException,
    CalendarRules,
    Day,
    Shift,
)


class RuledTime(WorkingTime):
    """A calendar and the ones that it inherits from, nearest first."""

    def __init__(self, calendar_id: int | None, chain: Sequence[CalendarRules]) -> None:
        super().__init__(calendar_id)
        self._week = _resolved_week(chain)
        self._work_weeks = [
            _Ruling(w.first_day, w.last_day, week=w.week) for rules in chain for w in rules.work_weeks
        ]
        self._exceptions = list(_rulings(chain))
        if not any(self._week) and not self._might_work():
            raise CalendarWithoutWork(calendar_id)
        self._is_tidy = all(_is_tidy(day) for day in self._all_days())

    def _all_days(self) -> Iterator[Day]:
        yield from self._week
        yield from (day for work_week in self._work_weeks for day in work_week.week if day is not None)
        yield from (exception.shifts for exception in self._exceptions)

    def _might_work(self) -> bool:
        return any(r.shifts for r in self._exceptions) or any(any(r.week) for r in self._work_weeks)

    def shifts_of(self, first_day: int, last_day: int) -> list[Shift]:
        """Day by day: an exception, else a work week, else the usual week."""
        turn = weekday_of(first_day)
        count = last_day - first_day
        days = ((self._week[turn:] + self._week[:turn]) * (count // 7 + 1))[:count]
        for day, ruling in _chosen(self._work_weeks, first_day, last_day).items():
            own = ruling.week[weekday_of(day)]
            if own is not None:
                days[day - first_day] = own
        for day, ruling in _chosen(self._exceptions, first_day, last_day).items():
            days[day - first_day] = ruling.shifts
        midnights = range(first_day * MINUTES_PER_DAY, last_day * MINUTES_PER_DAY, MINUTES_PER_DAY)
        found = [
            (midnight + start, midnight + end)
            for midnight, shifts in zip(midnights, days, strict=True)
            if shifts
            for start, end in shifts
        ]
        return found if self._is_tidy else joined(sorted(found))


class SharedTime(WorkingTime):
    """Time in which two calendars both work."""

    def __init__(self, first: WorkingTime, second: WorkingTime) -> None:
        super().__init__(first.calendar_id)
        self._parts = (first, second)

    def shifts_of(self, first_day: int, last_day: int) -> list[Shift]:
        """What both have, by one walk along the two."""
        left, right = (part.shifts_of(first_day, last_day) for part in self._parts)
        found: list[Shift] = []
        i = j = 0
        while i < len(left) and j < len(right):
            start = max(left[i][0], right[j][0])
            end = min(left[i][1], right[j][1])
            if start < end:
                found.append((start, end))
            if left[i][1] <= right[j][1]:
                i += 1
            else:
                j += 1
        return found


class Shelf:
    """Finds calendars by id; ``None`` is the standard one (Monday to Friday, 8-12 and 13-17)."""

    def __init__(self, calendars: Iterable[CalendarRules]) -> None:
        self._rules = {rules.id: rules for rules in calendars}
        self._compiled: dict[int | None, WorkingTime] = {}
        self._shared: dict[tuple[int, int], WorkingTime] = {}

    def calendar(self, calendar_id: int | None) -> WorkingTime:
        """The calendar; one that only inherits is the very object of its base."""
        found = self._compiled.get(calendar_id)
        if found is None:
            found = self._compiled[calendar_id] = self._compile(calendar_id)
        return found

    def shared(self, first: WorkingTime, second: WorkingTime) -> WorkingTime:
        """The time that two calendars have in common."""
        if first is second:
            return first
        key = (id(first), id(second))
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = SharedTime(first, second)
        return found

    def _compile(self, calendar_id: int | None) -> WorkingTime:
        if calendar_id is None:
            return RuledTime(None, (CalendarRules(id=0, week=OFFICE_WEEK),))
        chain = self._chain(calendar_id)
        if chain[0].id != calendar_id:
            return self.calendar(chain[0].id)
        return RuledTime(calendar_id, chain)

    def _chain(self, calendar_id: int) -> list[CalendarRules]:
        """From a calendar to its last base, without those that add nothing."""
        chain: list[CalendarRules] = []
        seen: dict[int, None] = {}
        at: int | None = calendar_id
        while at is not None:
            rules = self._rules.get(at)
            if rules is None:
                raise UnknownCalendar(at)
            if at in seen:
                ids = tuple(seen)
                raise CalendarCircle(ids[ids.index(at) :])
            seen[at] = None
            if rules.base_id is None or rules.week != INHERITED or rules.exceptions or rules.work_weeks:
                chain.append(rules)
            at = rules.base_id
        return chain


class _Ruling:
    """An exception or a work week as it is applied: the first of a list that covers a day has it."""

    __slots__ = ("first_day", "last_day", "shifts", "week")

    def __init__(
        self, first_day: int, last_day: int, shifts: Day = (), week: tuple[Day | None, ...] = ()
    ) -> None:
        self.first_day = first_day
        self.last_day = last_day
        self.shifts = _sorted(shifts)
        self.week = tuple(None if day is None else _sorted(day) for day in week)


def _rulings(chain: Sequence[CalendarRules]) -> Iterable[_Ruling]:
    """Exceptions by precedence: nearer calendars first, and a single day before a recurring one."""
    for rules in chain:
        yield from (_Ruling(e.first_day, e.last_day, e.shifts) for e in rules.exceptions if not e.recurrence)
        for exception in rules.exceptions:
            if exception.recurrence:
                for day in days_of(_within_limits(exception)):
                    yield _Ruling(day, day, exception.shifts)


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


def _chosen(rulings: Sequence[_Ruling], first_day: int, last_day: int) -> dict[int, _Ruling]:
    """The ruling that holds on each day of a block that has any; a sweep, so that thousands overlap cheaply."""
    inside = [
        (max(first_day, ruling.first_day), rank, ruling)
        for rank, ruling in enumerate(rulings)
        if ruling.first_day < last_day and ruling.last_day >= first_day
    ]
    inside.sort()
    chosen: dict[int, _Ruling] = {}
    waiting: list[tuple[int, _Ruling]] = []
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
            chosen[day] = waiting[0][1]
            day += 1
    return chosen


def _sorted(day: Day) -> Day:
    """The shifts of a day by time, without those that end before they begin."""
    return tuple(sorted(shift for shift in day if shift[0] < shift[1]))


def _is_tidy(day: Day) -> bool:
    """Shifts in order that neither touch each other nor midnight, so that nothing has to be joined."""
    at = -1
    for start, end in day:
        if not at < start < end:
            return False
        at = end
    return at < MINUTES_PER_DAY


def _resolved_week(chain: Sequence[CalendarRules]) -> list[Day]:
    week: list[Day] = []
    for weekday in range(7):
        given = (rules.week[weekday] for rules in chain)
        week.append(_sorted(next((day for day in given if day is not None), ())))
    return week
