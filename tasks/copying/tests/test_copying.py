"""Copying a project with its plan: moved on the calendar, without what happened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import AuditEntry, Calendar, CalendarException, Project, ProjectMember
from projects.worktime.moments import minute_of
from resources.models import Resource
from tasks.comments.services import add_comment
from tasks.copying.rows import FRESH, columns_of
from tasks.copying.services import copy_project
from tasks.models import Assignment, Mode, Task, TaskComment, TaskLink, TaskProgress
from tasks.plan.rescheduling import repair_plan
from tasks.progress.services import report_progress

#: A Monday; between it and the Monday of the plan lie the holidays of May.
LATER = date(2026, 6, 1)
#: Columns that the copy takes from the original as they are.
PLANNED = {
    "organization_id", "row_number", "outline_level", "wbs_code", "descendant_count", "is_summary", "name",
    "description", "priority", "is_milestone", "deliverable", "is_active", "mode", "task_type",
    "is_effort_driven", "duration_minutes", "is_elapsed", "is_estimated", "constraint_type",
    "ignores_resource_calendar", "leveling_delay_minutes", "work_minutes", "fixed_cost", "is_pinned",
    "field_values", "field_amounts",
}  # fmt: skip
#: Columns that are another one in the copy.
OTHER = {
    "id", "project_id", "parent_id", "calendar_id", "constraint_minute", "deadline_minute", "start_minute",
    "finish_minute", "splits", "approver_id",
}  # fmt: skip


def copied(project: Project, cast: SimpleNamespace, **more: Any) -> Project:
    """A copy that begins on LATER, made by the admin."""
    given = {"code": "COPY-1", "name": "写し", "start": LATER, "leader": cast.leader} | more
    return copy_project(project=project, actor=cast.admin, **given)


def tasks_of(project: Project) -> dict[str, Task]:
    return {task.name: task for task in Task.objects.filter(project=project).order_by("row_number")}


class TestCopyProject:
    def test_makes_the_same_plan_from_another_day(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        copy = copied(project, cast)
        made = tasks_of(copy)
        assert list(made) == list(chain)
        assert (copy.start_date, copy.status, copy.task_count) == (LATER, "planning", 4)
        assert made["設計"].start_date == LATER
        assert made["開発"].start_date == date(2026, 6, 8)  # after five days of work
        assert not {task.pk for task in made.values()} & {task.pk for task in chain.values()}
        links = TaskLink.objects.filter(project=copy).values_list("predecessor__name", "successor__name")
        assert set(links) == {("設計", "開発"), ("開発", "試験"), ("試験", "完了")}

    def test_moves_the_end_by_days_of_work(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        Project.objects.filter(pk=project.pk).update(end_date=date(2026, 4, 10))
        assert copied(project, cast).end_date == date(2026, 6, 5)

    def test_leaves_behind_what_happened(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        report_progress(
            task=chain["設計"], percentage=100, actor=cast.leader, recorded_on=date(2026, 4, 10), note="済み"
        )
        add_comment(task=chain["設計"], body="よし", actor=cast.leader)
        copy = copied(project, cast)
        task = tasks_of(copy)["設計"]
        assert (task.status, task.progress_percentage, task.actual_start_minute) == ("not_started", 0, None)
        assert copy.progress_percentage == 0
        assert not TaskProgress.objects.filter(project=copy).exists()
        assert not TaskComment.objects.filter(project=copy).exists()

    def test_moves_constraints_and_deadlines_on_the_calendar(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        """From Thursday of the second week to Thursday of the second week, and the end of a day stays that day's."""
        Task.objects.filter(pk=chain["試験"].pk).update(
            constraint_type="SNET", constraint_minute=minute_of(date(2026, 4, 16), 540),
            deadline_minute=minute_of(date(2026, 4, 18)),  # midnight: the end of Friday
        )  # fmt: skip
        task = tasks_of(copied(project, cast))["試験"]
        assert task.constraint_minute == minute_of(date(2026, 6, 11), 540)
        assert task.deadline_minute == minute_of(date(2026, 6, 13))

    def test_moves_tasks_that_are_set_by_hand(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        Task.objects.filter(pk=chain["設計"].pk).update(
            mode=Mode.MANUAL,
            start_minute=minute_of(date(2026, 4, 11), 900),  # Saturday afternoon …
            finish_minute=minute_of(date(2026, 4, 12), 600),  # … to Sunday morning
        )
        task = tasks_of(copied(project, cast))["設計"]
        assert task.start_date == task.end_date == date(2026, 6, 8)
        assert task.finish_minute >= task.start_minute

    def test_keeps_the_tree_and_what_is_delivered(
        self, plan: Any, project: Project, cast: SimpleNamespace
    ) -> None:
        old = plan(("工程", 1, 1), ("作業", 2, 3), ("納品", 2, 0))
        Task.objects.filter(pk=old["納品"].pk).update(deliverable="報告書", approver=cast.leader)
        made = tasks_of(copied(project, cast))
        assert made["作業"].parent_id == made["工程"].pk
        assert made["工程"].is_summary
        assert (made["納品"].deliverable, made["納品"].approver_id) == ("報告書", cast.leader.pk)

    def test_takes_no_deleted_rows(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        from tasks.editing.tree import delete_tasks

        delete_tasks(project=project, task_ids=[chain["開発"].pk], actor=cast.leader)
        assert list(tasks_of(copied(project, cast))) == ["設計", "試験", "完了"]

    def test_brings_people_along(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace, work_on: Any
    ) -> None:
        assignment = work_on(chain["設計"], 50)
        Assignment.objects.filter(pk=assignment.pk).update(actual_work_minutes=60, remaining_work_minutes=9)
        cast.viewer.memberships.all().delete()  # has left the organization
        copy = copied(project, cast)
        row = Assignment.objects.get(project=copy)
        assert (row.task.name, row.resource_id) == ("設計", assignment.resource_id)
        assert row.units_percentage == 50
        assert (row.actual_work_minutes, row.remaining_work_minutes) == (0, None)
        users = set(ProjectMember.objects.filter(project=copy).values_list("user", "role"))
        assert users == {
            (cast.leader.pk, "leader"), (cast.planner.pk, "planner"), (cast.contributor.pk, "contributor"),
        }  # fmt: skip

    def test_leaves_people_behind_where_wished(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace, work_on: Any
    ) -> None:
        work_on(chain["設計"])
        Task.objects.filter(pk=chain["完了"].pk).update(approver=cast.leader)
        copy = copied(project, cast, copies_people=False, leader=cast.outsider)
        assert not Assignment.objects.filter(project=copy).exists()
        assert list(ProjectMember.objects.filter(project=copy).values_list("user", flat=True)) == [
            cast.outsider.pk
        ]
        assert tasks_of(copy)["完了"].approver_id is None

    def test_copies_calendars_and_resources_of_the_project_alone(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace, calendar: Calendar
    ) -> None:
        own = Calendar.objects.create(
            organization=project.organization, project=project, name="現場", base=calendar, week=[None] * 7
        )
        CalendarException.objects.create(
            organization=project.organization, calendar=own, first_on=LATER, last_on=LATER, name="休業"
        )
        hand = Resource.objects.create(organization=project.organization, project=project, name="応援")
        Project.objects.filter(pk=project.pk).update(calendar=own)
        Task.objects.filter(pk=chain["開発"].pk).update(calendar=own)
        Assignment.objects.create(
            organization=project.organization, project=project, task=chain["設計"], resource=hand
        )
        project.refresh_from_db()
        copy = copied(project, cast)
        assert copy.calendar.project_id == copy.pk
        assert tasks_of(copy)["開発"].calendar_id == copy.calendar_id
        assert tasks_of(copy)["設計"].start_date == date(2026, 6, 2)  # the copied day off is kept
        assert Assignment.objects.get(project=copy).resource.project_id == copy.pk

    def test_computes_the_same_as_the_engine_alone(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace
    ) -> None:
        assert not repair_plan(project=copied(project, cast)).changed_ids

    def test_is_in_the_record(self, chain: dict[str, Task], project: Project, cast: SimpleNamespace) -> None:
        copy = copied(project, cast, budget=Decimal(5))
        entry = AuditEntry.objects.get(action="project.copied", project=copy)
        assert (entry.actor, entry.after) == (
            cast.admin,
            {"source": project.pk, "tasks": 4},
        )
        assert copy.budget == 5

    def test_needs_the_right_to_make_projects(self, project: Project, cast: SimpleNamespace) -> None:
        with pytest.raises(NotAllowedError):
            copy_project(
                project=project, code="C", name="写し", start=LATER, actor=cast.leader, leader=cast.leader
            )
        assert Project.objects.count() == 1

    def test_refuses_a_deleted_project(self, project: Project, cast: SimpleNamespace) -> None:
        project.delete_softly(at=timezone.now())
        with pytest.raises(RuleBrokenError, match="「新システム導入」は削除されているため"):
            copied(project, cast)

    def test_refuses_a_calendar_without_work(
        self, chain: dict[str, Task], project: Project, cast: SimpleNamespace, calendar: Calendar
    ) -> None:
        Calendar.objects.filter(pk=calendar.pk).update(week=[[]] * 7)
        with pytest.raises(RuleBrokenError, match="稼働時間がない"):
            copied(project, cast)
        assert Project.objects.count() == 1

    def test_decides_about_every_column(self) -> None:
        """A new column of tasks is planned, other or fresh: who adds one says which."""
        assert set(columns_of(Task)) == PLANNED | OTHER | set(FRESH)
        assert len(PLANNED) + len(OTHER) + len(FRESH) == len(columns_of(Task))  # each in one of them

    def test_needs_as_many_queries_for_a_large_plan(
        self, plan: Any, project: Project, cast: SimpleNamespace
    ) -> None:
        plan(*[(f"作業{number}", 1, 1) for number in range(3)])
        with CaptureQueriesContext(connection) as small:
            copied(project, cast)
        Task.objects.filter(project=project).delete()
        plan(*[(f"作業{number}", 1, 1) for number in range(300)])
        with CaptureQueriesContext(connection) as large:
            copied(project, cast, code="COPY-2")
        assert len(large) <= len(small)
