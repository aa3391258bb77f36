"""Sign-out on both sides: ours at the provider, and the provider's here."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from config.crypto import decrypt
from projects.models import AuditEntry, ProviderSession, UserSession
from projects.oidc.tests.conftest import CLIENT, FakeProvider, SignIn, who
from tests.pages import compact

CHANNEL = "/sign-in/back-channel-logout/"


class TestSignOut:
    def test_ends_the_providers_session_too(self, client: Client, sign_in: SignIn):
        sign_in()
        hint = decrypt(ProviderSession.objects.get().id_secret)
        answer = client.post("/sign-out/")
        address = urlsplit(answer["Location"])
        assert address.path == "/realms/itdo/protocol/openid-connect/logout"
        assert {name: values[0] for name, values in parse_qs(address.query).items()} == {
            "client_id": CLIENT,
            "post_logout_redirect_uri": "http://testserver/signed-out/",
            "id_token_hint": hint,
        }

    def test_leaves_nothing_here(self, client: Client, sign_in: SignIn):
        sign_in()
        client.post("/sign-out/")
        assert who(client) is None
        assert not ProviderSession.objects.exists()
        assert not UserSession.objects.filter(user__isnull=False).exists()
        assert AuditEntry.objects.order_by("sequence").last().action == "session.ended"

    def test_works_while_the_provider_is_away(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        sign_in()
        keycloak.is_away = True
        assert client.post("/sign-out/").status_code == 302
        assert who(client) is None

    def test_of_an_operator_with_a_password_stays_here(self, keycloak: FakeProvider, leader_client: Client):
        assert leader_client.post("/sign-out/")["Location"] == "/signed-out/"

    def test_needs_a_token(self, keycloak: FakeProvider, db: None):
        assert Client(enforce_csrf_checks=True).post("/sign-out/").status_code == 403


class TestSignedOut:
    def test_leads_back_to_the_sign_in_by_a_click_only(
        self, client: Client, keycloak: FakeProvider, db: None
    ):
        answer = client.get("/signed-out/")
        assert answer.status_code == 200
        assert 'href="/sign-in/"' in compact(answer)

    def test_may_send_its_form_to_the_provider(self, client: Client, db: None):
        """Chromium follows no redirect of a form to an address that `form-action` does not name."""
        from config.env import origin

        assert origin("https://id.example.jp:8443/auth") == "https://id.example.jp:8443"
        assert origin("") == ""


class TestBackChannelLogout:
    def test_ends_the_session(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        sign_in()
        answer = Client(enforce_csrf_checks=True).post(CHANNEL, {"logout_token": keycloak.logout_token()})
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert client.get("/projects/").status_code == 302
        assert not ProviderSession.objects.exists()
        entry = AuditEntry.objects.order_by("sequence").last()
        assert (entry.action, entry.system_name) == ("session.ended", "keycloak")
        assert entry.after == {"why": "provider", "count": 1}

    def test_ends_that_session_alone(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        sign_in()
        keycloak.id_changes = {"sid": "another"}
        sign_in(by=(other := Client()))
        Client().post(CHANNEL, {"logout_token": keycloak.logout_token(sid="another")})
        assert client.get("/projects/").status_code == 200
        assert other.get("/projects/").status_code == 302

    def test_of_a_person_ends_all(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        sign_in()
        sign_in(by=(other := Client()))
        Client().post(CHANNEL, {"logout_token": keycloak.logout_token(sid=None)})
        for browser in (client, other):
            assert browser.get("/projects/").status_code == 302

    def test_by_session_alone_is_enough(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        sign_in()
        Client().post(CHANNEL, {"logout_token": keycloak.logout_token(sub=None)})
        assert client.get("/projects/").status_code == 302

    def test_of_no_user_here_is_no_fault(self, sign_in: SignIn, keycloak: FakeProvider, client: Client):
        sign_in()
        answer = Client().post(CHANNEL, {"logout_token": keycloak.logout_token(sub="sub-else", sid=None)})
        assert answer.status_code == 200
        assert client.get("/projects/").status_code == 200

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"iss": "https://evil.example"}, id="wrong iss"),
            pytest.param({"aud": "another"}, id="wrong aud"),
            pytest.param({"azp": "another"}, id="wrong azp"),
            pytest.param({"exp": int(time.time()) - 60}, id="expired"),
            pytest.param({"exp": None, "iat": int(time.time()) - 600}, id="old"),
            pytest.param({"iat": None}, id="no iat"),
            pytest.param({"jti": None}, id="no jti"),
            pytest.param({"sub": None, "sid": None}, id="no user"),
            pytest.param({"events": None}, id="an ID token"),
            pytest.param({"events": {"http://schemas.openid.net/event/other": {}}}, id="another event"),
            pytest.param({"events": "logout"}, id="events as text"),
            pytest.param({"nonce": "n"}, id="with a nonce"),
        ],
    )
    def test_forged_logout_token_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, changes: dict[str, Any]
    ):
        sign_in()
        answer = Client().post(CHANNEL, {"logout_token": keycloak.logout_token(**changes)})
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
        assert client.get("/projects/").status_code == 200

    def test_id_token_is_no_logout_token(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        sign_in()
        token = decrypt(ProviderSession.objects.get().id_secret)
        assert Client().post(CHANNEL, {"logout_token": token}).status_code == 400
        assert client.get("/projects/").status_code == 200

    def test_logout_token_signed_by_a_stranger_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        from cryptography.hazmat.primitives.asymmetric import rsa

        sign_in()
        right, keycloak.key = keycloak.key, rsa.generate_private_key(65537, 2048)
        forged = keycloak.logout_token()
        keycloak.key = right
        assert Client().post(CHANNEL, {"logout_token": forged}).status_code == 400
        assert client.get("/projects/").status_code == 200

    def test_logout_token_heard_before_is_refused(self, sign_in: SignIn, keycloak: FakeProvider):
        token = keycloak.logout_token()
        assert Client().post(CHANNEL, {"logout_token": token}).status_code == 200
        sign_in(by=(other := Client()))
        assert Client().post(CHANNEL, {"logout_token": token}).status_code == 400
        assert other.get("/projects/").status_code == 200

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "\0", "日" * 100, "x" * 100_000])
    def test_nonsense_is_refused(self, keycloak: FakeProvider, db: None, token: str):
        assert Client().post(CHANNEL, {"logout_token": token}).status_code == 400

    def test_says_when_it_cannot_look_at_the_keys(self, keycloak: FakeProvider, db: None):
        token = keycloak.logout_token()
        keycloak.is_away = True
        assert Client().post(CHANNEL, {"logout_token": token}).status_code == 503

    def test_rejects_get(self, keycloak: FakeProvider, client: Client, db: None):
        assert client.get(CHANNEL).status_code == 405

    def test_takes_the_copy_out_of_the_cache(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        sign_in()
        client.get("/projects/")
        key = f"session:{client.session.session_key}"
        assert cache.get(key)
        Client().post(CHANNEL, {"logout_token": keycloak.logout_token()})
        assert cache.get(key) is None
