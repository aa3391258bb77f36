"""Where the shifts of a calendar come from: its rules, another calendar and some days, or two calendars."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from operator import sub

from projects.worktime.calendar import WorkingTime, joined
from projects.worktime.errors import CalendarWithoutWork, WorkingTimeExhausted
from projects.worktime.moments import MINUTES_PER_DAY
from projects.worktime.recurrence import weekday_of
from projects.worktime.rules import CalendarRules, Day, Shift
from projects.worktime.rulings import Ruling, chosen, is_tidy, resolved_week, rulings_of


class RuledTime(WorkingTime):
    """A calendar and the ones that it inherits from, nearest first."""

    def __init__(self, calendar_id: int | None, chain: Sequence[CalendarRules]) -> None:
        super().__init__(calendar_id)
        self.week = resolved_week(chain)
        self.work_weeks = [
            Ruling(w.first_day, w.last_day, week=w.week) for rules in chain for w in rules.work_weeks
        ]
        self.rulings = list(rulings_of(chain))
        if not any(self.week) and not self._might_work():
            raise CalendarWithoutWork(calendar_id)
        self.is_tidy = all(is_tidy(day) for day in self._all_days())

    def _all_days(self) -> Iterator[Day]:
        yield from self.week
        yield from (day for work_week in self.work_weeks for day in work_week.week if day is not None)
        yield from (exception.shifts for exception in self.rulings)

    def _might_work(self) -> bool:
        return any(r.shifts for r in self.rulings) or any(any(r.week) for r in self.work_weeks)

    def shifts_of(self, first_day: int, last_day: int) -> list[Shift]:
        """Day by day: an exception, else a work week, else the usual week."""
        turn = weekday_of(first_day)
        count = last_day - first_day
        days = ((self.week[turn:] + self.week[:turn]) * (count // 7 + 1))[:count]
        for day, ruling in chosen(self.work_weeks, first_day, last_day).items():
            own = ruling.week[weekday_of(day)]
            if own is not None:
                days[day - first_day] = own
        for day, ruling in chosen(self.rulings, first_day, last_day).items():
            days[day - first_day] = ruling.shifts
        midnights = range(first_day * MINUTES_PER_DAY, last_day * MINUTES_PER_DAY, MINUTES_PER_DAY)
        found = [
            (midnight + start, midnight + end)
            for midnight, shifts in zip(midnights, days, strict=True)
            if shifts
            for start, end in shifts
        ]
        return found if self.is_tidy else joined(sorted(found))


class PatchedTime(WorkingTime):
    """A calendar that differs from its base on some days: the shifts of the base, with those days cut out and filled.

    Absences make such a calendar of every person, so it costs the days that differ and a copy, not the rules of the base.
    Only for calendars without a shift that touches midnight, where days can be exchanged.
    """

    is_tidy = True

    def __init__(self, calendar_id: int | None, base: WorkingTime, rulings: Sequence[Ruling]) -> None:
        super().__init__(calendar_id)
        self.base = base
        self.rulings = rulings

    def shifts_of(self, first_day: int, last_day: int) -> list[Shift]:
        """Those of the base, but on the days that differ."""
        picked = chosen(self.rulings, first_day, last_day)
        kept = [
            shift
            for shift in self.base.shifts_of(first_day, last_day)
            if shift[0] // MINUTES_PER_DAY not in picked
        ]
        own = [
            (day * MINUTES_PER_DAY + start, day * MINUTES_PER_DAY + end)
            for day, ruling in picked.items()
            for start, end in ruling.shifts
        ]
        return sorted(kept + own) if own else kept

    def cover(self, moment: int) -> None:
        """Let the window reach so far that a moment lies in it."""
        if self._low <= moment < self._high:
            return
        with self._named():
            self.base.cover(moment)
        self._copy()

    def _grow_right(self) -> None:
        with self._named():
            self.base.cover(self._high)
        self._copy()

    def _grow_left(self) -> None:
        with self._named():
            self.base.cover(self._low - 1)
        self._copy()

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Who runs out of working time is this calendar, not the one below it."""
        try:
            yield
        except WorkingTimeExhausted as error:
            raise WorkingTimeExhausted(self.calendar_id, error.moment) from error

    def _copy(self) -> None:
        """Take over the window of the base."""
        base = self.base
        starts, ends = base._starts[:], base._ends[:]
        first_day, last_day = base._low // MINUTES_PER_DAY, base._high // MINUTES_PER_DAY
        same = len(starts)  # shifts before the first day that differs
        for day, ruling in chosen(self.rulings, first_day, last_day).items():
            midnight = day * MINUTES_PER_DAY
            low = bisect_left(starts, midnight)
            high = bisect_left(starts, midnight + MINUTES_PER_DAY, low)
            starts[low:high] = [midnight + start for start, _ in ruling.shifts]
            ends[low:high] = [midnight + end for _, end in ruling.shifts]
            same = min(same, low)
        before = base._before[:same]
        total = base._before[same] if same < len(base._before) else base._total
        before += accumulate(map(sub, ends[same:], starts[same:]), initial=total)
        total = before.pop()
        if self._starts:
            # Positions stay what they were: the base counts from elsewhere, and may have grown to the left.
            moved = self._before[0] - before[bisect_left(starts, self._starts[0])]
            if moved:
                before = [minutes + moved for minutes in before]
                total += moved
        self._starts, self._ends, self._before, self._total = starts, ends, before, total
        self._low, self._high = base._low, base._high
        self._tabulate()


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
