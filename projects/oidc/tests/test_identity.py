"""Who the provider's people are here, and how surely."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from projects.models import (
    AuditEntry,
    Identity,
    Organization,
    OrganizationMember,
    User,
)
from projects.oidc import accounts
from projects.oidc.tests.conftest import ISSUER, FakeProvider, SignIn, refused, who

RETURN = "/sign-in/return/"


class TestIdentity:
    def test_is_never_taken_over_by_address(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, cast: Any
    ):
        cast.leader.email = "boss@example.jp"
        cast.leader.save()
        keycloak.people["sub-thief"] = keycloak.people["sub-haru"] | {"email": "boss@example.jp"}
        sign_in("sub-thief")
        assert who(client) != str(cast.leader.pk)

    def test_is_never_taken_over_by_name(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, cast: Any
    ):
        keycloak.people["sub-thief"] = keycloak.people["sub-haru"] | {"preferred_username": "Leader"}
        sign_in("sub-thief")
        user = User.objects.get(pk=who(client))
        assert user != cast.leader
        assert user.username.startswith("Leader-")

    def test_stays_when_address_and_name_change(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        sign_in()
        first = who(client)
        keycloak.people["sub-haru"] |= {"email": "wakaba@example.jp", "preferred_username": "wakaba"}
        sign_in(by=(other := Client()))
        assert who(other) == first
        assert User.objects.get(pk=first).email == "wakaba@example.jp"

    def test_of_a_reassigned_address_is_another_person(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        sign_in()
        keycloak.people["sub-next"] = dict(keycloak.people["sub-haru"])
        sign_in("sub-next", by=(other := Client()))
        assert who(other) != who(client)

    @pytest.mark.parametrize("verified", [False, None, "true", 1])
    def test_takes_no_address_that_is_not_verified(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, verified: Any
    ):
        keycloak.people["sub-haru"]["email_verified"] = verified
        sign_in()
        assert User.objects.get(pk=who(client)).email == ""

    def test_keeps_the_verified_address_beside_a_new_unverified_one(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        sign_in()
        keycloak.people["sub-haru"] |= {"email": "boss@example.jp", "email_verified": False}
        sign_in()
        assert User.objects.get(pk=who(client)).email == "haru@example.jp"

    def test_can_be_given_to_a_user_who_has_a_plan_already(self, client: Client, sign_in: SignIn, cast: Any):
        Identity.objects.create(user=cast.leader, issuer=ISSUER, subject="sub-haru")
        sign_in()
        assert who(client) == str(cast.leader.pk)

    @pytest.mark.parametrize("other", ["sub-haru", "sub-else"])
    def test_is_made_once_by_two_windows_at_once(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, monkeypatch: Any, other: str
    ):
        """Between the look and the insert another request came: the same person, or one with the same name."""
        look = accounts._free_username

        def interrupted(person: Any) -> str:
            name = look(person)
            user = User.objects.create_user(name)
            Identity.objects.create(user=user, issuer=ISSUER, subject=other)
            return name

        monkeypatch.setattr(accounts, "_free_username", interrupted)
        sign_in()
        identity = Identity.objects.get(subject="sub-haru")
        assert who(client) == str(identity.user_id)
        assert identity.user.username.startswith("haru")

    def test_of_another_issuer_with_the_same_subject_is_another_person(
        self, client: Client, sign_in: SignIn, cast: Any
    ):
        Identity.objects.create(user=cast.leader, issuer="https://old.example/realms/x", subject="sub-haru")
        sign_in()
        assert who(client) != str(cast.leader.pk)

    def test_that_was_switched_off_is_refused_and_recorded(self, client: Client, sign_in: SignIn, cast: Any):
        Identity.objects.create(user=cast.leader, issuer=ISSUER, subject="sub-haru")
        cast.leader.is_active = False
        cast.leader.save()
        assert "停止されています" in refused(sign_in(), client, status=403)
        entry = AuditEntry.objects.get(action="session.refused")
        assert (entry.actor_id, entry.after) == (cast.leader.pk, {"reason": "switched_off"})

    def test_without_a_place_is_refused_and_makes_no_user(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        keycloak.people["sub-haru"]["groups"] = ["/nowhere/admin", "/kaku", "/kaku/boss", "offline_access"]
        assert "どの組織にも登録されていません" in refused(sign_in(), client, status=403)
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "claims", [{"name": "\0" * 5}, {"name": 7}, {"name": "長" * 5000}, {"preferred_username": "x" * 5000}]
    )
    def test_survives_odd_claims(self, client: Client, sign_in: SignIn, keycloak: FakeProvider, claims: Any):
        keycloak.people["sub-haru"] = {"email": "e" * 500, "groups": ["/kaku/member"], "locale": 5} | claims
        sign_in()
        assert who(client)


class TestOrganizations:
    def test_of_two_companies_are_both_his(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, cast: Any
    ):
        keycloak.people["sub-haru"]["groups"] = ["/kaku/guest", "/yoso/pmo", "/kaku/member"]
        sign_in()
        found = OrganizationMember.objects.filter(user=who(client)).values_list("organization__code", "role")
        assert set(found) == {("kaku", "member"), ("yoso", "pmo")}
        assert Organization.objects.count() == 2


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _admin(self, keycloak: FakeProvider) -> None:
        keycloak.people["sub-haru"]["groups"] = ["/kaku/admin"]

    def test_missing_acr_of_an_admin_is_asked_for(self, client: Client, sign_in: SignIn):
        answer = sign_in()
        assert answer.status_code == 302
        query = {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}
        assert "acr_values" not in query
        assert json.loads(query["claims"])["id_token"]["acr"] == {"essential": True, "values": ["mfa"]}
        assert who(client) is None

    @pytest.mark.parametrize("acr", [None, "", "1", "MFA", ["mfa"], True])
    def test_acr_downgrade_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, acr: Any
    ):
        step_up = sign_in()["Location"]
        keycloak.id_changes = {"acr": acr}
        answer = client.get(RETURN, keycloak.code(step_up))
        assert "2段階認証" in refused(answer, client, status=403)
        assert AuditEntry.objects.get(action="session.refused").after == {"reason": "no_second_factor"}

    def test_lets_the_admin_in_and_on_to_their_page(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        step_up = sign_in(to="/dashboard/")["Location"]
        keycloak.acr = "mfa"
        assert client.get(RETURN, keycloak.code(step_up))["Location"] == "/dashboard/"
        assert client.get("/dashboard/").status_code == 200

    def test_is_asked_of_a_user_who_becomes_admin_in_an_open_session(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        keycloak.people["sub-haru"]["groups"] = ["/kaku/member"]
        sign_in()
        assert client.get("/projects/").status_code == 200
        OrganizationMember.objects.update(role="admin")
        answer = client.get("/projects/?q=1")
        assert answer["Location"] == "/sign-in/?next=%2Fprojects%2F%3Fq%3D1&stronger=1"
        assert who(client) is None
        leave = client.get(answer["Location"])
        assert "essential" in leave["Location"]

    def test_of_htmx_leads_through_the_provider_back_to_the_page(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        keycloak.people["sub-haru"]["groups"] = ["/kaku/member"]
        sign_in()
        OrganizationMember.objects.update(role="admin")
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/my-tasks/"}
        answer = client.get("/notifications/bell", headers=headers)
        assert answer["HX-Redirect"] == "/sign-in/?next=/my-tasks/&stronger=1"

    def test_does_not_keep_anyone_from_leaving(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        keycloak.people["sub-haru"]["groups"] = ["/kaku/member"]
        sign_in()
        OrganizationMember.objects.update(role="admin")
        assert "/openid-connect/logout?" in client.post("/sign-out/")["Location"]

    def test_is_asked_of_operators(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        keycloak.people["sub-haru"]["groups"] = ["/kaku/member"]
        sign_in()
        User.objects.update(is_staff=True)
        answer = client.get("/admin/")
        assert answer["Location"].startswith("/sign-in/")
        assert who(client) is None
