"""What the tests of resources share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import AuditEntry
from resources.models import Resource

#: Monday; the pages of the tests believe that it is this day.
TODAY = date(2026, 4, 6)


def page(client: Client, url: str) -> str:
    """The HTML of a page that is there."""
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def last_record(action: str) -> AuditEntry:
    """The newest entry of this action in the organization's chain."""
    return AuditEntry.objects.filter(action=action, project=None).latest("pk")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the day on which it runs."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def make(organization: Any) -> Callable[..., Resource]:
    """Makes resources: `make("大会議室", kind="equipment")`."""

    def resource(name: str = "藍沢 湊", **fields: Any) -> Resource:
        return Resource.objects.create(organization=organization, name=name, **fields)

    return resource


@pytest.fixture
def contributor(make: Callable[..., Resource], cast: Any) -> Resource:
    """The contributor as a resource, with their account."""
    return make(cast.contributor.display_name, kana="あかねべ はると", user=cast.contributor)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """Signs a user in: `client_of(person("pmo", role="pmo"))`."""

    def sign_in(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="projects.auth.AccountBackend")
        return client

    return sign_in


@pytest.fixture
def pmo_client(person: Callable[..., Any], client_of: Callable[..., Client]) -> Client:
    """Looks after resources, and sees no money."""
    return client_of(person("pmo", role="pmo"))


@pytest.fixture
def guest_client(person: Callable[..., Any], client_of: Callable[..., Client]) -> Client:
    """Sees money even, but no absences."""
    return client_of(person("guest", role="guest", may_see_money=True))


@pytest.fixture
def queries_of() -> Callable[..., int]:
    """How many queries a request needs: `queries_of(client, url)`, with `data` a POST."""

    def count(client: Client, url: str, data: dict[str, Any] | None = None) -> int:
        client.get(url)  # the first request of a session fills its caches
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url) if data is None else client.post(url, data)
        assert response.status_code in {200, 302}
        return len(captured)

    return count
