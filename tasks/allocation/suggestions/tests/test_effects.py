"""Proposals without a database: no one gets over-allocated, no slack is left, and no step is longer than needed."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projects.worktime.rules import CalendarRules
from tasks.allocation.capacity import Capacity, capacity_from
from tasks.allocation.suggestions.effects import (
    Availability,
    Candidate,
    Overallocation,
    Proposal,
    effect_of,
    handed_over,
    moved_earlier,
    moved_later,
)
from tasks.scheduling.network import Assignment, Network, ProjectSettings, Resource, Task
from tasks.scheduling.reference.clocks import Clocks

DAY = ((540, 720), (780, 1080))
RULES = (CalendarRules(id=1, week=(DAY, DAY, DAY, DAY, DAY, (), ())),)
#: Monday 2026-04-06.
MONDAY = 20_549
ANNA, BEN = 7, 8
DAYS = range(MONDAY, MONDAY + 60)


def _capacity() -> Capacity:
    return capacity_from(RULES, {ANNA: (1, 100), BEN: (1, 100)})


def _piece(
    first_day: int, days: int, units: float, *, free: int = 0, total: int = 0, earliest: int | None = None
) -> Candidate:
    """A task of ANNA that begins in the morning of a working day."""
    project = ProjectSettings(MONDAY * 1440, calendar_id=1)
    network = Network(
        project=project,
        tasks=(Task(1, duration_minutes=days * 480),),
        calendars=RULES,
        resources=(Resource(ANNA), Resource(BEN)),
        assignments=(Assignment(1, ANNA, units=units),),
    )
    clocks = Clocks(network)
    start, finish = clocks.standard.fit(first_day * 1440, days * 480)
    return Candidate(network, clocks, start, finish, free * 480, total * 480, earliest)


def _ground(piece: Candidate, anna: dict[int, int], ben: dict[int, int] | None = None) -> Availability:
    """Others' work of both, with the task's own on top."""
    planned = {ANNA: dict(anna), BEN: dict(ben or {})}
    for pk, load in piece.loads(piece.start, piece.finish).items():
        for day, minutes in zip(load.days, load.minutes, strict=True):
            planned[pk][day] = planned[pk].get(day, 0) + minutes
    return Availability(planned, _capacity())


WEEK = Overallocation(ANNA, MONDAY, MONDAY + 6, MONDAY)
others = st.dictionaries(st.sampled_from(DAYS), st.sampled_from([96, 240, 384, 480]), max_size=40)
few_others = st.dictionaries(st.sampled_from(DAYS), st.sampled_from([96, 240, 480]), max_size=6)
tasks = st.builds(
    _piece,
    st.integers(MONDAY, MONDAY + 4),
    st.integers(1, 6),
    st.sampled_from([0.5, 0.8, 1.0, 1.2]),
    free=st.integers(0, 20),
    total=st.just(20),
)


def _over(ground: Availability, pk: int, change: dict[int, int]) -> dict[int, int]:
    """Minutes over capacity by day, after a change."""
    found = {}
    for day in range(MONDAY - 70, MONDAY + 140):
        excess = ground.on(pk, day) + change.get(day, 0) - ground.capacity.day(pk, day)
        if excess > 0:
            found[day] = excess
    return found


def _changes(piece: Candidate, proposal: Proposal) -> dict[int, dict[int, int]]:
    changes: dict[int, dict[int, int]] = {ANNA: {}, BEN: {}}
    after = piece.given_to(proposal.to_id, ANNA) if proposal.to_id else piece
    for sign, loads in (
        (-1, piece.loads(piece.start, piece.finish)),
        (1, after.loads(proposal.start, proposal.finish)),
    ):
        for pk, load in loads.items():
            for day, minutes in zip(load.days, load.minutes, strict=True):
                changes[pk][day] = changes[pk].get(day, 0) + sign * minutes
    return changes


def _helps_and_harms_no_one(piece: Candidate, ground: Availability, proposal: Proposal) -> None:
    changes = _changes(piece, proposal)
    for pk in (ANNA, BEN):
        before, after = _over(ground, pk, {}), _over(ground, pk, changes[pk])
        assert all(after[day] <= before.get(day, 0) for day in after)
    week = range(WEEK.first_day, WEEK.last_day + 1)
    left = {day: minutes for day, minutes in _over(ground, ANNA, changes[ANNA]).items() if day in week}
    assert sum(left.values()) == proposal.effect.excess < proposal.effect.excess_before


class TestMovedLater:
    @settings(max_examples=150)
    @given(tasks, others)
    def test_harms_no_one_keeps_to_the_slack_and_goes_no_further_than_needed(
        self, piece: Candidate, anna: dict[int, int]
    ) -> None:
        ground = _ground(piece, anna)
        found = moved_later(piece, WEEK, ground, slack=piece.free_slack)
        clock = piece.clocks.standard
        now = piece.loads(piece.start, piece.finish)
        places = []
        for day in range(piece.start // 1440 + 1, MONDAY + 100):
            start, finish = clock.fit(day * 1440, piece.task.duration_minutes)
            within = max(clock.between(piece.start, start), clock.between(piece.finish, finish))
            effect = effect_of(WEEK, ground, now, piece.loads(start, finish))
            if within <= piece.free_slack and effect is not None and day - piece.start // 1440 <= 60:
                places.append((effect.excess, start))
        if found is None:
            assert not places
            return
        _helps_and_harms_no_one(piece, ground, found)
        assert clock.between(piece.start, found.start) <= piece.free_slack
        assert clock.between(piece.finish, found.finish) <= piece.free_slack
        assert (found.effect.excess, found.start) == min(places)

    def test_says_when_others_may_have_to_move(self) -> None:
        piece = _piece(MONDAY, 3, 1.0, free=1, total=10)
        ground = _ground(piece, {MONDAY + n: 480 for n in range(5)})
        assert moved_later(piece, WEEK, ground, slack=piece.free_slack) is None
        found = moved_later(piece, WEEK, ground, slack=piece.total_slack)
        assert found is not None
        assert found.is_beyond
        assert found.start // 1440 == MONDAY + 7

    def test_leaves_what_has_gone_by(self) -> None:
        piece = _piece(MONDAY, 1, 1.0, free=10)
        ground = _ground(piece, {MONDAY: 480})
        assert moved_later(piece, WEEK._replace(today=MONDAY + 1), ground, slack=4800) is None


class TestMovedEarlier:
    def test_steps_back_as_little_as_it_can(self) -> None:
        piece = _piece(MONDAY + 2, 2, 1.0, earliest=(MONDAY - 7) * 1440)
        ground = _ground(piece, {MONDAY + 2: 480, MONDAY + 3: 480, MONDAY + 1: 96})
        found = moved_earlier(piece, WEEK, ground)
        assert found is not None
        assert found.start // 1440 == MONDAY - 3  # Friday and Monday: Tuesday has no room

    def test_never_goes_before_the_earliest_day(self) -> None:
        piece = _piece(MONDAY + 2, 2, 1.0, earliest=MONDAY * 1440)
        ground = _ground(piece, {MONDAY + 2: 480, MONDAY + 3: 480, MONDAY + 1: 96})
        assert moved_earlier(piece, WEEK, ground) is None


class TestHandedOver:
    @settings(max_examples=150)
    @given(tasks, others, few_others)
    def test_gives_no_one_more_than_a_day_holds(
        self, piece: Candidate, anna: dict[int, int], ben: dict[int, int]
    ) -> None:
        ground = _ground(piece, anna, ben)
        for found in handed_over(piece, WEEK, ground, [BEN, ANNA]):
            assert found.to_id == BEN
            assert (found.start, found.finish) == (piece.start, piece.finish)
            _helps_and_harms_no_one(piece, ground, found)

    def test_takes_who_is_free_and_says_how_free(self) -> None:
        piece = _piece(MONDAY, 2, 0.5)
        ground = _ground(piece, {MONDAY: 480, MONDAY + 1: 480}, {MONDAY: 240})
        (found,) = handed_over(piece, WEEK, ground, [BEN])
        assert found.free_minutes == 240 + 480
        assert found.effect.resolves

    def test_leaves_one_with_an_hour_too_little_alone(self) -> None:
        piece = _piece(MONDAY, 2, 0.5)
        ground: Any = _ground(piece, {MONDAY: 480, MONDAY + 1: 480}, {MONDAY: 300})
        assert handed_over(piece, WEEK, ground, [BEN]) == []
