"""A browser in which a user has signed in already."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

BACKEND: Final = "projects.auth.AccountBackend"


def browser_of(user: Any) -> Client:
    """What `Client.force_login` leaves behind, by a row that is written once, which costs less than half."""
    # The root's conftest imports this before Django's models are there.
    from django.contrib.auth.models import update_last_login

    from projects.sessions.store import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    update_last_login(None, user)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client
