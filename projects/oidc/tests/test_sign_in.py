"""Sign-in through the provider: the good way, and every bad one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import (
    AuditEntry,
    Identity,
    Organization,
    OrganizationMember,
    ProviderSession,
    User,
    UserSession,
)
from projects.oidc import accounts
from projects.oidc.tests.conftest import ISSUER, FakeProvider, SignIn, who

RETURN = "/sign-in/return/"


def refused(answer: Any, client: Client, *, status: int = 422) -> str:
    """The page that says why, with nobody signed in."""
    assert answer.status_code == status
    assert who(client) is None
    assert not ProviderSession.objects.exists()
    return answer.content.decode()


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

    def test_makes_the_person_with_his_place(self, client: Client, sign_in: SignIn, organization: Any):
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

    def test_that_nobody_finishes_is_kept_for_minutes(
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
        page = refused(sign_in(state="somebody-elses"), client)
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


class TestIdToken:
    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"nonce": "another"}, id="wrong nonce"),
            pytest.param({"nonce": None}, id="no nonce"),
            pytest.param({"iss": "https://evil.example/realms/itdo"}, id="wrong iss"),
            pytest.param({"iss": ISSUER + "/"}, id="nearly iss"),
            pytest.param({"aud": "another-client"}, id="wrong aud"),
            pytest.param({"aud": None}, id="no aud"),
            pytest.param({"azp": "another-client"}, id="wrong azp"),
            pytest.param({"aud": ["itdo-web", "another"], "azp": None}, id="shared without azp"),
            pytest.param({"aud": ["itdo-web", "another"], "azp": "another"}, id="shared, another's azp"),
            pytest.param({"exp": int(time.time()) - 60}, id="expired"),
            pytest.param({"exp": None}, id="no exp"),
            pytest.param({"iat": int(time.time()) + 3600}, id="from the future"),
            pytest.param({"sub": None}, id="no sub"),
            pytest.param({"sub": 7}, id="sub is no text"),
        ],
    )
    def test_with_wrong_claims_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, changes: dict[str, Any]
    ):
        keycloak.id_changes = changes
        refused(sign_in(), client)
        assert not User.objects.exists()

    def test_with_several_audiences_that_was_made_for_us_is_taken(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        keycloak.id_changes = {"aud": ["itdo-web", "account"]}
        assert sign_in().status_code == 302

    def test_alg_none_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, monkeypatch: Any
    ):
        def unsigned(claims: dict[str, Any]) -> str:
            return jwt.encode(claims, None, "none", headers={"kid": keycloak.kid})

        monkeypatch.setattr(keycloak, "sign", unsigned)
        refused(sign_in(), client)

    def test_hs256_with_the_public_key_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, monkeypatch: Any
    ):
        public = keycloak.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

        def confused(claims: dict[str, Any]) -> str:

            def part(data: bytes) -> str:
                return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

            head = json.dumps({"alg": "HS256", "typ": "JWT", "kid": keycloak.kid}).encode()
            signed = f"{part(head)}.{part(json.dumps(claims).encode())}"
            return f"{signed}.{part(hmac.new(public, signed.encode(), hashlib.sha256).digest())}"

        monkeypatch.setattr(keycloak, "sign", confused)
        refused(sign_in(), client)

    def test_hs256_with_the_client_secret_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, monkeypatch: Any
    ):
        monkeypatch.setattr(
            keycloak,
            "sign",
            lambda claims: jwt.encode(claims, "s" * 40, "HS256", headers={"kid": keycloak.kid}),
        )
        refused(sign_in(), client)

    def test_signed_by_another_key_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, monkeypatch: Any
    ):
        stranger = rsa.generate_private_key(65537, 2048)
        monkeypatch.setattr(
            keycloak,
            "sign",
            lambda claims: jwt.encode(claims, stranger, "RS256", headers={"kid": keycloak.kid}),
        )
        refused(sign_in(), client)

    def test_that_brings_its_own_key_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        stranger = rsa.generate_private_key(65537, 2048)
        own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key()))
        keycloak.header = {"jwk": own, "jku": "https://evil.example/keys", "kid": "own"}
        refused(sign_in(), client)

    @pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "x" * 70_000, 7])
    def test_that_is_none_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, token: Any
    ):
        keycloak.answers["token"] = (200, {"id_token": token, "access_token": "a"})
        refused(sign_in(), client)

    def test_signed_with_a_key_for_encryption_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        keycloak.header = {"kid": "other"}
        refused(sign_in(), client)

    def test_of_a_new_key_is_taken(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        sign_in()
        keycloak.kid = "key-2"
        sign_in(by=(other := Client()))
        assert who(other)

    def test_has_keys_fetched_anew_once_in_a_while_only(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        sign_in()
        keycloak.header = {"kid": "invented"}
        for _ in range(3):
            sign_in(by=Client())
        assert keycloak.asked.count("certs") == 2


class TestUserInfo:
    def test_of_another_person_is_refused(self, client: Client, sign_in: SignIn, keycloak: FakeProvider):
        keycloak.info_changes = {"sub": "sub-boss", "groups": ["/kaku/admin"]}
        refused(sign_in(), client)
        assert not User.objects.exists()

    @pytest.mark.parametrize("answer", [(200, {}), (401, {"error": "invalid_token"}), (302, {})])
    def test_that_says_nothing_is_refused(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, answer: Any
    ):
        keycloak.answers["userinfo"] = answer
        refused(sign_in(), client)


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

    def test_can_be_given_to_somebody_who_has_a_plan_already(
        self, client: Client, sign_in: SignIn, cast: Any
    ):
        Identity.objects.create(user=cast.leader, issuer=ISSUER, subject="sub-haru")
        sign_in()
        assert who(client) == str(cast.leader.pk)

    @pytest.mark.parametrize("other", ["sub-haru", "sub-else"])
    def test_is_made_once_by_two_windows_at_once(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, monkeypatch: Any, other: str
    ):
        """Between the look and the insert somebody else came: the same person, or one with the same name."""
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

    def test_without_a_place_is_refused_and_makes_nobody(
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

    def test_lets_the_admin_in_and_on_to_his_page(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
        step_up = sign_in(to="/dashboard/")["Location"]
        keycloak.acr = "mfa"
        assert client.get(RETURN, keycloak.code(step_up))["Location"] == "/dashboard/"
        assert client.get("/dashboard/").status_code == 200

    def test_is_asked_of_somebody_who_becomes_admin_in_an_open_session(
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

    def test_does_not_keep_anybody_from_leaving(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider
    ):
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
    def test_is_said_before_anybody_is_sent_there(self, client: Client, keycloak: FakeProvider, db: None):
        keycloak.is_away = True
        answer = client.get("/sign-in/")
        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert "つながりません" in answer.content.decode()

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


class TestOrganizations:
    def test_of_two_companies_are_both_his(
        self, client: Client, sign_in: SignIn, keycloak: FakeProvider, cast: Any
    ):
        keycloak.people["sub-haru"]["groups"] = ["/kaku/guest", "/yoso/pmo", "/kaku/member"]
        sign_in()
        found = OrganizationMember.objects.filter(user=who(client)).values_list("organization__code", "role")
        assert set(found) == {("kaku", "member"), ("yoso", "pmo")}
        assert Organization.objects.count() == 2
