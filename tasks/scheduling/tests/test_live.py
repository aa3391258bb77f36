"""A plan that stays loaded."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.worktime.errors import UnknownCalendar, WorkingTimeExhausted, WorktimeError
from tasks.scheduling.errors import (
    CircularLinks,
    DateOutOfRange,
    DuplicateLink,
    LinkToAncestor,
    LinkToItself,
    MissingConstraintDate,
    NegativeDuration,
    NetworkError,
    UnknownLink,
    UnknownResource,
    UnknownTask,
)
from tasks.scheduling.live import LivePlan
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Task
from tasks.scheduling.plan import Plan
from tasks.scheduling.schedule import schedule
from tasks.scheduling.tests.random_plans import MONDAY, random_edit, random_network

DAY = 480
PROJECT = ProjectSettings(MONDAY)
REFUSED = (NetworkError, WorktimeError)


def spans(plan: Plan) -> dict[int, tuple[int, int]]:
    return {task_id: dates[:2] for task_id, dates in plan.tasks.items()}


def settled(live: LivePlan) -> Plan:
    live.settle()
    return live.plan()


def chain(count: int) -> Network:
    tasks = tuple(Task(number, DAY) for number in range(count))
    return Network(PROJECT, tasks, tuple(Link(number, number + 1) for number in range(count - 1)))


def nested() -> Network:
    """House (1) with walls (2) and roof (3), then a party (4)."""
    tasks = (Task(1), Task(2, DAY, 1), Task(3, DAY, 1), Task(4, DAY))
    return Network(PROJECT, tasks, (Link(2, 3), Link(1, 4)))


class TestLivePlan:
    @settings(max_examples=120, deadline=None)
    @given(st.randoms(use_true_random=False), st.booleans())
    def test_says_after_any_edits_what_a_full_run_says(self, chance, rare):
        network = random_network(chance, rare=rare)
        try:
            live = LivePlan(network)
        except REFUSED:
            return
        last = spans(live.plan())
        for _ in range(chance.randint(1, 8)):
            name, arguments, named = random_edit(chance, live.network)
            before = live.network
            try:
                getattr(live, name)(*arguments, **named)
            except REFUSED:
                assert live.network == before
                continue
            if chance.random() < 0.3:
                continue  # several edits, then one answer
            try:
                wanted = schedule(live.network)
            except REFUSED as error:
                with pytest.raises(type(error)):
                    settled(live)
                continue
            moved = live.settle()
            assert live.plan() == wanted
            assert all(live[task_id] == dates for task_id, dates in wanted.tasks.items())
            now = spans(wanted)
            assert {task_id for task_id, span in now.items() if last.get(task_id) != span} <= moved
            last = now

    @settings(max_examples=120, deadline=None)
    @given(st.randoms(use_true_random=False))
    def test_refuses_a_link_exactly_where_a_full_run_does(self, chance):
        network = random_network(chance, rare=False)
        ids = [task.id for task in network.tasks]
        link = Link(chance.choice(ids), chance.choice(ids))
        with suppress(*REFUSED):
            live = LivePlan(network)
            schedule(network)
            try:
                schedule(replace(network, links=(*network.links, link)))
            except NetworkError as error:
                with pytest.raises(type(error)):
                    live.put_link(link)
            else:
                live.put_link(link)

    def test_names_those_that_moved_and_takes_no_step_for_the_others(self):
        live = LivePlan(chain(100))
        live.put_task(Task(95, 2 * DAY))
        assert live.settle() == {95, 96, 97, 98, 99}
        assert live.settle() == frozenset()

    def test_leaves_a_plan_that_was_asked_for_as_it_was(self):
        live = LivePlan(chain(3))
        plan = live.plan()
        live.put_task(Task(0, 5 * DAY))
        live.settle()
        assert plan == schedule(chain(3))
        assert live.finish == live.plan().finish > plan.finish

    def test_lets_a_row_come_and_go(self):
        live = LivePlan(nested())
        live.put_task(Task(5, 3 * DAY, 1))
        assert live.settle() >= {1, 4, 5}
        live.drop_task(5)
        assert live.settle() == {1, 4}
        assert live.plan() == schedule(nested())

    def test_lets_a_summary_span_a_new_row_instead_of_inactive_ones(self):
        idle = Task(2, 9 * DAY, 1, is_active=False)
        live = LivePlan(Network(PROJECT, (Task(1), idle, Task(3, DAY))))
        live.put_task(Task(4, DAY, 1))
        assert settled(live) == schedule(live.network)

    def test_removes_a_family_with_its_links(self):
        live = LivePlan(nested())
        live.drop_task(1)
        assert live.settle() == {4}
        assert live.network == Network(PROJECT, (Task(4, DAY),))

    def test_ends_with_nothing_when_all_are_gone(self):
        live = LivePlan(Network(PROJECT, (Task(1, DAY),)))
        live.drop_task(1)
        live.settle()
        assert live.plan() == schedule(Network(PROJECT))
        assert live.finish == MONDAY


class TestRefusedEdits:
    @pytest.mark.parametrize(
        ("edit", "reason", "about"),
        [
            (lambda live: live.put_link(Link(4, 2)), CircularLinks, (1, 4, 2)),
            (lambda live: live.put_link(Link(2, 2)), LinkToItself, (2,)),
            (lambda live: live.put_link(Link(1, 3)), LinkToAncestor, (1, 3)),
            (lambda live: live.put_link(Link(2, 3, "FF")), DuplicateLink, (2, 3)),
            (lambda live: live.put_task(Task(2, DAY, 1, deadline_minute=10**9)), DateOutOfRange, (2,)),
            (lambda live: live.put_link(Link(9, 3)), UnknownTask, (9,)),
            (lambda live: live.drop_link(Link(2, 4)), UnknownLink, (2, 4)),
            (lambda live: live.drop_link(Link(2, 9)), UnknownLink, (2, 9)),
            (lambda live: live.drop_task(9), UnknownTask, (9,)),
            (lambda live: live.put_task(Task(9, DAY, 8)), UnknownTask, (8,)),
            (lambda live: live.put_task(Task(2, -1, 1)), NegativeDuration, (2,)),
            (lambda live: live.put_task(Task(2, 1, 1, constraint_type="MSO")), MissingConstraintDate, (2,)),
            (lambda live: live.put_people(2, [Assignment(2, 7)]), UnknownResource, (2,)),
            (lambda live: live.put_people(2, [Assignment(3, 7)]), UnknownTask, (3,)),
            (lambda live: live.put_task(Task(2, DAY, 1, calendar_id=7)), UnknownCalendar, ()),
        ],
    )
    def test_change_nothing_and_say_whom_they_are_about(self, edit, reason, about):
        live = LivePlan(nested())
        with pytest.raises(reason) as caught:
            edit(live)
        assert caught.value.task_ids == about
        assert live.network == nested()
        assert live.settle() == frozenset()

    def test_recover_once_a_date_out_of_range_is_mended(self):
        live = LivePlan(nested())
        live.put_task(Task(2, 10**8, 1))
        with pytest.raises(WorkingTimeExhausted):
            live.settle()
        with pytest.raises(WorkingTimeExhausted):
            live.plan()
        live.put_task(Task(2, DAY, 1))
        live.settle()
        assert live.plan() == schedule(nested())


class TestRanks:
    def test_make_room_again_and_again_at_the_same_place(self):
        """Each link runs against the order of rows, so that every one has to be squeezed in."""
        count = 120
        live = LivePlan(Network(PROJECT, tuple(Task(number, DAY) for number in range(count))))
        order = list(range(count))
        Random(1).shuffle(order)
        for first, last in pairwise(order):
            live.put_link(Link(first, last))
        live.settle()
        assert live.plan() == schedule(live.network)
        with pytest.raises(CircularLinks) as caught:
            live.put_link(Link(order[-1], order[0]))
        assert sorted(caught.value.task_ids) == list(range(count))
