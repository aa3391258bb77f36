"""Every address that is only read is answered from a replica, and answers there as it does from the primary.

The replica is the test's own connection in a transaction that PostgreSQL lets only read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.core.cache import cache
from django.db import connections

from projects.replicas import own_writes, reading
from tests.access.table import ADDRESSES, NEVER, Scope
from tests.access.test_matrix import ALL, ask
from tests.access.world import make_world

#: As a replica that has everything would say.
ENTER: Final = (
    "SELECT set_config(%s, %s, true), set_config('transaction_read_only', 'on', true), true,"
    " pg_current_wal_lsn(), 0.0"
)
#: Beside the one who sees most, and one of another company.
ROLES: Final = ("planner", "viewer")


@pytest.fixture
def replica(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """A replica that is fit."""
    monkeypatch.setattr(reading, "are_used", lambda: True)
    monkeypatch.setattr(reading, "breaker", reading._Breaker())
    # A busy machine may be silent for longer than a replica may.
    monkeypatch.setattr(reading, "DOOR_SECONDS", 60.0)
    monkeypatch.setattr(reading, "PAGE_SECONDS", 60.0)
    monkeypatch.setattr(reading, "ENTER", ENTER)
    connections["replica"] = connections["default"]
    yield
    del connections["replica"]
    vars(connections["default"].connection).pop("wait", None)
    cache.clear()


def test_every_page_reads_there_and_none_writes(
    replica: None, project: Any, chain: dict[str, Any], monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    world = make_world(project, chain)
    chosen = [
        next(actor for actor in world.actors if actor.is_maker),
        *(next(actor for actor in world.actors if actor.project_role == role) for role in ROLES),
        next(actor for actor in world.actors if not actor.is_ours and actor.organization_role == "admin"),
    ]
    names = [
        name
        for name in sorted(ALL)
        if ADDRESSES[name].safe != NEVER and ADDRESSES[name].scope is not Scope.PUBLIC
    ]
    read: list[str] = []
    original = reading.reading

    def noted(*args: Any, **kwargs: Any) -> Any:
        read.append(name)
        return original(*args, **kwargs)

    monkeypatch.setattr(reading, "reading", noted)
    with caplog.at_level(logging.WARNING):
        for actor in chosen:
            client = actor.client()
            for name in names:
                there = ask(client, world, name, "get").status_code
                assert there < 500, f"{name} as {actor.name}"
    of_replica = [
        record.getMessage() for record in caplog.records if record.name == "projects.replicas.reading"
    ]
    assert not of_replica
    on_primary = {name for name in names if name not in read}
    assert on_primary == {
        "tasks:plan_csv",
        "tasks:plan_export",
        "tasks:plan_workbook",
        "reports:report_download",
    } | {name for name in names if name.startswith("projects:sign_")}
    assert len(set(read)) > 60


def test_what_always_reads_the_primary_is_one_short_list() -> None:
    assert own_writes.PRIMARY_ONLY == ("/admin/", "/sign-in/", "/sign-out/", "/health", "/metrics")
    assert own_writes.TAKEN_AWAY.pattern == r"/projects/\d+/export/(?:workbook|csv)?|/reports/\d+/file/"
