"""Reading from a replica of the database, where no reader could tell the difference.

Inside of `reading` the replica's connection stands behind Django's name `default`, so that querysets, cursors and
transactions of everything that a view calls read there, in one read-only transaction. Whether the replica is fit is
asked in the statement that opens the scope anyway: does it have all that this person has written (positions in
PostgreSQL's log), and is it no further behind than REPLICA_MAX_LAG? Every reason against it ends at the primary.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import DatabaseError, Error, connections

from projects.rls import scope

log = logging.getLogger(__name__)
#: Is it still a replica, up to where has it replayed, and how many seconds ago was the last of that committed?
ENTER: Final = (
    "SELECT set_config(%s, %s, true), set_config('transaction_read_only', 'on', true), pg_is_in_recovery(),"
    " pg_last_wal_replay_lsn(), extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8"
)
#: Seconds until a replica that says nothing is given up: while connecting, and in the middle of a page.
DOOR_SECONDS: Final = 1.0
PAGE_SECONDS: Final = 5.0
#: Seconds for which one that failed is left alone; twice as long each time, up to the second figure.
REST_SECONDS: Final = (2.0, 60.0)
#: A position that no replica has reached: of a write whose own is not known.
UNKNOWN: Final = 2**64 - 1


class NotFitError(Exception):
    """The replica lacks what this reader must see; the text says why."""


class _Breaker:
    """What this process remembers of the replica between requests."""

    def __init__(self) -> None:
        self.rests_until = 0.0
        self.failures = 0
        #: A position of the primary, and when it was asked for.
        self.sample: tuple[float, int] = (float("-inf"), 0)

    def rest(self, why: object) -> None:
        """Leave the replica alone for a while."""
        seconds = min(REST_SECONDS[0] * 2 ** min(self.failures, 10), REST_SECONDS[1])
        self.failures += 1
        self.rests_until = time.monotonic() + seconds
        log.warning("The replica is not read for %.0f s: %s", seconds, why)


breaker = _Breaker()
_primary: ContextVar[Any] = ContextVar("primary", default=None)
#: Up to where the replica had replayed when the block began, where that is known, and a name of that moment.
_moment: ContextVar[tuple[int, str]] = ContextVar("moment", default=(0, ""))


def are_used() -> bool:
    """Whether there is a replica at all."""
    return "replica" in connections.settings


def is_reading() -> bool:
    """Whether `default` is the replica at this moment."""
    return _primary.get() is not None


def has_replayed(at: int) -> bool:
    """Whether the replica that is read had replayed up to there when the block began; no where it is not known."""
    return at <= _moment.get()[0]


def moment() -> str:
    """A name of the moment that the replica shows, for keys of caches: of a block, or of all that are as old."""
    return _moment.get()[1]


def may_be_read() -> bool:
    """Whether there is a replica that has not failed a moment ago."""
    return are_used() and time.monotonic() >= breaker.rests_until


def position(text: str) -> int:
    """A position in the log as a number: "16/B374D848"."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def primary_position() -> int:
    """Where the primary's log ends: everything that was committed until now is before it. One round trip."""
    with on_primary(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        return position(cursor.fetchone()[0])


@contextmanager
def reading(organizations: Iterable[int], *, after: int = 0) -> Iterator[None]:
    """A scope of these organizations on the replica, which has replayed at least up to `after`.

    Raises NotFitError before the block where it has not, and Django's database errors where it does not answer.
    """
    with standing_in(patience=DOOR_SECONDS), scope.scope(organizations, statement=ENTER) as state:
        _judge(*state[2:], after=after)
        _be_patient(PAGE_SECONDS)
        breaker.failures = 0
        token = _moment.set((position(state[3]), f"{position(state[3]):x}"))
        try:
            yield
        finally:
            _moment.reset(token)


@contextmanager
def standing_in(*, patience: float = PAGE_SECONDS) -> Iterator[None]:
    """Put the replica behind the name `default`, whatever it has replayed, and give it so many seconds for an answer.

    After an error of the database its connection is not used again.
    """
    replica, primary = connections["replica"], connections["default"]
    tokens = _primary.set(primary), _moment.set((0, secrets.token_hex(4)))
    connections["default"] = replica
    try:
        replica.ensure_connection()
        _be_patient(patience)
        yield
    except Error:
        with suppress(Error):
            replica.close()
        raise
    finally:
        connections["default"] = primary
        _primary.reset(tokens[0])
        _moment.reset(tokens[1])


@contextmanager
def on_primary() -> Iterator[None]:
    """For the few lines of a page that write although it only reads: a session that has to end."""
    primary, replica = _primary.get(), connections["default"]
    if primary is None:
        yield
        return
    token = _primary.set(None)
    connections["default"] = primary
    try:
        yield
    finally:
        connections["default"] = replica
        _primary.reset(token)


def _judge(is_replica: bool, end: str | None, age: float | None, *, after: int) -> None:
    """Let the replica pass, or say why not."""
    if not is_replica or end is None:
        breaker.rest("it is no replica (any more)")
        raise NotFitError("no replica")
    if position(end) < after:
        raise NotFitError("it lacks what this person wrote")
    # On a quiet site the last commit is old, and so the primary is asked whether there is anything newer.
    is_recent = age is not None and age <= settings.REPLICA_MAX_LAG
    if not is_recent and position(end) < _sample():
        raise NotFitError("it is too far behind")


def _sample() -> int:
    """A position that the primary had reached no longer ago than the limit allows."""
    asked_at, found = breaker.sample
    if time.monotonic() - asked_at > settings.REPLICA_MAX_LAG / 2:
        found = primary_position()
        breaker.sample = (time.monotonic(), found)
    return found


def _be_patient(seconds: float) -> None:
    """Hang up when the server is silent for so long: a frozen one would hold the page until it thaws."""
    connection: Any = connections["default"].connection
    if not isinstance(connection, psycopg.Connection):
        return
    wait = type(connection).wait

    def wait_a_while(gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return wait(connection, gen, interval, seconds if timeout is None else min(timeout, seconds))
        except psycopg.OperationalError:
            if connection.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                connection.pgconn.finish()
            raise

    connection.wait = wait_a_while  # type: ignore[method-assign]  # of this one connection


def is_refused_write(error: BaseException) -> bool:
    """Whether something tried to write where one only reads."""
    return isinstance(error.__cause__, psycopg.errors.ReadOnlySqlTransaction)


def note_failure(error: Error, what: str) -> None:
    """Say why the replica did not answer; it rests, unless the fault was the asker's or passes by itself."""
    cause = error.__cause__
    if is_refused_write(error):
        log.error("%s writes, and was tried on the replica; projects/middleware.py lists what does.", what)
    elif isinstance(error, DatabaseError) and isinstance(cause, psycopg.Error) and cause.sqlstate:
        # A conflict with what is replayed, or an error that the primary will have as well. Its own end is neither.
        if cause.sqlstate.startswith(("08", "57P", "58")):
            breaker.rest(error)
    else:
        breaker.rest(error)
