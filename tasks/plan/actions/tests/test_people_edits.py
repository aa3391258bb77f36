"""Work, duration and kind of a task that has people, set in the form, in cells and in the chart."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from projects.errors import RuleBrokenError
from projects.models import AuditEntry
from resources.models import Resource
from tasks.allocation.check import check_utilization
from tasks.editing import fields, moving
from tasks.editing.cells import revise_task, write_cell
from tasks.models import Assignment, Task
from tasks.plan.actions.tests.seats import DAY, assign, figures, given, sat, seats
from tasks.progress import services as progress


@pytest.fixture
def task(plan: Callable[..., dict[str, Task]]) -> Task:
    """Four days, with another one behind it."""
    return plan(("設計", 1, 4), ("開発", 1, 2, "1"))["設計"]


class TestEditTask:
    def test_lets_units_give_way_where_work_and_duration_were_said(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        sat(task, crew["Ann"])
        revise_task(
            task=task, changes={"work_minutes": 2 * DAY}, duration=(8 * DAY, False), actor=cast.planner
        )
        assert (figures(task), seats(task)) == ((8 * DAY, 2 * DAY), {"Ann": (25.0, 2 * DAY)})

    def test_keeps_all_that_was_said_where_it_fits(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        revise_task(
            task=task, changes={"work_minutes": DAY}, duration=(6 * DAY, False), actor=cast.planner,
            units={crew["Ann"].pk: Decimal(50)},
        )  # fmt: skip
        assert (figures(task), seats(task)) == ((6 * DAY, DAY), {"Ann": (50.0, DAY)})

    def test_gives_a_said_duration_the_last_word(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True)
        sat(task, crew["Ann"])
        revise_task(
            task=task, changes={}, duration=(3 * DAY, False), actor=cast.planner,
            units={crew["Ann"].pk: None, crew["Bob"].pk: None},
        )  # fmt: skip
        assert figures(task) == (3 * DAY, 6 * DAY)

    def test_lets_the_work_follow_a_bar_that_is_pulled(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        sat(task, crew["Ann"], units_percentage=50)
        sat(task, crew["Bob"], work_minutes=DAY)
        moving.resize_task(task=task, finish_minute=task.finish_minute + 4 * 1440, actor=cast.planner)
        minutes, work = figures(task)
        assert seats(task) == {"Ann": (50.0, minutes // 2), "Bob": (100.0, DAY * minutes // (4 * DAY))}
        assert work == minutes // 2 + DAY * minutes // (4 * DAY)
        entry = AuditEntry.objects.filter(action="task.resized").get()
        assert entry.after["work_minutes"] == work
        assert entry.before["person_work"] == {
            str(crew["Ann"].pk): [None, 0],
            str(crew["Bob"].pk): [DAY, 0],
        }

    def test_refuses_to_take_all_work_from_people(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, work_minutes=4 * DAY)
        sat(task, crew["Ann"])
        with pytest.raises(RuleBrokenError, match="工数は0にできません"):
            write_cell(task=task, column="work", text="", actor=cast.planner)

    def test_refuses_a_length_beyond_all_plans(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        sat(task, crew["Ann"])
        with pytest.raises(RuleBrokenError, match="10年を超えます"):
            write_cell(task=task, column="work", text="99999999人月", actor=cast.planner)
        assert figures(task) == (4 * DAY, 0)

    def test_leaves_no_work_in_a_milestone(self, task: Task, crew: dict[str, Resource], cast: Any) -> None:
        sat(task, crew["Ann"], work_minutes=DAY)
        fields.edit_task(task=task, changes={"is_milestone": True}, actor=cast.planner)
        assert figures(task) == (0, 0)
        assert Assignment.objects.get(task=task).work_minutes is None
        fields.edit_task(
            task=task, changes={"is_milestone": False, "duration_minutes": 960}, actor=cast.planner
        )
        assert (figures(task), seats(task)) == ((960, 960), {"Ann": (100.0, 960)})

    @pytest.mark.parametrize("kind", ["fixed_units", "fixed_duration", "fixed_work"])
    def test_makes_a_task_of_a_milestone_in_one_form(
        self, kind: str, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_milestone=True, duration_minutes=0, task_type=kind)
        sat(task, crew["Ann"], units_percentage=50)
        revise_task(task=task, changes={"is_milestone": False}, duration=(DAY, False), actor=cast.planner)
        assert (figures(task), seats(task)) == ((DAY, DAY // 2), {"Ann": (50.0, DAY // 2)})

    def test_ends_a_task_by_hand_with_its_duration(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        """Microsoft: the type counts for tasks that are scheduled by hand, too."""
        fields.edit_task(task=task, changes={"mode": "manual"}, actor=cast.planner)
        assign(task, {crew["Ann"]: 100}, cast.planner)
        finish = Task.objects.get(pk=task.pk).finish_minute
        assign(task, {crew["Ann"]: 50}, cast.planner)
        row = Task.objects.get(pk=task.pk)
        assert row.duration_minutes == 8 * DAY
        assert row.finish_minute is not None
        assert finish is not None
        assert row.finish_minute - finish == 6 * 1440  # four days of work over a weekend

    def test_holds_a_task_whose_days_a_file_has_fixed(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_pinned=True)
        sat(task, crew["Ann"])
        assign(task, {crew["Ann"]: 50}, cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {"Ann": (50.0, 2 * DAY)})

    def test_drives_fixed_work_always(self, task: Task, cast: Any) -> None:
        fields.edit_task(task=task, changes={"task_type": "fixed_work"}, actor=cast.planner)
        assert Task.objects.get(pk=task.pk).is_effort_driven
        fields.edit_task(task=task, changes={"is_effort_driven": False}, actor=cast.planner)
        assert Task.objects.get(pk=task.pk).is_effort_driven

    def test_lets_a_new_type_decide_at_once(self, task: Task, crew: dict[str, Resource], cast: Any) -> None:
        sat(task, crew["Ann"])
        changes = {"task_type": "fixed_duration", "work_minutes": 2 * DAY}
        fields.edit_task(task=task, changes=changes, actor=cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {"Ann": (50.0, 2 * DAY)})


class TestAnyOrder:
    """Whatever people do one after another, and however often they are refused."""

    @pytest.mark.parametrize("seed", range(3))
    def test_leaves_figures_that_fit_together(
        self, seed: int, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        chance = Random(seed)
        done = 0
        for _ in range(30):
            try:
                self._do_something(task, crew, chance, cast.planner)
                done += 1
            except RuleBrokenError:
                pass
            self._fits(task)
        assert done > 10
        assert check_utilization(task.organization_id) == []

    def _do_something(self, task: Task, crew: dict[str, Resource], chance: Random, actor: Any) -> None:
        fresh = Task.objects.select_related("project").get(pk=task.pk)
        match chance.randrange(3):
            case 0 | 1:
                chosen = chance.sample(sorted(crew), chance.randint(0, 3))
                assign(fresh, {crew[name]: chance.choice([None, 25, 33, 100]) for name in chosen}, actor)
            case 2:
                write_cell(task=fresh, column="work", text=f"{chance.randint(1, 80)}h", actor=actor)
            case 3:
                write_cell(task=fresh, column="duration", text=f"{chance.randint(1, 30)}h", actor=actor)
            case 4:
                progress.report_progress(task=fresh, percentage=chance.choice([0, 30, 70]), actor=actor)
            case _:
                kind = chance.choice(["fixed_units", "fixed_duration", "fixed_work"])
                changes = {"task_type": kind, "is_effort_driven": chance.random() < 0.5}
                fields.edit_task(task=fresh, changes=changes, actor=actor)

    def _fits(self, task: Task) -> None:
        row = Task.objects.get(pk=task.pk)
        own = {name: minutes for name, (_units, minutes) in seats(task).items() if name != "鋼材"}
        if own:
            assert row.work_minutes == sum(own.values())
        assert row.duration_minutes > 0
        assert all(minutes >= 0 for minutes in own.values())
        if row.actual_start_minute is not None:
            assert row.actual_duration_minutes + (row.remaining_minutes or 0) == row.duration_minutes
            assert 0 < row.progress_percentage < 100
