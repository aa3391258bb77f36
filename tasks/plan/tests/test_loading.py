"""What a plan is loaded as: the same facts as its rows, in so few statements, from so few columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import AuditEntry, Calendar
from resources.models import Absence, Resource
from tasks.models import Assignment, Task, TaskComment, TaskLink
from tasks.plan.arrays import arrays_cursor
from tasks.plan.loading import load_assignments, load_plan, load_tasks
from tasks.plan.tables import ASSIGNMENTS, COMPUTED, LINKS, TASKS
from tasks.scheduling import network as engine
from tasks.scheduling.columns import LARGEST, NOTHING
from tasks.scheduling.errors import DateOutOfRange
from tasks.scheduling.plan import KINDS

#: Fields of the engine that no column of the database holds.
_WITHOUT_COLUMN = {"name", "leveling_delay_is_elapsed"}
_MOMENTS = (
    "constraint_minute", "deadline_minute", "actual_start_minute", "actual_finish_minute",
    "actual_duration_minutes", "remaining_minutes", "stop_minute", "resume_minute", "leveling_delay_minutes",
)  # fmt: skip


def as_engine_task(task: Task) -> engine.Task:
    """A row, read field by field."""
    is_given = task.is_pinned or task.mode == "manual"
    values = {
        each.name: getattr(task, each.name) for each in fields(engine.Task)
        if hasattr(task, each.name) and each.name not in _WITHOUT_COLUMN
    }  # fmt: skip
    values |= {
        "percent_complete": task.progress_percentage,
        "start_minute": task.start_minute if is_given else None,
        "finish_minute": task.finish_minute if is_given else None,
        "splits": tuple((start, finish) for start, finish in task.splits or ()),
    }
    return engine.Task(**values)


def as_engine_assignment(item: Assignment) -> engine.Assignment:
    """A row, read field by field."""
    values = {
        each.name: getattr(item, each.name) for each in fields(engine.Assignment) if each.name != "units"
    }
    return engine.Assignment(**values, units=float(item.units_percentage / 100))


@pytest.fixture
def motley(project: Any, organization: Any, plan: Callable[..., dict[str, Task]]) -> list[Task]:
    """Forty tasks on which everything is set that can be, here and there, and as much is not."""
    chance = Random(5)
    calendar = Calendar.objects.create(
        organization=organization, name="夜勤", base=project.calendar, week=[None] * 7
    )
    made = list(plan(*((f"作業{number}", 1 + number % 2, 2) for number in range(40))).values())
    for task in made:
        if chance.random() < 0.6:
            _set(task, chance, calendar)
    Task.objects.bulk_update(
        made,
        [
            *_MOMENTS, "is_elapsed", "is_milestone", "is_active", "ignores_resource_calendar", "is_effort_driven",
            "is_pinned", "mode", "constraint_type", "task_type", "priority", "progress_percentage", "calendar", "splits",
        ],
    )  # fmt: skip
    _link(project, made, chance)
    _assign(project, organization, made, chance)
    return made


def _set(task: Task, chance: Random, calendar: Calendar) -> None:
    for name in chance.sample(_MOMENTS, 4):
        setattr(task, name, chance.randrange(10**7))
    task.actual_finish_minute = task.actual_start_minute
    for name in ("is_elapsed", "is_milestone", "is_active", "is_effort_driven", "is_pinned"):
        setattr(task, name, chance.random() < 0.5)
    task.ignores_resource_calendar = chance.random() < 0.5
    task.mode = chance.choice(["auto", "manual"])
    task.constraint_type = chance.choice(["ASAP", "ALAP", "SNET", "MFO"])
    task.constraint_minute = chance.randrange(10**7)
    task.task_type = chance.choice(["fixed_units", "fixed_duration", "fixed_work"])
    task.priority, task.progress_percentage = chance.randrange(1001), chance.randrange(101)
    task.calendar = chance.choice([calendar, None])
    task.splits = chance.choice([None, [], [[1, 2], [3, 4]]])


def _link(project: Any, tasks: list[Task], chance: Random) -> None:
    TaskLink.objects.bulk_create(
        TaskLink(
            organization=project.organization, project=project, predecessor=before, successor=after,
            link_type=chance.choice(["FS", "SS", "FF", "SF"]), lag_minutes=chance.choice([0, -480, 77]),
            lag_kind=chance.choice(["working", "elapsed", "percent"]), lag_percent=chance.choice([0, 12.5]),
        )
        for before, after in pairwise(tasks)
    )  # fmt: skip


def _assign(project: Any, organization: Any, tasks: list[Task], chance: Random) -> None:
    people = Resource.objects.bulk_create(
        Resource(organization=organization, name=f"人{number}", kind=kind, capacity_percentage=80)
        for number, kind in enumerate(("person", "equipment", "material"))
    )
    Absence.objects.create(
        organization=organization, resource=people[0], first_on=date(2026, 4, 6), last_on=date(2026, 4, 7)
    )
    Assignment.objects.bulk_create(
        Assignment(
            organization=organization, project=project, task=task, resource=chance.choice(people),
            units_percentage=chance.choice([100, 33.33, 50, 0]), work_minutes=chance.choice([None, 960]),
            overtime_minutes=chance.choice([0, 60]), remaining_work_minutes=chance.choice([None, 5]),
            actual_work_minutes=chance.choice([0, 30]), delay_minutes=chance.choice([0, 15]),
            is_contoured=chance.random() < 0.2,
        )
        for task in tasks
    )  # fmt: skip


class TestLoadPlan:
    def test_has_the_facts_of_every_task(self, motley: list[Task], project: Any) -> None:
        rows = Task.objects.filter(project=project).order_by("row_number")
        assert list(load_plan(project).network.tasks) == [as_engine_task(task) for task in rows]

    def test_has_the_facts_of_every_link(self, motley: list[Task], project: Any) -> None:
        names = [each.name for each in fields(engine.Link)]
        rows = TaskLink.objects.filter(project=project).order_by("pk").values_list(*names)
        assert [
            tuple(getattr(link, name) for name in names) for link in load_plan(project).network.links
        ] == list(rows)

    def test_has_the_facts_of_every_assignment(self, motley: list[Task], project: Any) -> None:
        rows = Assignment.objects.filter(project=project).order_by("pk")
        assert list(load_plan(project).network.assignments) == [as_engine_assignment(item) for item in rows]

    def test_has_people_with_their_time(self, motley: list[Task], project: Any) -> None:
        columns = load_plan(project).columns
        away = {rules.id for rules in columns.calendars if rules.exceptions and rules.id < 0}
        person, machine, material = columns.resources
        assert away == {person.calendar_id} == {-person.id}
        assert [each.kind for each in columns.resources] == ["work", "work", "material"]
        assert (machine.calendar_id, machine.max_units, material.calendar_id) == (None, 0.8, None)

    def test_has_what_is_stored(self, motley: list[Task], project: Any) -> None:
        loaded = load_plan(project)
        rows = Task.objects.filter(project=project).order_by("row_number")
        for name in COMPUTED:
            kept = [NOTHING if value is None else value for value in rows.values_list(name, flat=True)]
            if name == "driver_kind":
                kept = [KINDS.index(word) for word in kept]
            assert loaded.stored[name].tolist() == kept, name

    def test_says_which_early_dates_are_not_those_of_the_task(
        self, chain: dict[str, Task], project: Any
    ) -> None:
        assert not load_plan(project).stored["is_torn"].any()
        Task.objects.filter(pk=chain["開発"].pk).update(early_finish_minute=None)
        assert load_plan(project).stored["is_torn"].tolist() == [False, True, False, False]

    def test_leaves_out_what_is_deleted(self, motley: list[Task], project: Any) -> None:
        gone = motley[7]
        TaskLink.objects.filter(predecessor=gone).delete()
        Task.objects.filter(pk=gone.pk).update(deleted_at=timezone.now(), row_number=None)
        columns = load_plan(project).columns
        assert gone.pk not in columns.tasks.id
        assert gone.pk not in columns.assignments.task_id
        assert len(columns.assignments) == len(columns.tasks) == 39

    def test_of_an_empty_project_is_empty(self, project: Any) -> None:
        loaded = load_plan(project)
        assert (len(loaded.columns.tasks), len(loaded.columns.links), loaded.row_of) == (0, 0, {})
        assert loaded.stored["is_torn"].tolist() == []

    def test_sees_nothing_of_others(self, chain: dict[str, Task], project: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.organizations', '', true)")
        assert len(load_plan(project).columns.tasks) == 0

    @pytest.mark.parametrize("field", ["deadline_minute", "duration_minutes"])
    def test_refuses_numbers_that_no_plan_has(self, field: str, chain: dict[str, Task], project: Any) -> None:
        Task.objects.filter(pk=chain["開発"].pk).update(**{field: LARGEST + 1})
        with pytest.raises(DateOutOfRange) as error:
            load_plan(project)
        assert error.value.task_ids == (chain["開発"].pk,)

    def test_refuses_a_lag_that_no_plan_has(self, chain: dict[str, Task], project: Any) -> None:
        TaskLink.objects.filter(successor=chain["開発"]).update(lag_minutes=-LARGEST - 1)
        with pytest.raises(DateOutOfRange) as error:
            load_plan(project)
        assert error.value.task_ids == (chain["開発"].pk,)


class TestCost:
    """An edit pays for what the engine reads, not for what people have written and done."""

    @pytest.fixture
    def statements(self, project: Any) -> Callable[[], list[str]]:
        """The statements of loading the project."""

        def load() -> list[str]:
            with CaptureQueriesContext(connection) as captured:
                load_plan(project)
            return [query["sql"] for query in captured.captured_queries]

        return load

    def test_is_as_many_statements_for_any_plan(
        self, plan: Callable[..., dict[str, Task]], work_on: Any, statements: Any
    ) -> None:
        few = list(plan(("一", 1, 1), ("二", 1, 1, "1")).values())
        work_on(few[0])
        before = len(statements())
        Task.objects.filter(project=few[0].project).delete()
        many = plan(*((f"作業{number}", 1, 1, f"{number}" if number else "") for number in range(60)))
        for task in many.values():
            work_on(task)
        assert len(statements()) == before == 9

    def test_reads_no_texts_comments_or_history(
        self, chain: dict[str, Task], project: Any, cast: Any, statements: Any
    ) -> None:
        for number in range(20):
            TaskComment.objects.create(
                organization=project.organization, project=project, task=chain["設計"], author=cast.planner,
                body=f"{number}",
            )  # fmt: skip
        read = {table for sql in statements() for table in re.findall(r'(?:FROM|JOIN) "?(\w+)"?', sql)}
        assert read == {
            "tasks",
            "task_links",
            "task_assignments",
            "plan_writes",
            "calendars",
            "calendar_exceptions",
            "holidays",
        }
        assert AuditEntry.objects.exists()  # there is history, which was not read

    @pytest.mark.parametrize("table", [TASKS, LINKS, ASSIGNMENTS], ids=lambda table: table.name)
    def test_names_every_column_that_it_reads(self, table: Any) -> None:
        statement = table.statement("project_id = %s")
        model = next(model for model in (Task, TaskLink, Assignment) if model._meta.db_table == table.name)
        unread = {field.column for field in model._meta.concrete_fields} - set(table.reads)
        words = set(re.findall(r"\w+", statement))
        allowed = {"project_id", "row_number", "deleted_at", "early_start_minute", "early_finish_minute"}
        assert unread & words <= allowed
        texts = {"name", "description", "deliverable", "extras", "recorded_reason", "wbs_code"}
        assert not texts & words

    def test_is_a_row_of_arrays(self, chain: dict[str, Task], project: Any) -> None:
        with arrays_cursor() as cursor:
            cursor.execute(TASKS.statement("project_id = %s"), [project.pk])
            rows = cursor.fetchall()
        assert len(rows) == 1


class TestLoadTasks:
    def test_gives_some_tasks(self, motley: list[Task], project: Any) -> None:
        chosen = [motley[3].pk, motley[20].pk]
        found = load_tasks(chosen)
        assert found == {task.pk: as_engine_task(task) for task in Task.objects.filter(pk__in=chosen)}

    def test_gives_nothing_for_nothing(self, project: Any) -> None:
        assert load_tasks([]) == {}
        assert load_assignments([]) == ()


class TestLoadAssignments:
    def test_gives_those_of_some_tasks(self, motley: list[Task], project: Any) -> None:
        chosen = [task.pk for task in motley[5:9]]
        rows = Assignment.objects.filter(task__in=chosen).order_by("pk")
        assert list(load_assignments(chosen)) == [as_engine_assignment(item) for item in rows]
