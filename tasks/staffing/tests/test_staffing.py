"""要員計画 of a project: typed as a table, kept by month, refused where another user was first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.errors import RuleBrokenError
from projects.models import AuditEntry
from resources.models import Skill
from tasks.models import RoleDemand
from tasks.staffing.months import first_of, month_number
from tasks.staffing.services import MOST_ROLES, OvertakenRolesError, TypedRole, save_roles

if TYPE_CHECKING:
    from django.test import Client

    from projects.models import Project

APRIL = 2027 * 12 + 3
#: Minutes of one 人月 of an organization that has set nothing else.
MONTH = 480 * 20


def address_of(project: Project) -> str:
    return reverse("tasks:staffing", args=[project.pk], query={"from": "2027-04"})


def post(client: Client, project: Project, **data: Any) -> Any:
    return client.post(address_of(project), {"csrfmiddlewaretoken": "", **data})


@pytest.fixture
def role(project: Project, cast: Any) -> RoleDemand:
    save_roles(
        project=project,
        actor=cast.leader,
        typed=[TypedRole("開発者", None, "開発部", {APRIL: MONTH, APRIL + 30: MONTH // 2})],
    )
    return RoleDemand.objects.get(project=project)


class TestMonths:
    @pytest.mark.parametrize("month", [1970 * 12, APRIL, 2149 * 12 + 11])
    def test_are_numbers_both_ways(self, month):
        assert month_number(first_of(month)) == month


class TestTable:
    def test_keeps_a_role_by_month_and_says_so_in_the_record(self, leader_client, project):
        skill = Skill.objects.create(organization=project.organization, name="Java")
        answer = post(
            leader_client, project,
            **{"n0-name": "開発者", "n0-skill": skill.pk, "n0-department": "開発部", f"n0-m{APRIL}": "１．５人月", f"n0-m{APRIL + 2}": "0.05"},
        )  # fmt: skip
        assert answer.status_code == 302
        (role,) = RoleDemand.objects.filter(project=project)
        assert (role.name, role.skill, role.department) == ("開発者", skill, "開発部")
        assert role.by_month == {APRIL: MONTH * 3 // 2, APRIL + 2: MONTH // 20}
        (entry,) = AuditEntry.objects.filter(project=project, action="staffing.added")
        assert entry.after["minutes"] == {"2027-04": MONTH * 3 // 2, "2027-06": MONTH // 20}

    def test_changes_what_was_typed_and_leaves_months_that_are_not_shown(self, leader_client, project, role):
        data = {
            f"r{role.pk}-name": "開発者",
            f"r{role.pk}-department": "開発部",
            f"r{role.pk}-version": 0,
            f"r{role.pk}-m{APRIL + 1}": "2",
        }
        assert post(leader_client, project, **data).status_code == 302
        role.refresh_from_db()
        assert role.by_month == {APRIL + 1: 2 * MONTH, APRIL + 30: MONTH // 2}
        assert role.version == 1

    def test_leaves_minutes_that_are_rounded_where_they_are_shown(self, leader_client, project, role):
        RoleDemand.objects.filter(pk=role.pk).update(months=[APRIL], minutes=[MONTH // 3 + 1])
        page = leader_client.get(address_of(project)).content.decode()
        assert 'value="0.33"' in page
        data = {
            f"r{role.pk}-name": "技術者",
            f"r{role.pk}-department": "開発部",
            f"r{role.pk}-version": 0,
            f"r{role.pk}-m{APRIL}": "0.33",
        }
        assert post(leader_client, project, **data).status_code == 302
        role.refresh_from_db()
        assert (role.name, role.minutes) == ("技術者", [MONTH // 3 + 1])

    def test_takes_a_role_out(self, leader_client, project, role):
        data = {f"r{role.pk}-name": role.name, f"r{role.pk}-version": 0, f"r{role.pk}-is_gone": "on"}
        assert post(leader_client, project, **data).status_code == 302
        assert not RoleDemand.objects.filter(project=project).exists()
        assert AuditEntry.objects.filter(project=project, action="staffing.removed").count() == 1

    def test_is_saved_as_it_is_without_a_trace(self, leader_client, project, role):
        before = project.revision
        data = {
            f"r{role.pk}-name": role.name, f"r{role.pk}-department": role.department, f"r{role.pk}-version": 0,
            f"r{role.pk}-m{APRIL}": "1",
        }  # fmt: skip
        assert post(leader_client, project, **data).status_code == 302
        project.refresh_from_db()
        assert (project.revision, AuditEntry.objects.filter(action="staffing.edited").count()) == (before, 0)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({f"n0-m{APRIL}": "1"}, "役割の名前を入力してください"),
            ({"n0-name": "開発者", f"n0-m{APRIL}": "たくさん"}, "人月は 0.5 のように"),
            ({"n0-name": "開発者", f"n0-m{APRIL}": "-1"}, "0"),
            ({"n0-name": "開発者", f"n0-m{APRIL}": "1000"}, "999.99"),
            ({"n0-name": "開発者", "n0-skill": "999999999"}, "選択"),
            ({"n0-name": "あ" * 81}, "80"),
        ],
    )
    def test_says_what_is_wrong_beside_what_was_typed(self, leader_client, project, typed, said):
        answer = post(leader_client, project, **typed)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not RoleDemand.objects.filter(project=project).exists()

    def test_does_not_overwrite_what_another_user_has_changed(self, leader_client, cast, project, role):
        save_roles(
            project=project,
            actor=cast.leader,
            typed=[TypedRole("設計者", None, "", {APRIL: 3 * MONTH}, pk=role.pk)],
        )
        data = {f"r{role.pk}-name": "技術者", f"r{role.pk}-version": 0, f"r{role.pk}-m{APRIL}": "9"}
        answer = post(leader_client, project, **data)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "設計者" in page  # what is there now
        assert 'value="技術者"' in page  # and what was typed
        assert f'name="r{role.pk}-version" value="1"' in page.replace(' type="hidden"', "")
        role.refresh_from_db()
        assert role.name == "設計者"
        data[f"r{role.pk}-version"] = 1
        assert post(leader_client, project, **data).status_code == 302
        role.refresh_from_db()
        assert role.name == "技術者"

    def test_does_not_bring_back_what_another_user_has_taken_out(self, cast, project, role):
        typed = TypedRole("技術者", None, "", {}, pk=role.pk)
        role.delete()
        with pytest.raises(OvertakenRolesError):
            save_roles(project=project, actor=cast.leader, typed=[typed])

    def test_leaves_rows_that_came_since_and_says_of_those_that_went(self, leader_client, project, role):
        assert post(leader_client, project, **{"n0-name": "設計者"}).status_code == 302
        assert RoleDemand.objects.filter(project=project).count() == 2
        pk = role.pk
        role.delete()
        answer = post(leader_client, project, **{f"r{pk}-name": "開発者", f"r{pk}-version": 0})
        assert answer.status_code == 409
        assert "設計者" in answer.content.decode()

    def test_holds_no_more_roles_than_a_form(self, leader_client, project):
        RoleDemand.objects.bulk_create(
            RoleDemand(organization=project.organization, project=project, name=f"役割{place}")
            for place in range(MOST_ROLES)
        )
        answer = post(leader_client, project, **{"n0-name": "もう一つ"})
        assert answer.status_code == 422
        assert f"{MOST_ROLES}件まで" in answer.content.decode()

    def test_takes_no_skill_that_is_not_on_the_list(self, cast, project):
        with pytest.raises(RuleBrokenError, match="スキル"):
            save_roles(project=project, actor=cast.leader, typed=[TypedRole("開発者", 2**40, "", {})])

    def test_is_read_by_those_who_do_not_plan(self, viewer_client, project, role):
        page = viewer_client.get(address_of(project)).content.decode()
        assert "開発者" in page
        assert "1.5人月" in page  # of all months
        assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
        assert post(viewer_client, project, **{"n0-name": "開発者"}).status_code == 403

    def test_asks_as_often_for_forty_roles_as_for_one(self, leader_client, project, role):
        leader_client.get(address_of(project))
        with CaptureQueriesContext(connection) as one:
            leader_client.get(address_of(project))
        skill = Skill.objects.create(organization=project.organization, name="Java")
        RoleDemand.objects.bulk_create(
            RoleDemand(organization=project.organization, project=project, name=f"役割{place}", skill=skill)
            for place in range(30)
        )
        with CaptureQueriesContext(connection) as many:
            leader_client.get(address_of(project))
        assert len(many) == len(one)
