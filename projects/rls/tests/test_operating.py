"""Django admin works as the operators' role of the database, and the policies hold for it: real roles, committed rows."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import ProgrammingError, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from config.urls import urlpatterns as pages
from projects.models import JobTitle, Organization, OrganizationMember, User
from projects.rls import operating, scope

pytestmark = [
    pytest.mark.urls(__name__),
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "operator"]),
]


def who(request: HttpRequest) -> HttpResponse:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        return HttpResponse(cursor.fetchone()[0])


urlpatterns = [path("admin/who", who), path("who", who), *pages]


@pytest.fixture
def companies(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Two companies, each with a job title; an operator of all, and one of the first."""
    monkeypatch.setattr("projects.rls.operating.is_used", lambda: "operator" in connections.settings)
    ours, theirs = (
        Organization.objects.create(code=code, name=name)
        for code, name in (("ours", "自社"), ("theirs", "他社"))
    )
    for company in (ours, theirs):
        with scope.scope([company.pk]):
            JobTitle.objects.create(organization=company, name=f"{company.name}の職種")
    of_all = User.objects.create_superuser("all", display_name="全体 担当")
    of_one = User.objects.create_user("one", "自社 担当", is_staff=True)
    OrganizationMember.objects.create(user=of_one, organization=ours, role="admin")
    OrganizationMember.objects.create(user=of_one, organization=theirs, role="guest")
    yield SimpleNamespace(ours=ours, theirs=theirs, of_all=of_all, of_one=of_one)
    connections["operator"].close()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="projects.auth.AccountBackend")
    return client


class TestTheOperatorsRole:
    def test_answers_admin_and_nothing_else(self, companies: SimpleNamespace) -> None:
        client = browser(companies.of_all)
        app = connections["default"].settings_dict["USER"]
        operator = connections["operator"].settings_dict["USER"]
        assert app != operator
        assert client.get("/admin/who").content.decode() == operator
        assert client.get("/who").content.decode() == app

    def test_is_neither_superuser_nor_past_the_policies(self, companies: SimpleNamespace) -> None:
        with connections["operator"].cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
            )
            assert cursor.fetchone() == (False, False, False)
            cursor.execute("SELECT count(*) FROM job_titles")
            assert cursor.fetchone() == (0,)

    def test_sees_and_writes_rows_of_the_named_organizations_alone(self, companies: SimpleNamespace) -> None:
        with scope.scope([companies.ours.pk], using="operator"):
            assert list(JobTitle.objects.using("operator").values_list("name", flat=True)) == ["自社の職種"]
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            scope.scope([companies.ours.pk], using="operator"),
        ):
            JobTitle.objects.using("operator").create(organization_id=companies.theirs.pk, name="x")

    @pytest.mark.parametrize("table", ["audit_entries", "installation_entries", "django_migrations"])
    def test_cannot_take_lines_out_of_records(self, companies: SimpleNamespace, table: str) -> None:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            connections["operator"].cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")

    def test_is_not_replaced_by_the_app_role_where_the_site_is_deployed(
        self, companies: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        monkeypatch.setattr("projects.rls.operating.is_used", lambda: False)
        settings.ENVIRONMENT = "production"
        answer = browser(companies.of_all).get("/admin/")
        assert answer.status_code == 503
        assert "DATABASE_OPERATOR_URL" in answer.content.decode()


class TestAnOperatorOfACompany:
    def names(self, user: User, page: str = "jobtitle") -> str:
        answer = browser(user).get(reverse(f"admin:projects_{page}_changelist"))
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_sees_the_companies_whose_admin_they_are(self, companies: SimpleNamespace) -> None:
        assert "自社の職種" in self.names(companies.of_one)
        for page in ("jobtitle", "organization", "organizationmember", "user"):
            found = self.names(companies.of_one, page)
            assert "他社" not in found, page
        assert "他社の職種" in self.names(companies.of_all)

    def test_finds_no_row_of_another_company(self, companies: SimpleNamespace) -> None:
        with scope.scope([companies.theirs.pk]):
            title = JobTitle.objects.get()
        address = reverse("admin:projects_jobtitle_change", args=[title.pk])
        assert browser(companies.of_one).get(address).status_code == 302  # to the index: there is none
        assert browser(companies.of_all).get(address).status_code == 200

    def test_is_shut_out_by_the_database_alone(
        self, companies: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With every check of the pages switched off."""
        monkeypatch.setattr("projects.admin.companies.is_of_installation", lambda _user: True)
        monkeypatch.setattr(User, "has_perm", lambda *_: True)
        found = self.names(companies.of_one)
        assert "自社の職種" in found
        assert "他社の職種" not in found

    def test_keeps_a_companys_lists_without_an_operator_of_all(self, companies: SimpleNamespace) -> None:
        client = browser(companies.of_one)
        sent = {"organization": companies.ours.pk, "name": "設計者", "position": 1}
        assert client.post(reverse("admin:projects_jobtitle_add"), sent).status_code == 302
        foreign = sent | {"organization": companies.theirs.pk}
        assert (
            client.post(reverse("admin:projects_jobtitle_add"), foreign).status_code == 200
        )  # the form again
        with scope.scope([companies.ours.pk, companies.theirs.pk]):
            assert set(JobTitle.objects.values_list("name", flat=True)) == {
                "自社の職種",
                "他社の職種",
                "設計者",
            }
        member = User.objects.create_user("two", "自社 社員")
        OrganizationMember.objects.create(user=member, organization=companies.ours)
        place = reverse("admin:projects_organizationmember_change", args=[member.memberships.get().pk])
        sent = {"organization": companies.ours.pk, "user": member.pk, "role": "pmo"}
        assert client.post(place, sent).status_code == 302
        assert member.memberships.get().role == "pmo"

    def test_makes_no_operators_and_changes_none(self, companies: SimpleNamespace) -> None:
        client = browser(companies.of_one)
        member = User.objects.create_user("two", "自社 社員")
        OrganizationMember.objects.create(user=member, organization=companies.ours)
        OrganizationMember.objects.create(user=companies.of_all, organization=companies.ours)
        sent = {
            "username": "two", "display_name": "改名", "language": "ja", "theme": "system", "density": "dense",
            "is_active": "on", "is_staff": "on", "is_superuser": "on",
        }  # fmt: skip
        address = "admin:projects_user_change"
        assert client.post(reverse(address, args=[member.pk]), sent).status_code == 302
        member.refresh_from_db()
        assert (member.display_name, member.is_staff, member.is_superuser) == ("改名", False, False)
        assert client.post(reverse(address, args=[companies.of_all.pk]), sent).status_code == 403
        password = reverse("admin:auth_user_password_change", args=[member.pk])
        assert client.post(password, {"password1": "x", "password2": "x"}).status_code == 403
        assert client.get(reverse("admin:projects_user_add")).status_code == 403

    def test_meets_nothing_of_the_installation(self, companies: SimpleNamespace) -> None:
        client = browser(companies.of_one)
        for page in ("holiday", "identity", "installationentry", "deadjob", "askedjob"):
            assert client.get(reverse(f"admin:projects_{page}_changelist")).status_code == 403, page
        assert client.get(reverse("admin:auth_group_changelist")).status_code == 403
        assert client.get(reverse("admin:projects_organization_add")).status_code == 403
        assert operating.companies_of(companies.of_one) == [companies.ours.pk]
