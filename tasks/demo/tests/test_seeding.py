"""What the demo shows to those who open it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F

from projects.changes import entry_hash
from projects.models import AuditEntry, Organization, OrganizationMember, Project, ProjectStatus, User
from projects.permissions import System
from projects.rls.scope import every_organization, scope
from resources.models import Absence, Resource, ResourceRate, ResourceSkill
from tasks.allocation.check import check_utilization
from tasks.demo import crowd, seeding
from tasks.models import (
    Assignment,
    RecurringPeriod,
    RecurringProject,
    ResourceLoad,
    Task,
    TaskComment,
    TaskLink,
    TaskProgress,
)
from tasks.plan.costs import planned_costs
from tasks.recurring.periods import Office, periods_of

TODAY = date(2026, 11, 24)
COMPANIES = Organization.objects.filter(code__in=["kaku", "aozora"])


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[seeding.Seeded]:
    """The demo, once for all tests of this file, and rolled back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = seeding.seed_demo(today=TODAY, seed=1)
        # What tests with connections of their own have left in this database is none of the demo.
        with scope(COMPANIES.values_list("pk", flat=True)):
            yield made
        transaction.set_rollback(True)


@pytest.fixture
def erp(demo: seeding.Seeded) -> Project:
    return Project.objects.get(code="PRJ-2026-014")


def test_there_are_two_companies_with_people_who_have_readings_skills_and_leave(demo):
    assert COMPANIES.count() == 2
    assert demo.people >= 30
    assert not User.objects.filter(memberships__organization__in=COMPANIES, kana="").exists()
    assert set(
        OrganizationMember.objects.filter(organization__in=COMPANIES).values_list("role", flat=True)
    ) == {
        "admin",
        "pmo",
        "member",
        "guest",
    }
    assert User.objects.annotate(n=Count("memberships")).filter(n=2).count() == 1
    assert ResourceSkill.objects.count() > 40
    assert Absence.objects.filter(last_on__gte=TODAY).count() > 10


def test_half_days_rates_and_material_are_there_and_guests_cost_nothing(demo):
    assert set(Absence.objects.values_list("portion", flat=True)) == {"day", "morning", "afternoon"}
    assert not any(absence.first_on.weekday() > 4 for absence in Absence.objects.all())
    assert set(Resource.objects.values_list("kind", flat=True)) == {"person", "equipment", "material"}
    assert not Resource.objects.filter(kind="material", unit="").exists()
    rates = ResourceRate.objects.filter(valid_from__lte=TODAY)
    assert rates.values("resource").distinct().count() > 25
    assert ResourceRate.objects.filter(valid_from__gt=TODAY).exists()
    guests = OrganizationMember.objects.filter(role="guest").values("user")
    assert not rates.filter(resource__user__in=guests).exists()


def test_plans_cost_something_and_say_whose_rate_is_missing(demo):
    costs = planned_costs(list(Project.objects.values_list("pk", flat=True)))
    assert all(cost.total > 0 for cost in costs.values())
    assert 0 < sum(cost.unpriced > 0 for cost in costs.values()) < len(costs)
    assert any(0 < cost.to_date < cost.total for cost in costs.values())


def test_the_operator_cannot_sign_in_before_a_password_is_set(demo):
    assert not User.objects.get(username="operator", is_superuser=True).has_usable_password()


def test_projects_stand_in_every_state_and_some_are_parts_of_others(demo):
    assert set(Project.objects.values_list("status", flat=True)) == set(ProjectStatus.values)
    assert 38 <= demo.projects <= 45
    assert Project.objects.filter(parent__isnull=False).count() >= 6
    assert not Project.objects.filter(status="planning", progress_percentage__gt=0).exists()
    assert not Project.objects.filter(status="completed", progress_percentage__lt=100).exists()


def test_every_plan_has_dates_people_and_an_unbroken_record(demo):
    assert not Task.objects.filter(start_minute__isnull=True).exists()
    for project in Project.objects.all():
        assert project.assignments.exists(), project.code
        entries = list(AuditEntry.objects.filter(project=project).order_by("sequence"))
        assert "plan.made" in {entry.action for entry in entries}, project.code
        for entry in entries:
            assert entry.hash == entry_hash(entry), project.code


def test_the_large_plan_shows_links_lags_constraints_and_a_manual_task(erp):
    assert 280 <= erp.task_count <= 350
    links = TaskLink.objects.filter(project=erp)
    assert set(links.values_list("link_type", flat=True)) == {"FS", "SS", "FF", "SF"}
    assert {"working", "percent"} <= set(links.values_list("lag_kind", flat=True))
    tasks = Task.objects.filter(project=erp)
    kinds = set(tasks.values_list("constraint_type", flat=True))
    assert kinds == {"ASAP", "ALAP", "SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO"}
    assert tasks.filter(mode="manual").exists()
    assert tasks.filter(deadline_minute__isnull=False).exists()
    assert tasks.filter(is_milestone=True, approver__isnull=False).exclude(deliverable="").count() > 5


def test_some_of_the_large_plan_is_late_and_the_way_to_go_live_is_critical(erp):
    late = Task.objects.filter(project=erp).late(on=TODAY)
    assert 10 <= late.count() <= 25
    assert late.filter(is_critical=True).exists()
    assert Task.objects.get(project=erp, name="本番稼働").is_critical


def test_progress_was_reported_week_by_week_and_people_talked(erp):
    history: dict[int, list[int]] = defaultdict(list)
    rows = TaskProgress.objects.filter(project=erp).order_by("recorded_on", "pk")
    for task_id, percent in rows.values_list("task_id", "progress_percentage"):
        history[task_id].append(percent)
    assert max(map(len, history.values())) >= 5
    assert all(percents == sorted(percents) for percents in history.values())
    now = dict(Task.objects.filter(project=erp).values_list("pk", "progress_percentage"))
    assert all(percents[-1] == now[task_id] for task_id, percents in history.items())
    assert TaskComment.objects.filter(project=erp).values("author").distinct().count() >= 5


def test_a_person_has_more_to_do_than_fits(erp):
    day = TODAY
    load: dict[int, float] = defaultdict(float)
    for item in Assignment.objects.filter(task__start_date__lte=day, task__end_date__gte=day):
        load[item.resource_id] += float(item.units_percentage)
    assert max(load.values()) > 100


def test_days_are_full_and_seldom_too_full(demo):
    days = ResourceLoad.objects.filter(grain="d", capacity_minutes__gt=0)
    over = days.filter(planned_minutes__gt=F("capacity_minutes"))
    assert 0.02 < over.count() / days.count() < 0.25
    assert days.filter(planned_minutes__gte=2 * F("capacity_minutes")).count() < days.count() / 100
    for organization in COMPANIES:
        assert check_utilization(organization.pk, repairs=False) == []


def test_seeding_again_does_nothing_or_is_refused(demo):
    before = Project.objects.count()
    said = StringIO()
    call_command("seed_demo", "--once", stdout=said)
    assert "already" in said.getvalue()
    with pytest.raises(CommandError, match="already"):
        call_command("seed_demo")
    assert Project.objects.count() == before


@pytest.mark.django_db
def test_a_crowd_is_as_large_as_asked_and_dated(monkeypatch):
    monkeypatch.setattr(crowd, "refresh_statistics", lambda: None)
    for expected in (5, 10):
        came = crowd.add_crowd(projects=4, tasks=120, today=TODAY, seed=2, actor=System("test"))
        with every_organization():
            rows = Project.objects.filter(organization__code=crowd.CODE)
            assert rows.count() == expected
            assert rows.order_by("-task_count")[0].task_count == 120
            assert Task.objects.filter(project__in=rows, finish_minute__isnull=True).count() == 0
            assert came == sum(rows.order_by("-pk")[:5].values_list("task_count", flat=True))


def test_shows_what_comes_again(demo: seeding.Seeded) -> None:
    monthly = RecurringProject.objects.get(code_prefix="MNT-HU")
    rows = RecurringPeriod.objects.filter(recurring=monthly).order_by("period_on")
    made, skipped = rows
    assert (made.period_on, made.state, skipped.state) == (date(2026, 12, 1), "made", "skipped")
    assert made.project is not None
    assert made.project.task_count == 5
    assert skipped.reason
    moved = {each.on: each.starts_on for each in periods_of(monthly, Office(monthly.organization_id))}
    assert moved[date(2027, 1, 1)] == date(2027, 1, 4)
    assert RecurringProject.objects.filter(is_active=False).count() == 1
