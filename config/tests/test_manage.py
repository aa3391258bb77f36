"""Commands that are run while the site is stopped bring the servers that they need, and no others do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import manage
from config import env
from config.embedded import engines
from config.embedded.places import LauncherError


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of the servers of `bin/run`, which do not run."""
    told: list[str] = []

    @contextmanager
    def running() -> Iterator[dict[str, str]]:
        told.append("started")
        yield {}
        told.append("stopped")

    monkeypatch.setattr(engines, "running", running)
    monkeypatch.setattr(env, "engine_urls", dict)
    return told


@pytest.mark.parametrize("command", ["backup", "restore", "after_restore"])
def test_a_restore_has_a_database_while_the_site_is_stopped(started: list[str], command: str) -> None:
    with manage.servers(command):
        assert started == ["started"]
    assert started == ["started", "stopped"]


def test_other_commands_start_nothing(started: list[str]) -> None:
    with manage.servers("schedule"), manage.servers(""):
        assert started == []


def test_a_server_that_is_configured_is_taken(started: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "engine_urls", lambda: {"DATABASE_URL": "postgres://elsewhere/itdo_erp"})
    with manage.servers("restore"):
        assert started == []


def test_servers_that_cannot_start_are_no_traceback(
    started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def running() -> None:
        raise LauncherError("PostgreSQL did not start.")

    monkeypatch.setattr(engines, "running", running)
    with pytest.raises(SystemExit, match="PostgreSQL did not start"), manage.servers("restore"):
        pass
