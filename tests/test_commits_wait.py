"""The standby is gone, and commits wait for it: people read on with their sessions, and the site says that it cannot keep a change.

A real server of the tests' own waits for a standby that does not exist; the one of all tests must not.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connections, transaction

from config.embedded.places import engine_account, own_folder
from config.embedded.postgres import Postgres
from config.embedded.state import SUPERUSER, Engines
from config.observability import health
from projects.local_commits import local_commit
from projects.models import ProviderSession
from projects.oidc import sessions as provider_sessions
from projects.operations import marks
from projects.sessions.store import SessionStore

#: What of the product's tables the tests write.
TABLES: Final = """
CREATE TABLE user_sessions (session_key varchar(40) PRIMARY KEY, session_data text, expire_date timestamptz, user_id bigint);
CREATE TABLE operations_marks (name varchar(60) PRIMARY KEY, at timestamptz, details jsonb);
CREATE TABLE provider_sessions (session_key varchar(40) PRIMARY KEY, refresh_due_at timestamptz);
INSERT INTO provider_sessions VALUES ('known', now());
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO itdo_app;
"""
WAITS: Final = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
#: Longer than any commit takes that waits for nothing, and shorter than a person's patience.
SOON: Final = 1.0


class Server:
    """PostgreSQL that waits for a standby named `nobody`, once it is told to."""

    def __init__(self, folder: Path) -> None:
        account, self.engines = engine_account(), Engines()
        self.server = Postgres(own_folder(folder / "state", account), account)
        self.server.start(self.engines)
        self.run(TABLES, database="itdo_erp")

    def run(self, *statements: str, database: str = "postgres") -> Any:
        """As the superuser, who waits for no standby; the first value of the last answer."""
        url = self.engines.database_url(SUPERUSER, database)
        with psycopg.connect(url, autocommit=True, options="-c synchronous_commit=local") as connection:
            cursor = [connection.execute(statement.encode()) for statement in statements][-1]
            return cursor.fetchone()[0] if cursor.description else None

    def wait_for(self, standby: str) -> None:
        """Let commits wait for a standby of this name; for none with an empty one."""
        self.run(f"ALTER SYSTEM SET synchronous_standby_names = '{standby}'", "SELECT pg_reload_conf()")
        end = time.monotonic() + 10
        while self.run("SHOW synchronous_standby_names") != standby and time.monotonic() < end:
            time.sleep(0.02)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Short: a socket's path has few letters; and of nobody's own, since the engines' account must reach it.
    with tempfile.TemporaryDirectory(prefix="itdo-") as name:
        Path(name).chmod(0o755)
        made = Server(Path(name))
        yield made
        # At once: nothing of it is needed any more.
        os.kill(int((made.server.data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)


@pytest.fixture
def alone(server: Server, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[Server]:
    """This process works in that server, whose standby has gone."""
    url = urlsplit(server.engines.database_url("itdo_app"))
    default = connections["default"]
    default.close()
    for name, value in {
        "HOST": unquote(url.hostname or ""), "PORT": str(url.port), "NAME": "itdo_erp",
        "USER": url.username, "PASSWORD": url.password,
    }.items():  # fmt: skip
        monkeypatch.setitem(default.settings_dict, name, value)
    server.wait_for("nobody")
    with django_db_blocker.unblock():
        yield server
        default.close()
    server.wait_for("")


def waits(server: Server) -> int:
    """How many commits wait for the standby."""
    return int(server.run(WAITS))


@contextmanager
def at_once() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SOON


class TestCommits:
    def test_of_people_wait(self, alone: Server) -> None:
        """There is something to wait for, or the other tests would show nothing."""

        def write() -> None:
            with transaction.atomic(), connections["default"].cursor() as cursor:
                cursor.execute("INSERT INTO operations_marks VALUES ('theirs', now(), '{}')")
            connections["default"].close()

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(SOON)
        try:
            assert thread.is_alive()
            assert waits(alone) == 1
        finally:
            alone.wait_for("")
            thread.join(10)
        assert not thread.is_alive()

    def test_of_a_transaction_of_theirs_wait_whatever_is_in_it(self, alone: Server) -> None:
        with transaction.atomic(), local_commit(), connections["default"].cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
            transaction.set_rollback(True)


class TestReaders:
    def test_keep_their_sessions(self, alone: Server) -> None:
        with at_once():
            store = SessionStore()
            store["seen_at"] = 1
            store.save()
            store["seen_at"] = 2
            store.save()
        assert SessionStore(store.session_key)["seen_at"] == 2
        assert waits(alone) == 0

    def test_go_on_when_the_provider_was_asked(self, alone: Server) -> None:
        with at_once():
            found = ProviderSession.objects.filter(session_id="known")
            assert provider_sessions._note(found, refresh_due_at="2026-04-06T00:00:00Z") == 1

    def test_have_not_lost_their_session_when_the_database_fails(self, alone: Server) -> None:
        """Django's own way: any error of the database is an UpdateError, which is answered with 400."""
        store = SessionStore()
        store["seen_at"] = 1
        store.save()
        alone.run("ALTER TABLE user_sessions RENAME TO away", database="itdo_erp")
        try:
            with pytest.raises(UpdateError):
                store.save()
        finally:
            alone.run("ALTER TABLE away RENAME TO user_sessions", database="itdo_erp")
        holder = psycopg.connect(alone.engines.database_url(SUPERUSER))
        try:
            holder.execute("LOCK TABLE user_sessions")
            with transaction.atomic(), connections["default"].cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = 50")
                with pytest.raises(OperationalError):
                    store.save()
                transaction.set_rollback(True)
        finally:
            holder.close()


class TestMarks:
    def test_are_made(self, alone: Server) -> None:
        with at_once():
            marks.note("clock")
        assert marks.age("clock") is not None


class TestReady:
    def test_is_503_while_no_change_is_acknowledged(self, alone: Server) -> None:
        began = time.monotonic()
        answer = health.ready()
        assert time.monotonic() - began < 3
        assert answer.parts == {"database": "ok", "commits": "are not acknowledged"}
        assert answer.response(with_parts=False).status_code == 503
        # Or every probe would take one more server of the pool, for as long as the standby is away.
        end = time.monotonic() + 5
        while waits(alone) and time.monotonic() < end:
            time.sleep(0.02)
        assert waits(alone) == 0

    def test_is_200_as_soon_as_changes_are_acknowledged(self, alone: Server) -> None:
        alone.wait_for("")
        assert health.ready().parts["commits"] == "ok"
        assert health.ready().response(with_parts=False).status_code == 200
