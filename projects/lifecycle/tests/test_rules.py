"""What a refusal about budgets tells, and to whom."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from projects.errors import RuleBrokenError
from projects.lifecycle.rules import check_rules
from projects.models import Project, ProjectMember
from projects.permissions import System

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(project: Project) -> Project:
    """Below a project with a budget."""
    Project.objects.filter(pk=project.pk).update(budget=123_456)
    project.refresh_from_db()
    return Project.objects.create(
        organization=project.organization, code="PRJ-002", name="一部", calendar=project.calendar, parent=project,
        start_date=project.start_date, end_date=project.end_date, start_minute=project.start_minute, budget=100_000,
    )  # fmt: skip


def refusal(project: Project, viewer: Any) -> str:
    with pytest.raises(RuleBrokenError) as refused:
        check_rules(project, viewer=viewer)
    assert refused.value.field == "budget"
    return str(refused.value)


class TestBudget:
    def test_of_the_parent_is_told_to_those_who_may_see_it(
        self, child: Project, cast: SimpleNamespace
    ) -> None:
        child.budget = 200_000
        assert "¥123,456" in refusal(child, cast.admin)
        assert "¥123,456" in refusal(child, System("test"))

    def test_of_the_parent_is_told_to_no_one_else(
        self, child: Project, project: Project, cast: SimpleNamespace
    ) -> None:
        """The right to the money of one project is none to that of the project above it."""
        ProjectMember.objects.create(
            organization=project.organization,
            project=child,
            user=cast.leader,
            role="leader",
            may_see_money=True,
        )
        child.budget = 200_000
        for viewer in (cast.leader, None):
            said = refusal(child, viewer)
            assert "残りを超えます" in said
            assert "123" not in said

    def test_of_the_children_is_told_to_no_one_else(
        self, child: Project, project: Project, cast: SimpleNamespace
    ) -> None:
        project.budget = 5
        assert "¥100,000" in refusal(project, cast.admin)
        assert "100" not in refusal(project, cast.leader)
