"""How tables change while people work.

A statement that waits for a lock makes all behind it wait as well, readers too. So it gives up soon, lets them
pass, and tries again: another session's transaction that stays open costs the migration time, and no one else.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import errors

#: One migration at a time in one database; a second one waits for the first.
ONE_AT_A_TIME: Final = "itdo migrate"
#: These hold no lock that readers or writers wait for, so they may wait and work as long as they like.
UNHURRIED: Final = re.compile(
    r"\s*(CREATE|DROP|REINDEX)\b.*\bCONCURRENTLY\b|.*\bVALIDATE\s+CONSTRAINT\b", re.IGNORECASE | re.DOTALL
)
#: One that gave up half way leaves an index that serves no query and keeps its name.
CONCURRENT_INDEX: Final = re.compile(
    r"\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?!IF\b)\"?(\w+)", re.IGNORECASE
)


@dataclass
class Patience:
    """How long a migration waits: for one lock and in one statement (milliseconds), and altogether (seconds)."""

    lock_timeout: int = 300
    statement_timeout: int = 60_000
    seconds: float = 600
    pause: float = 2.0
    say: Callable[[str], None] = field(default=lambda _words: None)

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.seconds

    def wait(self, reason: str) -> None:
        """Let those who wait pass before it is tried again; fails when there has been enough of that."""
        if time.monotonic() + self.pause > self.ends:
            raise CommandError(
                f"{reason}, and that for {self.seconds:.0f} seconds. Nothing is half done: what was finished stays, the rest "
                "can be run again. Who holds it: docs/operations.md, 'A migration waits'."
            )
        self.say(f"  {reason}; trying again in {self.pause:.0f} s.")
        time.sleep(self.pause)


@contextmanager
def hurried(connection: BaseDatabaseWrapper, patience: Patience) -> Iterator[None]:
    """Within it every statement of the connection has the timeouts, and one outside of a transaction is tried again."""
    with connection.cursor() as cursor:
        _one_at_a_time(cursor, patience)
        _set_timeouts(cursor, patience.lock_timeout, patience.statement_timeout)
        _ask_vacuum_to_step_aside(connection, patience.lock_timeout)
    try:
        with connection.execute_wrapper(_Statements(connection, patience)):
            yield
    finally:
        # With it go the timeouts and the lock.
        connection.close()


def is_lock(error: BaseException) -> bool:
    """Whether a statement gave up waiting for a lock, or was chosen to break a circle of locks."""
    return isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected)


class _Statements:
    """What stands around every statement of a migration."""

    def __init__(self, connection: BaseDatabaseWrapper, patience: Patience) -> None:
        self.connection, self.patience = connection, patience

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        words = str(sql)
        if UNHURRIED.match(words):
            return self._take_time(lambda: execute(sql, params, many, context), words)
        if self.connection.in_atomic_block:
            # The whole migration is tried again.
            return execute(sql, params, many, context)
        while True:
            try:
                return execute(sql, params, many, context)
            except OperationalError as error:
                if not is_lock(error):
                    raise
                self.patience.wait("Another session holds a table that a statement needs")

    def _take_time(self, execute: Callable[[], Any], words: str) -> Any:
        is_local = self.connection.in_atomic_block
        with self.connection.connection.cursor() as cursor:
            # A validation still asks for its lock in a hurry: it may stand behind a change of the same table.
            lock_timeout = self.patience.lock_timeout if is_local else 0
            if index := CONCURRENT_INDEX.match(words):
                _drop_left_over(cursor, index[1])
            _set_timeouts(cursor, lock_timeout, 0, is_local=is_local)
            try:
                return execute()
            finally:
                if not is_local:
                    _set_timeouts(cursor, self.patience.lock_timeout, self.patience.statement_timeout)


def _one_at_a_time(cursor: Any, patience: Patience) -> None:
    """Asked again and again, since a session that waits there holds a snapshot that a concurrent index waits for."""
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [ONE_AT_A_TIME])
        if cursor.fetchone()[0]:
            return
        patience.wait("Another migration is under way in this database")


def _set_timeouts(cursor: Any, lock: int, statement: int, *, is_local: bool = False) -> None:
    for name, milliseconds in (("lock_timeout", lock), ("statement_timeout", statement)):
        cursor.execute("SELECT set_config(%s, %s, %s)", [name, f"{milliseconds}ms", is_local])


def _ask_vacuum_to_step_aside(connection: BaseDatabaseWrapper, lock_timeout: int) -> None:
    """Autovacuum gives way to a session that has waited for `deadlock_timeout`: sooner than our patience ends.

    The owner may set it where `ops/postgres/roles.sh` made it; elsewhere a vacuum of a large table costs tries.
    """
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('deadlock_timeout', %s, false)", [f"{lock_timeout // 2}ms"])
    except ProgrammingError:
        return


def _drop_left_over(cursor: Any, index: str) -> None:
    cursor.execute(
        "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [f'"{index}"']
    )
    if cursor.fetchone():
        cursor.execute(f'DROP INDEX CONCURRENTLY "{index}"')
