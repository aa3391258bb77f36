"""Bounds of plans with people: counted out by hand, against every place of every task, and by the checker (see ``counted`` for the days)."""

import os
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from projects.worktime.rules import CalendarException, CalendarRules
from tasks.scheduling.columns import columns_of
from tasks.scheduling.leveling.bound_checking import bound_faults
from tasks.scheduling.leveling.level import level
from tasks.scheduling.leveling.leveled import Leveled
from tasks.scheduling.leveling.plan_bound import PlanBound, Stretch
from tasks.scheduling.leveling.shorten import Search
from tasks.scheduling.leveling.tests.counted import ANN, BEN, DAY, MONDAY, WORKDAY, at, made
from tasks.scheduling.leveling.tests.test_random_plans import drawn, elsewhere_of, levelled
from tasks.scheduling.leveling.tests.tiny_plans import Tried, tiny
from tasks.scheduling.leveling.verify import LevelingRejected, Walk, verify
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task
from tasks.scheduling.schedule import schedule

CASES = int(os.environ.get("LEVELING_TINY_PLANS", "120"))
"""How many small plans are tried in every way; ``LEVELING_TINY_PLANS=3000`` for the whole."""
WHOLE_DAY = DAY * 10_000
AWAY = (Resource(ANN), Resource(BEN, calendar_id=-2))


def bound_of(
    tasks: list[Task], people: dict[int, Any], links: tuple[Link, ...] = (), **more: object
) -> PlanBound:
    found, _ = made(tasks, people, links, **more)
    assert found.bound is not None
    return found.bound


class TestPeople:
    def test_cannot_do_more_than_their_hours(self):
        # Three days of work of one person: Wednesday evening. With a minute less two days and 479 minutes are there.
        tasks = [Task(pk, DAY) for pk in (1, 2, 3)]
        bound = bound_of(tasks, {pk: [ANN] for pk in (1, 2, 3)})
        room = 3 * WHOLE_DAY - 10_000
        assert bound == PlanBound(
            at(2, 17), (1, 2, 3), Stretch(ANN, at(0), at(2, 17) - 1, room, 3 * WHOLE_DAY)
        )

    def test_are_not_there_on_leave(self):
        tasks = [Task(1, DAY), Task(2, DAY)]
        bound = bound_of(tasks, {1: [BEN], 2: [BEN]}, resources=AWAY, calendar_id=3)
        assert bound.finish == at(2, 17)

    def test_are_there_for_less_beside_what_is_fixed_and_elsewhere(self):
        # Wednesday 8:00 to 17:00 is given, Tuesday is half taken by other plans: of one day on Tuesday half is left.
        fixed = Task(9, DAY, is_pinned=True, start_minute=at(2), finish_minute=at(2, 17))
        tasks = [Task(1, DAY), Task(2, DAY // 2), Task(3, DAY // 2), fixed]
        busy = {ANN: [(at(1), at(1, 12), 10_000)]}
        people = {pk: [ANN] for pk in (1, 2, 3, 9)}
        bound = bound_of(tasks, people, elsewhere=busy)
        assert bound.finish == at(3, 12)
        assert bound.task_ids == (1, 2, 3)
        must = replace(
            fixed, is_pinned=False, start_minute=None, constraint_type="MSO", constraint_minute=at(2)
        )
        assert bound_of([*tasks[:3], must], people, elsewhere=busy).finish == at(3, 12)

    def test_wait_for_what_leads_to_their_work_and_leave_time_for_what_follows(self):
        # Before Ann's two tasks Ben needs a day, after each of them a day passes: Monday, Tuesday and Wednesday, Thursday.
        tasks = [Task(1, DAY), Task(2, DAY), Task(3, DAY), Task(4, DAY), Task(5, DAY)]
        links = (Link(1, 2), Link(1, 3), Link(2, 4), Link(3, 5))
        bound = bound_of(tasks, {1: [BEN], 2: [ANN], 3: [ANN]}, links)
        assert bound.finish == at(3, 17)
        assert bound.stretch is not None
        assert (bound.task_ids, bound.stretch.person_id, bound.stretch.begin) == ((2, 3), ANN, at(1))

    def test_share_the_time_of_several(self):
        halves = {pk: [Assignment(pk, ANN, 0.5)] for pk in (1, 2, 3, 4)}
        assert bound_of([Task(pk, DAY) for pk in halves], halves).finish == at(1, 17)
        two = (Resource(ANN, max_units=2.0),)
        whole = {pk: [ANN] for pk in (1, 2, 3, 4)}
        assert bound_of([Task(pk, DAY) for pk in whole], whole, resources=two).finish == at(1, 17)


class TestPath:
    def test_is_what_links_ask(self):
        assert bound_of([Task(1, DAY), Task(2, DAY)], {1: [ANN], 2: [ANN]}, (Link(1, 2),)) == PlanBound(
            at(1, 17), (2,)
        )

    def test_of_a_plan_without_tasks_is_its_start(self):
        assert bound_of([], {}) == PlanBound(at(0), ())

    def test_within_slack_there_is_none(self):
        found, _ = made([Task(1, DAY), Task(2, DAY)], {1: [ANN], 2: [ANN]}, within_slack=True)
        assert found.bound is None


class TestWhatIsNotCounted:
    """What is not certain of every plan makes a bound weaker, never wrong."""

    def test_a_task_with_a_latest_date(self):
        late = Task(1, DAY, constraint_type="SNLT", constraint_minute=at(0))
        people = {1: [ANN], 2: [ANN]}
        assert bound_of([late, Task(2, DAY)], people).finish == at(0, 17)
        assert bound_of([late, Task(2, DAY)], people, honors_constraints=False).finish == at(0, 17)

    def test_a_task_after_part_of_a_minute(self):
        tasks = [Task(1, 61), Task(2, DAY), Task(3, DAY)]
        share = Link(1, 2, lag_kind="percent", lag_percent=50.0)
        bound = bound_of(tasks, {2: [ANN], 3: [ANN]}, (share,))
        assert bound.stretch is None
        whole = bound_of([Task(1, 60), *tasks[1:]], {2: [ANN], 3: [ANN]}, (share,))
        assert whole.stretch is not None

    def test_two_parts_of_one_person(self):
        twice = [Assignment(1, ANN, 0.5), Assignment(1, ANN, 0.5)]
        assert bound_of([Task(1, DAY), Task(2, DAY)], {1: twice, 2: [ANN]}).finish == at(0, 17)

    def test_work_outside_of_the_hours_of_a_person(self):
        tasks = [Task(1, 3 * DAY, is_elapsed=True), Task(2, DAY), Task(3, DAY)]
        bound = bound_of(tasks, {1: [ANN], 2: [ANN], 3: [ANN]})
        assert (bound.finish, bound.task_ids) == (at(1, 17), (2, 3))

    def test_a_team_whose_finish_may_settle_the_evening_before(self):
        tasks = [Task(1, DAY), Task(2, DAY), Task(3, 60)]
        people = {1: [ANN], 2: [ANN], 3: [ANN, BEN]}
        bound = bound_of(tasks, people, (Link(1, 3, "FF"),), resources=AWAY, calendar_id=3)
        assert (bound.finish, bound.task_ids) == (at(1, 17), (1, 2))

    def test_a_delay_that_pulls(self):
        tasks = [Task(1, DAY, priority=1000, leveling_delay_minutes=-1440), Task(2, DAY)]
        found, _ = made(tasks, {1: [ANN], 2: [ANN]}, (Link(1, 2),))
        assert found.bound is None

    def test_what_lies_beyond_the_last_day_of_a_calendar(self):
        # Ann works on three days only, Ben needs two weeks: what may end after her last day is not looked at.
        days = CalendarRules(7, week=((),) * 7, exceptions=(CalendarException(20458, 20460, WORKDAY),))
        network = Network(
            ProjectSettings(at(0)), (Task(1, DAY), Task(2, 5 * DAY), Task(3, 5 * DAY)), (), (days,),
            (Resource(ANN, calendar_id=7), Resource(BEN)), (Assignment(1, ANN), Assignment(2, BEN), Assignment(3, BEN)),
        )  # fmt: skip
        found = level(columns_of(network))
        verify(found)
        assert found.bound == PlanBound(at(4, 17), (2,))


def checked(found: Leveled, bound: PlanBound) -> list[str]:
    walk = Walk(found.columns, schedule(found.columns))
    return bound_faults(found.columns, found.elsewhere, bound, walk)


class TestChecker:
    def test_finds_what_does_not_follow(self):
        tasks = [Task(pk, DAY) for pk in (1, 2, 3)]
        found, _ = made(tasks, {pk: [ANN] for pk in (1, 2, 3)})
        good = found.bound
        assert good is not None
        assert good.stretch is not None
        assert checked(found, good) == []
        stretch = good.stretch
        wrong = [
            replace(good, finish=at(3, 17)),
            replace(good, stretch=replace(stretch, begin=at(0, 9))),
            replace(good, stretch=replace(stretch, end=at(2, 12))),
            replace(good, stretch=replace(stretch, room=stretch.room - 1)),
            replace(good, stretch=replace(stretch, work=stretch.work + 1)),
            replace(good, stretch=replace(stretch, room=stretch.work)),
            replace(good, task_ids=(1, 2)),
            replace(good, stretch=replace(stretch, person_id=BEN)),
            PlanBound(at(2, 17), (1,)),
        ]
        assert [one for one in wrong if not checked(found, one)] == []
        with pytest.raises(LevelingRejected, match="need not lie"):
            verify(replace(found, bound=wrong[0]))

    def test_asks_for_tasks_that_are_certain(self):
        fixed = Task(1, DAY, is_pinned=True, start_minute=at(0), finish_minute=at(0, 17))
        far = Task(3, DAY, constraint_type="SNET", constraint_minute=MONDAY + 2_000_000)
        clock = Task(4, DAY, is_elapsed=True)
        found, _ = made([fixed, Task(2, DAY), far, clock], {pk: [ANN] for pk in (1, 2, 3, 4)})
        for pk in (1, 3, 4):
            said = checked(found, PlanBound(at(1), (pk,), Stretch(ANN, at(0), at(0, 17), 0, 1)))
            assert f"Task {pk} need not lie between {at(0)} and {at(0, 17)}." in said


def test_some_plans_by_chance_have_a_bound_that_holds():
    by_people = 0
    for seed in range(40):
        network = drawn(seed)
        if levelled(network) is None:
            continue
        search = Search(6) if not seed % 4 else None
        found = level(columns_of(network), elsewhere_of(Random(seed), network), search=search)
        verify(found)
        assert found.bound is not None
        assert found.bound.finish <= found.finish_after
        by_people += found.bound.stretch is not None
    assert by_people


@pytest.mark.many
def test_no_plan_is_shorter_than_its_bound():
    sharp = by_people = 0
    for seed in range(CASES):
        network, busy = tiny(Random(f"tiny {seed}"))
        found = level(columns_of(network), busy, search=Search(40))
        verify(found)
        shortest = Tried(network, busy).shortest(found.finish_after)
        assert found.bound is not None
        assert found.bound.finish <= shortest <= found.finish_after, seed
        sharp += found.bound.finish == shortest
        by_people += found.bound.stretch is not None
    assert sharp > CASES // 3
    assert by_people > CASES // 3
