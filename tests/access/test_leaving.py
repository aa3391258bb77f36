"""A leaving date ends a person's place in the project: what they see, may and hear from the day after it on."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from projects.errors import RuleBrokenError
from projects.members.services import change_member
from projects.models import Project, ProjectMember, User
from projects.permissions import Right, System, rights_in
from resources.models import Resource
from tasks.feeds.selectors import events_of
from tasks.models import Assignment, Task
from tests.pages import compact

TODAY = timezone.localdate


def leave(project: Project, user: User, *, on: dt.date) -> ProjectMember:
    """The last day of a member."""
    member = ProjectMember.objects.get(project=project, user=user)
    ProjectMember.objects.filter(pk=member.pk).update(start_date=None, end_date=on)
    return member


@pytest.fixture
def left(project: Project, cast: SimpleNamespace) -> ProjectMember:
    """The contributor, who was there until yesterday."""
    return leave(project, cast.contributor, on=TODAY() - dt.timedelta(days=1))


@pytest.fixture
def task(project: Project, cast: SimpleNamespace, chain: dict[str, Task]) -> Task:
    """The first of the plan, which the contributor works on."""
    own = {"organization": project.organization}
    resource = Resource.objects.create(**own, name="茜部 陽斗", user=cast.contributor)
    Assignment.objects.create(**own, project=project, task=chain["設計"], resource=resource)
    return chain["設計"]


class TestLastDay:
    def test_is_a_day_in_the_project(
        self, contributor_client: Client, project: Project, cast: SimpleNamespace
    ) -> None:
        leave(project, cast.contributor, on=TODAY())
        assert contributor_client.get(f"/projects/{project.pk}/").status_code == 200
        assert Right.COMMENT in rights_in(cast.contributor, project)


class TestTheDayAfter:
    @pytest.mark.parametrize("page", ["", "wbs/", "members/", "history/", "export/"])
    def test_shows_no_page_of_it(
        self, contributor_client: Client, project: Project, left: ProjectMember, page: str
    ) -> None:
        assert contributor_client.get(f"/projects/{project.pk}/{page}").status_code == 404

    def test_takes_no_comment_and_no_progress(
        self, contributor_client: Client, task: Task, left: ProjectMember
    ) -> None:
        for act, typed in (("comments", {"body": "まだいます"}), ("progress", {"progress": "40"})):
            assert contributor_client.post(f"/tasks/{task.pk}/{act}/", typed).status_code == 404

    def test_leaves_nothing_in_lists(
        self, contributor_client: Client, project: Project, task: Task, left: ProjectMember
    ) -> None:
        for address in ("/projects/", "/my-tasks/", "/search/?q=設計", "/dashboard/"):
            html = compact(contributor_client.get(address))
            assert project.name not in html, address
            assert "1 設計" not in html, address

    def test_ends_the_role_where_the_project_is_seen_anyway(self, project: Project, person: Any) -> None:
        guest = person("office", role="pmo")
        ProjectMember.objects.create(
            organization=project.organization, project=project, user=guest, role="viewer", may_see_money=True,
            end_date=TODAY() - dt.timedelta(days=1),
        )  # fmt: skip
        for found in (project, Project.objects.with_place_of(guest).get(pk=project.pk)):
            assert Right.SEE_MONEY not in rights_in(guest, found)

    def test_ends_the_calendar_feed(
        self, project: Project, cast: SimpleNamespace, task: Task, left: ProjectMember
    ) -> None:
        assert events_of(cast.contributor, today=project.start_date) == []

    def test_says_so_among_the_members(
        self, leader_client: Client, project: Project, left: ProjectMember
    ) -> None:
        assert "離任" in compact(leader_client.get(f"/projects/{project.pk}/members/")).split("<tbody>")[1]


class TestTheLastLeader:
    def test_does_not_leave(self, project: Project, cast: SimpleNamespace) -> None:
        member = ProjectMember.objects.get(project=project, user=cast.leader)
        with pytest.raises(RuleBrokenError, match="リーダーは少なくとも1人"):
            change_member(member=member, actor=System("test"), end_date=TODAY() - dt.timedelta(days=1))

    def test_is_not_replaced_by_one_who_has_left(self, project: Project, cast: SimpleNamespace) -> None:
        ProjectMember.objects.filter(user=cast.planner).update(
            role="leader", end_date=TODAY() - dt.timedelta(days=1)
        )
        member = ProjectMember.objects.get(project=project, user=cast.leader)
        with pytest.raises(RuleBrokenError, match="リーダーは少なくとも1人"):
            change_member(member=member, actor=System("test"), role="viewer")
