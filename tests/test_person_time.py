"""人日 and 人月 are the organization's, wherever they are typed or shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, Organization
from tasks.models import Task
from tests.pages import compact

HTMX = {"HX-Request": "true"}
FIELDS = {"code": "itdo", "fiscal_year_start_month": 4}


@pytest.fixture
def short_days(operator_client: Client, organization: Organization) -> Organization:
    """An organization whose people work seven and a half hours a day, eighteen days a month, as an operator sets it."""
    form = FIELDS | {
        "code": organization.code,
        "name": organization.name,
        "minutes_per_day": 450,
        "days_per_month": 18,
    }
    address = reverse("admin:projects_organization_change", args=[organization.pk])
    assert operator_client.post(address, form).status_code == 302
    return organization


class TestPersonTime:
    def test_is_set_by_operators_and_recorded(self, short_days: Organization) -> None:
        entry = AuditEntry.objects.get(organization=short_days, action="organization.edited")
        assert entry.before == {"minutes_per_day": "480", "days_per_month": "20"}
        assert entry.after == {"minutes_per_day": "450", "days_per_month": "18"}

    @pytest.mark.parametrize(("day", "month"), [(59, 20), (1441, 20), (480, 0), (480, 32)])
    def test_is_refused_where_it_is_no_day_and_no_month(
        self, operator_client: Client, organization: Organization, day: int, month: int
    ) -> None:
        form = FIELDS | {
            "code": organization.code,
            "name": organization.name,
            "minutes_per_day": day,
            "days_per_month": month,
        }
        address = reverse("admin:projects_organization_change", args=[organization.pk])
        answer = operator_client.post(address, form)
        assert answer.status_code == 200
        assert "にしてください" in answer.content.decode()

    @pytest.mark.parametrize(
        ("text", "minutes"), [("2人日", 900), ("0.5人月", 4_050), ("２日", 900), ("8h", 480)]
    )
    def test_is_what_planners_type_into_a_cell(
        self,
        planner_client: Client,
        chain: dict[str, Task],
        short_days: Organization,
        text: str,
        minutes: int,
    ) -> None:
        address = reverse("tasks:task_cell", args=[chain["設計"].pk])
        assert planner_client.post(address, {"column": "work", "text": text}, headers=HTMX).status_code == 200
        assert Task.objects.get(pk=chain["設計"].pk).work_minutes == minutes

    def test_is_what_people_report(
        self, leader_client: Client, chain: dict[str, Task], short_days: Organization
    ) -> None:
        address = reverse("tasks:progress_report", args=[chain["設計"].pk])
        leader_client.post(address, {"progress": 50, "added_work": "2人日"}, headers=HTMX)
        assert Task.objects.get(pk=chain["設計"].pk).actual_work_minutes == 900

    def test_leaves_durations_to_the_project(
        self, planner_client: Client, chain: dict[str, Task], short_days: Organization
    ) -> None:
        address = reverse("tasks:task_cell", args=[chain["設計"].pk])
        planner_client.post(address, {"column": "duration", "text": "2日"}, headers=HTMX)
        assert Task.objects.get(pk=chain["設計"].pk).duration_minutes == 960

    def test_is_shown_at_a_task(
        self, viewer_client: Client, chain: dict[str, Task], short_days: Organization
    ) -> None:
        Task.objects.filter(pk=chain["設計"].pk).update(work_minutes=8_100)
        assert "135h（1.0人月）" in compact(
            viewer_client.get(reverse("tasks:task_detail", args=[chain["設計"].pk]))
        )

    def test_is_shown_in_the_burndown_at_once(
        self, viewer_client: Client, operator_client: Client, project: Any, chain: dict[str, Task]
    ) -> None:
        address = reverse("reports:project_overview", args=[project.pk])
        assert "18人日" in compact(viewer_client.get(address))
        Organization.objects.filter(pk=project.organization_id).update(minutes_per_day=240)
        assert "36人日" in compact(viewer_client.get(address))
