"""Tokens of the provider: whose they are, for whom, how old, and signed by which key. Nothing is taken on trust."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any, Final

import jwt
from django.conf import settings
from django.core.cache import cache

from projects.oidc import provider

if TYPE_CHECKING:
    from projects.oidc.provider import WaitBudget

ALGORITHMS: Final = ["RS256"]
#: Clocks of two machines differ by so much.
LEEWAY_SECONDS: Final = 10
MOST_LETTERS: Final = 64 * 1024
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
#: Words for "it has ended" are for now; an old one proves nothing.
LOGOUT_SECONDS: Final = 120


class TokenRefusedError(Exception):
    """A token that proves nothing; the text says why, and holds nothing of the token."""


def signing_key(token: str, *, budget: WaitBudget) -> jwt.PyJWK:
    """The provider's key that the token names. Keys that a token brings along do not count."""
    if len(token) > MOST_LETTERS:
        raise TokenRefusedError("too long")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise TokenRefusedError("not a token") from error
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefusedError("algorithm")
    for again in (False, True):
        for key in provider.keys(budget=budget, again=again):
            if key.get("kty") == "RSA" and key.get("kid", "") == header.get("kid"):
                return jwt.PyJWK(key, algorithm="RS256")
    raise TokenRefusedError("unknown key")


def decode(token: str, key: jwt.PyJWK, *, required: tuple[str, ...] = ("exp", "sub")) -> dict[str, Any]:
    """The claims of a token that this provider has made for this client, and that holds now."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=ALGORITHMS,
            issuer=provider.issuer(),
            audience=settings.KEYCLOAK_CLIENT_ID,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "aud", "iat", *required]},
        )
    except jwt.InvalidTokenError as error:
        raise TokenRefusedError(type(error).__name__) from error
    _check_party(claims)
    return claims


def _check_party(claims: dict[str, Any]) -> None:
    """A token for several is ours only when it was made for us: `azp` names who asked for it."""
    party, audience = claims.get("azp"), claims["aud"]
    is_shared = isinstance(audience, list) and len(audience) > 1
    if (is_shared or party is not None) and party != settings.KEYCLOAK_CLIENT_ID:
        raise TokenRefusedError("another client's")


def id_claims(token: str, *, subject: str, budget: WaitBudget) -> dict[str, Any]:
    """The claims of an ID token that came with a refresh: the same person, or none."""
    claims = decode(token, signing_key(token, budget=budget))
    if claims["sub"] != subject:
        raise TokenRefusedError("another person's")
    return claims


def logout_claims(token: str, *, budget: WaitBudget) -> dict[str, Any]:
    """The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6)."""
    claims = decode(token, signing_key(token, budget=budget), required=("jti",))
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise TokenRefusedError("no logout token")
    if "nonce" in claims:
        raise TokenRefusedError("an ID token")
    if not any(isinstance(claims.get(name), str) and claims[name] for name in ("sid", "sub")):
        raise TokenRefusedError("names no user")
    if time.time() - claims["iat"] > LOGOUT_SECONDS + LEEWAY_SECONDS:
        raise TokenRefusedError("old")
    heard = f"oidc:logout:{hashlib.sha256(token.encode()).hexdigest()}"
    # Asked twice, since a cache that is away adds nothing either.
    if not cache.add(heard, 1, 2 * LOGOUT_SECONDS) and cache.get(heard):
        raise TokenRefusedError("heard before")
    return claims
