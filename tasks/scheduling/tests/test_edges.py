"""Corners that plans of every day do not reach."""

import gc

import pytest

from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorkingTimeExhausted
from projects.worktime.rules import AROUND_THE_CLOCK, OFFICE_WEEK, CalendarException, CalendarRules
from tasks.scheduling.errors import CircularLinks, DateOutOfRange, UnknownResource, UnknownTask
from tasks.scheduling.explain.why import Wait, why
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task
from tasks.scheduling.reference.checks import FIRST_MINUTE
from tasks.scheduling.reference.clocks import ELAPSED, TeamTime
from tasks.scheduling.reference.given import given_dates
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.report import as_json, as_table, moment_text

MONDAY = 20458 * 1440 + 480  # 2026-01-05 08:00
DAY = 480
PROJECT = ProjectSettings(MONDAY)
AWAY = CalendarRules(1, week=OFFICE_WEEK, exceptions=(CalendarException(20458, 20460),))
NIGHTS = CalendarRules(2, week=(*((((1320, 1800),),) * 5), (), ()))


class TestElapsedTime:
    def test_counts_every_minute_in_all_directions(self):
        assert ELAPSED.fit(MONDAY, 5) == (MONDAY, MONDAY + 5)
        assert ELAPSED.fit_back(MONDAY, 5) == (MONDAY - 5, MONDAY)
        assert ELAPSED.add(MONDAY, 5) == MONDAY + 5
        assert ELAPSED.subtract(MONDAY, 5) == MONDAY - 5
        assert ELAPSED.between(MONDAY, MONDAY + 5) == 5


class TestTeamTime:
    def test_takes_the_longest_of_all_and_a_share_of_each(self):
        calendars = Calendars([AWAY])
        team = TeamTime(DAY, [(calendars.calendar(None), DAY), (calendars.calendar(1), DAY // 2)])
        thursday = MONDAY + 3 * 1440
        assert team.between(MONDAY, thursday + 540) == 4 * DAY
        assert team.add(MONDAY, DAY // 2) == thursday + 120
        assert team.subtract(thursday + 540, DAY // 2) == thursday + 300

    def test_begins_with_those_who_have_nothing_to_do(self):
        calendars = Calendars([AWAY])
        team = TeamTime(DAY, [(calendars.calendar(None), 0), (calendars.calendar(1), 60)])
        thursday = MONDAY + 3 * 1440
        assert team.fit(MONDAY, DAY) == (MONDAY, thursday + 60)
        assert team.fit_back(thursday + 540, DAY) == (thursday + 480, thursday + 540)


class TestGivenDates:
    clock = Calendars([]).calendar(None)

    def given(self, **fields):
        return given_dates(Task(1, DAY, **fields), self.clock, None)

    def test_take_a_finish_before_the_start_for_the_start(self):
        assert self.given(mode="manual", start_minute=MONDAY, finish_minute=MONDAY - 60) == (
            MONDAY, MONDAY, "manual",
        )  # fmt: skip

    def test_are_pinned_for_the_reason_that_a_person_sees(self):
        pin = {"is_pinned": True, "start_minute": MONDAY, "finish_minute": MONDAY + 60}
        assert [self.given(**pin, **also)[2] for also in ({}, {"mode": "manual"}, {"actual_start_minute": 0})] == [
            "pinned", "manual", "actual",
        ]  # fmt: skip

    def test_go_on_with_the_work_that_is_said_to_remain(self):
        assert self.given(actual_start_minute=MONDAY, percent_complete=50, remaining_minutes=60) == (
            MONDAY, MONDAY + 240 + 60 + 60, "actual",
        )  # fmt: skip
        assert (
            self.given(actual_start_minute=MONDAY, percent_complete=50, remaining_minutes=0)[1]
            == MONDAY + 240
        )


class TestRefusals:
    def test_name_a_circle_that_runs_through_the_end_of_a_summary(self):
        tasks = (Task(1), Task(2, DAY, 1), Task(3, DAY))
        with pytest.raises(CircularLinks) as caught:
            reference_plan(Network(PROJECT, tasks[1:] + tasks[:1], (Link(1, 3), Link(3, 2))))
        assert caught.value.task_ids == (1, 3, 2)

    def test_name_an_assignment_of_no_one_or_to_nothing(self):
        for item, reason in ((Assignment(9, 1), UnknownTask), (Assignment(1, 9), UnknownResource)):
            with pytest.raises(reason):
                reference_plan(
                    Network(PROJECT, (Task(1, DAY),), resources=(Resource(1),), assignments=(item,))
                )

    def test_name_the_task_that_would_begin_before_all_dates(self):
        task = Task(1, 10**4, is_elapsed=True, constraint_type="MFO", constraint_minute=FIRST_MINUTE)
        with pytest.raises(DateOutOfRange) as caught:
            reference_plan(Network(PROJECT, (task,)))
        assert caught.value.task_ids == (1,)
        assert caught.value.what == "start"

    def test_name_the_task_whose_late_dates_find_no_working_time(self):
        task = Task(1, DAY, deadline_minute=FIRST_MINUTE + 10)
        with pytest.raises(WorkingTimeExhausted) as caught:
            reference_plan(Network(PROJECT, (task,)))
        assert caught.value.task_ids == (1,)


class TestLateDates:
    def test_look_back_further_than_the_calendar_was_asked_before(self):
        tasks = (Task(1, 40 * DAY), Task(2, deadline_minute=MONDAY))
        plan = reference_plan(Network(PROJECT, tasks, (Link(1, 2),)))
        assert plan[1].late_start == MONDAY - 56 * 1440
        assert plan[1].total_slack == -40 * DAY


class TestSlack:
    def test_is_nothing_where_the_calendar_of_the_project_has_no_time_any_more(self):
        """A person on an own calendar has room, but the ruler counts only the one Monday that it knows."""
        once = CalendarRules(1, week=((),) * 7, exceptions=(CalendarException(20458, 20458, ((480, 1020),)),))
        always = CalendarRules(2, week=AROUND_THE_CLOCK)
        network = Network(
            ProjectSettings(MONDAY + 5 * 1440, calendar_id=1),
            (Task(1, DAY), Task(2, 9 * DAY)),
            (),
            (once, always),
            (Resource(1, calendar_id=2),),
            (Assignment(1, 1), Assignment(2, 1)),
        )
        plan = reference_plan(network)
        assert plan[1].late_finish > plan[1].finish
        assert plan[1].total_slack == plan[1].free_slack == 0


class TestDrivers:
    def test_name_the_start_where_the_finish_asks_for_no_more(self):
        tasks = (Task(1, DAY), Task(2, DAY), Task(3, DAY))
        links = (Link(1, 3), Link(2, 3, "FF", "elapsed", 1440 + 60))  # an hour after work is over
        assert reference_plan(Network(PROJECT, tasks, links))[3].driver == ("predecessor", 1, None, 0, False)


class TestPlan:
    def test_is_as_long_as_its_tasks_and_contains_them(self):
        plan = reference_plan(Network(PROJECT, (Task(1, DAY), Task(2, DAY))))
        assert len(plan) == len(plan.tasks) == 2
        assert 1 in plan.tasks
        assert 3 not in plan.tasks
        assert list(plan) == [1, 2]

    def test_makes_one_tuple_or_all_with_the_same_dates(self):
        plan = reference_plan(Network(PROJECT, (Task(1), Task(2, DAY, 1))))
        alone = [plan[1], plan[2]]
        assert alone == list(plan.tasks.values()) == [plan[1], plan[2]]

    def test_leaves_the_collection_of_garbage_as_it_was(self):
        gc.disable()
        try:
            reference_plan(Network(PROJECT, (Task(1, DAY),)))
            assert not gc.isenabled()
        finally:
            gc.enable()


class TestWhy:
    def wait(
        self, *tasks: Task, links: tuple[Link, ...] = (), people: tuple[Assignment, ...] = ()
    ) -> Wait | None:
        network = Network(
            PROJECT,
            tasks,
            links,
            (AWAY, NIGHTS),
            (Resource(1, calendar_id=1), Resource(2, calendar_id=2)),
            people,
        )
        return why(reference_plan(network), tasks[-1].id, network)[0].wait

    def test_waits_for_no_one_where_the_finish_is_driven(self):
        assert self.wait(Task(1, 2 * DAY), Task(2, DAY), links=(Link(1, 2, "FF"),)) is None

    def test_counts_the_lag_before_it_asks_whom_one_waits_for(self):
        assert self.wait(Task(1, DAY), Task(2, DAY), links=(Link(1, 2, "FS", "elapsed", 60),)) == Wait(
            "calendar", None, MONDAY + 540 + 60
        )

    def test_names_the_person_of_several_who_begins_first(self):
        everybody = (Assignment(1, 1), Assignment(1, 2))
        assert self.wait(Task(1, DAY), people=everybody) == Wait("resource", 2, MONDAY)

    def test_names_no_one_where_only_a_pause_explains_it(self):
        late = Task(1, DAY, mode="manual", start_minute=MONDAY + 60)
        assert self.wait(late) is None

    def test_waits_on_the_clock_for_no_one(self):
        begin = Task(1, DAY, is_elapsed=True, constraint_type="SNET", constraint_minute=MONDAY + 7)
        assert self.wait(begin) is None


class TestReport:
    network = Network(
        PROJECT,
        (Task(1, name="基礎工事 " * 9), Task(2, DAY, 1, name="Dig"), Task(3, DAY, name=" ", mode="manual", start_minute=MONDAY)),
        (Link(1, 3),),
    )  # fmt: skip

    def test_writes_moments_beyond_the_calendar_as_minutes(self):
        assert moment_text(MONDAY) == "2026-01-05T08:00:00"
        assert moment_text(10**12) == f"{10**12} minutes"

    def test_has_every_task_by_its_id(self):
        answer = as_json(reference_plan(self.network))
        assert answer["project_finish"] == "2026-01-05T17:00:00"
        assert list(answer["tasks"]) == ["1", "2", "3"]
        assert answer["tasks"]["1"]["driver"] == {"kind": "children", "task_id": 2, "via_id": 2}

    def test_is_a_table_with_straight_columns(self):
        table = list(as_table(self.network, reference_plan(self.network)))
        assert table[-1] == "Project finish 2026-01-05 17:00; * is critical."
        assert table[2].startswith("  Dig ")
        assert len({line.index("2026-01-05 08:00") for line in table[2:-1]}) == 1

    def test_says_through_which_summary_a_link_holds(self):
        network = Network(
            PROJECT, (Task(1, DAY, name="Plan"), Task(2, name="House"), Task(3, DAY, 2)), (Link(1, 2),)
        )
        assert (
            "parent predecessor Plan (through House)" in list(as_table(network, reference_plan(network)))[3]
        )


class TestAroundTheClock:
    def test_finishes_where_the_clock_says(self):
        always = (CalendarRules(1, week=AROUND_THE_CLOCK),)
        project = ProjectSettings(MONDAY, calendar_id=1)
        plan = reference_plan(Network(project, (Task(1, 5 * 1440 * 365),), calendars=always))
        assert plan[1].finish == MONDAY + 5 * 1440 * 365
