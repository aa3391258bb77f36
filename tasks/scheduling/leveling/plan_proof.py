"""Whether a bound of a plan with people is one: looked at once more from the plan alone, by what shares no arithmetic with the search for it.

Times are places in lists of working minutes here, windows are narrowed until nothing gives way any more, and hours are counted minute by minute.
"""

import numpy as np
from numpy.typing import NDArray

from projects.worktime.calendar import WorkingTime
from projects.worktime.moments import MINUTES_PER_DAY
from tasks.scheduling.leveling.relaxed import Relaxed, Wait, held_dates, settling
from tasks.scheduling.reference.clocks import Clock, TeamTime
from tasks.scheduling.reference.early import FOREVER, NEVER

Minutes = NDArray[np.int64]
UNKNOWN = -(1 << 40)
MARGIN_DAYS = 400
"""So far around a plan working minutes are listed; what leads further says nothing."""


class Lines:
    """The working minutes of calendars around a plan, in their order."""

    def __init__(self, first: int, last: int) -> None:
        self.first_day, self.last_day = (
            first // MINUTES_PER_DAY - MARGIN_DAYS,
            last // MINUTES_PER_DAY + MARGIN_DAYS,
        )
        self._known: dict[int, Minutes] = {}

    def minutes(self, calendar: WorkingTime) -> Minutes:
        """Each minute in which work is done, by its beginning."""
        found = self._known.get(id(calendar))
        if found is None:
            shifts = calendar.shifts_of(self.first_day, self.last_day)
            some = [np.arange(begin, end, dtype=np.int64) for begin, end in shifts]
            found = self._known[id(calendar)] = np.concatenate([np.empty(0, np.int64), *some])
        return found

    def before(self, calendar: WorkingTime, moment: int) -> int:
        """How many of them lie before a moment; far below any place where it is not known."""
        is_listed = self.first_day * MINUTES_PER_DAY < moment < self.last_day * MINUTES_PER_DAY
        return int(np.searchsorted(self.minutes(calendar), moment)) if is_listed else UNKNOWN

    def at(self, calendar: WorkingTime, place: int, otherwise: int) -> int:
        """The beginning of the minute that has so many before it."""
        minutes = self.minutes(calendar)
        return int(minutes[place]) if 0 <= place < len(minutes) else otherwise


class Firsts:
    """When rows start and finish at first: raised until nothing rises any more."""

    def __init__(self, relaxed: Relaxed, lines: Lines) -> None:
        self.relaxed, self.grid, self.lines = relaxed, relaxed.grid, lines
        count = len(relaxed.kinds)
        self.starts, self.finishes = [NEVER] * count, [NEVER] * count
        while sum(self._raised(row) for row in range(count)):
            pass

    def _raised(self, row: int) -> bool:
        start, finish = self._found(row)
        is_new = start > self.starts[row] or finish > self.finishes[row]
        self.starts[row], self.finishes[row] = max(start, self.starts[row]), max(finish, self.finishes[row])
        return is_new

    def _found(self, row: int) -> tuple[int, int]:
        relaxed, grid = self.relaxed, self.grid
        if row in relaxed.given:
            return relaxed.given[row]
        if relaxed.kinds[row] in ("absent", "unknown"):
            return NEVER, NEVER
        if grid.children[row]:
            rows = grid.spans[row]
            return min(self.starts[child] for child in rows), max(self.finishes[child] for child in rows)
        start, finish = self._fitted(row, *self._asked(row))
        held = held_dates(grid, row)
        return (start, finish) if held is None else (min(start, held[0]), min(finish, held[1]))

    def _asked(self, row: int) -> tuple[int, int]:
        relaxed = self.relaxed
        asked = list(relaxed.dates(row))
        for one in relaxed.line(row):
            asked += [(wait.to_finish, self._lagged(one, wait)) for wait in relaxed.into[one]]
            asked += [(False, NEVER)] * (one in relaxed.lost)
        if not asked:
            return self.grid.project.start_minute, NEVER
        starts = [moment for is_finish, moment in asked if not is_finish]
        finishes = [moment for is_finish, moment in asked if is_finish]
        return max([relaxed.floor, *starts]), max([NEVER, *finishes])

    def _lagged(self, row: int, wait: Wait) -> int:
        moment = (self.starts if wait.from_start else self.finishes)[wait.before]
        if moment == NEVER or not wait.minutes:
            return moment
        if wait.on_clock:
            return moment + wait.minutes
        ruler = self.grid.rulers[row]
        before = self.lines.before(ruler, moment)
        if wait.minutes > 0:  # to the end of the last minute
            return self.lines.at(ruler, before + wait.minutes - 1, NEVER - 1) + 1
        return self.lines.at(ruler, before + wait.minutes, NEVER)

    def _fitted(self, row: int, start: int, finish: int) -> tuple[int, int]:
        duration, clock = self.grid.durations[row], self.grid.clocks[row]
        if not duration:
            return max(start, finish), max(start, finish)
        if not isinstance(clock, WorkingTime):
            begin, end = self._together(clock, start, duration) if start != NEVER else (NEVER, NEVER)
            return begin, min(self._settled(some, max(end, finish)) for some in self._settling(row))
        by_start, by_finish = self.lines.before(clock, start), self.lines.before(clock, finish)
        place = max(by_start, by_finish - duration)
        return self.lines.at(clock, place, NEVER), self.lines.at(clock, place + duration - 1, NEVER - 1) + 1

    def _settling(self, row: int) -> list[tuple[WorkingTime, ...]]:
        return settling(self.grid, row) if row in self.relaxed.loose else [()]

    def _settled(self, calendars: tuple[WorkingTime, ...], finish: int) -> int:
        for one in calendars:
            place = self.lines.before(one, finish)
            finish = self.lines.at(one, place - 1, NEVER - 1) + 1
        return finish

    def _together(self, clock: Clock, start: int, duration: int) -> tuple[int, int]:
        if not isinstance(clock, TeamTime):
            return start, start + duration
        starts, ends = [], [start]
        for calendar, own in _shares(clock, duration):
            place = self.lines.before(calendar, start)
            starts.append(self.lines.at(calendar, place, NEVER))
            ends.append(self.lines.at(calendar, place + own - 1, NEVER - 1) + 1)
        return min(starts), max(ends)


def _shares(clock: TeamTime, duration: int) -> list[tuple[WorkingTime, int]]:
    """What each of a team does; of a task with pauses by the rule of three."""
    return [(calendar, own * duration // (clock.duration or duration)) for calendar, own in clock.members]


class Lasts:
    """When rows that keep their links start and finish at last, if the plan ends at a finish: lowered until nothing sinks any more."""

    def __init__(self, relaxed: Relaxed, lines: Lines, finish: int) -> None:
        self.relaxed, self.grid, self.lines, self.finish = relaxed, relaxed.grid, lines, finish
        count = len(relaxed.kinds)
        self.starts, self.finishes = [FOREVER] * count, [FOREVER] * count
        while sum(self._lowered(row) for row in reversed(range(count))):
            pass

    def _lowered(self, row: int) -> bool:
        if self.grid.children[row] or self.relaxed.kinds[row] != "free":
            return False
        start, finish = self._found(row)
        is_new = start < self.starts[row] or finish < self.finishes[row]
        self.starts[row], self.finishes[row] = min(start, self.starts[row]), min(finish, self.finishes[row])
        return is_new

    def _found(self, row: int) -> tuple[int, int]:
        start, finish = FOREVER, self.finish + bool(self.relaxed.blurred)
        for one in self._upwards(row):
            for wait in self.relaxed.out_of[one]:
                moment = self._moved(wait)
                if not wait.from_start:
                    finish = min(finish, moment)
                elif one == row:
                    start = min(start, moment)
        duration, clock = self.grid.durations[row], self.grid.clocks[row]
        if not duration:
            return min(start, finish), min(start, finish)
        is_loose = row in self.relaxed.loose
        return start if is_loose else min(start, self._back(clock, finish, duration)), finish

    def _upwards(self, row: int) -> list[int]:
        """The row, and the summaries that finish no earlier than it does."""
        found = [row]
        while self.relaxed.is_spanned(found[-1]):
            found.append(self.grid.parent[found[-1]])
        return found

    def _back(self, clock: Clock, finish: int, duration: int) -> int:
        if isinstance(clock, TeamTime):
            some = _shares(clock, duration)
        elif isinstance(clock, WorkingTime):
            some = [(clock, duration)]
        else:
            return finish - duration
        return min(
            self.lines.at(calendar, self.lines.before(calendar, finish) - own, FOREVER)
            for calendar, own in some
        )

    def _moved(self, wait: Wait) -> int:
        """The last moment of a row from which a link still leads to where what follows may lie."""
        moment = min(self._last(row, wait) for row in self._leaves(wait.after))
        if moment == FOREVER or not wait.minutes:
            return moment
        if wait.on_clock:
            return moment - wait.minutes
        ruler = self.grid.rulers[wait.after]
        before = self.lines.before(ruler, moment)
        return self.lines.at(ruler, before - wait.minutes, FOREVER)

    def _last(self, row: int, wait: Wait) -> int:
        if not wait.to_finish:
            return self.starts[row]
        clock, finish = self.grid.clocks[row], self.finishes[row]
        if finish == FOREVER or not self.grid.durations[row]:
            return finish
        # Where work has ended in the evening, the next morning asks for no more.
        if isinstance(clock, WorkingTime):
            return self._like((clock,), finish)
        return max(self._like(some, finish) for some in settling(self.grid, row))

    def _like(self, calendars: tuple[WorkingTime, ...], finish: int) -> int:
        for one in reversed(calendars):
            finish = self.lines.at(one, self.lines.before(one, finish), FOREVER)
        return finish

    def _leaves(self, row: int) -> list[int]:
        rows = self.grid.children[row]
        return [leaf for child in rows for leaf in self._leaves(child)] if rows else [row]
