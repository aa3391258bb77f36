"""How much of whom a plan needs on each day, against a count of every minute."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.worktime.calendar import WorkingTime
from projects.worktime.moments import day_number
from projects.worktime.rules import CalendarException, CalendarRules, Day
from tasks.allocation.days import loads_of
from tasks.scheduling.network import Assignment, Network, ProjectSettings, Resource, Task
from tasks.scheduling.reference.clocks import Clocks

COMPANY, SITE, NIGHTS, PERSON, MACHINE, IDLE, PAINT = 1, 2, 3, 11, 12, 13, 14
MONDAY = day_number(date(2026, 4, 6))
OFFICE: Day = ((540, 720), (780, 1080))
CALENDARS = (
    CalendarRules(COMPANY, week=(OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ())),
    CalendarRules(SITE, week=(((480, 960),),) * 7),
    CalendarRules(NIGHTS, week=(((1320, 1800),),) * 5 + ((), ())),
    # Away on Wednesday, and on Thursday morning.
    CalendarRules(
        -PERSON,
        base_id=COMPANY,
        exceptions=(
            CalendarException(MONDAY + 2, MONDAY + 2),
            CalendarException(MONDAY + 3, MONDAY + 3, ((780, 1080),)),
        ),
    ),
    CalendarRules(-IDLE, week=((),) * 7),
)
RESOURCES = (
    Resource(PERSON, calendar_id=-PERSON),
    Resource(MACHINE, calendar_id=NIGHTS),
    Resource(IDLE, calendar_id=-IDLE),
    Resource(PAINT, kind="material"),
)
TASK = Task(1, duration_minutes=2400)
SPAN = (MONDAY * 1440 + 540, (MONDAY + 4) * 1440 + 1080)


def needed(
    task: Task = TASK, span: tuple[int, int] = SPAN, *, above: tuple[Task, ...] = (), **fields: object
) -> dict[int, int]:
    """Minutes by days after MONDAY, of one assignment."""
    item = Assignment(task.id, **{"resource_id": PERSON, **fields})  # type: ignore[arg-type]  # by name
    network = Network(
        ProjectSettings(0, calendar_id=COMPANY), (*above, task), (), CALENDARS, RESOURCES, (item,)
    )
    found = loads_of(network, {task.id: span})
    return {day - MONDAY: minutes for load in found.values() for day, minutes in zip(*load, strict=True)}


class TestLoadsOf:
    def test_are_the_hours_that_a_person_is_there(self) -> None:
        assert needed() == {0: 480, 1: 480, 3: 300, 4: 480}

    def test_are_a_share_rounded_to_a_minute(self) -> None:
        assert needed(units=0.3333) == {0: 160, 1: 160, 3: 100, 4: 160}

    def test_begin_and_end_within_a_day(self) -> None:
        assert needed(span=(MONDAY * 1440 + 900, (MONDAY + 1) * 1440 + 600)) == {0: 180, 1: 60}
        assert needed(span=(MONDAY * 1440 + 600, MONDAY * 1440 + 660)) == {0: 60}

    def test_share_the_time_of_the_task(self) -> None:
        assert needed(replace(TASK, calendar_id=SITE)) == {0: 360, 1: 360, 3: 180, 4: 360}

    def test_take_the_time_of_a_task_that_ignores_people(self) -> None:
        task = replace(TASK, calendar_id=SITE, ignores_resource_calendar=True)
        assert needed(task) == {0: 420, 1: 480, 2: 480, 3: 480, 4: 480}

    def test_go_past_midnight(self) -> None:
        span = (MONDAY * 1440 + 1320, (MONDAY + 2) * 1440)
        assert needed(span=span, resource_id=MACHINE) == {0: 120, 1: 480}

    def test_of_elapsed_tasks_are_the_working_hours_inside(self) -> None:
        task = replace(TASK, is_elapsed=True, calendar_id=SITE)
        assert needed(task, (MONDAY * 1440, (MONDAY + 2) * 1440)) == {0: 480, 1: 480}

    def test_begin_after_a_delay_of_ones_own(self) -> None:
        assert needed(delay_minutes=960) == {3: 300, 4: 480}

    def test_end_when_the_own_work_is_done(self) -> None:
        assert needed(work_minutes=600) == {0: 480, 1: 120}
        assert needed(work_minutes=600, units=0.5) == {0: 240, 1: 240, 3: 120}
        assert needed(work_minutes=600, overtime_minutes=120) == {0: 480}

    def test_pause_where_the_task_is_split(self) -> None:
        day = [MONDAY * 1440 + number * 1440 for number in range(6)]
        task = replace(TASK, splits=((day[0] + 540, day[0] + 1080), (day[3] + 540, day[4] + 1080)))
        assert needed(task) == {0: 480, 3: 300, 4: 480}

    def test_keep_the_pauses_of_a_split_task_that_has_moved(self) -> None:
        day = [MONDAY * 1440 + number * 1440 for number in range(9)]
        task = replace(TASK, splits=((day[0] + 540, day[0] + 1080), (day[3] + 780, day[4] + 1080)))
        # 480 minutes of pause lie between: Thursday afternoon and Friday's first three hours.
        assert needed(task, (day[1] + 540, day[7] + 1080)) == {1: 480, 4: 300, 7: 480}

    @pytest.mark.parametrize(
        "task",
        [replace(TASK, is_milestone=True), replace(TASK, is_active=False)],
        ids=["milestone", "inactive"],
    )
    def test_are_nothing_of_what_no_one_works_on(self, task: Task) -> None:
        assert needed(task) == {}

    def test_are_nothing_below_an_inactive_summary(self) -> None:
        above = (Task(8, is_active=False), Task(9, parent_id=8))
        assert needed(replace(TASK, parent_id=9), above=above) == {}

    def test_are_nothing_on_a_summary(self) -> None:
        item = Assignment(9, PERSON)
        tasks = (Task(9), replace(TASK, parent_id=9))
        network = Network(ProjectSettings(0, calendar_id=COMPANY), tasks, (), CALENDARS, RESOURCES, (item,))
        assert loads_of(network, {1: SPAN, 9: SPAN}) == {}

    def test_are_nothing_of_material_and_of_who_never_works(self) -> None:
        assert needed(resource_id=PAINT) == {}
        assert needed(resource_id=IDLE) == {}

    @given(
        start=st.integers(0, 9 * 1440), length=st.integers(0, 12 * 1440),
        units=st.integers(1, 30_000), resource_id=st.sampled_from([PERSON, MACHINE]),
        calendar_id=st.sampled_from([None, COMPANY, SITE]),
    )  # fmt: skip
    def test_are_the_minutes_one_by_one(
        self, start: int, length: int, units: int, resource_id: int, calendar_id: int | None
    ) -> None:
        task = replace(TASK, calendar_id=calendar_id)
        begin = MONDAY * 1440 + start
        found = needed(task, (begin, begin + length), resource_id=resource_id, units=units / 10_000)
        clocks = Clocks(Network(ProjectSettings(0, calendar_id=COMPANY), calendars=CALENDARS))
        times = [clocks.calendars.calendar(-PERSON if resource_id == PERSON else NIGHTS)]
        times += [clocks.calendars.calendar(calendar_id)] if calendar_id else []
        worked = Counter(
            minute // 1440 - MONDAY
            for first, last in _shifts(times, begin, begin + length)
            for minute in range(first, last)
        )
        expected = {day: (count * units + 5_000) // 10_000 for day, count in worked.items()}
        assert found == {day: minutes for day, minutes in expected.items() if minutes}


def _shifts(times: list[WorkingTime], start: int, finish: int) -> list[tuple[int, int]]:
    """What all calendars have in common, by cutting stretches."""
    found = [(start, finish)]
    for time in times:
        shifts = time.shifts_of(start // 1440 - 2, finish // 1440 + 2)
        found = [(max(a, c), min(b, d)) for a, b in found for c, d in shifts if max(a, c) < min(b, d)]
    return found
