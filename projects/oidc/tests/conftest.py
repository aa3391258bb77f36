"""A provider that stands beside the tests: real keys and tokens, Keycloak's addresses, no network."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from projects.models import ProviderSession
from projects.oidc import provider
from projects.oidc.provider import Answer
from projects.oidc.tokens import LOGOUT_EVENT

URL, REALM, CLIENT, SECRET = "https://id.example.jp", "itdo", "itdo-web", "s" * 40  # pragma: allowlist secret
ISSUER = f"{URL}/realms/{REALM}"
HARU = {
    "preferred_username": "haru", "family_name": "若葉", "given_name": "はる", "name": "はる 若葉",
    "email": "haru@example.jp", "email_verified": True, "groups": ["/kaku/member"],
}  # fmt: skip


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    """The provider's key; making one takes a tenth of a second."""
    return rsa.generate_private_key(65537, 2048)


class FakeProvider:
    """What a test changes about it is a field; what it was asked is in `asked`."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self.key, self.kid = key, "key-1"
        self.people: dict[str, dict[str, Any]] = {"sub-haru": dict(HARU)}
        self.acr = "1"
        self.algorithm = "RS256"
        self.header: dict[str, Any] = {}
        self.id_changes: dict[str, Any] = {}
        self.info_changes: dict[str, Any] = {}
        self.answers: dict[str, tuple[int, dict[str, Any]]] = {}
        self.is_away = False
        self.asked: list[str] = []
        self._codes: dict[str, tuple[str, dict[str, str]]] = {}
        self._tokens: dict[str, str] = {}

    # -- the browser's part -----------------------------------------------------------------------------

    def code(self, address: str, subject: str = "sub-haru") -> dict[str, str]:
        """A user signs in at the address that they were sent to; what the browser brings back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(12)
        self._codes[code] = (subject, query)
        return {"code": code, "state": query["state"], "iss": ISSUER}

    # -- tokens -----------------------------------------------------------------------------------------

    def sign(self, claims: dict[str, Any]) -> str:
        """A token with the key, the algorithm and the header as they are set."""
        return jwt.encode(claims, self.key, self.algorithm, headers={"kid": self.kid} | self.header)

    def id_token(self, subject: str, **more: Any) -> str:
        """An ID token as Keycloak makes it."""
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": CLIENT, "azp": CLIENT, "sub": subject, "iat": now, "exp": now + 300,
            "sid": f"sid-of-{subject}", "acr": self.acr, **more,
        }  # fmt: skip
        return self.sign(without_none(claims | self.id_changes))

    def logout_token(self, **changes: Any) -> str:
        """Words for "it has ended"."""
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": secrets.token_hex(8),
            "sub": "sub-haru", "sid": "sid-of-sub-haru", "events": {LOGOUT_EVENT: {}},
        }  # fmt: skip
        return self.sign(without_none(claims | changes))

    # -- the back channel -------------------------------------------------------------------------------

    def answer(self, method: str, address: str, budget: Any, **content: Any) -> Answer:
        """What stands in the place of the network."""
        name = address.rpartition("/")[2]
        self.asked.append(name)
        if self.is_away:
            raise TimeoutError
        if name in self.answers:
            return Answer(*self.answers[name])
        return getattr(self, f"_{name.replace('-', '_')}")(**content)

    def _openid_configuration(self) -> Answer:
        return Answer(200, {"issuer": ISSUER})

    def _certs(self) -> Answer:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return Answer(
            200,
            {
                "keys": [
                    public | {"kid": "other", "use": "enc"},
                    public | {"kid": self.kid, "use": "sig", "alg": "RS256"},
                ]
            },
        )

    def _token(self, data: dict[str, str]) -> Answer:
        if (data["client_id"], data["client_secret"]) != (CLIENT, SECRET):
            return Answer(401, {"error": "invalid_client"})
        if data["grant_type"] == "refresh_token":
            subject = self._tokens.pop(data["refresh_token"], None)
            return (
                self._tokens_for(subject, {})
                if subject in self.people
                else Answer(400, {"error": "invalid_grant"})
            )
        subject, asked = self._codes.pop(data["code"], ("", {}))
        proof = base64.urlsafe_b64encode(hashlib.sha256(data["code_verifier"].encode()).digest()).rstrip(b"=")
        if proof.decode() != asked.get("code_challenge") or data["redirect_uri"] != asked.get("redirect_uri"):
            return Answer(400, {"error": "invalid_grant"})
        return self._tokens_for(subject, {"nonce": asked["nonce"]})

    def _tokens_for(self, subject: str | None, more: dict[str, str]) -> Answer:
        assert subject
        access, refresh = secrets.token_urlsafe(12), f"refresh-{secrets.token_urlsafe(12)}"
        self._tokens |= {access: subject, refresh: subject}
        came = {"id_token": self.id_token(subject, **more), "access_token": access, "refresh_token": refresh}
        return Answer(200, came | {"expires_in": 300})

    def _userinfo(self, headers: dict[str, str]) -> Answer:
        subject = self._tokens[headers["Authorization"].removeprefix("Bearer ")]
        return Answer(200, {"sub": subject} | self.people[subject] | self.info_changes)

    def _revoke(self, data: dict[str, str]) -> Answer:
        self._tokens.pop(data["token"], None)
        return Answer(200, {})


def without_none(claims: dict[str, Any]) -> dict[str, Any]:
    """None takes a claim away."""
    return {name: value for name, value in claims.items() if value is not None}


@pytest.fixture
def keycloak(
    key: rsa.RSAPrivateKey, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeProvider]:
    """The site with a provider."""
    settings.KEYCLOAK_URL, settings.KEYCLOAK_REALM = URL, REALM
    settings.KEYCLOAK_CLIENT_ID, settings.KEYCLOAK_CLIENT_SECRET = CLIENT, SECRET
    fake = FakeProvider(key)
    monkeypatch.setattr(provider, "_send", fake.answer)
    cache.clear()
    yield fake
    cache.clear()


SignIn = Callable[..., Any]


@pytest.fixture
def sign_in(client: Client, keycloak: FakeProvider, organization: Any) -> SignIn:
    """There and back again: `sign_in("sub-haru", to="/projects/")`; the answer to the return."""

    def go(
        subject: str = "sub-haru", *, by: Client | None = None, to: str = "/projects/", **back: str
    ) -> Any:
        browser = by or client
        leave = browser.get("/sign-in/", {"next": to})
        assert leave.status_code == 302, leave.content.decode()
        return browser.get("/sign-in/return/", keycloak.code(leave["Location"], subject) | back)

    return go


def who(client: Client) -> Any:
    """The id of the person who is signed in, as the session has it."""
    return client.session.get("_auth_user_id")


def refused(answer: Any, client: Client, *, status: int = 422) -> str:
    """The page that says why, with no user signed in."""
    assert answer.status_code == status
    assert who(client) is None
    assert not ProviderSession.objects.exists()
    return answer.content.decode()
