"""Whether the site lives, can work, and is whole."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import psycopg
import redis
from django.conf import settings
from django.db import connections
from django.http import HttpResponse, JsonResponse

from config.observability.asking import asking, broker_client, cache_client
from config.observability.figures import SiteFigures, fresh

OK: Final = "ok"
#: Seconds after which something that comes again by itself has not come.
BACKUP_SECONDS: Final = 26 * 3600
CLOCK_SECONDS: Final = 900
SUMMARY_SECONDS: Final = 3600
MOST_WAITING: Final = 500
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
    """The database answers, in two seconds at most. Without Redis the site is slower but whole."""
    database = _database()
    if database != OK:
        return SiteHealth({"database": database}, frozenset({"database"}))
    return SiteHealth({"database": database, "cache": _redis(cache_client())}, frozenset({"database"}))


def whole() -> SiteHealth:
    """Everything: what a start script waits for, and what an operator looks at."""
    parts = {"database": _database()}
    if parts["database"] == OK and "replica" in list(connections):
        parts["replica"] = _replica()
    parts |= {"cache": _redis(cache_client()), "broker": _redis(broker_client())}
    if parts["database"] == OK:
        parts |= _of_figures(fresh())
    return SiteHealth(parts, frozenset({"database", "cache", "broker"}))


def _database() -> str:
    try:
        with asking() as connection:
            connection.execute("SELECT 1")
    except psycopg.Error as error:
        return _words(error)
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
