"""The calendars of a plan as tables, from one day to another."""

import numpy as np

from projects.worktime.calendar import FIRST_DAY, LAST_DAY, WorkingTime
from projects.worktime.kinds import PatchedTime, RuledTime
from projects.worktime.moments import MINUTES_PER_DAY
from projects.worktime.rules import Day
from tasks.scheduling.columns import Whole
from tasks.scheduling.compiled.calendars import CALENDAR, FRAME, SHIFT, Tables, index_days
from tasks.scheduling.compiled.codes import DAY, HOPELESS, MORE_TO_THE_LEFT, TICKS
from tasks.scheduling.compiled.patterns import CalendarPatterns, count_shifts, write_shifts
from tasks.scheduling.errors import Unsuitable

MOST_SHIFTS = 3_000_000
"""Of all calendars together; beyond it the plain passes, which look at each calendar as far as it is needed, do better."""

MARGIN = 32
WINDOW = 768
AS_USUAL = -1
LISTED = -2


class WorkingTimeTable:
    """Numbers the calendars that are worked on, and knows their shifts for a window of days."""

    def __init__(self, moment: int) -> None:
        day = moment // MINUTES_PER_DAY
        self._low = max(FIRST_DAY, day - MARGIN)
        self._high = min(LAST_DAY, day + WINDOW)
        self._numbers: dict[WorkingTime, int] = {}
        self._numbers_of_days: dict[Day, int] = {}
        self._patterns: CalendarPatterns | None = None

    def number(self, calendar: WorkingTime) -> int:
        """The place of a calendar in the tables; that of the calendar it is based on is a lower one."""
        if calendar not in self._numbers:
            if isinstance(calendar, PatchedTime):
                self.number(calendar.base)
            self._numbers[calendar] = len(self._numbers)
        return self._numbers[calendar]

    def calendars(self) -> list[WorkingTime]:
        """By number."""
        return list(self._numbers)

    def tables(self) -> Tables:
        """All calendars so far, for the window so far."""
        patterns = self._patterns = self._patterns or self._patterns_of_all()
        low, high, count = self._low, self._high, len(self._numbers)
        owner = np.empty((count, high - low), np.int64)
        counts = np.zeros(count, np.int64)
        count_shifts(patterns, low, owner, counts)
        untidy = {
            number: np.array(calendar.block(low, high), np.int64).reshape(-1, 2)
            for number, calendar in enumerate(self._numbers)
            if patterns.week[number, 0] == LISTED
        }
        for number, shifts in untidy.items():
            counts[number] = len(shifts)
        if counts.sum() > MOST_SHIFTS:
            raise Unsuitable
        table = np.empty(counts.sum(), SHIFT).view(np.recarray)
        calendars = np.zeros(count + 1, CALENDAR).view(np.recarray)
        calendars.first[1:] = counts.cumsum()
        for number, shifts in untidy.items():
            first = calendars.first[number]
            table.start[first : first + len(shifts)] = shifts[:, 0] * TICKS
            table.end[first : first + len(shifts)] = shifts[:, 1] * TICKS
        write_shifts(patterns, low, owner, table, calendars)
        frame = np.zeros(1, FRAME).view(np.recarray)
        frame.low, frame.high, frame.days = low * DAY, high * DAY, high - low
        tables = Tables(table, calendars, np.empty(count * (high - low), np.int64), frame)
        index_days(tables)
        return tables

    def grown(self, tables: Tables) -> Tables:
        """Tables as a pass needs them; twice as wide on that side, so that it has to ask few times."""
        what, moment = int(tables.frame[0].needs), int(tables.frame[0].moment)
        low, high = self._low, self._high
        if what == MORE_TO_THE_LEFT:
            self._low = max(FIRST_DAY, min(low - (high - low), moment // DAY - MARGIN))
        else:
            self._high = min(LAST_DAY, max(high + (high - low), moment // DAY + MARGIN))
        if what == HOPELESS or (low, high) == (self._low, self._high):
            raise Unsuitable
        return self.tables()

    def _patterns_of_all(self) -> CalendarPatterns:
        """What the kernels need to know of the calendars; those with shifts that meet midnight are left to themselves."""
        base, week, first, layers = [], [], [0], []
        for calendar in self._numbers:
            is_patched = isinstance(calendar, PatchedTime)
            base.append(self._numbers[calendar.base] if isinstance(calendar, PatchedTime) else -1)
            if isinstance(calendar, RuledTime) and calendar.is_tidy:
                week.append([self._pattern(day) for day in calendar.week])
                layers += [
                    (each.first_day, each.last_day, *(AS_USUAL if day is None else self._pattern(day) for day in each.week))
                    for each in reversed(calendar.work_weeks)
                ]  # fmt: skip
            else:
                week.append([AS_USUAL if is_patched else LISTED] * 7)
            if isinstance(calendar, PatchedTime) or (isinstance(calendar, RuledTime) and calendar.is_tidy):
                layers += [
                    (each.first_day, each.last_day, *(self._pattern(each.shifts),) * 7)
                    for each in reversed(calendar.rulings)
                ]
            first.append(len(layers))
        counts = [len(shifts) for shifts in self._numbers_of_days]
        return CalendarPatterns(
            base=_whole(base),
            week=_whole(week).reshape(-1, 7),
            first_layer=_whole(first),
            layers=_whole(layers).reshape(-1, 9),
            first_shift=np.concatenate(([0], np.cumsum(counts, dtype=np.int64))),
            shifts=_whole([shift for shifts in self._numbers_of_days for shift in shifts]).reshape(-1, 2)
            * TICKS,
        )

    def _pattern(self, day: Day) -> int:
        return self._numbers_of_days.setdefault(day, len(self._numbers_of_days))


def _whole(values: object) -> Whole:
    return np.array(values, np.int64)
