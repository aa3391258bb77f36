"""Who could take a role: by skill or department, by the time that is left, at what cost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Project
from reports.capacity.candidates import candidates
from resources.models import Absence, Resource, ResourceRate, ResourceSkill, Skill
from tasks.editing.fields import set_assignees
from tasks.models import RoleDemand

MONDAY = dt.date(2026, 4, 6)
APRIL = 2026 * 12 + 3
MAY = APRIL + 1
MONTH = 9_600


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Monday on which the plans of the tests begin."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: MONDAY)


@pytest.fixture
def java(organization: Any) -> Skill:
    return Skill.objects.create(organization=organization, name="Java")


@pytest.fixture
def knower(organization: Any, java: Skill) -> Any:
    """Makes a person who knows Java: `knower("Ann", 4)`."""

    def make(name: str, level: int, **fields: Any) -> Resource:
        person = Resource.objects.create(organization=organization, name=name, kana=name, **fields)
        ResourceSkill.objects.create(organization=organization, resource=person, skill=java, level=level)
        return person

    return make


@pytest.fixture
def role(project: Project, java: Skill) -> RoleDemand:
    return RoleDemand.objects.create(
        organization=project.organization, project=project, name="開発者", skill=java,
        months=[APRIL - 1, APRIL, MAY], minutes=[MONTH, MONTH // 2, MONTH],
    )  # fmt: skip


class TestCandidates:
    def test_know_the_skill_and_come_by_the_time_they_have(
        self, organization, project, role, knower, chain, cast
    ):
        Resource.objects.create(organization=organization, name="Carl")
        busy, free, half = knower("Ann", 5), knower("Bob", 2), knower("Dora", 3, capacity_percentage=50)
        set_assignees(task=chain["開発"], actor=cast.leader, units={busy.pk: 100})
        found = candidates(role, from_month=APRIL, sees_money=False)
        # Ann has enough left of April beside 開発, and knows most; Dora is here by half.
        assert [each.person.name for each in found] == ["Ann", "Bob", "Dora"]
        by_name = {each.person.name: each for each in found}
        assert by_name[free.name].level == 2
        # Half of a person has less than a whole month of May.
        assert by_name[half.name].all_from is None
        assert by_name[half.name].share < by_name[free.name].share

    def test_are_asked_of_months_to_come(self, role, knower):
        knower("Ann", 3)
        (ann,) = candidates(role, from_month=APRIL, sees_money=False)
        assert [each.month for each in ann.months] == [APRIL, MAY]
        assert candidates(role, from_month=MAY + 1, sees_money=False) == []

    def test_who_are_away_have_less(self, organization, role, knower):
        ann = knower("Ann", 3)
        Absence.objects.create(
            organization=organization,
            resource=ann,
            first_on=dt.date(2026, 4, 1),
            last_on=dt.date(2026, 4, 30),
        )
        (found,) = candidates(role, from_month=APRIL, sees_money=False)
        assert found.months[0].free == 0
        assert found.months[1].free > 0

    def test_cost_what_their_rates_of_each_month_are(self, organization, role, knower):
        ann, bob = knower("Ann", 3), knower("Bob", 3)
        for day, rate in ((dt.date(2026, 1, 1), 3_000), (dt.date(2026, 5, 1), 6_000)):
            ResourceRate.objects.create(
                organization=organization, resource=ann, valid_from=day, cost_per_hour=rate
            )
        costs = {each.person.name: each.cost for each in candidates(role, from_month=APRIL, sees_money=True)}
        assert costs == {ann.name: Decimal(80 * 3_000 + 160 * 6_000), bob.name: None}
        assert {each.cost for each in candidates(role, from_month=APRIL, sees_money=False)} == {None}

    def test_of_a_role_without_a_skill_are_those_of_its_department(self, organization, project, role):
        for name, department in (("Ann", "開発部"), ("Bob", "品質保証部")):
            Resource.objects.create(organization=organization, name=name, department=department)
        role.skill, role.department = None, "開発部"
        assert [each.person.name for each in candidates(role, from_month=APRIL, sees_money=False)] == ["Ann"]
        role.department = ""
        assert len(candidates(role, from_month=APRIL, sees_money=False)) == 2


class TestPage:
    def test_lists_them_with_what_they_cost_for_those_who_see_rates(
        self, leader_client, admin_client, cast, organization, project, role, knower
    ):
        ann = knower("Ann", 3)
        ResourceRate.objects.create(
            organization=organization, resource=ann, valid_from=dt.date(2020, 1, 1), cost_per_hour=4_321
        )
        address = reverse("reports:role_candidates", args=[project.pk, role.pk])
        page = leader_client.get(address).content.decode()
        assert "Ann" in page
        assert "1,037,040" not in page
        member = cast.admin.memberships.get()
        member.may_see_money = True
        member.save()
        assert "1,037,040" in admin_client.get(address).content.decode()

    def test_is_of_this_project_alone(self, leader_client, organization, project, role):
        other = Project.objects.create(
            organization=organization, code="P-2", name="別", start_date=MONDAY, end_date=MONDAY, start_minute=0,
            calendar_id=project.calendar_id,
        )  # fmt: skip
        theirs = RoleDemand.objects.create(organization=organization, project=other, name="秘密の役割")
        for project_id in (project.pk, other.pk):
            address = reverse("reports:role_candidates", args=[project_id, theirs.pk])
            assert leader_client.get(address).status_code == 404

    def test_asks_as_often_for_many_people_as_for_one(self, leader_client, project, role, knower):
        address = reverse("reports:role_candidates", args=[project.pk, role.pk])
        knower("Ann", 3)
        leader_client.get(address)
        cache.clear()
        with CaptureQueriesContext(connection) as one:
            leader_client.get(address)
        for place in range(40):
            knower(f"人{place}", 1)
        cache.clear()
        with CaptureQueriesContext(connection) as many:
            page = leader_client.get(address).content.decode()
        assert len(many) == len(one)
        assert "はじめの 30人です" in page
