"""That a database that is away is a page and not a fault."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

FAULTS: dict[str, Exception] = {
    "gone": OperationalError("the connection is lost at 10.0.0.7"),
    "closed": InterfaceError("connection already closed"),
    "raw": psycopg.OperationalError("connection refused"),
    "wrong": ValueError("10.0.0.7"),
    "statement": DatabaseError("syntax error"),
}


def fail(request: HttpRequest, name: str) -> HttpResponse:
    """Raise one of them."""
    raise FAULTS[name]


def fail_demoted(request: HttpRequest) -> HttpResponse:
    """As a write to a server that has become a replica."""
    raise InternalError("read-only") from psycopg.errors.ReadOnlySqlTransaction("read-only")


handler500 = "config.web.error_pages.server_error"
urlpatterns = [path("demoted", fail_demoted), path("<str:name>", fail)]


@pytest.fixture
def client(settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    # None of them is asked about sessions here.
    settings.MIDDLEWARE = ["config.web.headers.SecurityHeaders"]
    return Client(raise_request_exception=False)


class TestDatabaseAway:
    @pytest.mark.parametrize("name", ["gone", "closed", "raw", "demoted"])
    def test_is_a_page_that_says_when_to_come_back(self, client: Client, name: str) -> None:
        answer = client.get(f"/{name}")
        assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
        assert "ただいま準備中です" in answer.content.decode()
        assert "10.0.0.7" not in answer.content.decode()

    def test_is_said_in_the_language_of_the_browser(self, client: Client) -> None:
        answer = client.get("/gone", headers={"Accept-Language": "en-GB,en"})
        assert answer["Content-Language"] == "en"
        assert '<html lang="en"' in answer.content.decode()
        assert "ただいま準備中です" not in answer.content.decode()

    def test_is_a_message_where_a_piece_of_a_page_was_asked_for(self, client: Client) -> None:
        answer = client.get("/gone", headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Reswap"]) == (503, "none")
        assert "<h1>" not in answer.content.decode()
        assert "変更は保存されていません" in answer.content.decode()

    @pytest.mark.parametrize("name", ["wrong", "statement"])
    def test_is_not_the_reason_of_every_fault(self, client: Client, name: str) -> None:
        answer = client.get(f"/{name}")
        assert answer.status_code == 500
        assert "10.0.0.7" not in answer.content.decode()

    def test_is_what_the_site_answers_with(self) -> None:
        from config import urls

        assert urls.handler500 == handler500
