"""The kept utilization: what an edit changes, and that nothing is ever left over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from projects.lifecycle.services import change_status, delete_project, restore_project
from projects.models import Project
from projects.worktime.moments import day_number, minute_of
from resources.models import Absence, Resource
from tasks.allocation.check import check_utilization
from tasks.editing import fields, moving, tree
from tasks.models import Assignment, AssignmentLoad, ResourceLoad, Task

DAY = 480


def kept(resource: Resource, grain: str = "d") -> dict[str, int]:
    """Planned minutes by the first day of each row."""
    rows = ResourceLoad.objects.filter(resource=resource, grain=grain).order_by("first_on")
    return {f"{day:%m-%d}": minutes for day, minutes in rows.values_list("first_on", "planned_minutes")}


def assign(task: Task, resource: Resource, percent: int = 100, *, actor: Any) -> None:
    fields.set_assignees(task=task, units={resource.pk: percent}, actor=actor)


@pytest.fixture
def other(organization: Any) -> Resource:
    """Another person."""
    return Resource.objects.create(organization=organization, name="木賊 ゆい")


class TestLoads:
    def test_come_with_the_person(self, chain: dict[str, Task], resource: Resource, cast: Any) -> None:
        assign(chain["設計"], resource, 50, actor=cast.planner)
        assert kept(resource) == {f"04-{day:02}": 240 for day in range(6, 11)}
        assert kept(resource, "w") == {"04-06": 1200}
        assert kept(resource, "m") == {"04-01": 1200}
        row = ResourceLoad.objects.filter(resource=resource, grain="d").first()
        assert row is not None
        assert row.capacity_minutes == DAY

    def test_go_with_the_person(
        self, chain: dict[str, Task], resource: Resource, other: Resource, cast: Any
    ) -> None:
        assign(chain["設計"], resource, actor=cast.planner)
        assign(chain["設計"], other, 60, actor=cast.planner)
        assert kept(resource) == {}
        assert not ResourceLoad.objects.filter(resource=resource).exists()
        assert set(kept(other).values()) == {288}

    def test_move_with_the_task_and_those_behind_it(
        self, chain: dict[str, Task], resource: Resource, other: Resource, cast: Any
    ) -> None:
        assign(chain["設計"], resource, actor=cast.planner)
        assign(chain["開発"], other, actor=cast.planner)
        moving.move_task(task=chain["設計"], start_minute=minute_of(date(2026, 4, 8)), actor=cast.planner)
        assert list(kept(resource)) == ["04-08", "04-09", "04-10", "04-13", "04-14"]
        assert next(iter(kept(other))) == "04-15"
        assert kept(other, "w")["04-13"] == 3 * DAY

    def test_leave_out_leave(
        self, chain: dict[str, Task], resource: Resource, cast: Any, organization: Any
    ) -> None:
        Absence.objects.create(
            organization=organization, resource=resource, first_on="2026-04-07", last_on="2026-04-07"
        )
        Absence.objects.create(
            organization=organization, resource=resource, first_on="2026-04-09", last_on="2026-04-09",
            portion="morning",
        )  # fmt: skip
        assign(chain["設計"], resource, actor=cast.planner)
        days = kept(resource)
        assert "04-07" not in days
        assert days["04-09"] == 300
        assert sum(days.values()) == 5 * DAY

    def test_leave_out_holidays(self, chain: dict[str, Task], resource: Resource, cast: Any) -> None:
        moving.move_task(task=chain["設計"], start_minute=minute_of(date(2026, 4, 28)), actor=cast.planner)
        assign(chain["設計"], resource, actor=cast.planner)
        assert list(kept(resource)) == ["04-28", "04-30", "05-01", "05-07", "05-08"]

    def test_are_of_no_one_on_a_summary(
        self, plan: Any, project: Project, resource: Resource, cast: Any
    ) -> None:
        tasks = plan(("設計", 1, 5), ("詳細", 1, 3))
        assign(tasks["設計"], resource, actor=cast.planner)
        tree.indent_tasks(project=project, task_ids=[tasks["詳細"].pk], actor=cast.planner)
        assert kept(resource) == {}
        tree.outdent_tasks(project=project, task_ids=[tasks["詳細"].pk], actor=cast.planner)
        assert sum(kept(resource).values()) == 5 * DAY

    def test_end_with_inactive_tasks_and_those_below(
        self, plan: Any, project: Project, resource: Resource, cast: Any
    ) -> None:
        tasks = plan(("全体", 1, 5), ("詳細", 2, 3))
        assign(tasks["詳細"], resource, actor=cast.planner)
        fields.edit_task(task=tasks["全体"], changes={"is_active": False}, actor=cast.planner)
        assert kept(resource) == {}
        fields.edit_task(task=tasks["全体"], changes={"is_active": True}, actor=cast.planner)
        assert sum(kept(resource).values()) == 3 * DAY

    def test_end_with_deleted_tasks(
        self, chain: dict[str, Task], project: Project, resource: Resource, cast: Any
    ) -> None:
        assign(chain["設計"], resource, actor=cast.planner)
        tree.delete_tasks(project=project, task_ids=[chain["設計"].pk], actor=cast.planner)
        assert kept(resource) == {}
        assert not AssignmentLoad.objects.exists()

    def test_follow_the_state_of_the_project(
        self, chain: dict[str, Task], project: Project, resource: Resource, cast: Any
    ) -> None:
        assign(chain["設計"], resource, actor=cast.planner)
        change_status(project=project, status="suspended", actor=cast.leader)
        assert kept(resource) == {}
        change_status(project=project, status="active", actor=cast.leader)
        assert len(kept(resource)) == 5
        delete_project(project=project, actor=cast.admin)
        assert kept(resource) == {}
        restore_project(project=project, actor=cast.admin)
        assert len(kept(resource)) == 5

    def test_leave_nothing_behind_when_a_change_fails(
        self, chain: dict[str, Task], resource: Resource, cast: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from projects import changes

        assign(chain["設計"], resource, actor=cast.planner)
        before = kept(resource)

        def fail(*args: Any, **kwargs: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(changes.Recorder, "write", fail)
        with pytest.raises(ZeroDivisionError):
            moving.move_task(
                task=chain["設計"], start_minute=minute_of(date(2026, 5, 11)), actor=cast.planner
            )
        assert kept(resource) == before

    def test_agree_with_the_plan_after_all_of_it(
        self, chain: dict[str, Task], project: Project, resource: Resource, other: Resource, cast: Any
    ) -> None:
        assign(chain["設計"], resource, actor=cast.planner)
        assign(chain["開発"], other, 30, actor=cast.planner)
        moving.resize_task(
            task=chain["設計"], finish_minute=minute_of(date(2026, 4, 17), 720), actor=cast.planner
        )
        assert check_utilization(project.organization_id) == []

    def test_are_of_the_organization_alone(
        self, chain: dict[str, Task], resource: Resource, cast: Any
    ) -> None:
        from projects.rls.scope import scope

        assign(chain["設計"], resource, actor=cast.planner)
        with scope([cast.stranger.memberships.get().organization_id]):
            assert not ResourceLoad.objects.exists()
            assert not AssignmentLoad.objects.exists()
        with scope([resource.organization_id]):
            assert AssignmentLoad.objects.count() == 1


def test_a_day_number_is_what_the_database_counts(
    chain: dict[str, Task], resource: Resource, cast: Any
) -> None:
    assign(chain["設計"], resource, actor=cast.planner)
    load = AssignmentLoad.objects.get()
    assert load.days[0] == day_number(date(2026, 4, 6))
    assert load.minutes == [DAY] * 5
    assert load.assignment_id == Assignment.objects.get().pk


class TestTable:
    def test_has_room_to_change_in_place(self, db: None) -> None:
        """What a thousand tasks put in is written anew on its page, without touching an index."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT reloptions FROM pg_class WHERE oid = 'assignment_loads'::regclass")
            assert cursor.fetchone() == (["fillfactor=50"],)
