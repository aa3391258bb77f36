"""People on a task in the product: the same table as the engine's, written through the services."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from projects.errors import RuleBrokenError
from projects.models import AuditEntry, Project
from resources.models import Resource
from tasks.allocation.suggestions.services import hand_over
from tasks.editing.cells import write_cell
from tasks.models import Assignment, ResourceLoad, Task
from tasks.plan.actions.tests.seats import DAY, assign, figures, given, sat, seats
from tasks.scheduling.tests.plan_text import CASES, amount

TABLE = tomllib.loads((CASES / "effort" / "changes.toml").read_text(encoding="utf-8"))


@pytest.fixture
def task(plan: Callable[..., dict[str, Task]]) -> Task:
    """Four days, with another one behind it."""
    return plan(("設計", 1, 4), ("開発", 1, 2, "1"))["設計"]


def change_it(task: Task, change: str, now: dict[Resource, Any], actor: Any) -> None:
    """Do what a row of the table says, as a person would."""
    word, *rest = change.split()
    if word == "add":
        new = Resource.objects.get(name=rest[0])
        assign(task, now | {new: int(rest[1][:-1])}, actor)
    elif word == "remove":
        assign(task, {who: units for who, units in now.items() if who.name != rest[0]}, actor)
    elif word == "units":
        assign(
            task, {who: int(rest[0][:-1]) if who.name == "Ann" else each for who, each in now.items()}, actor
        )
    else:
        column = {"work": "work", "lasts": "duration"}[word]
        write_cell(task=task, column=column, text=rest[0], actor=actor)


class TestTheTable:
    """Every row that Project's own table has, from the page's cells down to the rows."""

    @pytest.mark.parametrize("row", TABLE["rows"], ids=lambda row: "-".join(row[:4]).replace(" ", "_"))
    def test_holds_in_the_product(
        self, row: list[str], task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        kind, drives, names, change, duration, *wanted = row
        task = given(task, task_type=kind, is_effort_driven=drives == "yes")
        sat(task, *(crew[name] for name in names.split()))
        now = dict.fromkeys((crew[name] for name in names.split()), 100)
        if wanted[0].startswith("200%"):
            before = (figures(task), seats(task))
            with pytest.raises(RuleBrokenError, match="「Ann」の割当が200%になります"):
                change_it(task, change, now, cast.planner)
            assert (figures(task), seats(task)) == before
            return
        change_it(task, change, now, cast.planner)
        assert seats(task) == {
            name: (float(text.split()[0][:-1]), amount(text.split()[1])[0])
            for name, text in zip(("Ann", "Bob"), wanted, strict=True)
            if text
        }
        minutes, work = figures(task)
        assert minutes == amount(duration)[0]
        if seats(task):
            assert work == sum(minutes for _units, minutes in seats(task).values())


class TestPutPeople:
    def test_moves_those_behind(self, task: Task, crew: dict[str, Resource], cast: Any) -> None:
        task = given(task, is_effort_driven=True)
        assign(task, {crew["Ann"]: 100}, cast.planner)
        later = Task.objects.get(project=task.project_id, name="開発").start_date
        assign(task, {crew["Ann"]: 100, crew["Bob"]: 100}, cast.planner)
        sooner = Task.objects.get(project=task.project_id, name="開発").start_date
        assert (later - sooner).days == 2
        assert sum(load.planned_minutes for load in ResourceLoad.objects.filter(grain="d")) == 4 * DAY

    def test_keeps_the_sum_of_three_to_the_minute(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True, duration_minutes=1000)
        assign(task, {crew["Ann"]: None}, cast.planner)
        assign(task, dict.fromkeys((crew[name] for name in ("Ann", "Bob", "Cem")), 100), cast.planner)
        assert [minutes for _units, minutes in seats(task).values()] == [334, 333, 333]
        assert figures(task) == (334, 1000)
        assign(task, {crew["Ann"]: 100}, cast.planner)
        assert (figures(task), seats(task)) == ((1000, 1000), {"Ann": (100.0, 1000)})

    def test_gives_thirds_of_a_fixed_day_and_reads_them_again(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True, task_type="fixed_duration")
        for text in ("Ann", "Ann、Bob、Cem"):
            write_cell(task=task, column="assignees", text=text, actor=cast.planner)
        assert {units for units, _minutes in seats(task).values()} == {33.33}
        assert figures(task) == (4 * DAY, 4 * DAY)
        revision = Project.objects.get(pk=task.project_id).revision
        shown = "Ann[33.33%]、Bob[33.33%]、Cem[33.33%]"
        assert not write_cell(task=task, column="assignees", text=shown, actor=cast.planner)
        assert Project.objects.get(pk=task.project_id).revision == revision

    def test_takes_planned_work_for_what_is_to_be_done(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        """As Project does: with work and duration there, who comes without units gets as much as it takes."""
        task = given(task, work_minutes=2 * DAY)
        assign(task, {crew["Ann"]: None}, cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {"Ann": (50.0, 2 * DAY)})

    def test_lasts_as_long_as_said_units_need_for_planned_work(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, work_minutes=2 * DAY)
        assign(task, {crew["Ann"]: Decimal(100)}, cast.planner)
        assert (figures(task), seats(task)) == ((2 * DAY, 2 * DAY), {"Ann": (100.0, 2 * DAY)})

    def test_lets_the_last_one_leave_the_plan_as_it_was(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        assign(task, {crew["Ann"]: 50}, cast.planner)
        assign(task, {}, cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {})
        assign(task, {crew["Bob"]: None}, cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {"Bob": (50.0, 2 * DAY)})

    def test_puts_one_into_the_place_of_another(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        sat(task, crew["Ann"])
        sat(task, crew["Bob"], work_minutes=DAY)
        assign(task, {crew["Ann"]: 100, crew["Cem"]: 100}, cast.planner)
        assert seats(task) == {"Ann": (100.0, 4 * DAY), "Cem": (100.0, DAY)}

    def test_shares_no_work_with_material(self, task: Task, crew: dict[str, Resource], cast: Any) -> None:
        task = given(task, is_effort_driven=True)
        assign(task, {crew["鋼材"]: 100}, cast.planner)
        assert figures(task) == (4 * DAY, 0)
        assign(task, {crew["鋼材"]: 150, crew["Ann"]: 100}, cast.planner)
        assert figures(task) == (4 * DAY, 4 * DAY)
        assert Assignment.objects.get(resource=crew["鋼材"]).work_minutes is None

    def test_leaves_a_person_without_units_without_work(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True)
        sat(task, crew["Ann"])
        sat(task, crew["Bob"], units_percentage=0)
        assign(task, {crew["Ann"]: 100, crew["Bob"]: 0, crew["Cem"]: 100}, cast.planner)
        assert seats(task) == {"Ann": (100.0, 2 * DAY), "Bob": (0.0, 0), "Cem": (100.0, 2 * DAY)}

    def test_refuses_a_share_that_no_one_can_have(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True, task_type="fixed_duration")
        sat(task, crew["Ann"], crew["Bob"])
        with pytest.raises(RuleBrokenError, match="「Ann」の割当が200%になります"):
            assign(task, {crew["Ann"]: 100}, cast.planner)
        assert seats(task) == {"Ann": (100.0, 4 * DAY), "Bob": (100.0, 4 * DAY)}

    def test_keeps_a_share_that_came_with_a_file(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        Resource.objects.filter(pk=crew["Cem"].pk).update(capacity_percentage=1000)
        sat(task, crew["Cem"], units_percentage=Decimal("433.33"))
        assign(task, {crew["Cem"]: Decimal("433.33"), crew["Ann"]: 100}, cast.planner)
        assert seats(task)["Cem"][0] == 433.33
        with pytest.raises(RuleBrokenError, match="1%から199%"):
            assign(task, {crew["Cem"]: 500}, cast.planner)

    @pytest.mark.parametrize("fields", [{"is_elapsed": True}, {"is_summary": True}])
    def test_leaves_what_does_not_hang_together(
        self, fields: dict[str, bool], task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, work_minutes=77, is_effort_driven=True, **fields)
        for who in ({crew["Ann"]: 100}, {crew["Ann"]: 100, crew["Bob"]: 50}, {}):
            assign(task, who, cast.planner)
            assert figures(task) == (4 * DAY, 77)

    def test_records_all_that_gave_way(self, task: Task, crew: dict[str, Resource], cast: Any) -> None:
        task = given(task, is_effort_driven=True)
        sat(task, crew["Ann"])
        assign(task, {crew["Ann"]: 100, crew["Bob"]: 50}, cast.planner)
        ann, bob = str(crew["Ann"].pk), str(crew["Bob"].pk)
        entries = AuditEntry.objects.filter(target_type="task", target_id=task.pk).order_by("sequence")
        first, second = list(entries)[-2:]
        assert (first.action, first.before, first.after) == (
            "assignment.changed",
            {ann: 100},
            {ann: 100, bob: 50},
        )
        assert (second.action, second.before, second.after) == (
            "task.edited",
            {"duration_minutes": 4 * DAY, "work_minutes": 0},
            {"duration_minutes": 1280, "work_minutes": 4 * DAY},
        )  # fmt: skip

    def test_costs_the_same_for_many_people(
        self, task: Task, organization: Any, cast: Any, django_assert_max_num_queries: Any
    ) -> None:
        task = given(task, is_effort_driven=True)
        crowd = [Resource.objects.create(organization=organization, name=f"{n}") for n in range(30)]
        assign(task, dict.fromkeys(crowd[:2], 10), cast.planner)
        with django_assert_max_num_queries(80) as asked:
            assign(task, dict.fromkeys(crowd[:3], 10), cast.planner)
        with django_assert_max_num_queries(len(asked.captured_queries)):
            assign(task, dict.fromkeys(crowd, 10), cast.planner)


class TestHandOver:
    def test_takes_and_gives_back_the_very_same_part(
        self, task: Task, crew: dict[str, Resource], cast: Any
    ) -> None:
        """What a proposal does, and what takes it back: nothing gives way to another name."""
        task = given(task, is_effort_driven=True, work_minutes=5 * DAY)
        sat(task, crew["Ann"], work_minutes=DAY, delay_minutes=60)
        sat(task, crew["Bob"])
        before = (
            figures(task),
            dict(Assignment.objects.filter(task=task).values_list("resource", "delay_minutes")),
        )
        hand_over(task, crew["Ann"].pk, crew["Cem"].pk)
        assert seats(task) == {"Bob": (100.0, 4 * DAY), "Cem": (100.0, DAY)}
        hand_over(task, crew["Cem"].pk, crew["Ann"].pk)
        assert seats(task) == {"Ann": (100.0, DAY), "Bob": (100.0, 4 * DAY)}
        after = (
            figures(task),
            dict(Assignment.objects.filter(task=task).values_list("resource", "delay_minutes")),
        )
        assert after == before
