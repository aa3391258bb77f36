"""What holds for every plan."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from projects.worktime.calendars import Calendars
from projects.worktime.rules import AROUND_THE_CLOCK, OFFICE_WEEK, CalendarException, CalendarRules
from tasks.scheduling.constraint_types import CONSTRAINT_TYPES, ConstraintType
from tasks.scheduling.explain.why import why
from tasks.scheduling.network import (
    Assignment,
    Link,
    Network,
    ProjectSettings,
    Resource,
    Task,
)
from tasks.scheduling.reference.passes import reference_plan

MONDAY = 20458 * 1440 + 480  # 2026-01-05 08:00
CALENDARS = (
    CalendarRules(id=1, week=OFFICE_WEEK, exceptions=(CalendarException(20460, 20461),)),
    CalendarRules(id=2, week=AROUND_THE_CLOCK),
    CalendarRules(id=3, base_id=1, exceptions=(CalendarException(20465, 20467),)),
)
PEOPLE = (Resource(id=1, calendar_id=1), Resource(id=2, calendar_id=3))
CONSTRAINTS: tuple[ConstraintType, ...] = ("ASAP", "ASAP", "ASAP", *CONSTRAINT_TYPES)

few = settings(max_examples=60)


@st.composite
def networks(draw, *, plain: bool = False) -> Network:
    """Up to 14 rows in two levels; links only run forward, so there is no circle."""
    count = draw(st.integers(1, 14))
    tasks: list[Task] = []
    for number in range(1, count + 1):
        tops = [task.id for task in tasks if task.parent_id is None and task.duration_minutes == 0]
        kind: ConstraintType = "ASAP" if plain else draw(st.sampled_from(CONSTRAINTS))
        tasks.append(
            Task(
                id=number,
                duration_minutes=draw(st.sampled_from((0, 60, 480, 1440))),
                parent_id=draw(st.sampled_from([None, *tops])),
                constraint_type=kind,
                constraint_minute=None
                if kind in ("ASAP", "ALAP")
                else MONDAY + draw(st.integers(0, 20)) * 1440,
                calendar_id=None if plain else draw(st.sampled_from((None, None, 2, 3))),
                deadline_minute=None if plain else draw(st.sampled_from((None, None, MONDAY + 5 * 1440))),
            )
        )
    parents = {task.id: task.parent_id for task in tasks}
    links: dict[tuple[int, int], Link] = {}
    for _ in range(draw(st.integers(0, count * 2))):
        first = draw(st.integers(1, count))
        second = draw(st.integers(1, count))
        before, after = min(first, second), max(first, second)
        # Children come after their summary, so a link may not run between a family and one that began before it.
        tops = [parents[before] or before, parents[after] or after]
        if before == after or tops[0] >= tops[1]:
            continue
        links[before, after] = Link(
            before,
            after,
            draw(st.sampled_from(("FS", "FS", "SS", "FF", "SF"))) if not plain else "FS",
            draw(st.sampled_from(("working", "elapsed"))),
            0 if plain else draw(st.sampled_from((0, 0, 480, -240, 1440))),
        )
    assignments = (
        ()
        if plain
        else tuple(
            Assignment(task_id=task.id, resource_id=draw(st.integers(1, 2)))
            for task in tasks
            if draw(st.booleans())
        )
    )
    return Network(
        ProjectSettings(MONDAY, calendar_id=1),
        tuple(tasks),
        tuple(links.values()),
        CALENDARS,
        PEOPLE,
        assignments,
    )


def summaries(network: Network) -> set[int]:
    return {task.parent_id for task in network.tasks if task.parent_id is not None}


class TestEveryPlan:
    @few
    @given(networks(), st.integers())
    def test_is_the_same_in_any_row_order(self, network, seed):
        rows, links, people = list(network.tasks), list(network.links), list(network.assignments)
        for items in (rows, links, people):
            random.Random(seed).shuffle(items)
        shuffled = replace(network, tasks=tuple(rows), links=tuple(links), assignments=tuple(people))
        plan, other = reference_plan(network), reference_plan(shuffled)
        for task in network.tasks:
            assert plan[task.id][:9] == other[task.id][:9]

    @few
    @given(networks())
    def test_is_the_same_twice(self, network):
        assert reference_plan(network) == reference_plan(network)

    @few
    @given(networks())
    def test_spans_the_children_of_every_summary(self, network):
        plan = reference_plan(network)
        for summary in summaries(network):
            children = [plan[task.id] for task in network.tasks if task.parent_id == summary]
            assert plan[summary].start == min(child.start for child in children)
            assert plan[summary].finish == max(child.finish for child in children)

    @few
    @given(networks())
    def test_has_free_slack_between_nothing_and_the_total(self, network):
        for dates in reference_plan(network).tasks.values():
            assert 0 <= dates.free_slack <= max(0, dates.total_slack)

    @few
    @given(networks())
    def test_can_say_why_down_to_something_that_waits_for_nothing(self, network):
        plan = reference_plan(network)
        for task_id in plan:
            chain = why(plan, task_id)
            assert chain[0].task_id == task_id
            last = chain[-1].driver
            assert last.task_id is None or last.task_id in {reason.task_id for reason in chain}

    @few
    @given(networks())
    def test_stays_when_its_own_dates_are_given_by_hand(self, network):
        plan = reference_plan(network)
        fixed = tuple(
            replace(task, mode="manual", start_minute=plan[task.id].start, finish_minute=plan[task.id].finish)
            for task in network.tasks
        )
        again = reference_plan(replace(network, tasks=fixed))
        assert [again[t][:2] for t in again] == [plan[t][:2] for t in plan]


class TestPlansOfPlainLinks:
    @few
    @given(networks(plain=True))
    def test_respect_every_link_and_every_duration(self, network):
        plan = reference_plan(network)
        calendar = Calendars(CALENDARS).calendar(1)
        for link in network.links:
            assert plan[link.successor_id].start >= plan[link.predecessor_id].finish
        for task in network.tasks:
            if task.id not in summaries(network):
                assert calendar.between(plan[task.id].start, plan[task.id].finish) == task.duration_minutes

    @few
    @given(networks(plain=True))
    def test_have_no_negative_slack_and_a_critical_task(self, network):
        dates = reference_plan(network).tasks.values()
        assert min(row.total_slack for row in dates) == 0
        assert any(row.is_critical for row in dates)

    @few
    @given(networks(plain=True))
    def test_finish_no_later_when_a_task_gets_shorter(self, network):
        longest = max(network.tasks, key=lambda task: (task.duration_minutes, task.id))
        shorter = tuple(replace(t, duration_minutes=0) if t.id == longest.id else t for t in network.tasks)
        assert reference_plan(replace(network, tasks=shorter)).finish <= reference_plan(network).finish

    @few
    @given(networks(plain=True))
    def test_let_a_task_slip_by_its_free_slack_and_no_other_moves(self, network):
        plan = reference_plan(network)
        calendar = Calendars(CALENDARS).calendar(1)
        for task in network.tasks:
            slack = plan[task.id].free_slack
            if task.id in summaries(network) or not slack or not task.duration_minutes:
                continue
            later = replace(
                task, constraint_type="SNET", constraint_minute=calendar.add(plan[task.id].start, slack)
            )
            slipped = reference_plan(
                replace(network, tasks=tuple(later if t is task else t for t in network.tasks))
            )
            linked = {link.successor_id for link in network.links if link.predecessor_id == task.id}
            assert all(slipped[other].start == plan[other].start for other in linked)
            break
