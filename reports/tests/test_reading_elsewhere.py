"""Reports are read from a replica, when it has heard of them. Here the replica is a second connection of the same database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from projects.models import Organization
from projects.replicas import reading as replicas
from reports.documents import reading
from reports.documents.reading import read_at_one_moment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def replica(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A connection of its own, as the alias is one."""
    monkeypatch.setattr(replicas, "are_used", lambda: True)
    monkeypatch.setattr(replicas, "breaker", replicas._Breaker())
    monkeypatch.setattr(reading, "PAUSE_SECONDS", 0)
    connections["replica"] = connections["default"].copy(alias="replica")
    yield connections["replica"]
    connections["replica"].close()
    del connections["replica"]


def where() -> str:
    return "replica" if replicas.is_reading() else "primary"


class TestReadAtOneMoment:
    def test_reads_on_the_replica(self, replica: Any) -> None:
        assert read_at_one_moment(1, where, is_known=lambda: True) == "replica"
        assert not replicas.is_reading()

    def test_waits_until_the_replica_has_heard_of_it(self, replica: Any) -> None:
        asked: list[str] = []

        def is_known() -> bool:
            asked.append(where())
            return len(asked) == 3

        assert read_at_one_moment(1, where, is_known=is_known) == "replica"
        assert asked == ["replica"] * 3

    def test_does_not_wait_for_ever(self, replica: Any) -> None:
        assert read_at_one_moment(1, where, is_known=lambda: False) == "primary"

    def test_reads_again_where_the_replica_fails(self, replica: Any) -> None:
        def read() -> str:
            if replicas.is_reading():
                raise OperationalError("server closed the connection unexpectedly")
            return where()

        assert read_at_one_moment(1, read, is_known=lambda: True) == "primary"
        assert not replicas.may_be_read()
        assert replica.connection is None

    def test_hangs_up_on_a_replica_that_is_silent(
        self, replica: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0.2)

        def read() -> str:
            if replicas.is_reading():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(60)")
            return where()

        assert read_at_one_moment(1, read, is_known=lambda: True) == "primary"
        assert replica.connection is None

    def test_can_write_nothing(self, replica: Any) -> None:
        def read() -> str:
            if replicas.is_reading():
                Organization.objects.create(code="x", name="x")
            return where()

        assert read_at_one_moment(1, read, is_known=lambda: True) == "primary"
        assert not Organization.objects.filter(code="x").exists()
