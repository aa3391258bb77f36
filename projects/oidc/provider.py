"""The identity provider: its addresses, and how it is asked without ever waiting long for it."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from typing import Any, Final

import requests
from django.conf import settings
from django.core.cache import cache

#: All that one request of ours asks of the provider, together; a page that says "not now" comes within three seconds.
SECONDS: Final = 2.0
CONNECT_SECONDS: Final = 1.0
MOST_BYTES: Final = 512 * 1024
#: After a failure no request waits for the provider again for so long: all are told at once.
REST_SECONDS: Final = 5
KEYS_SECONDS: Final = 600
#: A token that names a key we don't know has the keys fetched anew, but not more often than this.
KEYS_AGAIN_SECONDS: Final = 10
# A name server that hangs is outside of every time limit of a socket, hence a thread that may be left behind.
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="identity-provider")


class ProviderUnreachableError(Exception):
    """The provider does not answer, or answers that it cannot now."""


class ProviderRefusedError(Exception):
    """The provider has answered, and the answer is no; `error` is its own word for the reason."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(f"{status} {error}")
        self.status, self.error = status, error


class WaitBudget:
    """How long the provider may still be waited for in this request."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds, at least a few thousandths, so that a socket takes it for a limit and not for none."""
        return max(self._end - time.monotonic(), 0.005)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    data: dict[str, Any]


def is_configured() -> bool:
    """Whether people sign in through a provider here."""
    return bool(settings.KEYCLOAK_URL)


def issuer() -> str:
    """The provider's name, as tokens carry it."""
    return f"{settings.KEYCLOAK_URL}/realms/{settings.KEYCLOAK_REALM}"


def endpoint(name: str) -> str:
    """An address of Keycloak's: auth, token, userinfo, certs, logout, revoke."""
    return f"{issuer()}/protocol/openid-connect/{name}"


def setting(name: str, *default: Any) -> Any:
    """What mozilla-django-oidc asks for; nothing of it can be loosened by a variable."""
    known = {
        "OIDC_OP_AUTHORIZATION_ENDPOINT": endpoint("auth"),
        "OIDC_OP_TOKEN_ENDPOINT": endpoint("token"),
        "OIDC_OP_USER_ENDPOINT": endpoint("userinfo"),
        "OIDC_OP_JWKS_ENDPOINT": endpoint("certs"),
        "OIDC_RP_CLIENT_ID": settings.KEYCLOAK_CLIENT_ID,
        "OIDC_RP_CLIENT_SECRET": settings.KEYCLOAK_CLIENT_SECRET,
        "OIDC_RP_SIGN_ALGO": "RS256",
        "OIDC_RP_SCOPES": "openid profile email",
        "OIDC_AUTHENTICATION_CALLBACK_URL": "projects:sign_in_return",
        "OIDC_USE_NONCE": True,
        "OIDC_USE_PKCE": True,
        "OIDC_PKCE_CODE_CHALLENGE_METHOD": "S256",
        "OIDC_ALLOW_UNSECURED_JWT": False,
        "OIDC_VERIFY_SSL": True,
    }
    return known[name] if name in known or not default else default[0]


def ask(method: str, address: str, *, budget: WaitBudget, **content: Any) -> Answer:
    """One question; ProviderUnreachableError within the budget, whatever hangs. Follows no redirect."""
    if cache.get("oidc:rests"):
        raise ProviderUnreachableError("The provider did not answer a moment ago.")
    try:
        answer = _pool.submit(_send, method, address, budget, **content).result(timeout=budget.left)
    except (TooLate, requests.RequestException, ValueError) as error:
        _rest()
        # The text of the error holds addresses, and those may hold a code.
        raise ProviderUnreachableError(type(error).__name__) from None
    if answer.status >= 500 or answer.status == 429:
        _rest()
        raise ProviderUnreachableError(str(answer.status))
    if answer.status != 200:
        raise ProviderRefusedError(answer.status, str(answer.data.get("error", ""))[:80])
    return answer


def _rest() -> None:
    cache.set("oidc:rests", 1, REST_SECONDS)


def _send(method: str, address: str, budget: WaitBudget, **content: Any) -> Answer:
    limits = (min(CONNECT_SECONDS, budget.left), budget.left)
    with requests.request(
        method, address, timeout=limits, allow_redirects=False, stream=True, **content
    ) as found:
        body = bytearray()
        for piece in found.iter_content(16 * 1024):
            body += piece
            if len(body) > MOST_BYTES or budget.left < 0.01:
                raise ValueError("Too much, or too slow.")
        kind = found.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        text = body.decode("utf-8", "replace")
        # Sets of keys may call themselves application/jwk-set+json.
        data = json.loads(text) if kind == "application/json" or kind.endswith("+json") else {}
        return Answer(found.status_code, data if isinstance(data, dict) else {})


def check() -> None:
    """Raise ProviderUnreachableError unless the provider is there, and is the one that it should be.

    A user who is sent to a provider that is down sees the browser's error instead of our page.
    """
    answer = ask("GET", f"{issuer()}/.well-known/openid-configuration", budget=WaitBudget())
    if answer.data.get("issuer") != issuer():
        raise ProviderUnreachableError("Another issuer lives there: KEYCLOAK_URL and KEYCLOAK_REALM.")


def keys(*, budget: WaitBudget, again: bool = False) -> list[dict[str, Any]]:
    """The provider's public keys for signatures; `again` when one is missing among those we know."""
    name = f"oidc:keys:{issuer()}"
    known: list[dict[str, Any]] | None = cache.get(name)
    if known is not None and not (again and cache.add("oidc:keys:again", 1, KEYS_AGAIN_SECONDS)):
        return known
    found = ask("GET", endpoint("certs"), budget=budget).data.get("keys", [])
    kept = [key for key in found if isinstance(key, dict) and key.get("use", "sig") == "sig"]
    cache.set(name, kept, KEYS_SECONDS)
    return kept


def token(grant: dict[str, str], *, budget: WaitBudget) -> dict[str, Any]:
    """Tokens for a code or for a refresh token."""
    client = {"client_id": settings.KEYCLOAK_CLIENT_ID, "client_secret": settings.KEYCLOAK_CLIENT_SECRET}
    return ask("POST", endpoint("token"), budget=budget, data=grant | client).data


def userinfo(access_token: str, *, budget: WaitBudget) -> dict[str, Any]:
    """What the provider says now about the person of an access token."""
    headers = {"Authorization": f"Bearer {access_token}"}
    return ask("GET", endpoint("userinfo"), budget=budget, headers=headers).data


def revoke(refresh_token: str, *, budget: WaitBudget) -> None:
    """Let the provider end its side of a session; best effort, since ours has ended already."""
    client = {"client_id": settings.KEYCLOAK_CLIENT_ID, "client_secret": settings.KEYCLOAK_CLIENT_SECRET}
    content = client | {"token": refresh_token, "token_type_hint": "refresh_token"}
    ask("POST", endpoint("revoke"), budget=budget, data=content)
