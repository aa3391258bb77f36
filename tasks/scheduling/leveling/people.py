"""What people have to do and when: the load of a row on each person, and all that a person is busy with.

A person's time is a line of minutes, their *axis*: working minutes of their own calendar, so that a stretch of work is one
segment whatever nights and days off lie in it; minutes of the clock where a task of theirs runs outside of that calendar (elapsed, or
on a calendar of its own that overrides it). Units are whole ten-thousandths of a person, so that halves and thirds add up exactly.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.network import Assignment, Network, Task
from tasks.scheduling.reference.clocks import ELAPSED, Clock
from tasks.scheduling.reference.grid import Grid
from tasks.scheduling.reference.people import person_of

WHOLE = 10_000
"""One person, in units of this package."""
FIRST = -(1 << 60)
ELSEWHERE = -1
"""Stands for a row where a person is busy with what is no part of the plan."""

Segment = tuple[int, int, int]
"""From and to a place on an axis, and units."""
Elsewhere = Mapping[int, Sequence[tuple[int, int, int]]]
"""By person what they do outside of the plan: from and to a minute of the plan, and units; stretches of one person don't overlap."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one assignment asks of a person: ``units`` of them from ``delay`` to ``minutes`` of working time after the start."""

    person_id: int
    units: int
    time: Clock
    minutes: int
    delay: int


@dataclass(slots=True)
class Busy:
    """What a person is busy with: a step function over their axis, with the rows that hold each step."""

    capacity: int
    axis: Clock
    places: list[int] = field(default_factory=lambda: [FIRST])
    used: list[int] = field(default_factory=lambda: [0])
    rows: list[tuple[int, ...]] = field(default_factory=lambda: [()])

    def add(self, row: int, segments: list[Segment]) -> None:
        """A row takes its units, whether they are free or not."""
        for begin, end, units in segments:
            for step in range(self._cut(begin), self._cut(end)):
                self.used[step] += units
                self.rows[step] = (*self.rows[step], row)

    def reserve(self, stretches: Sequence[tuple[int, int, int]]) -> None:
        """Take what the person does outside of the plan, never more than there is of them: that is not for this plan to solve."""
        for begin, end, units in stretches:
            first, last = self._place(begin), self._place(end)
            if first < last:
                self.add(ELSEWHERE, [(first, last, min(units, self.capacity))])

    def blocked(self, segments: list[Segment]) -> int | None:
        """The last step in which there is not enough left for the segments, or None."""
        for begin, end, units in reversed(segments):
            step = bisect_left(self.places, end) - 1
            while step >= 0 and (step + 1 == len(self.places) or self.places[step + 1] > begin):
                if self.used[step] + units > self.capacity:
                    return step
                step -= 1
        return None

    def over(self) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Begin, end and rows of the steps with more than there is."""
        for step, (begin, end) in enumerate(pairwise(self.places)):
            if self.used[step] > self.capacity:
                yield begin, end, self.rows[step]

    def moment(self, place: int) -> int:
        """The first moment with so many minutes of the axis before it."""
        return place if not isinstance(self.axis, WorkingTime) else _moment(self.axis, place)

    def opening(self, place: int) -> int:
        """The moment at which work goes on from there: the morning, not the evening before."""
        moment = self.moment(place)
        return self.axis.next_working(moment) if isinstance(self.axis, WorkingTime) else moment

    def segments(self, parts: list[tuple[Part, int, int]]) -> list[Segment]:
        """The work of the parts of one row between their moments, never more than there is of the person."""
        found = [
            (self._place(begin), self._place(end), part.units)
            for part, first, last in parts
            for begin, end in self._stretches(part.time, first, last)
            if begin < end
        ]
        found = [one for one in found if one[0] < one[1]]
        if len(parts) > 1:
            found = _summed(found)
        return [(begin, end, min(units, self.capacity)) for begin, end, units in found]

    def _stretches(self, time: Clock, begin: int, end: int) -> list[tuple[int, int]]:
        if time is self.axis or not isinstance(time, WorkingTime):
            return [(begin, end)]
        time.cover(begin)
        time.cover(end)
        _, _, starts, ends, _ = time.table
        shifts = range(bisect_right(ends, begin), bisect_left(starts, end))
        return [(max(begin, starts[one]), min(end, ends[one])) for one in shifts]

    def _place(self, moment: int) -> int:
        return self.axis.position(moment) if isinstance(self.axis, WorkingTime) else moment

    def _cut(self, place: int) -> int:
        step = bisect_right(self.places, place) - 1
        if self.places[step] == place:
            return step
        self.places.insert(step + 1, place)
        self.used.insert(step + 1, self.used[step])
        self.rows.insert(step + 1, self.rows[step])
        return step + 1


def _moment(axis: WorkingTime, place: int) -> int:
    # From the shifts that are known: any moment inside of them counts from the same origin.
    known = axis.table[0]
    return axis.add(known, place - axis.position(known))


def _summed(segments: list[Segment]) -> list[Segment]:
    """Parts of one person on one row beside each other, as steps."""
    places = sorted({place for begin, end, _ in segments for place in (begin, end)})
    sums = [
        (begin, end, sum(units for first, last, units in segments if first <= begin and end <= last))
        for begin, end in pairwise(places)
    ]
    return [one for one in sums if one[2]]


def parts_of(network: Network, grid: Grid) -> dict[int, list[Part]]:
    """By row what is asked of people: active rows with a duration that are no summaries; units that are none ask nothing."""
    found: dict[int, list[Part]] = {}
    calendars = {one.id: one.calendar_id for one in network.resources}
    for assignment in network.assignments:
        row = grid.row_of[assignment.task_id]
        person = person_of(assignment, grid.presence)
        has_load = grid.is_active[row] and not grid.children[row] and grid.durations[row] > 0
        if person is None or not has_load or assignment.units <= 0:
            continue
        task, standard = grid.tasks[row], network.project.calendar_id
        own = calendars[assignment.resource_id]
        time = _time(grid, task, standard if own is None else own)
        minutes = task.duration_minutes if person.minutes is None else person.minutes
        part = Part(assignment.resource_id, units_of(assignment), time, minutes, person.delay)
        found.setdefault(row, []).append(part)
    return found


def units_of(assignment: Assignment) -> int:
    """The units of an assignment in ten-thousandths; a trace of a person is one of them."""
    return max(1, round(assignment.units * WHOLE))


def _time(grid: Grid, task: Task, calendar_id: int | None) -> Clock:
    """When a person works on a task, by the rule of the engine (``Clocks``)."""
    if task.is_elapsed:
        return ELAPSED
    if task.calendar_id is not None and task.ignores_resource_calendar:
        return grid.time.ruler(task)
    calendar = grid.time.calendars.calendar(calendar_id)
    return (
        calendar if task.calendar_id is None else grid.time.calendars.shared(grid.time.ruler(task), calendar)
    )


def busy_people(
    network: Network, grid: Grid, parts: dict[int, list[Part]], elsewhere: Elsewhere
) -> dict[int, Busy]:
    """An axis for each person with what they do outside of the plan; where they may have to work outside of their calendar it is the clock."""
    outside = {
        part.person_id
        for row, some in parts.items()
        if grid.tasks[row].is_elapsed
        or (grid.tasks[row].calendar_id is not None and grid.tasks[row].ignores_resource_calendar)
        for part in some
    }
    found: dict[int, Busy] = {}
    for one in network.resources:
        if one.kind != "work":
            continue
        calendar_id = network.project.calendar_id if one.calendar_id is None else one.calendar_id
        axis: Clock = ELAPSED if one.id in outside else grid.time.calendars.calendar(calendar_id)
        found[one.id] = Busy(max(0, round(one.max_units * WHOLE)), axis)
        found[one.id].reserve(elsewhere.get(one.id, ()))
    return found


def span_of(part: Part, start: int, finish: int, *, is_whole: bool) -> tuple[int, int]:
    """From when to when a part is worked on in a row that lies so; ``is_whole``: all of it, as where dates are given."""
    if is_whole:
        return start, finish
    begin = part.time.add(start, part.delay) if part.delay else start
    return part.time.fit(begin, 0)[0], min(finish, part.time.fit(start, part.minutes)[1])


def next_start(part: Part, start: int, free_from: int) -> int:
    """The first start of a row after ``start`` at which this part begins no earlier than ``free_from``."""
    short = part.time.between(start, free_from) - part.delay
    return max(start + 1, part.time.add(start, short)) if short > 0 else start + 1
