"""What people have to do in a stretch of time, wherever their tasks lie in it, against what there is of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from projects.worktime.calendar import WorkingTime
from tasks.scheduling.leveling.people import FIRST, Busy, Part
from tasks.scheduling.leveling.relaxed import Relaxed
from tasks.scheduling.leveling.windows import Windows
from tasks.scheduling.reference.clocks import TeamTime
from tasks.scheduling.reference.early import NEVER

Whole = NDArray[np.int64]
AT_ONCE = 256
"""So many beginnings of stretches are looked at at once, so that a table of a person with thousands of tasks fits into memory."""


class Piece(NamedTuple):
    """What one assignment asks of a person in every plan: ``units`` for so many minutes of their working time, without a pause."""

    row: int
    part: Part
    units: int
    minutes: int


class Overfull(NamedTuple):
    """A stretch (moments of the plan) in which a person has more to do than there is, in ten-thousandths of a person × minutes."""

    person_id: int
    begin: int
    end: int
    room: int
    work: int
    rows: tuple[int, ...]


@dataclass(slots=True)
class Worker:
    """One person: their pieces, by row of a table, where each can begin at first, and how much room there is."""

    person_id: int
    calendar: WorkingTime
    pieces: list[Piece]
    begins: list[int]
    released: Whole
    work: Whole
    places: Whole
    rates: Whole
    before: Whole

    def room(self, places: Whole) -> Whole:
        """How much there is of the person before each place of their line of working minutes, from the first release on."""
        step = np.searchsorted(self.places, places, side="right") - 1
        return self.before[step] + (places - self.places[step]) * self.rates[step]

    def overfull(self, late: Windows) -> Overfull | None:
        """The stretch in which most is missing, where there is one; ``late`` are the last starts and finishes that are tried."""
        ends = [_end(one, late) for one in self.pieces]
        due = np.array([self.calendar.position(one) for one in ends], np.int64)
        order = np.argsort(due, kind="stable")
        due, work, released = due[order], self.work[order], self.released[order]
        until = self.room(due)
        most, found = 0, (0, 0)
        starts = np.unique(released)
        for first in range(0, len(starts), AT_ONCE):
            some = starts[first : first + AT_ONCE]
            asked = np.cumsum(np.where(released >= some[:, None], work, 0), axis=1)
            # A stretch that ends before it begins has nothing in it.
            missing = np.where(due >= some[:, None], asked - until + self.room(some)[:, None], 0)
            at = int(missing.argmax())
            if missing.flat[at] > most:
                most, found = int(missing.flat[at]), (int(some[at // len(due)]), int(due[at % len(due)]))
        return self._named(found, ends) if most else None

    def _named(self, stretch: tuple[int, int], ends: list[int]) -> Overfull:
        first, last = stretch
        inside = [
            number
            for number, end in enumerate(ends)
            if self.released[number] >= first and self.calendar.position(end) <= last
        ]
        begin = min(self.begins[number] for number in inside)
        end = max(ends[number] for number in inside)
        first, last = self.calendar.position(begin), self.calendar.position(end)
        room = self.room(np.array([first, last], np.int64))
        work = sum(self.work[number] for number in inside)
        rows = tuple(sorted({self.pieces[number].row for number in inside}))
        return Overfull(self.person_id, begin, end, int(room[1] - room[0]), int(work), rows)


def workers_of(
    relaxed: Relaxed,
    parts: Mapping[int, list[Part]],
    movable: frozenset[int],
    people: Mapping[int, Busy],
    early: Windows,
) -> list[Worker]:
    """People who have something to do in every plan; ``people`` are busy with what does not move, and with nothing else."""
    calendars = relaxed.grid.time.calendars
    calendar_ids = {pk: one.calendar_id for pk, one in relaxed.grid.presence.items() if one is not None}
    by_person: dict[int, list[Piece]] = {}
    for row in sorted(movable & parts.keys()):
        if relaxed.kinds[row] != "free" or row in relaxed.loose or row in relaxed.blurred:
            continue
        for person_id, some in _by_person(parts[row]).items():
            units, minutes = min(some[0].units, people[person_id].capacity), _minutes(relaxed, row, some[0])
            # Two parts of one person beside each other are left out: together they may ask more than there is.
            if len(some) == 1 and units and minutes > 0:
                by_person.setdefault(person_id, []).append(Piece(row, some[0], units, minutes))
    found = []
    for person_id, pieces in sorted(by_person.items()):
        calendar = calendars.calendar(calendar_ids[person_id])
        known = [
            one for one in pieces if early.starts[one.row] != NEVER and _is_within(relaxed, one, calendar)
        ]
        if known:
            found.append(_worker(person_id, calendar, known, people[person_id], early))
    return found


def _by_person(parts: list[Part]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = {}
    for part in parts:
        found.setdefault(part.person_id, []).append(part)
    return found


def _minutes(relaxed: Relaxed, row: int, part: Part) -> int:
    """How long a part is worked on in every plan."""
    clock = relaxed.grid.clocks[row]
    if isinstance(clock, TeamTime):
        is_known, minutes = (part.time, part.minutes) in clock.members, part.minutes
    else:
        is_known, minutes = part.time is clock, min(part.minutes, relaxed.grid.durations[row])
    return minutes - part.delay if is_known and part.delay >= 0 else 0


def _is_within(relaxed: Relaxed, piece: Piece, calendar: WorkingTime) -> bool:
    """Whether a piece is worked on in working time of its person only."""
    task = relaxed.grid.tasks[piece.row]
    is_outside = task.is_elapsed or (task.calendar_id is not None and task.ignores_resource_calendar)
    return not is_outside or piece.part.time is calendar


def _worker(person_id: int, calendar: WorkingTime, pieces: list[Piece], busy: Busy, early: Windows) -> Worker:
    begins = [_begin(one, early) for one in pieces]
    released = np.array([calendar.position(one) for one in begins], np.int64)
    base = int(released.min())
    is_own = busy.axis is calendar
    places = [
        base if place == FIRST else place if is_own else calendar.position(place) for place in busy.places
    ]
    line = np.maximum(np.array(places, np.int64), base)
    rates = np.maximum(busy.capacity - np.array(busy.used, np.int64), 0)
    before = np.concatenate([[0], np.cumsum(np.diff(line) * rates[:-1])])
    work = np.array([one.units * one.minutes for one in pieces], np.int64)
    return Worker(person_id, calendar, pieces, begins, released, work, line, rates, before)


def _begin(piece: Piece, early: Windows) -> int:
    """When a piece can begin at first."""
    time, start = piece.part.time, early.starts[piece.row]
    return time.fit(time.add(start, piece.part.delay) if piece.part.delay else start, 0)[0]


def _end(piece: Piece, late: Windows) -> int:
    """When a piece has to be done at last."""
    row, time = piece.row, piece.part.time
    return min(late.finishes[row], time.fit(late.starts[row], piece.part.minutes)[1])
