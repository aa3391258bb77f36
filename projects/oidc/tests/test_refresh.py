"""Sessions go on in the background, follow the groups, and end where the provider says so."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from projects.models import AuditEntry, OrganizationMember, ProviderSession, User
from projects.oidc.tests.conftest import FakeProvider, SignIn, who

LATER = 301


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2026-04-06 09:00", tick=False)


@pytest.fixture
def later(sign_in: SignIn, keycloak: FakeProvider, client: Client, time_machine: Any) -> Any:
    """Signed in, and five minutes have gone by."""
    sign_in()
    assert client.get("/projects/").status_code == 200
    keycloak.asked.clear()
    time_machine.shift(LATER)
    return time_machine


class TestRefresh:
    def test_asks_nothing_before_its_time(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        sign_in()
        keycloak.asked.clear()
        client.get("/projects/")
        assert keycloak.asked == []

    def test_goes_on_without_a_redirect(self, client: Client, later: Any, keycloak: FakeProvider):
        before = ProviderSession.objects.get().refresh_secret
        for _ in range(3):
            assert client.get("/projects/", headers={"HX-Request": "true"}).status_code == 200
        assert [name for name in keycloak.asked if name != "certs"] == ["token", "userinfo"]
        assert ProviderSession.objects.get().refresh_secret != before

    def test_goes_on_again_and_again(self, client: Client, later: Any, keycloak: FakeProvider):
        for _ in range(4):
            assert client.get("/projects/").status_code == 200
            later.shift(LATER)
        assert keycloak.asked.count("token") == 4

    def test_group_removed_is_a_right_removed(
        self, client: Client, later: Any, keycloak: FakeProvider, cast: Any
    ):
        keycloak.people["sub-haru"]["groups"] = ["/yoso/guest"]
        assert client.get("/projects/").status_code == 200
        member = OrganizationMember.objects.get(user=who(client))
        assert (member.organization.code, member.role) == ("yoso", "guest")
        actions = AuditEntry.objects.filter(system_name="keycloak").values_list(
            "organization__code", "action"
        )
        assert list(actions.order_by("pk"))[-2:] == [
            ("kaku", "organizationmember.removed"),
            ("yoso", "organizationmember.added"),
        ]

    def test_last_group_removed_ends_the_session(self, client: Client, later: Any, keycloak: FakeProvider):
        keycloak.people["sub-haru"]["groups"] = []
        assert client.get("/projects/")["Location"].startswith("/sign-in/")
        assert not OrganizationMember.objects.exists()
        assert who(client) is None

    def test_claims_gone_missing_take_everything(self, client: Client, later: Any, keycloak: FakeProvider):
        """A mapper that was removed must not leave old rights behind."""
        del keycloak.people["sub-haru"]["groups"]
        assert client.get("/projects/").status_code == 302

    def test_role_changed_is_recorded_with_both(self, client: Client, later: Any, keycloak: FakeProvider):
        keycloak.people["sub-haru"] |= {
            "groups": [],
            "realm_access": {"roles": ["kaku:pmo", "offline_access"]},
        }
        client.get("/projects/")
        entry = AuditEntry.objects.get(action="organizationmember.edited")
        assert (entry.before["role"], entry.after["role"]) == ("member", "pmo")

    def test_becoming_admin_asks_for_a_second_factor(
        self, client: Client, later: Any, keycloak: FakeProvider
    ):
        keycloak.people["sub-haru"]["groups"] = ["/kaku/admin"]
        answer = client.get("/projects/")
        assert answer.status_code == 302
        assert "stronger=1" in answer["Location"]

    def test_leaves_memberships_that_were_entered_by_hand(
        self, client: Client, later: Any, keycloak: FakeProvider, cast: Any
    ):
        other = cast.stranger.memberships.get().organization
        OrganizationMember.objects.create(user_id=who(client), organization=other, role="guest")
        client.get("/projects/")
        assert OrganizationMember.objects.filter(user_id=who(client), organization=other).exists()

    def test_writes_nothing_when_nothing_has_changed(self, client: Client, later: Any):
        before = AuditEntry.objects.count()
        client.get("/projects/")
        assert AuditEntry.objects.count() == before

    def test_refused_ends_the_session(self, client: Client, later: Any, keycloak: FakeProvider):
        keycloak.answers["token"] = (400, {"error": "invalid_grant"})
        assert client.get("/projects/")["Location"] == "/sign-in/?next=/projects/"
        assert who(client) is None
        assert not ProviderSession.objects.exists()

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("id_changes", {"sub": "sub-boss"}),
            ("id_changes", {"iss": "https://evil.example"}),
            ("id_changes", {"aud": "another"}),
            ("info_changes", {"sub": "sub-boss"}),
        ],
    )
    def test_of_another_person_ends_the_session(
        self, client: Client, later: Any, keycloak: FakeProvider, field: str, changes: Any
    ):
        setattr(keycloak, field, changes)
        assert client.get("/projects/").status_code == 302
        assert who(client) is None

    def test_without_a_second_factor_any_more_ends_an_admins_session(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, time_machine: Any
    ):
        keycloak.acr = "mfa"
        keycloak.people["sub-haru"]["groups"] = ["/kaku/admin"]
        sign_in()
        assert client.get("/projects/").status_code == 200
        keycloak.acr = "1"
        time_machine.shift(LATER)
        assert "stronger=1" in client.get("/projects/")["Location"]

    def test_of_a_user_switched_off_ends_the_session(self, client: Client, later: Any):
        User.objects.update(is_active=False)
        assert client.get("/projects/").status_code == 302

    def test_of_a_session_ended_meanwhile_does_not_bring_it_back(self, client: Client, later: Any):
        ProviderSession.objects.all().delete()
        assert client.get("/projects/").status_code == 302

    def test_with_a_lost_key_ends_the_session(self, client: Client, later: Any, settings: Any):
        settings.ENCRYPTION_KEYS = ["another" * 10]
        assert client.get("/projects/").status_code == 302

    def test_is_one_requests_work(self, client: Client, later: Any, keycloak: FakeProvider):
        """Another request of the same session is asking already: a refresh token is good for one time only."""
        ProviderSession.objects.update(refresh_due_at=timezone.now() + timedelta(seconds=20))
        assert client.get("/projects/").status_code == 200
        assert keycloak.asked == []

    def test_shows_no_token_in_log_or_record(
        self, client: Client, later: Any, keycloak: FakeProvider, caplog: Any
    ):
        keycloak.answers["userinfo"] = (500, {})
        with caplog.at_level("DEBUG"):
            client.get("/projects/")
        assert "goes on" in caplog.text
        assert "refresh-" not in caplog.text
        assert "eyJ" not in caplog.text
        assert "refresh-" not in json.dumps(list(AuditEntry.objects.values_list("after", flat=True)))


class TestProviderAway:
    @pytest.fixture(autouse=True)
    def _away(self, later: Any, keycloak: FakeProvider) -> None:
        keycloak.is_away = True

    def test_lets_sessions_go_on(self, client: Client, keycloak: FakeProvider):
        for _ in range(5):
            assert client.get("/projects/").status_code == 200
        assert len(keycloak.asked) == 1

    def test_lets_them_follow_when_it_is_back(
        self, client: Client, keycloak: FakeProvider, time_machine: Any, cast: Any
    ):
        client.get("/projects/")
        keycloak.is_away = False
        cache.delete("oidc:rests")
        keycloak.people["sub-haru"]["groups"] = ["/yoso/guest"]
        time_machine.shift(31)
        client.get("/projects/")
        assert OrganizationMember.objects.get(user=who(client)).organization.code == "yoso"

    def test_half_way_keeps_the_new_refresh_token(
        self, client: Client, keycloak: FakeProvider, time_machine: Any
    ):
        """The old one is used up: who forgot the new one would end the session with the next refresh."""
        keycloak.is_away = False
        keycloak.answers["userinfo"] = (503, {})
        client.get("/projects/")
        del keycloak.answers["userinfo"]
        cache.delete("oidc:rests")
        time_machine.shift(31)
        assert client.get("/projects/").status_code == 200
        assert keycloak.asked.count("token") == 2

    def test_ends_no_ones_session_for_a_mistake_of_ours(self, client: Client, keycloak: FakeProvider):
        keycloak.is_away = False
        keycloak.answers["token"] = (401, {"error": "invalid_client"})
        assert client.get("/projects/").status_code == 200
