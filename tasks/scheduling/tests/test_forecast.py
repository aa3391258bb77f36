"""When a plan will be done if work goes on as it has."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from projects.worktime.errors import WorktimeError
from tasks.scheduling.columns import FIELDS, TaskColumns, columns_of
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.forecast import SLOWEST, Forecast, LatePush, forecast, from_now_on
from tasks.scheduling.network import Link, Network, ProjectSettings, Task
from tasks.scheduling.schedule import schedule
from tasks.scheduling.tests.random_plans import random_network

MONDAY = 20458 * 1440 + 480  # 2026-01-05 08:00
DAY = 480
DESIGN, BUILD, TEST = 1, 2, 3


def on(day: int, hour: int = 0) -> int:
    """A moment so many days after the first Monday's midnight."""
    return MONDAY - 480 + day * 1440 + hour * 60


def evening(day: int) -> int:
    return on(day, 17)


def plan(*tasks: Task, links: tuple[Link, ...] = (), **project: Any) -> Network:
    return Network(ProjectSettings(MONDAY, **project), tasks, links)


def asked(network: Network, status: int) -> Forecast:
    columns = columns_of(network)
    return forecast(columns, schedule(columns), status)


def said(network: Network, status: int) -> tuple[int, tuple[LatePush, ...]]:
    found = asked(network, status)
    return found.finish, found.pushes


def chain(**design: Any) -> Network:
    """設計 (2 days), 開発 (2) and 試験 (1), one after the other: from Monday to Friday."""
    tasks = (Task(DESIGN, 2 * DAY, **design), Task(BUILD, 2 * DAY), Task(TEST, DAY))
    return plan(*tasks, links=(Link(DESIGN, BUILD), Link(BUILD, TEST)))


class TestForecast:
    def test_is_the_plan_while_nothing_is_behind(self):
        assert said(chain(), on(0)) == (evening(4), ())

    def test_puts_what_has_not_begun_behind_the_status_date(self):
        assert said(chain(), on(2)) == (evening(8), ((DESIGN, 2 * DAY),))

    def test_begins_with_the_next_day_of_work(self):
        assert asked(chain(), on(5)).finish == evening(11)

    def test_goes_on_from_the_status_date_with_what_is_left(self):
        begun = chain(actual_start_minute=MONDAY, percent_complete=50, actual_duration_minutes=DAY)
        assert asked(begun, on(1)).finish == evening(4)
        # Half of it took two days, so the other half takes two more.
        assert said(begun, on(2)) == (evening(8), ((DESIGN, 2 * DAY),))

    def test_takes_what_seems_fast_for_as_fast_as_planned(self):
        ahead = chain(actual_start_minute=MONDAY, percent_complete=75)
        assert asked(ahead, on(1)).finish == evening(4)

    def test_bounds_what_is_slow(self):
        slow = plan(Task(DESIGN, 10 * DAY, actual_start_minute=MONDAY, percent_complete=10))
        assert asked(slow, on(70)).finish == evening(70 + (9 * SLOWEST - 1) // 5 * 7 + (9 * SLOWEST - 1) % 5)

    def test_knows_no_pace_of_what_has_just_begun(self):
        assert asked(chain(actual_start_minute=MONDAY), on(1)).finish == evening(7)

    def test_measures_elapsed_time_by_the_clock(self):
        half = Task(DESIGN, 2 * 1440, is_elapsed=True, actual_start_minute=MONDAY, percent_complete=50)
        # A day of 24 hours done in two of them: the other one takes two more, nights included.
        assert asked(plan(half), on(2, 8)).finish == on(4, 8)

    def test_does_not_count_a_pause(self):
        paused = {"stop_minute": evening(0), "resume_minute": on(3, 8)}
        begun = chain(actual_start_minute=MONDAY, percent_complete=50, **paused)
        assert asked(begun, on(3)).finish == evening(8)

    def test_leaves_what_is_done_where_it_was(self):
        done = chain(percent_complete=100)
        assert asked(done, on(2)).finish == evening(4)

    def test_takes_a_wish_for_gone_whose_day_has_passed(self):
        for kind in ("MSO", "SNLT", "FNLT", "MFO", "FNET", "ALAP"):
            network = chain(constraint_type=kind, constraint_minute=None if kind == "ALAP" else MONDAY)
            assert asked(network, on(2)).finish == evening(8), kind

    def test_keeps_dates_ahead(self):
        tasks = (Task(DESIGN, DAY), Task(BUILD, DAY, constraint_type="MSO", constraint_minute=on(3, 8)))
        assert said(plan(*tasks, links=(Link(DESIGN, BUILD),)), on(1)) == (evening(3), ())

    @pytest.mark.parametrize("also", [{}, {"splits": ((MONDAY, evening(0)), (on(1, 8), evening(1)))}])
    def test_moves_dates_that_were_given(self, also):
        given = {"start_minute": MONDAY, "finish_minute": evening(1)}
        assert asked(chain(mode="manual", **given), on(2)).finish == evening(8)
        assert asked(chain(is_pinned=True, **given, **also), on(2)).finish == evening(8)
        begun = {"actual_start_minute": MONDAY, "percent_complete": 50}
        assert asked(chain(is_pinned=True, **begun, **given, **also), on(2)).finish == evening(8)

    def test_looks_ahead_from_a_plan_that_is_laid_from_its_finish(self):
        backward = replace(
            chain(), project=ProjectSettings(MONDAY, finish_minute=evening(11), from_finish=True)
        )
        assert asked(backward, on(2)).finish == evening(11)
        assert asked(backward, on(9)).finish == evening(15)

    def test_leaves_out_what_is_not_planned_any_more(self):
        assert asked(plan(Task(DESIGN, DAY), Task(BUILD, DAY, is_active=False)), on(0)).finish == evening(0)


class TestPushes:
    def test_name_what_others_wait_for_and_not_those_who_wait(self):
        network = chain()
        also = Task(4, 3 * DAY)
        found = asked(replace(network, tasks=(*network.tasks, also)), on(3))
        assert found.finish == evening(9)
        assert found.pushes == ((DESIGN, 3 * DAY), (4, DAY))

    def test_leave_out_what_slack_takes_up(self):
        network = chain()
        found = asked(replace(network, tasks=(*network.tasks, Task(4, DAY))), on(3))
        assert [push.task_id for push in found.pushes] == [DESIGN]


@pytest.mark.many
class TestAnyPlan:
    @pytest.mark.parametrize("seed", range(60))
    def test_has_nothing_unfinished_in_the_past_and_stays_as_it_is(self, seed):
        network = random_network(Random(seed))
        columns, before = columns_of(network), columns_of(network)
        status = MONDAY + 3 * 1440
        try:
            dates = forecast(columns, schedule(columns), status).dates
        except (NetworkError, WorktimeError):
            pytest.skip("a plan that cannot be computed")
        summaries = {task.parent_id for task in network.tasks}
        for row, task in enumerate(network.tasks):
            is_done = task.percent_complete >= 100 or task.actual_finish_minute is not None
            is_done |= task.actual_start_minute is not None and not task.duration_minutes
            if task.is_active and not is_done and task.id not in summaries:
                assert dates.finish[row] >= status, task
                assert task.actual_start_minute is not None or dates.start[row] >= status, task
        for each in FIELDS[TaskColumns]:
            assert (getattr(columns.tasks, each) == getattr(before.tasks, each)).all()


class TestFromNowOn:
    def test_is_the_plan_that_the_forecast_computes_with_its_deadlines(self):
        columns = columns_of(chain(deadline_minute=on(3)))
        planned = schedule(columns)
        found = from_now_on(columns, planned, on(2))
        assert schedule(found).finish.tolist() == forecast(columns, planned, on(2)).dates.finish.tolist()
        assert found.tasks.deadline_minute[0] == on(3)

    def test_is_the_plan_itself_while_nothing_is_behind(self):
        columns = columns_of(chain())
        assert from_now_on(columns, schedule(columns), on(0)) is columns
