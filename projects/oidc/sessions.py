"""What a session of ours holds of the provider: begun, refreshed in its background, and ended from either side."""

from __future__ import annotations

import enum
import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from config.crypto import UndecryptableError, decrypt, encrypt
from projects.local_commits import local_commit
from projects.models import ProviderSession
from projects.oidc import accounts, claims, provider, tokens
from projects.oidc.provider import ProviderRefusedError, ProviderUnreachableError, WaitBudget
from projects.oidc.refusals import SignInRefusedError
from projects.oidc.tokens import TokenRefusedError

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.db.models import QuerySet

    from projects.models import Identity

logger = logging.getLogger(__name__)
#: In the session's data: when to ask the provider again, and whether it was sure of the person.
KEY: Final = "provider"
SHORTEST_SECONDS: Final = 30
#: One request asks; others of the same session go on meanwhile, and ask themselves if it has died.
LEASE: Final = timedelta(seconds=20)


class RefreshOutcome(enum.Enum):
    """What became of a refresh."""

    GOES_ON = enum.auto()
    ENDED = enum.auto()


def begin(session: SessionBase, identity: Identity, came: dict[str, Any], id_claims: dict[str, Any]) -> None:
    """Keep what came with a sign-in: tokens in the database alone, encrypted."""
    if session.session_key is None:
        session.create()
    wait = _wait(came)
    ProviderSession.objects.update_or_create(
        session_id=session.session_key,
        defaults={
            "identity": identity,
            "provider_key": str(id_claims.get("sid", ""))[:255],
            "refresh_due_at": timezone.now() + timedelta(seconds=wait),
            "id_secret": encrypt(came["id_token"]),
            "refresh_secret": _encrypted(came.get("refresh_token")),
        },
    )
    session[KEY] = {"due": int(time.time()) + wait, "strong": is_strong(id_claims)}


def is_strong(id_claims: dict[str, Any]) -> bool:
    """Whether the provider says that a second factor was asked for."""
    return id_claims.get("acr") in settings.KEYCLOAK_ADMIN_ACR


def is_due(session: SessionBase) -> bool:
    """Whether it is time to ask the provider again."""
    kept = session.get(KEY)
    return kept is not None and time.time() >= kept["due"]


def refresh(session: SessionBase) -> RefreshOutcome:
    """Ask the provider whether the session goes on, and as what. It does not wait for a provider that is away."""
    mine = ProviderSession.objects.filter(session_id=session.session_key)
    now = timezone.now()
    if not _note(mine.filter(refresh_due_at__lte=now), refresh_due_at=now + LEASE):
        row = mine.first()
        if row is None:
            return RefreshOutcome.ENDED
        return _go_on(session, wait=max(int((row.refresh_due_at - now).total_seconds()), 1))
    try:
        wait, strong = _renew(session, mine.select_related("identity__user").get())
    except ProviderUnreachableError as error:
        logger.warning("A session goes on unrefreshed: %s", error)
        wait, strong = SHORTEST_SECONDS, None
    except ProviderRefusedError as error:
        if error.error in {"invalid_grant", "invalid_token"}:
            return RefreshOutcome.ENDED
        # Our own mistake, such as a wrong secret: no session ends for it.
        logger.error("The provider refuses this client: %s", error)
        wait, strong = SHORTEST_SECONDS, None
    except (TokenRefusedError, SignInRefusedError, UndecryptableError, ProviderSession.DoesNotExist) as error:
        logger.warning("A session ends at its refresh: %s", error)
        return RefreshOutcome.ENDED
    _note(mine, refresh_due_at=now + timedelta(seconds=wait))
    return _go_on(session, wait=wait, strong=strong)


def _note(rows: QuerySet[ProviderSession], **fields: Any) -> int:
    """Write while a user only reads, and so without waiting for a standby: what a failover loses of it is a sign-in."""
    with local_commit():
        return rows.update(**fields)


def _renew(session: SessionBase, row: ProviderSession) -> tuple[int, bool]:
    """New tokens, and the person as they are now; when to ask again, and whether the provider is still sure of them."""
    budget, subject, strong = WaitBudget(), row.identity.subject, session[KEY]["strong"]
    if not row.refresh_secret:
        raise TokenRefusedError("nothing to refresh with")
    grant = {"grant_type": "refresh_token", "refresh_token": decrypt(row.refresh_secret)}
    came = provider.token(grant, budget=budget)
    # The old token is worth nothing from here on: the new ones are kept before anything else can fail.
    kept = {"refresh_secret": came.get("refresh_token"), "id_secret": came.get("id_token")}
    new = {name: encrypt(token) for name, token in kept.items() if isinstance(token, str)}
    if new:
        _note(ProviderSession.objects.filter(pk=row.pk), **new)
    said: dict[str, Any] = {}
    if "id_secret" in new:
        said = tokens.id_claims(came["id_token"], subject=subject, budget=budget)
        strong = is_strong(said) if "acr" in said else strong
    found = provider.userinfo(came.get("access_token", ""), budget=budget)
    if found.get("sub") != subject:
        raise TokenRefusedError("user info of another person")
    accounts.find_or_make(claims.person(said | found))
    return _wait(came), strong


def _go_on(session: SessionBase, *, wait: int, strong: bool | None = None) -> RefreshOutcome:
    kept = session[KEY]
    session[KEY] = {
        "due": int(time.time()) + wait,
        "strong": kept["strong"] if strong is None else strong,
    }
    return RefreshOutcome.GOES_ON


def _wait(came: dict[str, Any]) -> int:
    """Seconds until the next refresh: before the access token ends, and often enough for roles to follow."""
    lives = came.get("expires_in")
    lives = lives if isinstance(lives, int) else 0
    most: int = settings.KEYCLOAK_REFRESH_SECONDS
    return min(max(lives - SHORTEST_SECONDS, SHORTEST_SECONDS), most)


def _encrypted(token: Any) -> str:
    return encrypt(token) if isinstance(token, str) else ""


def farewell(session: SessionBase, *, back: str) -> str:
    """The provider's address that ends its own session and leads back; empty for a session that is not of it."""
    row = ProviderSession.objects.filter(session_id=session.session_key).first()
    if row is None or not provider.is_configured():
        return ""
    query = {"client_id": settings.KEYCLOAK_CLIENT_ID, "post_logout_redirect_uri": back}
    try:
        query["id_token_hint"] = decrypt(row.id_secret)
    except UndecryptableError:  # the provider asks then
        pass
    return f"{provider.endpoint('logout')}?{urlencode(query)}"


def release(secrets: list[str]) -> None:
    """Let the provider end its side of sessions that were ended here, as far as it answers in time."""
    budget = WaitBudget()
    for secret in filter(None, secrets):
        try:
            provider.revoke(decrypt(secret), budget=budget)
        except ProviderUnreachableError:
            return
        except (ProviderRefusedError, UndecryptableError):
            continue
