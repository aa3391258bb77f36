"""Who is put onto a task is in its project afterwards, whichever way they were put there, or is not put there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import AuditEntry, Notification, Project, ProjectMember
from projects.permissions import System
from resources.models import Resource
from tasks.copying.services import copy_project
from tasks.details.tests.filled_form import fields_of
from tasks.editing.fields import set_assignees
from tasks.models import Assignment, Task
from tests.pages import compact

HTMX = {"HX-Request": "true"}
Assign = Callable[[Client], Any]


@pytest.fixture
def outsider(cast: SimpleNamespace, organization: Any) -> Resource:
    """A person of the company who is not in the project."""
    return Resource.objects.create(
        organization=organization, name="同社 別人", department="営業部", user=cast.outsider
    )


def by_cell(client: Client, task: Task) -> Any:
    typed = {"column": "assignees", "text": "同社 別人", "was": ""}
    return client.post(reverse("tasks:task_cell", args=[task.pk]), typed, headers=HTMX)


def by_chart(client: Client, task: Task) -> Any:
    typed = {"people": "同社 別人[50%]", "was": ""}
    return client.post(reverse("tasks:task_assign", args=[task.project_id, task.pk]), typed, headers=HTMX)


def by_form(client: Client, task: Task) -> Any:
    page = client.get(reverse("tasks:task_detail", args=[task.pk])).content.decode()
    typed = fields_of(page, "task-form") | {"assignees": "同社 別人"}
    return client.post(reverse("tasks:task_edit", args=[task.pk]), typed)


WAYS = pytest.mark.parametrize("assign", [by_cell, by_chart, by_form])


class TestByALeader:
    @WAYS
    def test_they_become_members_with_it(
        self,
        leader_client: Client,
        chain: dict[str, Task],
        project: Project,
        cast: Any,
        outsider: Resource,
        assign: Any,
    ) -> None:
        answer = assign(leader_client, chain["設計"])
        assert answer.status_code in {200, 302}
        if answer.status_code == 302:
            answer = leader_client.get(answer["Location"])
        assert "同社 別人さんを担当者としてメンバーに加えました。" in compact(answer)
        member = ProjectMember.objects.get(project=project, user=cast.outsider)
        assert (member.role, member.may_see_money) == ("contributor", False)
        entry = AuditEntry.objects.get(action="member.added", target_id=member.pk)
        assert (entry.actor, entry.after["user"]) == (cast.leader, cast.outsider.pk)

    def test_they_are_told_find_the_task_and_open_it(
        self, leader_client: Client, chain: dict[str, Task], cast: Any, outsider: Resource
    ) -> None:
        by_cell(leader_client, chain["設計"])
        assert Notification.objects.visible_to(cast.outsider).filter(kind="task.assigned").count() == 1
        theirs = Client()
        theirs.force_login(cast.outsider, backend="projects.auth.AccountBackend")
        assert "設計" in compact(theirs.get("/my-tasks/"))
        assert theirs.get(f"/tasks/{chain['設計'].pk}/").status_code == 200

    def test_it_is_one_change_of_the_plan(
        self, leader_client: Client, chain: dict[str, Task], project: Project, outsider: Resource
    ) -> None:
        before = project.revision
        by_cell(leader_client, chain["設計"])
        project.refresh_from_db()
        assert project.revision == before + 1

    def test_one_who_has_left_is_asked_back_first(
        self, leader_client: Client, chain: dict[str, Task], project: Project, cast: Any, outsider: Resource
    ) -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        ProjectMember.objects.create(
            organization=project.organization, project=project, user=cast.outsider, end_date=yesterday
        )
        answer = by_cell(leader_client, chain["設計"])
        assert answer.status_code == 422
        assert f"同社 別人さんは {yesterday:%Y/%m/%d} に離任したため" in compact(answer)
        assert not Assignment.objects.exists()

    def test_lists_say_who_would_come_in(
        self, leader_client: Client, chain: dict[str, Task], outsider: Resource, resource: Resource
    ) -> None:
        address = reverse("tasks:task_assign", args=[chain["設計"].project_id, chain["設計"].pk])
        html = compact(leader_client.get(address, headers=HTMX))
        assert '<option value="同社 別人">営業部、メンバー以外</option>' in html
        assert f'<option value="{resource.name}"></option>' in html


class TestByAPlanner:
    @WAYS
    def test_it_is_refused_with_the_way_out(
        self, planner_client: Client, chain: dict[str, Task], cast: Any, outsider: Resource, assign: Any
    ) -> None:
        answer = assign(planner_client, chain["設計"])
        assert answer.status_code == 422
        text = compact(answer)
        assert "同社 別人さんはこのプロジェクトのメンバーではないため" in text
        assert f"リーダーの{cast.leader.display_name}さんに依頼してください" in text
        assert not Assignment.objects.exists()
        assert not ProjectMember.objects.filter(user=cast.outsider).exists()

    def test_it_is_no_matter_for_those_who_see_the_project_anyway(
        self, planner_client: Client, chain: dict[str, Task], person: Any, organization: Any
    ) -> None:
        Resource.objects.create(
            organization=organization, name="同社 別人", user=person("office", role="pmo")
        )
        assert by_cell(planner_client, chain["設計"]).status_code == 200

    def test_it_is_no_matter_for_those_without_an_account(
        self, planner_client: Client, chain: dict[str, Task], organization: Any
    ) -> None:
        Resource.objects.create(organization=organization, name="同社 別人", kind="equipment")
        assert by_cell(planner_client, chain["設計"]).status_code == 200

    def test_one_who_is_there_stays(
        self, planner_client: Client, chain: dict[str, Task], outsider: Resource, resource: Resource
    ) -> None:
        """Of a plan from before: another person on the task is no reason to refuse the one who was there."""
        task = chain["設計"]
        Assignment.objects.create(
            organization_id=task.organization_id, project_id=task.project_id, task=task, resource=outsider
        )
        typed = {"column": "assignees", "text": f"同社 別人、{resource.name}", "was": "同社 別人"}
        answer = planner_client.post(reverse("tasks:task_cell", args=[task.pk]), typed, headers=HTMX)
        assert answer.status_code == 200


class TestACopy:
    def test_has_those_who_work_in_it_as_members(
        self, chain: dict[str, Task], project: Project, cast: Any, outsider: Resource
    ) -> None:
        Assignment.objects.create(
            organization=project.organization, project=project, task=chain["設計"], resource=outsider
        )
        copy = copy_project(
            project=project,
            actor=cast.admin,
            leader=cast.leader,
            code="NEW-1",
            name="写し",
            start=project.start_date,
        )
        assert ProjectMember.objects.filter(project=copy, user=cast.outsider, role="contributor").exists()


class TestByAProgram:
    def test_it_is_as_by_a_leader(
        self, chain: dict[str, Task], project: Project, cast: Any, outsider: Resource
    ) -> None:
        change = set_assignees(task=chain["設計"], units={outsider.pk: 100}, actor=System("test"))
        assert change.joined == ["同社 別人"]
        assert ProjectMember.objects.filter(project=project, user=cast.outsider).exists()
