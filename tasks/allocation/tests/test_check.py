"""The nightly comparison: finds what drifted, repairs it, and can be stopped anywhere."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from projects.admin.site import reschedule_all_open
from projects.calendars.services import make_company_calendar
from projects.jobs import outbox
from projects.lifecycle.services import delete_project
from projects.models import Calendar, CalendarException, Organization, Project
from projects.operations.purging import purge_projects
from projects.permissions import System
from projects.rls import scope
from projects.worktime.moments import minute_of
from resources.models import Absence, Resource
from resources.services.absences import add_absence, remove_absence
from tasks.allocation import check as loads_check
from tasks.allocation.check import check_utilization
from tasks.editing import fields, tree
from tasks.jobs import refresh_utilization, update_resource_utilization
from tasks.models import AssignmentLoad, ResourceLoad, Task, UtilizationCheck

MONDAY = date(2026, 4, 6)
ACTOR = System("test")


@pytest.fixture
def busy(chain: dict[str, Task], resource: Resource) -> list[tuple[Any, ...]]:
    """The contributor on two tasks; what is kept then."""
    fields.set_assignees(task=chain["設計"], units={resource.pk: 100}, actor=ACTOR)
    fields.set_assignees(task=chain["開発"], units={resource.pk: 30}, actor=ACTOR)
    return snapshot()


def snapshot() -> list[tuple[Any, ...]]:
    """All that is kept, sums and parts."""
    parts = AssignmentLoad.objects.order_by("assignment_id").values_list("assignment_id", "days", "minutes")
    sums = ResourceLoad.objects.order_by("pk").values_list(
        "resource_id", "grain", "first_on", "planned_minutes", "capacity_minutes"
    )
    return [*parts, *sums]


def drift() -> None:
    """A bit of everything that must never happen."""
    first = AssignmentLoad.objects.order_by("assignment_id").first()
    assert first is not None
    AssignmentLoad.objects.filter(pk=first.pk).update(minutes=[1, *first.minutes[1:]])
    ResourceLoad.objects.filter(grain="w").update(planned_minutes=7)
    ResourceLoad.objects.filter(grain="m").delete()
    ResourceLoad.objects.filter(grain="d", first_on="2026-04-14").update(
        planned_minutes=9, capacity_minutes=5
    )
    ResourceLoad.objects.create(
        organization_id=first.organization_id, resource_id=first.resource_id, grain="d", first_on="2026-12-24",
        planned_minutes=60,
    )  # fmt: skip


class TestUpdateResourceUtilization:
    def test_finds_nothing_where_nothing_drifted(self, busy: list[Any], project: Project) -> None:
        update_resource_utilization()
        check = UtilizationCheck.objects.get(organization=project.organization)
        assert (check.difference_count, check.differences) == (0, [])
        assert check.compared_count == ResourceLoad.objects.count() > 0
        assert snapshot() == busy

    def test_repairs_what_drifted_and_says_what(
        self, busy: list[Any], resource: Resource, caplog: pytest.LogCaptureFixture
    ) -> None:
        drift()
        with caplog.at_level(logging.WARNING):
            update_resource_utilization()
        assert snapshot() == busy
        check = UtilizationCheck.objects.get(organization=resource.organization)
        assert [resource.pk, "d", "2026-12-24", 60, 0] in check.differences
        assert [resource.pk, "d", "2026-04-14", 9, 144] in check.differences
        assert check.difference_count == len(caplog.records) > 5
        update_resource_utilization()
        assert (
            UtilizationCheck.objects.filter(organization=resource.organization, difference_count=0).count()
            == 1
        )

    def test_sees_a_plan_that_was_changed_past_the_unit_of_work(
        self, busy: list[Any], chain: dict[str, Task], resource: Resource
    ) -> None:
        Task.objects.filter(pk=chain["設計"].pk).update(finish_minute=minute_of(MONDAY, 1080))
        found = check_utilization(resource.organization_id)
        assert {item.first_on for item in found} == {f"2026-04-{day:02}" for day in (7, 8, 9, 10)}
        assert not ResourceLoad.objects.filter(grain="d", first_on="2026-04-07").exists()

    def test_goes_on_where_a_killed_worker_stopped(
        self, busy: list[Any], monkeypatch: pytest.MonkeyPatch, project: Project
    ) -> None:
        steps = ("_check_project", "_check_sums", "_wrong_capacities", "add_rows")
        for step in steps:
            drift()
            calls: list[int] = []

            def die(*args: Any, calls: list[int] = calls, **kwargs: Any) -> Any:
                calls.append(1)
                raise SystemExit

            with monkeypatch.context() as patched:
                patched.setattr(loads_check, step, die)
                with pytest.raises(SystemExit):
                    update_resource_utilization()
            assert calls
            update_resource_utilization()
            assert snapshot() == busy
        assert UtilizationCheck.objects.filter(organization=project.organization).count() == len(steps)

    def test_is_of_each_organization_alone(self, busy: list[Any], cast: Any) -> None:
        update_resource_utilization()
        with scope.scope([cast.stranger.memberships.get().organization_id]):
            assert UtilizationCheck.objects.get().compared_count == 0


class TestRefreshUtilization:
    def test_follows_a_calendar(
        self, busy: list[Any], calendar: Calendar, resource: Resource, organization: Organization
    ) -> None:
        CalendarException.objects.create(
            organization=organization, calendar=calendar, first_on="2026-04-08", last_on="2026-04-08",
            shifts=[[540, 720]],
        )  # fmt: skip
        refresh_utilization(organization_id=organization.pk)
        row = ResourceLoad.objects.get(resource=resource, grain="d", first_on="2026-04-08")
        assert (row.planned_minutes, row.capacity_minutes) == (180, 180)
        assert check_utilization(organization.pk, repairs=False) == []

    def test_is_asked_for_by_operators_pages(
        self, busy: list[Any], calendar: Calendar, admin_client: Any, cast: Any, monkeypatch: Any,
        django_capture_on_commit_callbacks: Any,
    ) -> None:  # fmt: skip
        sent: list[str] = []
        monkeypatch.setattr(outbox, "send", lambda letters: sent.extend(each.name for each in letters))
        with django_capture_on_commit_callbacks(execute=True):
            reschedule_all_open(Project.objects.all())
        assert sent == ["refresh_utilization", "calculate_critical_path"]


class TestAbsence:
    def test_of_a_person_asks_for_the_plans_and_renews_the_days(
        self, busy: list[Any], resource: Resource, project: Project, monkeypatch: Any,
        django_capture_on_commit_callbacks: Any,
    ) -> None:  # fmt: skip
        sent: list[dict[str, int]] = []
        monkeypatch.setattr(outbox, "send", lambda letters: sent.extend(each.arguments for each in letters))
        with django_capture_on_commit_callbacks(execute=True):
            absence = add_absence(
                resource=resource,
                actor=ACTOR,
                first_on=MONDAY,
                last_on=MONDAY,
                portion="morning",
                kind="paid",
            )
        row = ResourceLoad.objects.get(grain="d", first_on=MONDAY)
        assert (row.planned_minutes, row.capacity_minutes) == (300, 300)
        assert {"project_id": project.pk} in sent
        remove_absence(absence=Absence.objects.get(pk=absence.pk), actor=ACTOR)
        assert snapshot() == busy


class TestPurging:
    pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

    def test_leaves_no_loads(self) -> None:
        organization = Organization.objects.create(code="kesu", name="消去株式会社")
        with scope.scope([organization.pk]):
            calendar = make_company_calendar(organization, name="会社カレンダー")
            project = Project.objects.create(
                organization=organization, code="OLD", name="古い計画", start_date=MONDAY,
                end_date=date(2027, 3, 31), start_minute=minute_of(MONDAY, 540), calendar=calendar,
            )  # fmt: skip
            task, _ = tree.add_task(project=project, name="作業", actor=ACTOR)
            resource = Resource.objects.create(organization=organization, name="藍沢 湊")
            fields.set_assignees(task=task, units={resource.pk: 100}, actor=ACTOR)
            assert ResourceLoad.objects.exists()
            delete_project(project=project, actor=ACTOR)
            Project.objects.filter(pk=project.pk).update(deleted_at=timezone.now() - timedelta(days=99))
        purge_projects(older_than=timedelta(days=90))
        with scope.scope([organization.pk]):
            assert not ResourceLoad.objects.exists()
            assert not AssignmentLoad.objects.exists()
        assert check_utilization(organization.pk) == []

    def test_of_a_resource_takes_its_loads_along(self) -> None:
        organization = Organization.objects.create(code="kesu", name="消去株式会社")
        with scope.scope([organization.pk]):
            resource = Resource.objects.create(organization=organization, name="藍沢 湊")
            ResourceLoad.objects.create(
                organization=organization, resource=resource, grain="d", first_on=MONDAY, planned_minutes=60
            )
            resource.delete()
            assert not ResourceLoad.objects.exists()


class TestRebuildUtilizationCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("rebuild_utilization", *arguments, stdout=out)
        return out.getvalue()

    def test_only_says_what_differs_when_run_dry(self, busy: list[Any], resource: Resource) -> None:
        drift()
        before = snapshot()
        text = self.run("--dry-run", "--organization", "kaku")
        assert f"resource {resource.pk}, d 2026-12-24: 60 -> 0" in text
        assert snapshot() == before

    def test_counts_anew_what_came_past_the_services(self, busy: list[Any]) -> None:
        ResourceLoad.objects.all().delete()
        AssignmentLoad.objects.all().delete()
        assert "kaku: " in self.run()
        assert snapshot() == busy
        assert "kaku: 0 differences" in self.run()

    def test_knows_no_other_company(self, busy: list[Any]) -> None:
        with pytest.raises(CommandError, match="no organization nowhere"):
            self.run("--organization", "nowhere")
