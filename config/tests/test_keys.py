"""That a change of keys signs no user out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user
from django.core import signing
from django.test import Client

from config.tests.test_production import OTHER, STRONG


class TestSecretKey:
    def test_is_changed_without_logging_anybody_out(self, settings: Any, client: Client, cast: Any) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = STRONG, []
        client.force_login(cast.leader, backend="projects.auth.AccountBackend")
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OTHER, [STRONG]
        assert client.get("/preferences/").status_code == 200
        # From here on the session hangs on the new key, and the old one can go.
        settings.SECRET_KEY_FALLBACKS = []
        assert client.get("/preferences/").status_code == 200
        assert get_user(client) == cast.leader

    def test_that_is_gone_signs_nothing_any_more(self, settings: Any, client: Client, cast: Any) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = STRONG, []
        client.force_login(cast.leader, backend="projects.auth.AccountBackend")
        settings.SECRET_KEY = OTHER
        assert client.get("/preferences/").status_code == 302

    def test_signs_links_that_an_older_key_may_still_read(self, settings: Any) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = STRONG, []
        text = signing.dumps("x")
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OTHER, [STRONG]
        assert signing.loads(text) == "x"
