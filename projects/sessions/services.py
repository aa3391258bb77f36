"""Sessions ended from elsewhere: by the person, by an operator, by the identity provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from projects.models import UserSession
from projects.models.identity import handle_of
from projects.sessions.records import note_sign_in
from projects.sessions.store import SessionStore

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from projects.models import User
    from projects.permissions import System


def end_session(*, user: User, handle: str, keep: str | None = None) -> list[str]:
    """End one of a person's other sessions; see `end_sessions`. Raises DoesNotExist for one that is not theirs."""
    own = UserSession.objects.visible_to(user).exclude(session_key=keep)
    keys = [key for key in own.values_list("session_key", flat=True) if handle_of(key) == handle]
    if not keys:
        raise UserSession.DoesNotExist
    return end_sessions(own.filter(session_key__in=keys), user=user, why="chosen")


def end_other_sessions(*, user: User, keep: str | None) -> list[str]:
    """End all sessions of a person but one."""
    return end_sessions(
        UserSession.objects.visible_to(user).exclude(session_key=keep), user=user, why="all_others"
    )


def end_sessions(
    sessions: QuerySet[UserSession], *, user: User, why: str, by: System | None = None
) -> list[str]:
    """End sessions of one person and record it.

    Returns of each the encrypted refresh token, or nothing: what the provider may now forget.
    """
    found = list(sessions.values_list("session_key", "provider__refresh_secret"))
    if not found:
        return []
    keys = [key for key, _secret in found]
    with transaction.atomic():
        UserSession.objects.filter(session_key__in=keys).delete()
        _forget(keys)
        # Again: a request that was under way may have put a copy back while the rows were still to be seen.
        transaction.on_commit(lambda: _forget(keys))
        note_sign_in(user, "session.ended", by=by, why=why, count=len(found))
    return [secret or "" for _key, secret in found]


def _forget(keys: list[str]) -> None:
    for key in keys:
        SessionStore(key).forget()
