"""Tokens and user info that prove nothing, each with its name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from projects.models import (
    User,
)
from projects.oidc.tests.conftest import ISSUER, FakeProvider, SignIn, refused, who

RETURN = "/sign-in/return/"


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
