"""A contributor who is on a task of the chain, in the week of 2026-04-06, and another leader."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from projects.models import ProjectMember
from resources.models import Resource
from tasks.models import Assignment, WorkKind
from tasks.timesheets.weeks import Week

#: A Monday of the past, at which the chain begins.
MONDAY = date(2026, 4, 6)
WEEK = Week(MONDAY)
#: The Friday of that week: "today" of services that are told.
TODAY = date(2026, 4, 10)


@pytest.fixture
def hours(chain: dict[str, Any], project: Any, cast: Any, person: Any) -> SimpleNamespace:
    """The person (`resource`, `user`) on 設計, kinds of indirect work, and a second leader."""
    own = {"organization": project.organization}
    resource = Resource.objects.create(**own, name="茜部 陽斗", user=cast.contributor)
    Assignment.objects.create(**own, project=project, task=chain["設計"], resource=resource)
    second = person("second", "青葉 蓮")
    ProjectMember.objects.create(**own, project=project, user=second, role="leader")
    kinds = [
        WorkKind.objects.create(**own, name=name, position=place)
        for place, name in enumerate(("会議", "休暇"))
    ]
    return SimpleNamespace(
        resource=resource, user=cast.contributor, task=chain["設計"], other=chain["開発"], meeting=kinds[0],
        leave=kinds[1], leader=cast.leader, second=second, project=project,
    )  # fmt: skip
