"""By row where it lies in every levelled plan: no earlier than links and dates let it, no later than a finish of the plan that is tried lets it."""

from dataclasses import dataclass

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.leveling.relaxed import Relaxed, Wait, held_dates, settling, simple
from tasks.scheduling.reference.early import FOREVER, NEVER


@dataclass(frozen=True, slots=True)
class Windows:
    """First starts and finishes by row (``NEVER`` where nothing is known), or last ones (``FOREVER``)."""

    starts: list[int]
    finishes: list[int]


def earliest(relaxed: Relaxed, order: list[int]) -> Windows:
    """Starts and finishes that no plan has sooner, of active rows; ``order`` are the steps of the engine."""
    count = len(relaxed.kinds)
    found = Windows([NEVER] * count, [NEVER] * count)
    for step in order:
        row = step if step >= 0 else ~step
        if relaxed.kinds[row] in ("given", "absent") or (step >= 0 and relaxed.grid.children[row]):
            found.starts[row], found.finishes[row] = relaxed.given.get(row, (NEVER, NEVER))
        elif step < 0:
            rows = relaxed.grid.spans[row]
            found.starts[row] = min(found.starts[child] for child in rows)
            found.finishes[row] = max(found.finishes[child] for child in rows)
        elif relaxed.kinds[row] != "unknown":
            found.starts[row], found.finishes[row] = _first(relaxed, found, row)
    return found


def _first(relaxed: Relaxed, found: Windows, row: int) -> tuple[int, int]:
    grid = relaxed.grid
    start, finish = _asked(relaxed, found, row)
    duration, calendar = grid.durations[row], simple(grid, row)
    if not duration:
        start = finish = max(start, finish)
    elif calendar is None:
        start, end = grid.clocks[row].fit(start, duration) if start != NEVER else (NEVER, NEVER)
        finish = max(end, finish)
        if row in relaxed.loose and finish != NEVER:
            finish = min(_settled(some, finish) for some in settling(grid, row))
    else:
        start, finish = _on_calendar(calendar, duration, start, finish)
    held = held_dates(grid, row)
    return (start, finish) if held is None else (min(start, held[0]), min(finish, held[1]))


def _settled(calendars: tuple[WorkingTime, ...], finish: int) -> int:
    for one in calendars:
        finish = one.previous_working(finish)
    return finish


def _on_calendar(calendar: WorkingTime, duration: int, start: int, finish: int) -> tuple[int, int]:
    if start != NEVER:
        start, end = calendar.fit(start, duration)
    else:
        end = NEVER
    if finish != NEVER:
        finish = calendar.previous_working(finish)
        start = max(start, calendar.subtract(finish, duration))
    return start, max(end, finish)


def _asked(relaxed: Relaxed, found: Windows, row: int) -> tuple[int, int]:
    """The latest start and finish that links and dates ask for at least."""
    start = finish = NEVER
    is_bound = False
    for is_finish, moment in relaxed.dates(row):
        is_bound = True
        start, finish = (start, max(finish, moment)) if is_finish else (max(start, moment), finish)
    for one in relaxed.line(row):
        is_bound = is_bound or one in relaxed.lost
        for wait in relaxed.into[one]:
            is_bound = True
            moment = found.starts[wait.before] if wait.from_start else found.finishes[wait.before]
            if moment == NEVER:
                continue
            moment = later(relaxed.grid.rulers[one], wait, moment)
            start, finish = (start, max(finish, moment)) if wait.to_finish else (max(start, moment), finish)
    if not is_bound:
        return relaxed.grid.project.start_minute, NEVER
    return max(start, relaxed.floor), finish


def later(ruler: WorkingTime, wait: Wait, moment: int) -> int:
    """A moment moved by the lag, as the engine does."""
    return moment + wait.minutes if wait.on_clock else ruler.add(moment, wait.minutes)


def sooner(ruler: WorkingTime, wait: Wait, moment: int) -> int:
    """The last moment that is moved by the lag to no later than ``moment``."""
    if wait.on_clock:
        return moment - wait.minutes
    if wait.minutes > 0:
        return ruler.subtract(moment, wait.minutes)
    return moment if not wait.minutes else last_like(ruler, ruler.add(moment, -wait.minutes))


def last_like(calendar: WorkingTime, moment: int) -> int:
    """The last moment with as much work before it: the morning, where work has ended in the evening."""
    return calendar.subtract(calendar.add(moment, 1), 1)


def _unsettled(calendars: tuple[WorkingTime, ...], finish: int) -> int:
    """The last finish that may be asked for where one settles no later than ``finish``."""
    for one in reversed(calendars):
        finish = last_like(one, finish)
    return finish


def latest(relaxed: Relaxed, order: list[int], finish: int) -> Windows:
    """Starts and finishes that no plan has later that ends at ``finish`` or sooner; ``FOREVER`` for rows that are not bound by it."""
    passing = _Latest(relaxed, finish + bool(relaxed.blurred))
    for step in reversed(order):
        row = step if step >= 0 else ~step
        if step < 0:
            passing.close(row)
        elif relaxed.grid.children[row]:
            passing.open(row)
        elif relaxed.kinds[row] == "free":
            passing.place(row)
    return passing.found


class _Latest:
    """The pass from the finish. ``asks`` are the last start and finish that a row lets a link into it lead to; of a summary those of all in it."""

    def __init__(self, relaxed: Relaxed, finish: int) -> None:
        count = len(relaxed.kinds)
        self.relaxed, self.finish = relaxed, finish
        self.found = Windows([FOREVER] * count, [FOREVER] * count)
        self.asks = Windows([FOREVER] * count, [FOREVER] * count)

    def _bound(self, row: int) -> tuple[int, int]:
        """The last start and finish that what follows a row lets it have."""
        relaxed = self.relaxed
        start, finish = FOREVER, self.finish
        if relaxed.is_spanned(row):
            finish = min(finish, self.found.finishes[relaxed.grid.parent[row]])
        for wait in relaxed.out_of[row]:
            moment = (self.asks.finishes if wait.to_finish else self.asks.starts)[wait.after]
            if moment == FOREVER:
                continue
            moment = sooner(relaxed.grid.rulers[wait.after], wait, moment)
            start, finish = (min(start, moment), finish) if wait.from_start else (start, min(finish, moment))
        return start, finish

    def close(self, row: int) -> None:
        """A summary: all in it finish no later than it does. What asks for its start asks it of one row, which is not known."""
        if self.relaxed.kinds[row] == "free":
            self.found.finishes[row] = self._bound(row)[1]

    def open(self, row: int) -> None:
        """What leads into a summary leads into all rows of it."""
        for some in (self.asks.starts, self.asks.finishes):
            some[row] = min(some[child] for child in self.relaxed.grid.children[row])

    def place(self, row: int) -> None:
        """A row that keeps its links."""
        grid = self.relaxed.grid
        start, finish = self._bound(row)
        duration, clock, calendar = grid.durations[row], grid.clocks[row], simple(grid, row)
        if not duration:
            start = finish = asked = min(start, finish)
        elif row in self.relaxed.loose:
            asked = max(_unsettled(some, finish) for some in settling(grid, row))
        else:
            start = min(start, clock.subtract(finish, duration))
            asked = finish if calendar is None else last_like(calendar, finish)
        self.found.starts[row], self.found.finishes[row] = start, finish
        self.asks.starts[row], self.asks.finishes[row] = start, asked
