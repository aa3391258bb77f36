"""People, units, work and duration of a task in the product: the same table as the engine's, written through the services."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from projects.errors import RuleBrokenError
from projects.models import AuditEntry, Project
from resources.models import Resource, ResourceKind
from tasks.models import Assignment, ResourceLoad, Task
from tasks.scheduling.effort import whole_part
from tasks.scheduling.tests.plan_text import CASES, amount
from tasks.services import editing, progress
from tasks.services.proposals import hand_over
from tasks.services.revising import revise_task, write_cell

DAY = 480
TABLE = tomllib.loads((CASES / "effort" / "changes.toml").read_text(encoding="utf-8"))


@pytest.fixture
def people(organization: Any) -> dict[str, Resource]:
    """Three who work, and something that is used up."""
    kinds = {
        "Ann": ResourceKind.PERSON,
        "Bob": ResourceKind.PERSON,
        "Cem": ResourceKind.EQUIPMENT,
        "鋼材": ResourceKind.MATERIAL,
    }
    return {
        name: Resource.objects.create(organization=organization, name=name, kind=kind)
        for name, kind in kinds.items()
    }


@pytest.fixture
def task(plan: Callable[..., dict[str, Task]]) -> Task:
    """Four days, with another one behind it."""
    return plan(("設計", 1, 4), ("開発", 1, 2, "1"))["設計"]


def given(task: Task, **fields: Any) -> Task:
    """The task with other fields, as if it had always been so."""
    Task.objects.filter(pk=task.pk).update(**fields)
    return Task.objects.select_related("project").get(pk=task.pk)


def sat(task: Task, *people: Resource, **fields: Any) -> None:
    """People on a task, as an import leaves them."""
    for person in people:
        Assignment.objects.create(
            organization_id=task.organization_id,
            project_id=task.project_id,
            task=task,
            resource=person,
            **fields,
        )


def seats(task: Task) -> dict[str, tuple[float, int]]:
    """Percent and minutes of work of everybody on a task."""
    duration = Task.objects.get(pk=task.pk).duration_minutes
    return {
        row.resource.name: (
            float(row.units_percentage),
            whole_part(duration, float(row.units_percentage) / 100)
            if row.work_minutes is None
            else row.work_minutes,
        )
        for row in Assignment.objects.filter(task=task).select_related("resource").order_by("pk")
    }


def figures(task: Task) -> tuple[int, int]:
    """Duration and work."""
    row = Task.objects.get(pk=task.pk)
    return row.duration_minutes, row.work_minutes


def assign(task: Task, who: dict[Resource, Any], actor: Any) -> None:
    editing.set_assignees(task=task, units={person.pk: units for person, units in who.items()}, actor=actor)


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
        self, row: list[str], task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        kind, drives, names, change, duration, *wanted = row
        task = given(task, task_type=kind, is_effort_driven=drives == "yes")
        sat(task, *(people[name] for name in names.split()))
        now = dict.fromkeys((people[name] for name in names.split()), 100)
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
    def test_moves_those_behind(self, task: Task, people: dict[str, Resource], cast: Any) -> None:
        task = given(task, is_effort_driven=True)
        assign(task, {people["Ann"]: 100}, cast.planner)
        later = Task.objects.get(project=task.project_id, name="開発").start_date
        assign(task, {people["Ann"]: 100, people["Bob"]: 100}, cast.planner)
        sooner = Task.objects.get(project=task.project_id, name="開発").start_date
        assert (later - sooner).days == 2
        assert sum(load.planned_minutes for load in ResourceLoad.objects.filter(grain="d")) == 4 * DAY

    def test_keeps_the_sum_of_three_to_the_minute(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True, duration_minutes=1000)
        assign(task, {people["Ann"]: None}, cast.planner)
        assign(task, dict.fromkeys((people[name] for name in ("Ann", "Bob", "Cem")), 100), cast.planner)
        assert [minutes for _units, minutes in seats(task).values()] == [334, 333, 333]
        assert figures(task) == (334, 1000)
        assign(task, {people["Ann"]: 100}, cast.planner)
        assert (figures(task), seats(task)) == ((1000, 1000), {"Ann": (100.0, 1000)})

    def test_gives_thirds_of_a_fixed_day_and_reads_them_again(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True, task_type="fixed_duration")
        for text in ("Ann", "Ann、Bob、Cem"):
            write_cell(task=task, column="assignees", text=text, actor=cast.planner)
        assert {units for units, _minutes in seats(task).values()} == {33.33}
        assert figures(task) == (4 * DAY, 4 * DAY)
        revision = Project.objects.get(pk=task.project_id).revision
        shown = "Ann[33.33%]、Bob[33.33%]、Cem[33.33%]"
        assert write_cell(task=task, column="assignees", text=shown, actor=cast.planner) == frozenset()
        assert Project.objects.get(pk=task.project_id).revision == revision

    def test_takes_planned_work_for_what_is_to_be_done(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        """As Project does: with work and duration there, who comes without units gets as much as it takes."""
        task = given(task, work_minutes=2 * DAY)
        assign(task, {people["Ann"]: None}, cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {"Ann": (50.0, 2 * DAY)})

    def test_lasts_as_long_as_said_units_need_for_planned_work(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, work_minutes=2 * DAY)
        assign(task, {people["Ann"]: Decimal(100)}, cast.planner)
        assert (figures(task), seats(task)) == ((2 * DAY, 2 * DAY), {"Ann": (100.0, 2 * DAY)})

    def test_lets_the_last_one_leave_the_plan_as_it_was(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        assign(task, {people["Ann"]: 50}, cast.planner)
        assign(task, {}, cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {})
        assign(task, {people["Bob"]: None}, cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {"Bob": (50.0, 2 * DAY)})

    def test_puts_one_into_the_place_of_another(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        sat(task, people["Ann"])
        sat(task, people["Bob"], work_minutes=DAY)
        assign(task, {people["Ann"]: 100, people["Cem"]: 100}, cast.planner)
        assert seats(task) == {"Ann": (100.0, 4 * DAY), "Cem": (100.0, DAY)}

    def test_shares_no_work_with_material(self, task: Task, people: dict[str, Resource], cast: Any) -> None:
        task = given(task, is_effort_driven=True)
        assign(task, {people["鋼材"]: 100}, cast.planner)
        assert figures(task) == (4 * DAY, 0)
        assign(task, {people["鋼材"]: 150, people["Ann"]: 100}, cast.planner)
        assert figures(task) == (4 * DAY, 4 * DAY)
        assert Assignment.objects.get(resource=people["鋼材"]).work_minutes is None

    def test_leaves_somebody_without_units_without_work(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True)
        sat(task, people["Ann"])
        sat(task, people["Bob"], units_percentage=0)
        assign(task, {people["Ann"]: 100, people["Bob"]: 0, people["Cem"]: 100}, cast.planner)
        assert seats(task) == {"Ann": (100.0, 2 * DAY), "Bob": (0.0, 0), "Cem": (100.0, 2 * DAY)}

    def test_refuses_a_share_that_nobody_can_have(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True, task_type="fixed_duration")
        sat(task, people["Ann"], people["Bob"])
        with pytest.raises(RuleBrokenError, match="「Ann」の割当が200%になります"):
            assign(task, {people["Ann"]: 100}, cast.planner)
        assert seats(task) == {"Ann": (100.0, 4 * DAY), "Bob": (100.0, 4 * DAY)}

    def test_keeps_a_share_that_came_with_a_file(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        Resource.objects.filter(pk=people["Cem"].pk).update(capacity_percentage=1000)
        sat(task, people["Cem"], units_percentage=Decimal("433.33"))
        assign(task, {people["Cem"]: Decimal("433.33"), people["Ann"]: 100}, cast.planner)
        assert seats(task)["Cem"][0] == 433.33
        with pytest.raises(RuleBrokenError, match="1%から199%"):
            assign(task, {people["Cem"]: 500}, cast.planner)

    @pytest.mark.parametrize("fields", [{"is_elapsed": True}, {"is_summary": True}])
    def test_leaves_what_does_not_hang_together(
        self, fields: dict[str, bool], task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, work_minutes=77, is_effort_driven=True, **fields)
        for who in ({people["Ann"]: 100}, {people["Ann"]: 100, people["Bob"]: 50}, {}):
            assign(task, who, cast.planner)
            assert figures(task) == (4 * DAY, 77)

    def test_records_all_that_gave_way(self, task: Task, people: dict[str, Resource], cast: Any) -> None:
        task = given(task, is_effort_driven=True)
        sat(task, people["Ann"])
        assign(task, {people["Ann"]: 100, people["Bob"]: 50}, cast.planner)
        ann, bob = str(people["Ann"].pk), str(people["Bob"].pk)
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


class TestWhatHasBegun:
    @pytest.fixture
    def begun(self, task: Task, people: dict[str, Resource], cast: Any) -> Task:
        """Half of it done by Ann."""
        task = given(task, is_effort_driven=True)
        assign(task, {people["Ann"]: 100}, cast.planner)
        progress.report_progress(task=task, percentage=50, actor=cast.planner, actual_work_minutes=1000)
        return task

    def test_shares_only_what_remains(self, begun: Task, people: dict[str, Resource], cast: Any) -> None:
        assign(begun, {people["Ann"]: 100, people["Bob"]: 100}, cast.planner)
        assert figures(begun) == (3 * DAY, 4 * DAY)
        assert seats(begun) == {"Ann": (100.0, 3 * DAY), "Bob": (100.0, DAY)}
        assert Assignment.objects.get(resource=people["Bob"]).delay_minutes == 2 * DAY
        busy = ResourceLoad.objects.filter(resource=people["Bob"], grain="d", planned_minutes__gt=0)
        assert [load.first_on.day for load in busy] == [8]
        row = Task.objects.get(pk=begun.pk)
        assert (row.actual_duration_minutes, row.remaining_minutes) == (2 * DAY, DAY)
        assert (row.progress_percentage, row.actual_work_minutes) == (67, 1000)

    def test_comes_back_when_the_helper_goes(
        self, begun: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        for who in (("Ann", "Bob"), ("Ann",)):
            assign(begun, dict.fromkeys((people[name] for name in who), 100), cast.planner)
        row = Task.objects.get(pk=begun.pk)
        assert (figures(begun), seats(begun)) == ((4 * DAY, 4 * DAY), {"Ann": (100.0, 4 * DAY)})
        assert (row.progress_percentage, row.remaining_minutes) == (50, 2 * DAY)

    def test_hands_all_of_it_to_who_takes_over(
        self, begun: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        assign(begun, {people["Bob"]: 100}, cast.planner)
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
        self, begun: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        write_cell(task=begun, column="duration", text="6d", actor=cast.planner)
        row = Task.objects.get(pk=begun.pk)
        assert (figures(begun), row.progress_percentage) == ((6 * DAY, 6 * DAY), 50)
        assert (row.actual_duration_minutes, row.remaining_minutes) == (3 * DAY, 3 * DAY)

    def test_leaves_the_length_of_done_work_alone(
        self, begun: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        progress.report_progress(task=begun, percentage=100, actor=cast.planner)
        finish = Task.objects.get(pk=begun.pk).finish_minute
        assign(begun, {people["Ann"]: 100, people["Bob"]: 100}, cast.planner)
        assert (figures(begun), seats(begun)) == (
            (4 * DAY, 4 * DAY), {"Ann": (100.0, 2 * DAY), "Bob": (100.0, 2 * DAY)}
        )  # fmt: skip
        assert Task.objects.get(pk=begun.pk).finish_minute == finish

    def test_believes_what_a_file_says_of_each(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(
            task, is_effort_driven=True, work_minutes=8 * DAY, actual_start_minute=task.start_minute,
            progress_percentage=25, actual_duration_minutes=DAY, remaining_minutes=3 * DAY, status="in_progress",
        )  # fmt: skip
        sat(
            task,
            people["Ann"],
            work_minutes=4 * DAY,
            actual_work_minutes=2 * DAY,
            remaining_work_minutes=2 * DAY,
        )
        sat(
            task, people["Bob"], work_minutes=4 * DAY, actual_work_minutes=DAY, remaining_work_minutes=3 * DAY
        )
        assign(task, {people["Ann"]: 100}, cast.planner)
        assert figures(task)[1] == 8 * DAY
        row = Assignment.objects.get(task=task)
        assert (row.actual_work_minutes, row.remaining_work_minutes) == (2 * DAY, 6 * DAY)


class TestEditTask:
    def test_lets_units_give_way_where_work_and_duration_were_said(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        sat(task, people["Ann"])
        revise_task(
            task=task, changes={"work_minutes": 2 * DAY}, duration=(8 * DAY, False), actor=cast.planner
        )
        assert (figures(task), seats(task)) == ((8 * DAY, 2 * DAY), {"Ann": (25.0, 2 * DAY)})

    def test_keeps_all_that_was_said_where_it_fits(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        revise_task(
            task=task, changes={"work_minutes": DAY}, duration=(6 * DAY, False), actor=cast.planner,
            units={people["Ann"].pk: Decimal(50)},
        )  # fmt: skip
        assert (figures(task), seats(task)) == ((6 * DAY, DAY), {"Ann": (50.0, DAY)})

    def test_gives_a_said_duration_the_last_word(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_effort_driven=True)
        sat(task, people["Ann"])
        revise_task(
            task=task, changes={}, duration=(3 * DAY, False), actor=cast.planner,
            units={people["Ann"].pk: None, people["Bob"].pk: None},
        )  # fmt: skip
        assert figures(task) == (3 * DAY, 6 * DAY)

    def test_lets_the_work_follow_a_bar_that_is_pulled(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        sat(task, people["Ann"], units_percentage=50)
        sat(task, people["Bob"], work_minutes=DAY)
        editing.resize_task(task=task, finish_minute=task.finish_minute + 4 * 1440, actor=cast.planner)
        minutes, work = figures(task)
        assert seats(task) == {"Ann": (50.0, minutes // 2), "Bob": (100.0, DAY * minutes // (4 * DAY))}
        assert work == minutes // 2 + DAY * minutes // (4 * DAY)
        entry = AuditEntry.objects.filter(action="task.resized").get()
        assert entry.after["work_minutes"] == work
        assert entry.before["person_work"] == {
            str(people["Ann"].pk): [None, 0],
            str(people["Bob"].pk): [DAY, 0],
        }

    def test_refuses_to_take_all_work_from_people(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, work_minutes=4 * DAY)
        sat(task, people["Ann"])
        with pytest.raises(RuleBrokenError, match="工数は0にできません"):
            write_cell(task=task, column="work", text="", actor=cast.planner)

    def test_refuses_a_length_beyond_all_plans(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        sat(task, people["Ann"])
        with pytest.raises(RuleBrokenError, match="10年を超えます"):
            write_cell(task=task, column="work", text="99999999人月", actor=cast.planner)
        assert figures(task) == (4 * DAY, 0)

    def test_leaves_no_work_in_a_milestone(self, task: Task, people: dict[str, Resource], cast: Any) -> None:
        sat(task, people["Ann"], work_minutes=DAY)
        editing.edit_task(task=task, changes={"is_milestone": True}, actor=cast.planner)
        assert figures(task) == (0, 0)
        assert Assignment.objects.get(task=task).work_minutes is None
        editing.edit_task(
            task=task, changes={"is_milestone": False, "duration_minutes": 960}, actor=cast.planner
        )
        assert (figures(task), seats(task)) == ((960, 960), {"Ann": (100.0, 960)})

    @pytest.mark.parametrize("kind", ["fixed_units", "fixed_duration", "fixed_work"])
    def test_makes_a_task_of_a_milestone_in_one_form(
        self, kind: str, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_milestone=True, duration_minutes=0, task_type=kind)
        sat(task, people["Ann"], units_percentage=50)
        revise_task(task=task, changes={"is_milestone": False}, duration=(DAY, False), actor=cast.planner)
        assert (figures(task), seats(task)) == ((DAY, DAY // 2), {"Ann": (50.0, DAY // 2)})

    def test_ends_a_task_by_hand_with_its_duration(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        """Microsoft: the type counts for tasks that are scheduled by hand, too."""
        editing.edit_task(task=task, changes={"mode": "manual"}, actor=cast.planner)
        assign(task, {people["Ann"]: 100}, cast.planner)
        finish = Task.objects.get(pk=task.pk).finish_minute
        assign(task, {people["Ann"]: 50}, cast.planner)
        row = Task.objects.get(pk=task.pk)
        assert row.duration_minutes == 8 * DAY
        assert row.finish_minute is not None
        assert finish is not None
        assert row.finish_minute - finish == 6 * 1440  # four days of work over a weekend

    def test_holds_a_task_whose_days_a_file_has_fixed(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        task = given(task, is_pinned=True)
        sat(task, people["Ann"])
        assign(task, {people["Ann"]: 50}, cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {"Ann": (50.0, 2 * DAY)})

    def test_drives_fixed_work_always(self, task: Task, cast: Any) -> None:
        editing.edit_task(task=task, changes={"task_type": "fixed_work"}, actor=cast.planner)
        assert Task.objects.get(pk=task.pk).is_effort_driven
        editing.edit_task(task=task, changes={"is_effort_driven": False}, actor=cast.planner)
        assert Task.objects.get(pk=task.pk).is_effort_driven

    def test_lets_a_new_type_decide_at_once(self, task: Task, people: dict[str, Resource], cast: Any) -> None:
        sat(task, people["Ann"])
        changes = {"task_type": "fixed_duration", "work_minutes": 2 * DAY}
        editing.edit_task(task=task, changes=changes, actor=cast.planner)
        assert (figures(task), seats(task)) == ((4 * DAY, 2 * DAY), {"Ann": (50.0, 2 * DAY)})


class TestHandOver:
    def test_takes_and_gives_back_the_very_same_part(
        self, task: Task, people: dict[str, Resource], cast: Any
    ) -> None:
        """What a proposal does, and what takes it back: nothing gives way to another name."""
        task = given(task, is_effort_driven=True, work_minutes=5 * DAY)
        sat(task, people["Ann"], work_minutes=DAY, delay_minutes=60)
        sat(task, people["Bob"])
        before = (
            figures(task),
            dict(Assignment.objects.filter(task=task).values_list("resource", "delay_minutes")),
        )
        hand_over(task, people["Ann"].pk, people["Cem"].pk)
        assert seats(task) == {"Bob": (100.0, 4 * DAY), "Cem": (100.0, DAY)}
        hand_over(task, people["Cem"].pk, people["Ann"].pk)
        assert seats(task) == {"Ann": (100.0, DAY), "Bob": (100.0, 4 * DAY)}
        after = (
            figures(task),
            dict(Assignment.objects.filter(task=task).values_list("resource", "delay_minutes")),
        )
        assert after == before
