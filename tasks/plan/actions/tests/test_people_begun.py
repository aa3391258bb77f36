"""Only what remains of a task is shared anew; what is done stays done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from projects.errors import RuleBrokenError
from resources.models import Resource
from tasks.editing.cells import write_cell
from tasks.models import Assignment, ResourceLoad, Task
from tasks.plan.actions.tests.seats import DAY, assign, figures, given, sat, seats
from tasks.progress import services as progress


@pytest.fixture
def task(plan: Callable[..., dict[str, Task]]) -> Task:
    """Four days, with another one behind it."""
    return plan(("設計", 1, 4), ("開発", 1, 2, "1"))["設計"]


class TestWhatHasBegun:
    @pytest.fixture
    def begun(self, task: Task, crew: dict[str, Resource], cast: Any) -> Task:
        """Half of it done by Ann."""
        task = given(task, is_effort_driven=True)
        assign(task, {crew["Ann"]: 100}, cast.planner)
        progress.report_progress(task=task, percentage=50, actor=cast.planner, added_work_minutes=1000)
        return task

    def test_shares_only_what_remains(self, begun: Task, crew: dict[str, Resource], cast: Any) -> None:
        assign(begun, {crew["Ann"]: 100, crew["Bob"]: 100}, cast.planner)
        assert figures(begun) == (3 * DAY, 4 * DAY)
        assert seats(begun) == {"Ann": (100.0, 3 * DAY), "Bob": (100.0, DAY)}
        assert Assignment.objects.get(resource=crew["Bob"]).delay_minutes == 2 * DAY
        busy = ResourceLoad.objects.filter(resource=crew["Bob"], grain="d", planned_minutes__gt=0)
        assert [load.first_on.day for load in busy] == [8]
        row = Task.objects.get(pk=begun.pk)
        assert (row.actual_duration_minutes, row.remaining_minutes) == (2 * DAY, DAY)
        assert (row.progress_percentage, row.actual_work_minutes) == (67, 1000)

    def test_comes_back_when_the_helper_goes(self, begun: Task, crew: dict[str, Resource], cast: Any) -> None:
        for who in (("Ann", "Bob"), ("Ann",)):
            assign(begun, dict.fromkeys((crew[name] for name in who), 100), cast.planner)
        row = Task.objects.get(pk=begun.pk)
        assert (figures(begun), seats(begun)) == ((4 * DAY, 4 * DAY), {"Ann": (100.0, 4 * DAY)})
        assert (row.progress_percentage, row.remaining_minutes) == (50, 2 * DAY)

    def test_hands_all_of_it_to_who_takes_over(
        self, begun: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        assign(begun, {crew["Bob"]: 100}, cast.planner)
        assert (figures(begun), seats(begun)) == ((4 * DAY, 4 * DAY), {"Bob": (100.0, 4 * DAY)})

    def test_grows_behind_what_is_done(self, begun: Task, cast: Any) -> None:
        write_cell(task=begun, column="work", text="48h", actor=cast.planner)
        row = Task.objects.get(pk=begun.pk)
        assert figures(begun) == (6 * DAY, 6 * DAY)
        assert (row.progress_percentage, row.remaining_minutes, row.actual_duration_minutes) == (
            33,
            4 * DAY,
            2 * DAY,
        )

    def test_cannot_be_less_than_what_is_done(self, begun: Task, cast: Any) -> None:
        with pytest.raises(RuleBrokenError, match="済んだ分の16hより大きく"):
            write_cell(task=begun, column="work", text="16h", actor=cast.planner)

    def test_keeps_its_percentage_when_its_end_is_said(
        self, begun: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        write_cell(task=begun, column="duration", text="6d", actor=cast.planner)
        row = Task.objects.get(pk=begun.pk)
        assert (figures(begun), row.progress_percentage) == ((6 * DAY, 6 * DAY), 50)
        assert (row.actual_duration_minutes, row.remaining_minutes) == (3 * DAY, 3 * DAY)

    def test_leaves_the_length_of_done_work_alone(
        self, begun: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        progress.report_progress(task=begun, percentage=100, actor=cast.planner)
        finish = Task.objects.get(pk=begun.pk).finish_minute
        assign(begun, {crew["Ann"]: 100, crew["Bob"]: 100}, cast.planner)
        assert (figures(begun), seats(begun)) == (
            (4 * DAY, 4 * DAY), {"Ann": (100.0, 2 * DAY), "Bob": (100.0, 2 * DAY)}
        )  # fmt: skip
        assert Task.objects.get(pk=begun.pk).finish_minute == finish

    def test_believes_what_a_file_says_of_each(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(
            task, is_effort_driven=True, work_minutes=8 * DAY, actual_start_minute=task.start_minute,
            progress_percentage=25, actual_duration_minutes=DAY, remaining_minutes=3 * DAY, status="in_progress",
        )  # fmt: skip
        sat(
            task,
            crew["Ann"],
            work_minutes=4 * DAY,
            actual_work_minutes=2 * DAY,
            remaining_work_minutes=2 * DAY,
        )
        sat(task, crew["Bob"], work_minutes=4 * DAY, actual_work_minutes=DAY, remaining_work_minutes=3 * DAY)
        assign(task, {crew["Ann"]: 100}, cast.planner)
        assert figures(task)[1] == 8 * DAY
        row = Assignment.objects.get(task=task)
        assert (row.actual_work_minutes, row.remaining_work_minutes) == (2 * DAY, 6 * DAY)
