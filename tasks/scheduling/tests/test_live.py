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
from tasks.scheduling.live.plan import LivePlan
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Task
from tasks.scheduling.plan import Plan
from tasks.scheduling.reference.checks import FIRST_MINUTE
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.tests.random_plans import MONDAY, random_edit, random_network

DAY = 480
PROJECT = ProjectSettings(MONDAY)
REFUSED = (NetworkError, WorktimeError)
#: Tens of seeds whose plans walk branches that no others do; where branches are counted the rest is left out.
WALK = (0, 8, 11, 14)


def spans(plan: Plan) -> dict[int, tuple[int, int]]:
    return {task_id: dates[:2] for task_id, dates in plan.tasks.items()}


def settled(live: LivePlan) -> Plan:
    live.settle()
    return live.plan()


def edit_and_compare(chance: Random, *, rare: bool) -> None:
    """Some edits of a random plan; after one or several of them the answer has to be that of a full run."""
    try:
        live = LivePlan(random_network(chance, rare=rare))
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
            continue
        try:
            wanted = reference_plan(live.network)
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


def chain(count: int) -> Network:
    tasks = tuple(Task(number, DAY) for number in range(count))
    return Network(PROJECT, tasks, tuple(Link(number, number + 1) for number in range(count - 1)))


def nested() -> Network:
    """House (1) with walls (2) and roof (3), then a party (4)."""
    tasks = (Task(1), Task(2, DAY, 1), Task(3, DAY, 1), Task(4, DAY))
    return Network(PROJECT, tasks, (Link(2, 3), Link(1, 4)))


class TestLivePlan:
    @settings(max_examples=60)
    @given(st.randoms(use_true_random=False), st.booleans())
    def test_says_after_any_edits_what_a_full_run_says(self, chance, rare):
        edit_and_compare(chance, rare=rare)

    @pytest.mark.parametrize(
        "tens", [pytest.param(tens, marks=[] if tens in WALK else pytest.mark.many) for tens in range(15)]
    )
    def test_says_the_same_for_the_same_plans_every_day(self, tens):
        for seed in range(10 * tens, 10 * tens + 10):
            edit_and_compare(Random(seed), rare=seed % 3 == 0)

    @settings(max_examples=60)
    @given(st.randoms(use_true_random=False))
    def test_refuses_a_link_exactly_where_a_full_run_does(self, chance):
        network = random_network(chance, rare=False)
        ids = [task.id for task in network.tasks]
        link = Link(chance.choice(ids), chance.choice(ids))
        with suppress(*REFUSED):
            live = LivePlan(network)
            reference_plan(network)
            try:
                reference_plan(replace(network, links=(*network.links, link)))
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
        assert plan == reference_plan(chain(3))
        assert live.finish == live.plan().finish > plan.finish

    def test_lets_a_row_come_and_go(self):
        live = LivePlan(nested())
        live.put_task(Task(5, 3 * DAY, 1))
        assert live.settle() >= {1, 4, 5}
        live.drop_task(5)
        assert live.settle() == {1, 4}
        assert live.plan() == reference_plan(nested())

    def test_lets_a_summary_span_a_new_row_instead_of_inactive_ones(self):
        idle = Task(2, 9 * DAY, 1, is_active=False)
        live = LivePlan(Network(PROJECT, (Task(1), idle, Task(3, DAY))))
        live.put_task(Task(4, DAY, 1))
        assert settled(live) == reference_plan(live.network)

    def test_takes_a_row_from_among_inactive_ones(self):
        rows = (Task(1), Task(2, DAY, 1, is_active=False), Task(3, DAY, 1), Task(4, 2 * DAY, 1))
        live = LivePlan(Network(PROJECT, rows))
        live.drop_task(4)
        assert settled(live) == reference_plan(live.network)

    def test_keeps_account_of_links_out_of_rows_that_hold_no_other(self):
        rows = (Task(1, DAY, is_active=False), Task(2, DAY), Task(3, DAY))
        live = LivePlan(Network(PROJECT, rows, (Link(1, 2),)))
        live.put_link(Link(1, 3))
        with pytest.raises(DuplicateLink):
            live.put_link(Link(1, 3, "SS"))
        live.drop_link(Link(1, 2))
        live.put_link(Link(2, 3))
        live.drop_task(2)
        assert settled(live) == reference_plan(live.network)
        assert live.network.links == (Link(1, 3),)
        live.drop_task(3)
        assert settled(live) == reference_plan(live.network)

    def test_finds_its_finish_after_thousands_of_edits(self):
        live = LivePlan(chain(2))
        for number in range(1200):
            live.put_task(Task(0, DAY + number % 7))
            live.settle()
        assert live.plan() == reference_plan(live.network)

    def test_removes_a_family_with_its_links(self):
        live = LivePlan(nested())
        live.drop_task(1)
        assert live.settle() == {4}
        assert live.network == Network(PROJECT, (Task(4, DAY),))

    def test_ends_with_nothing_when_all_are_gone(self):
        live = LivePlan(Network(PROJECT, (Task(1, DAY),)))
        live.drop_task(1)
        live.settle()
        assert live.plan() == reference_plan(Network(PROJECT))
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
        assert live.plan() == reference_plan(nested())

    def test_recover_once_a_deadline_is_mended_that_could_not_be_kept(self):
        live = LivePlan(nested())
        live.put_task(Task(2, DAY, 1, deadline_minute=FIRST_MINUTE + 10))
        live.settle()
        with pytest.raises(WorkingTimeExhausted):
            live.plan()
        live.put_task(Task(2, DAY, 1))
        assert live.settle() == frozenset()
        assert live.plan() == reference_plan(nested())


class TestRanks:
    def test_move_a_whole_family_behind_a_row_below_it(self):
        tasks = (Task(1), Task(2, DAY, 1), Task(3), Task(4, DAY, 3))
        live = LivePlan(Network(PROJECT, tasks))
        live.put_link(Link(3, 1))
        assert settled(live) == reference_plan(live.network)

    def test_are_numbered_anew_when_there_is_no_room_left(self):
        """Each link squeezes one more row between the same two."""
        count = 40
        first, last = count, count + 1
        tasks = tuple(Task(number, DAY) for number in range(count + 2))
        live = LivePlan(Network(PROJECT, tasks, tuple(Link(number, last) for number in range(count))))
        for before, after in pairwise([first, *range(count)]):
            live.put_link(Link(before, after))
        assert settled(live) == reference_plan(live.network)

    def test_make_room_again_and_again_at_the_same_place(self):
        """Each link runs against the order of rows, so that every one has to be squeezed in."""
        count = 120
        live = LivePlan(Network(PROJECT, tuple(Task(number, DAY) for number in range(count))))
        order = list(range(count))
        Random(1).shuffle(order)
        for first, last in pairwise(order):
            live.put_link(Link(first, last))
        live.settle()
        assert live.plan() == reference_plan(live.network)
        with pytest.raises(CircularLinks) as caught:
            live.put_link(Link(order[-1], order[0]))
        assert sorted(caught.value.task_ids) == list(range(count))
