"""Two companies, for every test of who may what."""

from __future__ import annotations

from typing import Any, Final

import pytest

from projects.calendars.services import make_company_calendar
from projects.models import Calendar, Organization, OrganizationMember, Project, User
from resources.models import Resource, Skill
from tasks.models import Assignment, Task
from tests.access.world import World, make_world

SECRET: Final = "門外不出"


@pytest.fixture
def theirs(project: Any) -> dict[str, Any]:
    """One of each thing in another company, whose names no one here may read."""
    other = Organization.objects.create(code="soto", name=f"{SECRET}商事")
    make_company_calendar(other, name=f"{SECRET}カレンダー")
    user = User.objects.create_user("soto", f"{SECRET}の人")
    OrganizationMember.objects.create(organization=other, user=user, role="member")
    calendar = Calendar.objects.get(organization=other)
    secret = Project.objects.create(
        organization=other, code="SOTO-1", name=f"{SECRET}計画", calendar=calendar, status="active",
        start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute, task_count=1,
    )  # fmt: skip
    task = Task.objects.create(
        organization=other, project=secret, name=f"{SECRET}作業", row_number=1, duration_minutes=480,
        start_minute=project.start_minute, finish_minute=project.start_minute + 540,
    )  # fmt: skip
    resource = Resource.objects.create(
        organization=other, name=f"{SECRET}技師", department=f"{SECRET}部", user=user
    )
    Assignment.objects.create(organization=other, project=secret, task=task, resource=resource)
    return {
        "organization": other.pk, "user": user.pk, "calendar": calendar.pk, "project": secret.pk, "task": task.pk,
        "code": secret.code, "resource": resource.pk, "skill": Skill.objects.create(organization=other, name=f"{SECRET}術").pk,
    }  # fmt: skip


@pytest.fixture
def world(project: Any, chain: dict[str, Any]) -> World:
    return make_world(project, chain)


@pytest.fixture
def things(world: World, project: Project, chain: dict[str, Any]) -> dict[str, Any]:
    project.refresh_from_db()
    maker = next(actor.user for actor in world.actors if actor.is_maker)
    return {
        "maker": maker.pk, "second": chain["開発"].pk, "third": chain["試験"].pk, "revision": project.revision,
        "free": User.objects.filter(username__startswith="member-none").earliest("pk").pk,
        "calendar": Calendar.objects.get(organization=project.organization).pk,
    }  # fmt: skip
