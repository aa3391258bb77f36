"""That tables change without making people wait: short locks, tried again, one migration at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import DataError, IntegrityError, OperationalError, connections, transaction

from projects.migrating import Patience, hurried, is_lock

ADD = "ALTER TABLE doors ADD COLUMN IF NOT EXISTS colour text"


class Holder:
    """A session that has read a table and whose transaction stays open."""

    def __init__(self, statement: str = "SELECT FROM doors") -> None:
        owner = connections["owner"].settings_dict
        self.connection = psycopg.connect(
            host=owner["HOST"], port=owner["PORT"] or None, user=owner["USER"], password=owner["PASSWORD"],
            dbname=owner["NAME"],
        )  # fmt: skip
        self.connection.execute(statement)

    def let_go(self) -> None:
        self.connection.close()


def run(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def ask(statement: str) -> Any:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.fixture(autouse=True)
def doors(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A table of the owner's."""
    with django_db_blocker.unblock():
        run("CREATE TABLE doors (id int)")
        run("INSERT INTO doors VALUES (1), (1)")
        yield
        run("DROP TABLE doors")
        connections["owner"].close()


@pytest.fixture
def holder() -> Iterator[Holder]:
    one = Holder()
    yield one
    one.let_go()


class TestHurried:
    def test_tries_a_statement_again_until_its_table_is_free(self, holder: Holder) -> None:
        said: list[str] = []

        def hear(words: str) -> None:
            said.append(words)
            if len(said) == 2:
                holder.let_go()

        with hurried(connections["owner"], Patience(20, pause=0.01, say=hear)):
            run(ADD)
        assert len(said) == 2
        assert "Another session holds a table" in said[0]

    def test_says_so_when_there_has_been_enough_of_that(self, holder: Holder) -> None:
        with (
            pytest.raises(CommandError, match="can be run again"),
            hurried(connections["owner"], Patience(20, seconds=0)),
        ):
            run(ADD)

    def test_leaves_a_statement_in_a_transaction_to_the_one_who_began_it(self, holder: Holder) -> None:
        with (
            pytest.raises(OperationalError) as caught,
            hurried(connections["owner"], Patience(20)),
            transaction.atomic(using="owner"),
        ):
            run(ADD)
        assert is_lock(caught.value)

    def test_ends_a_statement_that_takes_too_long(self) -> None:
        with pytest.raises(OperationalError) as caught, hurried(connections["owner"], Patience(20, 30)):
            run("SELECT pg_sleep(60)")
        assert not is_lock(caught.value)

    def test_gives_a_concurrent_index_the_time_it_needs(self, holder: Holder) -> None:
        """It waits for all who read, and none of them waits for it."""

        def let_go_when_it_waits() -> None:
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'CONCURRENTLY'"
            with Holder("SELECT 1").connection as other:
                # What a transaction has seen of others it keeps.
                other.rollback()
                other.autocommit = True
                while not other.execute(waiting).fetchone()[0]:
                    time.sleep(0.01)
                # Longer than a statement and its lock may take otherwise.
                time.sleep(0.2)
            holder.let_go()

        thread = threading.Thread(target=let_go_when_it_waits)
        # A reader does not hold up the index; a writer does.
        holder.connection.execute("INSERT INTO doors VALUES (2)")
        with hurried(connections["owner"], Patience(20, 100, seconds=0)):
            thread.start()
            run("CREATE INDEX CONCURRENTLY doors_by_id ON doors (id)")
            # The hurry is back.
            assert ask("SHOW lock_timeout") == "20ms"
            assert ask("SHOW statement_timeout") == "100ms"
        thread.join()

    def test_takes_away_the_index_that_one_left_half_done(self) -> None:
        index = "CREATE UNIQUE INDEX CONCURRENTLY doors_once ON doors (id)"
        with pytest.raises(IntegrityError):
            run(index)
        run("DELETE FROM doors")
        with hurried(connections["owner"], Patience()):
            run(index)
            assert ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'doors_once'::regclass") is True

    def test_does_not_hide_what_is_wrong_with_a_statement(self) -> None:
        with pytest.raises(DataError), hurried(connections["owner"], Patience()):
            run("SELECT 1 / 0")

    def test_waits_for_another_migration(self) -> None:
        said: list[str] = []
        other = Holder("SELECT pg_advisory_lock(hashtext('itdo migrate'))")

        def hear(words: str) -> None:
            said.append(words)
            other.let_go()

        with hurried(connections["owner"], Patience(pause=0.1, say=hear)):
            assert "Another migration is under way" in said[0]

    def test_leaves_nothing_behind(self) -> None:
        before = ask("SHOW lock_timeout")
        with hurried(connections["owner"], Patience(20)):
            assert ask("SHOW lock_timeout") == "20ms"
        assert ask("SHOW lock_timeout") == before
        assert (
            ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()") == 0
        )


class TestMigrate:
    def test_begins_a_migration_anew_when_a_session_held_its_table(
        self, holder: Holder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        tries = []

        def handle(*_: Any, **__: Any) -> None:
            tries.append(1)
            if len(tries) == 2:
                holder.let_go()
            with transaction.atomic(using="owner"):
                run("INSERT INTO doors VALUES (7)")
                run(ADD)

        monkeypatch.setattr(DjangoMigrate, "handle", handle)
        monkeypatch.setattr(Patience, "pause", 0.01)
        call_command("migrate", lock_timeout=20)
        assert len(tries) == 2
        assert ask("SELECT count(*) FROM doors WHERE id = 7") == 1
        assert "trying again" in capsys.readouterr().out

    def test_has_timeouts_without_being_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = []

        def handle(*_: Any, **__: Any) -> None:
            found.extend([ask("SHOW lock_timeout"), ask("SHOW statement_timeout")])

        monkeypatch.setattr(DjangoMigrate, "handle", handle)
        call_command("migrate", verbosity=0)
        assert found == ["300ms", "1min"]
