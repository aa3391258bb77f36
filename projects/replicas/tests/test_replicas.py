"""Reading from a replica; the real one is in tests/drills/test_replica.py.

Here the replica is the test's own connection in a transaction that only reads: PostgreSQL itself refuses what writes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as pages
from projects import caching
from projects.models import JobTitle, Organization
from projects.replicas import own_writes, reading
from projects.rls import scope
from tests.pages import compact


def where(request: HttpRequest) -> HttpResponse:
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        is_replica = cursor.fetchone() == ("on",)
    return HttpResponse("replica" if is_replica else "primary")


def write(request: HttpRequest) -> HttpResponse:
    JobTitle.objects.create(organization=Organization.objects.get(code="kaku"), name="読むだけのはず")
    return where(request)


def not_there_yet(request: HttpRequest) -> HttpResponse:
    if reading.is_reading():
        raise Http404
    return where(request)


def dies(request: HttpRequest) -> HttpResponse:
    if reading.is_reading():
        raise OperationalError("server closed the connection unexpectedly")
    return where(request)


def counts(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(caching.generation(Organization.objects.get(code="kaku").pk)))


urlpatterns = [
    path("where", where), path("write", write), path("soon", not_there_yet), path("dies", dies), path("counts", counts),
    *pages,
]  # fmt: skip
pytestmark = pytest.mark.urls(__name__)


def enter(*, is_replica: str = "true", end: str = "pg_current_wal_lsn()", age: str = "0.0") -> str:
    opening = "SELECT set_config(%s, %s, true), set_config('transaction_read_only', 'on', true)"
    return f"{opening}, {is_replica}, {end}, {age}"


@pytest.fixture
def replica(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[Callable[..., None]]:
    """A replica that has everything; called, it says something else of itself."""
    monkeypatch.setattr(reading, "are_used", lambda: True)
    monkeypatch.setattr(reading, "breaker", reading._Breaker())
    # A busy machine may be silent for longer than a replica may.
    monkeypatch.setattr(reading, "DOOR_SECONDS", 60.0)
    monkeypatch.setattr(reading, "PAGE_SECONDS", 60.0)
    connections["replica"] = connections["default"]
    monkeypatch.setattr(reading, "ENTER", enter())
    yield lambda **says: monkeypatch.setattr(reading, "ENTER", enter(**says))
    del connections["replica"]
    vars(connections["default"].connection).pop("wait", None)
    cache.clear()


def seen(client: Client, address: str = "/where") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return compact(answer)


class TestReading:
    def test_happens_on_the_replica(self, replica: Any, leader_client: Client) -> None:
        assert seen(leader_client) == "replica"

    def test_sees_ones_own_organizations_there(self, replica: Any, cast: SimpleNamespace) -> None:
        own = cast.leader.memberships.get().organization_id
        with reading.reading([own]):
            assert [each.organization_id for each in JobTitle.objects.all()] == [own]
        with reading.reading([]):
            assert not JobTitle.objects.exists()

    def test_is_for_readers_only(self, replica: Any, leader_client: Client) -> None:
        assert leader_client.post("/where").content == b"primary"

    def test_is_not_for_who_is_not_signed_in(self, replica: Any, client: Client) -> None:
        assert seen(client) == "primary"

    def test_happens_on_the_primary_where_there_is_no_replica(self, leader_client: Client) -> None:
        assert not reading.are_used()
        assert seen(leader_client) == "primary"

    def test_leaves_default_as_it_was(self, replica: Any, leader_client: Client) -> None:
        before = connections["default"]
        seen(leader_client)
        seen(leader_client, "/dies")
        assert connections["default"] is before
        assert not reading.is_reading()


class TestOwnWrites:
    def test_are_seen_by_the_writer(self, replica: Any, leader_client: Client) -> None:
        leader_client.post("/where")
        assert seen(leader_client) == "replica"
        replica(end="'0/1'")
        assert seen(leader_client) == "primary"

    def test_hold_no_one_else_back(self, replica: Any, leader_client: Client, planner_client: Client) -> None:
        leader_client.post("/where")
        replica(end="'0/1'")
        assert seen(planner_client) == "replica"

    def test_are_seen_on_another_machine_of_his(
        self, replica: Any, leader_client: Client, cast: SimpleNamespace
    ) -> None:
        leader_client.post("/where")
        other = Client()
        other.force_login(cast.leader, backend="projects.auth.AccountBackend")
        replica(end="'0/1'")
        assert seen(other) == "primary"

    def test_are_seen_where_the_cache_is_away(self, replica: Any, leader_client: Client) -> None:
        leader_client.post("/where")
        cache.clear()
        replica(end="'0/1'")
        assert seen(leader_client) == "primary"

    def test_are_kept_longer_than_a_replica_may_be_behind(
        self, replica: Any, leader_client: Client, settings: Any
    ) -> None:
        settings.REPLICA_MAX_LAG = 45
        cookie = leader_client.post("/where").cookies["written"]
        assert cookie["max-age"] > settings.REPLICA_MAX_LAG
        assert cookie["httponly"]

    @pytest.mark.parametrize("text", ["", "x", "-1", "f" * 17, "0x1"])
    def test_are_not_told_by_nonsense(self, replica: Any, leader_client: Client, text: str) -> None:
        leader_client.cookies[own_writes.cookie_name()] = text
        assert seen(leader_client) == "replica"

    def test_whose_position_no_one_knows_are_on_the_primary(
        self, replica: Any, leader_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lost() -> int:
            raise OperationalError

        monkeypatch.setattr(reading, "primary_position", lost)
        assert leader_client.post("/where").status_code == 200
        assert seen(leader_client) == "primary"


class TestWhatIsNotFit:
    def test_is_a_replica_that_is_behind(self, replica: Any, leader_client: Client) -> None:
        replica(end="'0/1'", age="5.1")
        assert seen(leader_client) == "primary"

    def test_is_one_that_never_heard_of_a_commit(self, replica: Any, leader_client: Client) -> None:
        replica(end="'0/1'", age="NULL::float8")
        assert seen(leader_client) == "primary"

    def test_is_not_one_of_a_quiet_site(self, replica: Any, leader_client: Client) -> None:
        replica(age="3600.0")
        assert seen(leader_client) == "replica"

    def test_is_one_that_was_promoted(self, replica: Any, leader_client: Client) -> None:
        replica(is_replica="false")
        assert seen(leader_client) == "primary"
        assert not reading.may_be_read()

    def test_rests_twice_as_long_each_time(self, replica: Any) -> None:
        import time

        rests = []
        for _ in range(8):
            reading.breaker.rest("away")
            rests.append(round(reading.breaker.rests_until - time.monotonic()))
        assert rests == [2, 4, 8, 16, 32, 60, 60, 60]


class TestFailures:
    def test_of_the_replica_are_seen_by_no_one(self, replica: Any, leader_client: Client) -> None:
        assert seen(leader_client, "/dies") == "primary"
        assert not reading.may_be_read()

    def test_to_find_are_asked_of_the_primary(self, replica: Any, leader_client: Client) -> None:
        assert seen(leader_client, "/soon") == "primary"
        assert reading.may_be_read()

    def test_of_a_page_that_writes_are_told_to_us(
        self, replica: Any, leader_client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.ERROR):
            assert seen(leader_client, "/write") == "primary"
        assert "/write writes, and was tried on the replica" in caplog.text
        assert reading.may_be_read()
        assert JobTitle.objects.filter(name="読むだけのはず").count() == 1

    def test_of_both_are_said(self, replica: Any, leader_client: Client) -> None:
        assert leader_client.get("/projects/999999/").status_code == 404


class TestOnPrimary:
    def test_stands_there_for_a_few_lines(self, replica: Any, cast: SimpleNamespace) -> None:
        with reading.reading([]):
            assert reading.is_reading()
            with reading.on_primary():
                assert not reading.is_reading()
            assert reading.is_reading()


class TestGeneration:
    def test_is_anothers_while_the_replica_has_not_heard(
        self, replica: Any, leader_client: Client, organization: Organization,
        django_capture_on_commit_callbacks: Any,
    ) -> None:  # fmt: skip
        with django_capture_on_commit_callbacks(execute=True), scope.scope([organization.pk]):
            caching.bump_on_commit(organization.pk)
        assert caching.generation(organization.pk) == 1
        assert seen(leader_client, "/counts") == "1"
        replica(end="'0/1'")
        assert seen(leader_client, "/counts") == "1-1"
        assert caching.generation(organization.pk) == 1

    def test_whose_position_is_forgotten_is_asked_for(
        self, replica: Any, leader_client: Client, organization: Organization
    ) -> None:
        cache.set(f"generation:{organization.pk}", 7)
        # The primary is asked after the replica has said how far it is, and other tests write in between.
        replica(end="'7FFFFFFF/0'")
        assert seen(leader_client, "/counts") == "7"
        assert cache.get(f"generation:{organization.pk}:7")


def test_positions_are_numbers() -> None:
    assert reading.position("16/B374D848") == 0x16B374D848
    assert reading.position("0/1") == 1
