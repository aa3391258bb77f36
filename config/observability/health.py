"""Whether the site lives, can work, and is whole."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final, NamedTuple

import psycopg
import redis
from django.conf import settings
from django.db import connections
from django.http import HttpResponse, JsonResponse
from psycopg.pq import TransactionStatus

from config.observability import broker
from config.observability.asking import BoundedConnection, asking, broker_client, cache_client
from config.observability.figures import SiteFigures, fresh

OK: Final = "ok"
#: Seconds after which something that comes again by itself has not come.
BACKUP_SECONDS: Final = 26 * 3600
CLOCK_SECONDS: Final = 900
SUMMARY_SECONDS: Final = 3600
MOST_WAITING: Final = 500
#: Seconds for telling the server that its answer is not waited for any more.
CANCEL_SECONDS: Final = 0.5
#: A commit like those of people: it writes to the log, and is acknowledged by all whom it has to wait for. No row changes.
WRITE: Final = "SELECT pg_logical_emit_message(true, 'ready', '')"
LAG: Final = """
SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
       ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END::float8
"""


class SiteHealth(NamedTuple):
    """Each part is "ok" or what is wrong with it; some must be for the answer to be 200."""

    parts: dict[str, str] = {}  # never changed
    vital: frozenset[str] = frozenset()

    @property
    def status(self) -> str:
        """One word for everything."""
        wrong = {name for name, words in self.parts.items() if words != OK}
        return "unavailable" if wrong & self.vital else "degraded" if wrong else OK

    def response(self, *, with_parts: bool) -> HttpResponse:
        """JSON; requests from outside get the one word."""
        answer = {"status": self.status, **(self.parts if with_parts else {})}
        return JsonResponse(answer, status=503 if self.status == "unavailable" else 200)


def live() -> SiteHealth:
    """The process answers; nothing is asked, since a slow database is no reason to kill who waits for it."""
    return SiteHealth()


def ready() -> SiteHealth:
    """The database answers and acknowledges a commit, in two seconds at most. Without Redis the site is slower but whole."""
    parts = _database()
    if set(parts.values()) == {OK}:
        parts["cache"] = _redis(cache_client())
    return SiteHealth(parts, frozenset({"database", "commits"}))


def whole() -> SiteHealth:
    """Everything: what a start script waits for, and what an operator looks at."""
    parts = _database()
    if parts["database"] == OK and "replica" in list(connections):
        parts["replica"] = _replica()
    parts |= {"cache": _redis(cache_client()), "broker": _redis(broker_client())}
    if parts["database"] == OK:
        parts |= _of_figures(fresh())
    if parts["broker"] == OK:
        parts["eviction"] = _eviction()
    return SiteHealth(parts, frozenset({"database", "commits", "cache", "broker"}))


def _database() -> dict[str, str]:
    """Whether it answers, and whether what is written is acknowledged: with its standbys away a commit waits for them."""
    try:
        with asking() as connection:
            connection.execute("SELECT 1")
            return {"database": OK, "commits": _commits(connection)}
    except psycopg.Error as error:
        return {"database": _words(error)}


def _commits(connection: BoundedConnection) -> str:
    try:
        connection.execute(WRITE)
    except psycopg.Error as error:
        if connection.pgconn.transaction_status != TransactionStatus.ACTIVE:
            return _words(error)
        # The server would wait on for a client that is gone: every probe would take one more of the pool's servers.
        with suppress(psycopg.Error):
            connection.cancel_safe(timeout=CANCEL_SECONDS)
        return "are not acknowledged"
    return OK


def _replica() -> str:
    """How far it is behind; what reads it has limits of its own, so here only what an operator must know."""
    try:
        with asking("replica") as connection:
            row = connection.execute(LAG).fetchone()
    except psycopg.Error as error:
        return _words(error)
    seconds = row[0] if row else None
    most = settings.REPLICA_MAX_LAG
    if seconds is None:
        return "has replayed nothing yet"
    return OK if seconds <= most else f"{_long(seconds)} behind"


def _redis(client: redis.Redis | None) -> str:
    if client is None:  # nothing to be away
        return OK
    try:
        client.ping()
    except redis.RedisError as error:
        return _words(error)
    return OK


def _eviction() -> str:
    """Whether the queue's Redis keeps jobs; one that was changed while the site runs is said here, too."""
    found = broker.eviction()
    if found in {None, broker.KEEPS}:
        return OK
    if not found:
        return f"unknown: the broker refuses INFO; see that its maxmemory-policy is {broker.KEEPS}"
    return f"{found}: jobs are thrown away when the broker is full"


def _of_figures(found: SiteFigures) -> dict[str, str]:
    marks = found.marks or {}
    waiting = sum((found.queues or {}).values())
    stray, missing = found.stray_rows or 0, found.missing_partitions or 0
    return {
        "queue": OK if waiting <= MOST_WAITING else f"{waiting} jobs wait",
        "jobs": OK if not found.dead_jobs else f"{found.dead_jobs} failed for good",
        # One that ticks and asks for nothing is as bad.
        "clock": _age(marks.get("clock"), CLOCK_SECONDS),
        "clock_asks": _age(marks.get("asked"), CLOCK_SECONDS),
        "partitions": f"{missing} missing" if missing else f"{stray} rows in none" if stray else OK,
        "summary": _age(found.summary_seconds, SUMMARY_SECONDS),
        "backup": _age(marks.get("backup"), BACKUP_SECONDS),
    }


def _age(seconds: float | None, most: float) -> str:
    if seconds is None:
        return "none yet"
    return OK if seconds <= most else f"{_long(seconds)} old"


def _long(seconds: float) -> str:
    return f"{seconds / 3600:.0f} h" if seconds >= 7200 else f"{seconds / 60:.0f} min"


def _words(error: Exception) -> str:
    """What kind of trouble, without addresses: those stand in the log of the part that has it."""
    kind: Any = type(error)
    named = [each.__name__ for each in kind.__mro__ if not each.__name__.startswith("_")]
    return f"does not answer ({named[0]})"
