"""The summary of all projects: what it counts, and what a refresh writes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from projects.calendars.services import make_company_calendar
from projects.models import Organization, Project, ProjectMember, User
from reports.figures.summary import refresh_project_summary
from tasks.models import Task

MONDAY = dt.date(2026, 4, 6)


@pytest.fixture
def owned(transactional_owner: Any) -> Project:
    """A project of the owner's transaction, so that the view may see it: three tasks that count, two members."""
    organization = Organization.objects.using("owner").create(code="owned", name="架空の会社")
    calendar = make_company_calendar(organization, name="会社", using="owner")
    project = Project.objects.using("owner").create(
        organization=organization, code="O-1", name="数える計画", start_date=MONDAY, end_date=MONDAY, calendar=calendar,
        start_minute=0,
    )  # fmt: skip
    Task.objects.using("owner").bulk_create(
        Task(
            organization=organization, project=project, name=f"作業{number}", row_number=number, progress_percentage=percent,
            is_summary=number == 4,
        )
        for number, percent in enumerate((0, 50, 100, 99), 1)
    )  # fmt: skip
    Task.objects.using("owner").create(
        organization=organization, project=project, name="消した作業", deleted_at="2026-04-06T00:00Z", row_number=None
    )  # fmt: skip
    for number in range(2):
        user = User.objects.using("owner").create(username=f"owned{number}")
        ProjectMember.objects.using("owner").create(organization=organization, project=project, user=user)
    return project


class TestRefreshProjectSummary:
    def rows(self, owner: Any, project: Project) -> list[tuple[Any, ...]]:
        with owner.cursor() as cursor:
            cursor.execute(
                "SELECT ctid, organization_id, name, task_count, avg_progress, member_count"
                " FROM mv_project_summary WHERE id = %s",
                [project.pk],
            )
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def moment(self, owner: Any) -> list[tuple[Any, ...]]:
        with owner.cursor() as cursor:
            cursor.execute("SELECT refreshed_at FROM project_summary_refresh")
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def test_counts_tasks_and_members_side_by_side(self, transactional_owner: Any, owned: Project) -> None:
        refresh_project_summary(using="owner")
        (row,) = self.rows(transactional_owner, owned)
        assert row[1:] == (owned.organization_id, "数える計画", 3, 50.0, 2)

    def test_says_when_and_writes_only_what_differs(self, transactional_owner: Any, owned: Project) -> None:
        before = self.moment(transactional_owner)
        refresh_project_summary(using="owner")
        first = self.rows(transactional_owner, owned)
        assert len(before) == 1
        assert self.moment(transactional_owner) > before
        refresh_project_summary(using="owner")
        assert self.rows(transactional_owner, owned) == first
        Task.objects.using("owner").filter(project=owned, row_number=1).update(progress_percentage=30)
        refresh_project_summary(using="owner")
        (row,) = self.rows(transactional_owner, owned)
        assert row[0] != first[0][0]
        assert row[4] == 60.0

    def test_leaves_deleted_projects_out(self, transactional_owner: Any, owned: Project) -> None:
        Project.objects.using("owner").filter(pk=owned.pk).update(deleted_at="2026-04-06T00:00Z")
        refresh_project_summary(using="owner")
        assert self.rows(transactional_owner, owned) == []
