"""The session engine: rows that know their user, with the cache in front of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache import caches
from django.db import OperationalError

from projects.local_commits import local_commit
from projects.models import UserSession


class SessionStore(cached_db.SessionStore):
    """Django's own engine over our table."""

    cache_key_prefix = "session:"

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        """Where the rows are."""
        return UserSession

    def create_model_instance(self, data: Any) -> UserSession:
        """The row, with the user whose session it is."""
        session = super().create_model_instance(data)
        assert isinstance(session, UserSession)
        session.user_id = data.get("_auth_user_id")
        return session

    def save(self, must_create: bool = False) -> None:
        """Save; a session that was ended elsewhere leaves the cache as well.

        Its copy may have outlived the row: Redis was away when the row went, or a request that was under way put
        it back. Each session is saved once a minute, so that is how long such a copy can last.

        It waits for no standby. A database that does not answer has ended no session: its own error is raised, and not
        UpdateError, which Django takes for a session that is gone and answers with 400.
        """
        try:
            with local_commit():
                super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            self.forget()
            raise

    def forget(self) -> None:
        """Take the copy out of the cache."""
        caches[settings.SESSION_CACHE_ALIAS].delete(self.cache_key)
