"""Whatever people do in whatever order, the kept loads are those of the plans."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.changes import changing_organization
from projects.errors import Refusal
from projects.lifecycle.services import change_status, delete_project, restore_project
from projects.models import Calendar, CalendarException, Project
from projects.permissions import System
from projects.worktime.moments import minute_of
from resources.models import Absence, Resource
from tasks.allocation.check import check_utilization
from tasks.allocation.loads import refresh_resources
from tasks.editing import fields, links, moving, tree
from tasks.editing.project import update_project_and_plan
from tasks.jobs import calculate_critical_path, refresh_utilization
from tasks.models import AssignmentLoad, ResourceLoad, Task
from tasks.progress import services as progress

ACTOR: Final = System("test")
FIRST: Final = date(2026, 4, 6)
numbers = st.integers(0, 40)


class World:
    """Two projects that share three people, and all that can be done to them; a number decides the rest."""

    def __init__(self, projects: list[Project], resources: list[Resource], calendars: list[Calendar]) -> None:
        self.projects, self.resources, self.calendars = projects, resources, calendars

    def task(self, a: int) -> Task:
        tasks = list(
            Task.objects.alive().filter(project__in=self.projects).select_related("project").order_by("pk")
        )
        if not tasks:
            raise Refusal("nothing is left")
        return tasks[a % len(tasks)]

    def project(self, a: int) -> Project:
        return Project.objects.get(pk=self.projects[a % len(self.projects)].pk)

    def resource(self, a: int) -> Resource:
        return Resource.objects.get(pk=self.resources[a % len(self.resources)].pk)

    # -- plans

    def move(self, a: int, b: int) -> None:
        moving.move_task(
            task=self.task(a), start_minute=minute_of(FIRST + timedelta(days=b), 600), actor=ACTOR
        )

    def resize(self, a: int, b: int) -> None:
        task = self.task(a)
        start = task.start_minute or 0
        moving.resize_task(task=task, finish_minute=start + b * 700, actor=ACTOR)

    def assign(self, a: int, b: int) -> None:
        units = {self.resource(b).pk: 1 + 7 * b % 199, self.resource(a + b).pk: 1 + 13 * a % 150}
        fields.set_assignees(task=self.task(a), units=units, actor=ACTOR)

    def unassign(self, a: int, b: int) -> None:
        fields.set_assignees(task=self.task(a), units={}, actor=ACTOR)

    def edit(self, a: int, b: int) -> None:
        changes: list[dict[str, Any]] = [
            {"is_active": False}, {"is_active": True}, {"is_milestone": True}, {"is_milestone": False},
            {"duration_minutes": 240 * b}, {"is_elapsed": True, "duration_minutes": 1000 * b},
            {"calendar_id": self.calendars[b % 2].pk, "ignores_resource_calendar": b % 3 == 0},
            {"calendar_id": None}, {"mode": "manual"}, {"mode": "auto"}, {"name": f"名前{b}"},
        ]  # fmt: skip
        fields.edit_task(task=self.task(a), changes=changes[b % len(changes)], actor=ACTOR)

    def link(self, a: int, b: int) -> None:
        task = self.task(a)
        links.set_predecessors(task=task, text=f"{1 + b % 4}FS+{b % 3}d" if b % 5 else "", actor=ACTOR)

    def report(self, a: int, b: int) -> None:
        progress.report_progress(
            task=self.task(a), percentage=(0, 30, 100)[b % 3], actor=ACTOR, recorded_on=FIRST
        )

    def rearrange(self, a: int, b: int) -> None:
        task = self.task(a)
        how = tree.indent_tasks if b % 2 else tree.outdent_tasks
        how(project=task.project, task_ids=[task.pk], actor=ACTOR)

    def add(self, a: int, b: int) -> None:
        task = self.task(a)
        tree.add_task(project=task.project, name="新しい", actor=ACTOR, after=task, as_child=bool(b % 2))

    def delete(self, a: int, b: int) -> None:
        task = self.task(a)
        tree.delete_tasks(project=task.project, task_ids=[task.pk], actor=ACTOR)

    # -- projects

    def take_away(self, a: int, b: int) -> None:
        project = self.project(a)
        if project.deleted_at:
            restore_project(project=project, actor=ACTOR)
        else:
            delete_project(project=project, actor=ACTOR)

    def stand(self, a: int, b: int) -> None:
        states = ("active", "suspended", "cancelled", "planning", "completed")
        change_status(project=self.project(a), status=states[b % 5], actor=ACTOR)

    def recalendar(self, a: int, b: int) -> None:
        project = self.project(a)
        update_project_and_plan(
            project=project, actor=ACTOR, changes={"calendar": self.calendars[b % 2]} if b % 3 else
            {"start_date": FIRST + timedelta(days=b)},
        )  # fmt: skip

    # -- people: what a page records, and the jobs that it asks for

    def leave(self, a: int, b: int) -> None:
        resource = self.resource(a)
        first = FIRST + timedelta(days=b)
        with changing_organization(resource.organization, actor=ACTOR) as record:
            absence = Absence.objects.create(
                organization=resource.organization, resource=resource, first_on=first,
                last_on=first + timedelta(days=a % 4), portion=("day", "morning", "afternoon")[b % 3],
            )  # fmt: skip
            record("absence.added", target=absence, after={"resource": resource.pk})
        self.later()

    def come_back(self, a: int, b: int) -> None:
        absence = Absence.objects.filter(resource__in=self.resources).order_by("pk").last()
        if absence is not None:
            with changing_organization(absence.organization, actor=ACTOR) as record:
                record("absence.removed", target=absence, before={"resource": absence.resource_id})
                absence.delete()
            self.later()

    def change_person(self, a: int, b: int) -> None:
        resource = self.resource(a)
        with changing_organization(resource.organization, actor=ACTOR) as record:
            resource.capacity_percentage = (100, 60, 33)[b % 3]
            resource.calendar = (None, *self.calendars)[a % 3]
            resource.save()
            record("resource.edited", target=resource, after={"capacity_percentage": 1, "calendar_id": 1})
        self.later()

    def close(self, a: int, b: int) -> None:
        """The company closes for some days."""
        calendar = self.calendars[a % 2]
        first = FIRST + timedelta(days=b)
        CalendarException.objects.create(
            organization=calendar.organization, calendar=calendar, first_on=first,
            last_on=first + timedelta(days=b % 4), shifts=[[540, 720]] if b % 2 else [],
        )  # fmt: skip
        self.later()
        refresh_utilization(organization_id=calendar.organization_id)

    def later(self) -> None:
        for project in self.projects:
            calculate_critical_path(project_id=project.pk)


ACTIONS: Final[list[Callable[[World, int, int], None]]] = [
    World.move, World.move, World.resize, World.assign, World.assign, World.assign, World.unassign, World.edit,
    World.edit, World.link, World.report, World.rearrange, World.add, World.delete, World.take_away, World.stand,
    World.recalendar, World.leave, World.come_back, World.change_person, World.close,
]  # fmt: skip


@pytest.fixture
def world(project: Project, organization: Any, calendar: Calendar, plan: Any) -> World:
    site = Calendar.objects.create(organization=organization, name="現場", week=[[[480, 960]]] * 6 + [[]])
    second = Project.objects.create(
        organization=organization, code="PRJ-002", name="移転", start_date=FIRST, end_date=date(2027, 3, 31),
        start_minute=minute_of(FIRST, 480), calendar=site, status="active",
    )  # fmt: skip
    plan(("全体", 1, 5), ("設計", 2, 4), ("開発", 2, 6, "2"), ("試験", 1, 3, "3"))
    for name in ("荷造り", "運搬", "設置"):
        tree.add_task(project=second, name=name, actor=ACTOR)
    people = [Resource(organization=organization, name=name) for name in ("藍沢", "茜部")]
    people.append(Resource(organization=organization, name="炉", kind="equipment", calendar=site))
    people.append(Resource(organization=organization, name="塗料", kind="material"))
    Resource.objects.bulk_create(people)
    world = World([project, second], people, [calendar, site])
    for number in range(7):
        world.assign(number, number)
    return world


class TestLoads:
    @settings(
        max_examples=15,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(steps=st.lists(st.tuples(st.sampled_from(ACTIONS), numbers, numbers), min_size=3, max_size=12))
    def test_equal_a_rebuild_after_anything(
        self, world: World, steps: list[tuple[Callable[[World, int, int], None], int, int]]
    ) -> None:
        with transaction.atomic():
            for act, a, b in steps:
                # What is refused is rolled back by itself, and must leave the loads as they were.
                with suppress(Refusal), transaction.atomic():
                    act(world, a, b)
            assert check_utilization(world.projects[0].organization_id, repairs=False) == []
            assert not ResourceLoad.objects.filter(planned_minutes__lte=0).exists()
            for project in world.projects:
                if not Project.objects.get(pk=project.pk).deleted_at:
                    delete_project(project=project, actor=ACTOR)
            assert not ResourceLoad.objects.exists()
            assert not AssignmentLoad.objects.exists()
            transaction.set_rollback(True)

    def test_are_counted_anew_for_one_person_as_for_all(self, world: World) -> None:
        before = list(ResourceLoad.objects.order_by("pk").values_list())
        refresh_resources(
            [item.pk for item in world.resources], organization_id=world.projects[0].organization_id
        )
        assert list(ResourceLoad.objects.order_by("pk").values_list()) == before
        assert before
