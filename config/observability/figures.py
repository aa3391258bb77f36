"""Figures that have to be asked for: of the database, of the queue. Asked in bounded time and kept for some seconds.

Every process of the site is scraped, and all would give the same figures: the first one leaves them in the cache
for the others.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from time import monotonic
from typing import Any, Final, NamedTuple

import psycopg
import redis
from celery import current_app

from config.observability.asking import asking, broker_client, cache_client

log = logging.getLogger(__name__)
KEPT_SECONDS: Final = 5
KEY: Final = "itdo:watching:figures"

MARKS: Final = (
    "SELECT name, greatest(extract(epoch FROM statement_timestamp() - at), 0)::float8 FROM operations_marks"
    # What lies ahead is of a clock that was ahead: its age is not nought but unknown.
    " WHERE at <= statement_timestamp() + interval '1 minute'"
)
DEAD_JOBS: Final = "SELECT count(*) FROM dead_jobs WHERE resolved_at IS NULL"
#: Row policies show the site no row without an organization, so the owner's function counts.
TABLES: Final = "SELECT stray_progress_rows, missing_partitions, summary_seconds FROM watched_tables()"


class SiteFigures(NamedTuple):
    """What could be learned; None is not known, and not nought."""

    marks: dict[str, float] | None = None
    dead_jobs: int | None = None
    stray_rows: int | None = None
    missing_partitions: int | None = None
    summary_seconds: float | None = None
    queues: dict[str, int] | None = None


_kept: tuple[float, SiteFigures] = (float("-inf"), SiteFigures())


def figures() -> SiteFigures:
    """Those of the last seconds, or new ones."""
    global _kept  # noqa: PLW0603  # what this process knows without Redis
    until, found = _kept
    if monotonic() < until:
        return found
    found = _shared() or _fresh_for_all()
    _kept = (monotonic() + KEPT_SECONDS, found)
    return found


def fresh() -> SiteFigures:
    """Ask everybody now."""
    return _of_database(SiteFigures(queues=_queues()))


def _shared() -> SiteFigures | None:
    client = cache_client()
    with suppress(redis.RedisError):
        if client and (text := client.get(KEY)):
            return SiteFigures(**json.loads(text))
    return None


def _fresh_for_all() -> SiteFigures:
    found, client = fresh(), cache_client()
    with suppress(redis.RedisError):
        if client:
            client.set(KEY, json.dumps(found._asdict()), ex=KEPT_SECONDS)
    return found


def _queues() -> dict[str, int] | None:
    """How many jobs wait in each queue; those that a worker has in hand are not among them."""
    client = broker_client()
    if client is None:
        return None
    names = sorted(current_app.amqp.queues)
    try:
        with client.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.llen(name)
            return dict(zip(names, pipe.execute(), strict=True))
    except redis.RedisError:
        return None


def _of_database(found: SiteFigures) -> SiteFigures:
    """With what the tables say; each by itself, since the code of today meets the tables of yesterday."""
    try:
        with asking() as connection:
            marks = _rows(connection, MARKS)
            dead, tables = _rows(connection, DEAD_JOBS), _rows(connection, TABLES)
    except psycopg.Error:
        return found
    stray, missing, seconds = tables[0] if tables else (None, None, None)
    return found._replace(
        marks=None if marks is None else dict(marks),
        dead_jobs=dead[0][0] if dead else None,
        stray_rows=stray,
        missing_partitions=missing,
        summary_seconds=seconds,
    )


def _rows(connection: psycopg.Connection[Any], statement: str) -> list[Any] | None:
    try:
        return connection.execute(statement.encode()).fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction):
        return None
