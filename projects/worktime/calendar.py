"""Arithmetic on working time: add, subtract and measure in logarithmic time.

A calendar keeps the shifts of a window of days as sorted arrays with the working minutes before each, so every
question is one or two bisections. The window doubles when a question leaves it.
"""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from operator import sub

from projects.worktime.errors import WorkingTimeExhausted
from projects.worktime.moments import MINUTES_PER_DAY
from projects.worktime.rules import Shift

# Beyond these days (1874 and 2271) no plan is meant, only a mistyped date or a calendar that ran dry.
FIRST_DAY = -35_000
LAST_DAY = 110_000
FIRST_WINDOW = 512

Table = tuple[int, int, list[int], list[int], list[int]]
"""What loops over thousands of tasks look up without a call: the beginning of the first shift and the end of the last
one; by shift its start, its end, and the working minutes before it."""

NO_TABLE: Table = (0, 0, [], [], [])


class WorkingTime(ABC):
    """Shifts on a line; subclasses say which ones lie in a block of days."""

    def __init__(self, calendar_id: int | None = None) -> None:
        self.calendar_id = calendar_id
        self._low = self._high = 0  # minutes of the window
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []  # working minutes before each shift; negative left of the first window
        self._total = 0  # working minutes up to the end of the window
        self.table = NO_TABLE

    @abstractmethod
    def shifts_of(self, first_day: int, last_day: int) -> list[Shift]:
        """Shifts that begin in the days from ``first_day`` up to but without ``last_day``, sorted and disjoint.

        The last one may end after midnight.
        """

    # Questions

    def position(self, moment: int) -> int:
        """Working minutes up to a moment, from an origin that stays the same for this calendar."""
        if not self._low <= moment < self._high:
            self.cover(moment)
        i = bisect_right(self._starts, moment) - 1
        if i < 0:
            return self._before[0] if self._before else 0
        end = self._ends[i]
        if moment > end:
            moment = end
        return self._before[i] + moment - self._starts[i]

    def between(self, start: int, finish: int) -> int:
        """Working minutes from one moment to another, negative when the other comes first."""
        return self.position(finish) - self.position(start)

    def next_working(self, moment: int) -> int:
        """The moment itself when work goes on after it, else the beginning of the next shift."""
        return self.fit(moment, 0)[0]

    def previous_working(self, moment: int) -> int:
        """The moment itself when work went on before it, else the end of the shift before."""
        return self.fit_back(moment, 0)[1]

    def fit(self, moment: int, minutes: int) -> tuple[int, int]:
        """Begin at or after a moment and work so long: start and finish. A full day ends at 17:00, not at 8:00."""
        if not self._low <= moment < self._high:
            self.cover(moment)
        i = bisect_right(self._starts, moment)
        while True:
            if i and moment < self._ends[i - 1]:
                i -= 1
                start = moment
                break
            if i < len(self._starts):
                start = self._starts[i]
                break
            self._grow_right()
            i = bisect_right(self._starts, moment)
        if start + minutes <= self._ends[i]:
            return start, start + minutes
        return start, self._at(self._before[i] + start - self._starts[i] + minutes)

    def fit_back(self, moment: int, minutes: int) -> tuple[int, int]:
        """Be done at or before a moment after so much work: start and finish. A full day begins at 8:00."""
        if not self._low < moment <= self._high:
            self.cover(moment - 1)
        i = bisect_left(self._starts, moment) - 1
        while i < 0:
            self._grow_left()
            i = bisect_left(self._starts, moment) - 1
        end = self._ends[i]
        finish = end if end < moment else moment  # noqa: FURB136 - a call of min() costs as much as the bisection
        if finish - minutes >= self._starts[i]:
            return finish - minutes, finish
        return self._from(self._before[i] + finish - self._starts[i] - minutes), finish

    def add(self, moment: int, minutes: int) -> int:
        """Where so many working minutes after a moment are done; nothing added stays where it is."""
        if minutes <= 0:
            return self.subtract(moment, -minutes) if minutes else moment
        if not self._low <= moment < self._high:
            self.cover(moment)
        i = bisect_right(self._starts, moment) - 1
        if i < 0:
            return self._at(self.position(moment) + minutes)
        end = self._ends[i]
        if moment >= end:
            return self._at(self._before[i] + end - self._starts[i] + minutes)
        if moment + minutes <= end:
            return moment + minutes
        return self._at(self._before[i] + moment - self._starts[i] + minutes)

    def subtract(self, moment: int, minutes: int) -> int:
        """Where work has to begin to have so many minutes before a moment."""
        if minutes <= 0:
            return self.add(moment, -minutes) if minutes else moment
        return self._from(self.position(moment) - minutes)

    def _at(self, position: int) -> int:
        """The earliest moment with so much work before it: the end of a shift rather than the next beginning."""
        while position > self._total:
            self._grow_right()
        i = bisect_left(self._before, position) - 1
        return self._starts[i] + position - self._before[i] if i >= 0 else self._starts[0]

    def _from(self, position: int) -> int:
        """The latest such moment: the beginning of a shift rather than the end of the one before."""
        while not self._before or position < self._before[0]:
            self._grow_left()
        i = bisect_right(self._before, position) - 1
        return self._starts[i] + position - self._before[i]

    # The window

    def cover(self, moment: int) -> None:
        """Let the window reach so far that a moment lies in it."""
        day = int(moment // MINUTES_PER_DAY)  # a lag in percent may have led to half a minute
        if not FIRST_DAY <= day < LAST_DAY:
            raise WorkingTimeExhausted(self.calendar_id, moment)
        if self._low == self._high:
            self._low = self._high = max(FIRST_DAY, day - 16) * MINUTES_PER_DAY
        while moment >= self._high:
            self._grow_right()
        while moment < self._low:
            self._grow_left()

    def _grow_right(self) -> None:
        first = self._high // MINUTES_PER_DAY
        if first >= LAST_DAY:
            raise WorkingTimeExhausted(self.calendar_id, self._high)
        last = min(LAST_DAY, first + max(FIRST_WINDOW, first - self._low // MINUTES_PER_DAY))
        total = self._total
        block = self.block(first, last)
        if block and self._ends and block[0][0] == self._ends[-1]:
            # Work goes on over the border of the windows: one stretch.
            start, end = block.pop(0)
            self._ends[-1] = end
            total += end - start
        if block:
            starts, ends = zip(*block, strict=True)
            self._starts += starts
            self._ends += ends
            sums = list(accumulate(map(sub, ends, starts), initial=total))
            total = sums.pop()
            self._before += sums
        self._total = total
        self._high = last * MINUTES_PER_DAY
        self._tabulate()

    def _grow_left(self) -> None:
        last = self._low // MINUTES_PER_DAY
        if last <= FIRST_DAY:
            raise WorkingTimeExhausted(self.calendar_id, self._low)
        first = max(FIRST_DAY, last - max(FIRST_WINDOW, self._high // MINUTES_PER_DAY - last))
        block = self.block(first, last)
        if block and self._starts and block[-1][1] == self._starts[0]:
            start, end = block.pop()
            self._before[0] -= end - start
            self._starts[0] = start
        total = self._before[0] if self._before else 0
        before: list[int] = []
        for start, end in reversed(block):
            total -= end - start
            before.append(total)
        self._before[:0] = reversed(before)
        self._starts[:0] = [start for start, _ in block]
        self._ends[:0] = [end for _, end in block]
        self._low = first * MINUTES_PER_DAY
        self._tabulate()

    def _tabulate(self) -> None:
        if self._starts:
            self.table = (self._starts[0], self._ends[-1], self._starts, self._ends, self._before)

    def block(self, first_day: int, last_day: int) -> list[Shift]:
        """The work between two midnights, with what reaches in from the night before."""
        low, high = first_day * MINUTES_PER_DAY, last_day * MINUTES_PER_DAY
        shifts = self.shifts_of(first_day - 1, last_day)
        begin = bisect_right(shifts, (low, low))
        if begin and shifts[begin - 1][1] > low:
            begin -= 1
            shifts[begin] = (low, shifts[begin][1])
        # A shift given as 24:30-26:00 belongs to the next block, which looks at the day before, too.
        block = shifts[begin : bisect_left(shifts, (high, high))]
        if block and block[-1][1] > high:
            block[-1] = (block[-1][0], high)
        return block


def joined(shifts: Iterable[Shift]) -> list[Shift]:
    """Sorted shifts without touching or overlapping ones."""
    result: list[Shift] = []
    for start, end in shifts:
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result
