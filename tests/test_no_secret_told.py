"""What a page of an error and the log say when something breaks in the middle of a request: nothing that opens anything."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from config.web.logs import JsonFormatter, SecretAddressFilter
from projects.feeds.services import make_feed

PASSWORD = "correct horse battery staple"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Lines as production writes them."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(SecretAddressFilter())
    root = logging.getLogger()
    before, root.level = root.level, logging.DEBUG
    root.addHandler(handler)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


class TestWhenARequestBreaks:
    @pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
    def test_neither_page_nor_log_tells_a_secret(
        self, cast: Any, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
    ) -> None:
        def break_down(**_: Any) -> None:
            password = PASSWORD  # a local that a careless page of an error would show
            raise RuntimeError(f"out of order after {len(password)} signs")

        monkeypatch.setattr("projects.people.views.save_preferences", break_down)
        client = Client(raise_request_exception=False)
        client.force_login(cast.leader, backend="projects.auth.AccountBackend")
        feed = make_feed(user=cast.leader)
        session = str(client.session.session_key)
        typed = {"language": "ja", "theme": "light", "density": "dense", "password": PASSWORD}
        answer = client.post(
            "/preferences/", typed, headers=headers | {"Authorization": f"Bearer {PASSWORD}"}
        )
        client.get(f"/calendar/{feed}.ics")
        client.get(f"/calendar/{feed}x.ics")
        told = answer.content.decode() + log.getvalue()
        assert answer.status_code == 500
        assert "out of order" in log.getvalue()
        assert "out of order" not in answer.content.decode()
        database = configured.DATABASES["default"]["PASSWORD"]
        keys = [configured.SECRET_KEY, *configured.ENCRYPTION_KEYS, session, feed, PASSWORD, database]
        assert [key for key in keys if key and key in told] == []
