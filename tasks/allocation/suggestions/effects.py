"""How too much work of one person can be put right: move a task within its slack, or hand it to another person. Pure.

Every proposal is tried on the days of all whom it touches before it is made: none may come to more than they have on
any day, where they would not without it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY
from tasks.allocation.days import Load, loads_of

if TYPE_CHECKING:
    from tasks.allocation.capacity import Capacity
    from tasks.scheduling.network import Assignment, Network, Task
    from tasks.scheduling.reference.clocks import Clock, Clocks
from tasks.scheduling.reference.people import Person

#: A task is not moved further than this many days.
MOST_DAYS: Final = 60
#: People who are named for one task.
MOST_PEOPLE: Final = 3

#: Minutes by resource and day.
Minutes = Mapping[int, Mapping[int, int]]


class Overallocation(NamedTuple):
    """A person who has too much to do, and the days, by number, that are looked at."""

    resource_id: int
    first_day: int
    last_day: int
    #: About days before this one nothing can be done.
    today: int

    @property
    def days(self) -> range:
        """All of them."""
        return range(self.first_day, self.last_day + 1)

    @property
    def open_days(self) -> range:
        """Those that are still to come."""
        return range(max(self.first_day, self.today), self.last_day + 1)


@dataclass(frozen=True, slots=True)
class Availability:
    """What is planned for people and what there is of them, day by day."""

    planned: Minutes
    capacity: Capacity

    def on(self, resource_id: int, day: int) -> int:
        """Planned minutes of a day."""
        return self.planned.get(resource_id, {}).get(day, 0)

    def over(self, spot: Overallocation) -> list[int]:
        """The days on which there is more to do than time."""
        pk = spot.resource_id
        return [day for day in spot.open_days if self.on(pk, day) > self.capacity.day(pk, day)]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One task that has not begun, with all that its place hangs on."""

    #: A plan of this task alone, with its people.
    network: Network
    clocks: Clocks
    start: int
    finish: int
    free_slack: int
    total_slack: int
    #: Only its own date keeps it from being earlier, and it may begin from then on.
    earliest: int | None

    @property
    def task(self) -> Task:
        """The task."""
        return self.network.tasks[0]

    def clock(self) -> Clock:
        """On which time it runs: of its people, or of its calendar where its dates were set by hand."""
        if self.task.mode == "manual" and not self.task.is_elapsed:
            return self.clocks.ruler(self.task)
        calendars = {item.id: item.calendar_id for item in self.network.resources if item.kind == "work"}
        standard = self.network.project.calendar_id
        people = [
            Person(calendars[item.resource_id] or standard, _minutes_of(item), item.delay_minutes)
            for item in self.network.assignments
            if item.resource_id in calendars
        ]
        return self.clocks.clock(self.task, people)

    def loads(self, start: int, finish: int) -> dict[int, Load]:
        """What its people have to do when it lies there."""
        found = loads_of(self.network, {self.task.id: (start, finish)}, clocks=self.clocks)
        return {resource_id: load for (_, resource_id), load in found.items()}

    def given_to(self, resource_id: int, instead_of: int) -> Candidate:
        """The same task with another person on it."""
        assignments = tuple(
            replace(item, resource_id=resource_id) if item.resource_id == instead_of else item
            for item in self.network.assignments
        )
        return replace(self, network=replace(self.network, assignments=assignments))


def _minutes_of(item: Assignment) -> int | None:
    """How long a person is there, from the start of the task on; None for as long as it lasts."""
    if not item.work_minutes or item.units <= 0:
        return None
    return item.delay_minutes + int(max(0, item.work_minutes - item.overtime_minutes) / item.units + 0.5)


class Effect(NamedTuple):
    """What becomes of the days that are looked at: minutes planned before and after, and what is and stays too much."""

    before: int
    after: int
    capacity: int
    excess_before: int
    excess: int

    @property
    def resolves(self) -> bool:
        """Whether no day is left over."""
        return self.excess == 0


class Proposal(NamedTuple):
    """A task, where it would lie, who would do it, and what comes of it."""

    task_id: int
    start: int
    finish: int
    #: Who takes the task over; None where it is moved.
    to_id: int | None
    effect: Effect
    #: Whether others may have to move along: not known without computing the plan.
    is_beyond: bool = False
    free_minutes: int = 0


def effect_of(
    spot: Overallocation, ground: Availability, before: Mapping[int, Load], after: Mapping[int, Load]
) -> Effect | None:
    """What a change of one task's loads does; None where it would over-allocate a person on any day."""
    change: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for loads, sign in ((before, -1), (after, 1)):
        for pk, load in loads.items():
            for day, minutes in zip(load.days, load.minutes, strict=True):
                change[pk][day] += sign * minutes
    for pk, days in change.items():
        for day, more in days.items():
            if more > 0 and ground.on(pk, day) + more > ground.capacity.day(pk, day):
                return None
    pk, own = spot.resource_id, change[spot.resource_id]
    totals = [0, 0, 0, 0, 0]
    for day in spot.days:
        planned, capacity = ground.on(pk, day), ground.capacity.day(pk, day)
        then = planned + own.get(day, 0)
        is_open = day >= spot.today
        excess = max(planned - capacity, 0) * is_open, max(then - capacity, 0) * is_open
        totals = [
            total + each for total, each in zip(totals, (planned, then, capacity, *excess), strict=True)
        ]
    effect = Effect(*totals)
    return effect if effect.excess < effect.excess_before else None


def moved_later(
    piece: Candidate, spot: Overallocation, ground: Availability, *, slack: int
) -> Proposal | None:
    """The smallest delay within this slack that leaves no day over; else the one that leaves least."""
    now = piece.loads(piece.start, piece.finish)
    over = _first_over(spot, ground, now)
    if over is None or slack <= 0:
        return None
    ruler = piece.clocks.ruler(piece.task)

    def within() -> Iterator[tuple[int, int]]:
        for start, finish in _places(piece, range(over + 1, over + 1 + MOST_DAYS)):
            steps = ((piece.start, start), (piece.finish, finish))
            if max(_between(piece, ruler, *step) for step in steps) > slack:
                return
            yield start, finish

    return _best_place(piece, spot, ground, within(), is_beyond=slack > piece.free_slack)


def moved_earlier(piece: Candidate, spot: Overallocation, ground: Availability) -> Proposal | None:
    """The smallest step back that helps most, where nothing but its own date holds the task."""
    now = piece.loads(piece.start, piece.finish)
    earliest = piece.earliest
    if earliest is None or _first_over(spot, ground, now) is None:
        return None
    first = piece.start // MINUTES_PER_DAY
    places = _places(piece, range(first - 1, first - 1 - MOST_DAYS, -1))
    back = itertools.takewhile(lambda place: place[0] >= earliest, places)
    return _best_place(piece, spot, ground, back, is_beyond=True)


def _best_place(
    piece: Candidate,
    spot: Overallocation,
    ground: Availability,
    places: Iterable[tuple[int, int]],
    *,
    is_beyond: bool,
) -> Proposal | None:
    """The first of the places that leaves as little over as if the task were gone; else the first that leaves least."""
    now = piece.loads(piece.start, piece.finish)
    gone = effect_of(spot, ground, now, {})
    best: Proposal | None = None
    for start, finish in places if gone else ():
        effect = effect_of(spot, ground, now, piece.loads(start, finish))
        if effect is not None and (best is None or effect.excess < best.effect.excess):
            best = Proposal(piece.task.id, start, finish, None, effect, is_beyond=is_beyond)
            if gone and effect.excess == gone.excess:
                break
    return best


def _first_over(spot: Overallocation, ground: Availability, now: Mapping[int, Load]) -> int | None:
    """The first day over to which this task adds; putting it off to any earlier day changes nothing."""
    own = now.get(spot.resource_id)
    days = set(own.days) if own else set()
    return next((day for day in ground.over(spot) if day in days), None)


def _places(piece: Candidate, days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Where the task lies when it begins on each of these days, without days on which no one begins."""
    clock, task = piece.clock(), piece.task
    hour = piece.start % MINUTES_PER_DAY if task.is_elapsed else 0
    seen = {piece.start}
    for day in days:
        try:
            start, finish = clock.fit(day * MINUTES_PER_DAY + hour, task.duration_minutes)
        except WorktimeError:
            return
        if start // MINUTES_PER_DAY == day and start not in seen:
            seen.add(start)
            yield start, finish


def _between(piece: Candidate, ruler: Clock, start: int, finish: int) -> int:
    return finish - start if piece.task.is_elapsed else ruler.between(start, finish)


def handed_over(
    piece: Candidate, spot: Overallocation, ground: Availability, candidates: Iterable[int]
) -> list[Proposal]:
    """Those who could do the task in the same days, the freest first; the task stays where it is."""
    now = piece.loads(piece.start, piece.finish)
    if _first_over(spot, ground, now) is None:
        return []
    there = {item.resource_id for item in piece.network.assignments}
    found = []
    for pk in candidates:
        if pk in there or not _has_room(ground, pk, now[spot.resource_id]):
            continue
        other = piece.given_to(pk, spot.resource_id)
        if not _fits(other, piece.start, piece.finish):
            continue
        loads = other.loads(piece.start, piece.finish)
        effect = effect_of(spot, ground, now, loads)
        if effect is None or sum(loads[pk].minutes if pk in loads else ()) < sum(
            now[spot.resource_id].minutes
        ):
            continue
        free = sum(max(ground.capacity.day(pk, day) - ground.on(pk, day), 0) for day in loads[pk].days)
        found.append(Proposal(piece.task.id, piece.start, piece.finish, pk, effect, free_minutes=free))
    found.sort(key=lambda item: (item.effect.excess, -item.free_minutes, item.to_id))
    return found[:MOST_PEOPLE]


def _has_room(ground: Availability, resource_id: int, load: Load) -> bool:
    """Whether a person could do as much on the same days; asked first, since it rules out nearly all."""
    return all(
        ground.on(resource_id, day) + minutes <= ground.capacity.day(resource_id, day)
        for day, minutes in zip(load.days, load.minutes, strict=True)
    )


def _fits(piece: Candidate, start: int, finish: int) -> bool:
    """Whether with these people the task still begins and ends at the same moments; by hand it always does."""
    if piece.task.mode == "manual":
        return True
    try:
        return piece.clock().fit(start, piece.task.duration_minutes) == (start, finish)
    except WorktimeError:
        return False


def best_first(found: Iterable[Proposal]) -> list[Proposal]:
    """What resolves before what only helps, what moves no other task before what may, the smaller step first."""
    return sorted(
        found,
        key=lambda item: (
            not item.effect.resolves, item.is_beyond, item.effect.excess, item.to_id is not None, item.start,
            -item.free_minutes, item.task_id,
        ),
    )  # fmt: skip
