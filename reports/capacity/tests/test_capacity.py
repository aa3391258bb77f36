"""Capacity of an organization: what is certain, what may come by how probable it is, what roles need, and what is left."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Project
from projects.person_time import PersonTime
from reports.capacity.drawing import draw_capacity
from reports.capacity.rows import figure
from reports.capacity.selectors import CapacityAsked, CapacityFound, capacity_found, shortages
from resources.models import Resource, ResourceSkill, Skill
from tasks.editing.fields import set_assignees
from tasks.models import RoleDemand
from tests.signing_in import browser_of

MONDAY = dt.date(2026, 4, 6)
APRIL = 2026 * 12 + 3
#: Hundredths of the minutes of a week of work.
WEEK = 5 * 480 * 100


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Monday on which the plans of the tests begin."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: MONDAY)


def found_of(organization: Any, text: str = "") -> CapacityFound:
    return capacity_found(organization, CapacityAsked.read(QueryDict(text), MONDAY))


@pytest.fixture
def ann(organization: Any) -> Resource:
    return Resource.objects.create(organization=organization, name="Ann", kana="あん", department="開発部")


@pytest.fixture
def busy(project: Project, chain: dict[str, Any], ann: Resource, cast: Any) -> Project:
    """設計, the first week of work, is Ann's."""
    set_assignees(task=chain["設計"], actor=cast.leader, units={ann.pk: 100})
    return project


def put(project: Project, status: str, percent: int = 100) -> None:
    Project.objects.filter(pk=project.pk).update(status=status, order_probability=percent)


class TestNamed:
    def test_is_certain_where_the_project_is_under_way(self, organization, busy):
        put(busy, "active", 40)
        shown = found_of(organization).shown
        assert (shown.committed[0], shown.likely[0]) == (WEEK, 0)
        assert shown.free[0] == shown.capacity[0] - WEEK

    @pytest.mark.parametrize("percent", [0, 40, 99])
    def test_is_counted_by_how_probable_a_planned_project_is(self, organization, busy, percent):
        put(busy, "planning", percent)
        shown = found_of(organization).shown
        assert (shown.committed[0], shown.likely[0]) == (0, WEEK * percent // 100)

    def test_is_certain_where_the_order_is(self, organization, busy):
        put(busy, "planning", 100)
        assert found_of(organization).shown.committed[0] == WEEK

    def test_is_certain_where_it_is_taken_in_a_trial(self, organization, busy):
        put(busy, "planning", 40)
        shown = found_of(organization, f"take={busy.pk}&take=999999").shown
        assert (shown.committed[0], shown.likely[0]) == (WEEK, 0)


class TestRoles:
    @pytest.fixture
    def role(self, project: Project) -> RoleDemand:
        return RoleDemand.objects.create(
            organization=project.organization, project=project, name="開発者", department="開発部",
            months=[APRIL, APRIL + 2, APRIL + 40], minutes=[9_600, 4_800, 9_600],
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("status", "percent", "share"),
        [("active", 40, 100), ("planning", 40, 40), ("planning", 100, 100), ("suspended", 100, 0), ("completed", 100, 0)],
    )  # fmt: skip
    def test_count_as_their_projects_do(self, organization, project, role, status, percent, share):
        put(project, status, percent)
        shown = found_of(organization).shown
        assert shown.roles == [9_600 * share, 0, 4_800 * share, *[0] * 9]

    def test_are_those_of_projects_that_are_there(self, organization, project, role):
        Project.objects.filter(pk=project.pk).update(deleted_at="2026-04-01T00:00:00Z")
        assert not any(found_of(organization).shown.roles)

    def test_stand_beside_the_people_of_their_department(self, organization, project, ann, role):
        other = Resource.objects.create(organization=organization, name="Bob", department="品質保証部")
        groups = {group.key: group for group in found_of(organization).groups}
        assert groups["開発部"].roles[0] == 960_000
        assert not any(groups["品質保証部"].roles)
        assert found_of(organization, "group=開発部").people[0].name == "Ann"
        assert other.name not in {each.name for each in found_of(organization, "group=開発部").people}


class TestSums:
    def test_of_groups_are_those_of_all(self, organization, project, cast, chain):
        chance = random.Random(7)
        for place in range(12):
            Resource.objects.create(
                organization=organization, name=f"人{place}", department=chance.choice(["甲", "乙", "", "丙"]),
                kind=chance.choice(["person", "person", "equipment"]),
            )  # fmt: skip
        for place in range(20):
            months = sorted(chance.sample(range(APRIL - 2, APRIL + 14), 5))
            RoleDemand.objects.create(
                organization=organization, project=project, name=f"役割{place}", months=months,
                department=chance.choice(["甲", "丁", ""]), minutes=[chance.randrange(1, 5_000) for _ in months],
            )  # fmt: skip
        put(project, "planning", 37)
        found = found_of(organization)
        for name in ("capacity", "committed", "likely", "roles", "free"):
            parts = [getattr(group, name) for group in found.groups]
            assert list(map(sum, zip(*parts, strict=True))) == getattr(found.shown, name)
        assert [group.key for group in found.groups][-1] == ""

    def test_by_skill_count_people_in_each_of_theirs(self, organization, busy, ann):
        skills = [Skill.objects.create(organization=organization, name=name) for name in ("Java", "SQL")]
        for skill in skills:
            ResourceSkill.objects.create(organization=organization, resource=ann, skill=skill, level=3)
        groups = {group.name: group for group in found_of(organization, "by=skill").groups}
        assert groups["Java"].committed == groups["SQL"].committed
        assert groups["Java"].committed[0] == WEEK


class TestTrial:
    def test_names_months_that_have_too_little_because_of_it(self, organization, busy, ann):
        RoleDemand.objects.create(
            organization=organization, project=busy, name="開発者", department="開発部",
            months=[APRIL, APRIL + 1], minutes=[9_600, 60],
        )  # fmt: skip
        put(busy, "planning", 10)
        without = found_of(organization)
        with_it = found_of(organization, f"take={busy.pk}")
        (short,) = shortages(without.groups, with_it.groups)
        assert (short.group.name, short.month) == ("開発部", 0)
        assert short.missing == WEEK + 960_000 - with_it.shown.capacity[0]
        assert shortages(without.groups, without.groups) == []


class TestPage:
    def test_shows_figures_in_person_months(self, admin_client, organization, busy, ann):
        put(busy, "planning", 40)
        page = admin_client.get(reverse("reports:capacity")).content.decode()
        assert "開発部" in page
        assert "40%" in page
        page = admin_client.get(
            reverse("reports:capacity"), {"take": busy.pk, "group": "開発部"}
        ).content.decode()
        assert "Ann" in page
        assert "足りなくなる月は増えません" in page

    def test_is_empty_without_people(self, admin_client, organization):
        assert "まだ人が登録されていません" in admin_client.get(reverse("reports:capacity")).content.decode()

    @pytest.mark.parametrize(
        "text",
        [
            "from=9999-12&columns=36", "from=0001-01", "from=x&columns=7&by=y&group=", "take=x&take=-1&take=99999999999999999999",
            "group=%00&by=skill", "take=" + "&take=".join(map(str, range(50))),
        ],
    )  # fmt: skip
    def test_takes_any_address(self, admin_client, organization, ann, text):
        assert admin_client.get(f"{reverse('reports:capacity')}?{text}").status_code == 200

    def test_lists_planned_projects_that_the_user_sees(self, cast, organization, busy):
        put(busy, "planning", 40)
        page = browser_of(cast.outsider).get(reverse("reports:capacity")).content.decode()
        assert busy.name not in page
        assert "1件が、受注確度で" in page

    def test_tries_no_project_that_the_user_does_not_see(self, cast, organization, busy):
        put(busy, "planning", 40)
        client, address = browser_of(cast.outsider), reverse("reports:capacity")
        whole = client.get(address).context["lines"]
        assert client.get(address, {"take": busy.pk}).context["lines"] == whole
        assert browser_of(cast.admin).get(address, {"take": busy.pk}).context["lines"] != whole

    def test_asks_as_often_for_many_as_for_one(self, admin_client, organization, busy, ann):
        put(busy, "planning", 40)
        admin_client.get(reverse("reports:capacity"))
        with CaptureQueriesContext(connection) as few:
            admin_client.get(reverse("reports:capacity"))
        for place in range(30):
            other = Project.objects.create(
                organization=organization, code=f"P-{place}", name=f"案件{place}", start_date=MONDAY, status="planning",
                end_date=MONDAY, start_minute=0, calendar_id=busy.calendar_id, order_probability=place,
            )  # fmt: skip
            RoleDemand.objects.create(
                organization=organization, project=other, name="開発者", months=[APRIL], minutes=[480]
            )
        with CaptureQueriesContext(connection) as many:
            admin_client.get(reverse("reports:capacity"))
        assert len(many) == len(few)


class TestDrawn:
    @pytest.mark.parametrize(
        ("amount", "text"),
        [(0, ""), (960_000, "1.0"), (-1_152_000, "−1.2"), (1, "0.0"), (96_000_000 * 16, "1,600.0")],
    )
    def test_figures_have_one_place(self, amount, text):
        assert figure(amount, PersonTime()) == text

    def test_columns_stand_on_each_other_and_reach_what_is_needed(self, organization, busy, ann):
        RoleDemand.objects.create(
            organization=organization, project=busy, name="開発者", months=[APRIL], minutes=[9_600]
        )
        asked = CapacityAsked.read(QueryDict(), MONDAY)
        chart = draw_capacity(found_of(organization).shown, asked.window, 9_600)
        assert chart.columns.count("capacity__committed") >= 1
        assert chart.columns.count("capacity__roles") == 1
        assert chart.line.startswith("M44.0")
