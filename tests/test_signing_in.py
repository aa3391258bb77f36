"""A browser of the tests is as far as one that has signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from projects.models import User
from tests.signing_in import BACKEND, browser_of

pytestmark = pytest.mark.django_db


class TestBrowserOf:
    def test_holds_what_signing_in_leaves_behind(self, cast: Any) -> None:
        known = Client()
        known.force_login(cast.planner, backend=BACKEND)
        browser = browser_of(cast.viewer)
        mine = {"_auth_user_id": str(cast.viewer.pk), "_auth_user_hash": cast.viewer.get_session_auth_hash()}
        assert dict(browser.session.items()) == dict(known.session.items()) | mine
        assert browser.get("/preferences/").status_code == 200
        assert User.objects.get(pk=cast.viewer.pk).last_login is not None
