"""Sign-in through the provider: the good way, and what may go wrong on it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import (
    AuditEntry,
    Identity,
    OrganizationMember,
    ProviderSession,
    User,
    UserSession,
)
from projects.oidc.tests.conftest import ISSUER, FakeProvider, SignIn, refused, who
from tests.pages import compact

RETURN = "/sign-in/return/"


class TestSignIn:
    def test_leaves_with_state_nonce_and_pkce(self, client: Client, keycloak: FakeProvider, db: None):
        leave = client.get("/sign-in/", {"next": "/my-tasks/"})
        address = urlsplit(leave["Location"])
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert (
            f"{address.scheme}://{address.netloc}{address.path}" == f"{ISSUER}/protocol/openid-connect/auth"
        )
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert len(query["code_challenge"]) == 43
        assert len(query["state"]) >= 32
        assert len(query["nonce"]) >= 32
        assert query["redirect_uri"] == "http://testserver/sign-in/return/"
        assert "client_secret" not in query

    def test_makes_the_person_with_their_place(self, client: Client, sign_in: SignIn, organization: Any):
        answer = sign_in(to="/projects/")
        assert (answer.status_code, answer["Location"]) == (302, "/projects/")
        user = User.objects.get(pk=who(client))
        assert (user.username, user.display_name, user.email) == ("haru", "若葉 はる", "haru@example.jp")
        assert not user.has_usable_password()
        assert not user.is_staff
        member = OrganizationMember.objects.get(user=user)
        assert (member.organization, member.role, member.is_claimed) == (organization, "member", True)
        assert client.get("/projects/").status_code == 200

    def test_knows_the_person_again(self, client: Client, sign_in: SignIn):
        sign_in()
        first = who(client)
        sign_in(by=(other := Client()))
        assert who(other) == first
        assert Identity.objects.count() == 1

    def test_takes_a_new_session_id(self, client: Client, keycloak: FakeProvider, organization: Any):
        leave = client.get("/sign-in/")
        before = client.session.session_key
        client.get(RETURN, keycloak.code(leave["Location"]))
        assert who(client)
        assert client.session.session_key != before

    def test_is_in_the_record_without_any_token(self, client: Client, sign_in: SignIn):
        sign_in()
        entries = list(AuditEntry.objects.order_by("sequence"))
        assert [entry.action for entry in entries] == ["organizationmember.added", "session.started"]
        assert {entry.actor_id for entry in entries} == {int(who(client) or 0)}
        assert entries[0].system_name == "keycloak"
        text = json.dumps([entry.after for entry in entries])
        assert "ey" not in text.replace("keycloak", "")
        assert "refresh-" not in text

    def test_keeps_tokens_encrypted_and_out_of_the_session(self, client: Client, sign_in: SignIn):
        sign_in()
        row = ProviderSession.objects.get()
        for secret in (row.refresh_secret, row.id_secret):
            assert secret.startswith("gAAAA")
            assert "refresh-" not in secret
        assert not any("token" in name or "oidc" in name for name, _value in client.session.items())
        assert set(client.session["provider"]) == {"due", "strong"}

    def test_costs_a_page_no_query_more(self, client: Client, sign_in: SignIn):
        sign_in()
        other = Client()
        other.force_login(User.objects.get(pk=who(client)), backend="projects.auth.AccountBackend")

        def queries(browser: Client) -> int:
            browser.get("/preferences/")
            with CaptureQueriesContext(connection) as captured:
                assert browser.get("/preferences/").status_code == 200
            return len(captured)

        assert queries(client) == queries(other)

    def test_that_no_one_finishes_is_kept_for_minutes(
        self, client: Client, keycloak: FakeProvider, organization: Any
    ):
        leave = client.get("/sign-in/")
        begun = UserSession.objects.get()
        assert begun.expire_date < timezone.now() + timedelta(minutes=11)
        client.get(RETURN, keycloak.code(leave["Location"]))
        assert UserSession.objects.get().expire_date > timezone.now() + timedelta(hours=11)

    def test_is_the_only_way_in(self, client: Client, keycloak: FakeProvider, cast: Any):
        """The list of demo people is gone as soon as a provider is named."""
        answer = client.post("/sign-in/", {"person": cast.leader.pk})
        assert answer.status_code == 405
        assert who(client) is None


class TestState:
    def test_wrong_state_is_refused(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        page = refused(sign_in(state="another-browsers"), client)
        assert "途中で切れました" in page
        assert "token" not in keycloak.asked

    def test_missing_state_is_refused(self, client: Client, keycloak: FakeProvider, db: None):
        refused(client.get(RETURN, {"code": "abc"}), client)

    def test_state_of_another_browser_is_refused(
        self, client: Client, keycloak: FakeProvider, organization: Any
    ):
        """Login CSRF: the attacker's own code, in the victim's browser."""
        back = keycloak.code(Client().get("/sign-in/")["Location"])
        client.get("/sign-in/")
        refused(client.get(RETURN, back), client)

    def test_old_state_is_refused(
        self, client: Client, keycloak: FakeProvider, organization: Any, time_machine: Any
    ):
        time_machine.move_to("2026-04-06 09:00", tick=False)
        leave = client.get("/sign-in/")
        time_machine.shift(601)
        refused(client.get(RETURN, keycloak.code(leave["Location"])), client)

    def test_an_answer_without_state_ends_no_session(self, sign_in: SignIn, client: Client):
        sign_in()
        before = who(client)
        assert client.get(RETURN, {"error": "access_denied"}).status_code == 422
        assert who(client) == before

    def test_a_refusal_of_the_provider_is_told(
        self, client: Client, keycloak: FakeProvider, organization: Any
    ):
        back = keycloak.code(client.get("/sign-in/")["Location"])
        answer = client.get(RETURN, {"state": back["state"], "error": "access_denied"})
        assert "完了しませんでした" in refused(answer, client)

    def test_an_answer_of_another_issuer_is_refused(self, client: Client, sign_in: SignIn):
        """Mix-up (RFC 9207)."""
        refused(sign_in(iss="https://evil.example/realms/itdo"), client)


class TestCode:
    def test_replayed_code_is_refused(self, client: Client, keycloak: FakeProvider, organization: Any):
        back = keycloak.code(client.get("/sign-in/")["Location"])
        assert client.get(RETURN, back).status_code == 302
        thief = Client()
        again = keycloak.code(thief.get("/sign-in/")["Location"])
        answer = thief.get(RETURN, again | {"code": back["code"]})
        assert answer.status_code == 422
        assert who(thief) is None

    def test_the_same_answer_twice_is_refused(
        self, client: Client, keycloak: FakeProvider, organization: Any
    ):
        back = keycloak.code(client.get("/sign-in/")["Location"])
        client.get(RETURN, back)
        assert client.get(RETURN, back).status_code == 422

    def test_a_stolen_code_is_worth_nothing_without_the_verifier(
        self, client: Client, keycloak: FakeProvider, organization: Any
    ):
        stolen = keycloak.code(Client().get("/sign-in/")["Location"])
        own = keycloak.code(client.get("/sign-in/")["Location"])
        refused(client.get(RETURN, own | {"code": stolen["code"]}), client)


class TestNext:
    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
            "javascript:alert(1)", "http:evil.example", "https:///evil.example", "/\t/evil.example", "x" * 5000,
            "/sign-out/", "/sign-in/?next=/", "",
        ],
    )  # fmt: skip
    def test_never_leads_to_another_site(self, client: Client, sign_in: SignIn, target: str):
        assert sign_in(to=target)["Location"] == "/"

    @pytest.mark.parametrize("target", ["/projects/3/gantt/?zoom=week", "http://testserver/projects/3/wbs/"])
    def test_leads_back_to_a_page_of_ours(self, client: Client, sign_in: SignIn, target: str):
        assert sign_in(to=target)["Location"] == target.removeprefix("http://testserver")

    def test_is_each_windows_own(self, client: Client, keycloak: FakeProvider, organization: Any):
        first = keycloak.code(client.get("/sign-in/", {"next": "/first/"})["Location"])
        second = keycloak.code(client.get("/sign-in/", {"next": "/second/"})["Location"])
        assert client.get(RETURN, second)["Location"] == "/second/"
        # The second sign-in has ended what the first one had begun: its page is simply opened again.
        assert client.get(RETURN, first).status_code == 422


class TestProviderAway:
    def test_is_said_before_anyone_is_sent_there(self, client: Client, keycloak: FakeProvider, db: None):
        keycloak.is_away = True
        answer = client.get("/sign-in/")
        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert "つながりません" in compact(answer)

    def test_is_said_on_the_way_back(self, client: Client, keycloak: FakeProvider, organization: Any):
        back = keycloak.code(client.get("/sign-in/")["Location"])
        keycloak.is_away = True
        assert client.get(RETURN, back).status_code == 503
        assert who(client) is None

    def test_asks_once_and_tells_everybody(self, client: Client, keycloak: FakeProvider, db: None):
        keycloak.is_away = True
        for _ in range(5):
            assert client.get("/sign-in/").status_code == 503
        assert len(keycloak.asked) == 1

    @pytest.mark.parametrize(
        "answer", [(500, {}), (503, {}), (429, {}), (404, {}), (200, {"issuer": "https://x"})]
    )
    def test_is_whatever_is_no_answer_of_this_provider(
        self, client: Client, keycloak: FakeProvider, db: None, answer: Any
    ):
        keycloak.answers["openid-configuration"] = answer
        assert client.get("/sign-in/").status_code == 503
