"""Yearly partitions of `task_progress`, made ahead of time by the owner of the schema."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.db import connections, transaction
from django.utils import timezone
from psycopg import sql

log = logging.getLogger(__name__)
YEARS_AHEAD = 2


def ensure_partitions(*, today: date | None = None) -> list[str]:
    """Make the partitions of the years from last year to two ahead that are missing; return their names.

    Rows that landed in the default partition are moved into the new one in the same transaction. What is
    still in the default partition afterwards belongs to a year that was not expected, and is logged.
    """
    year = (today or timezone.localdate()).year
    made = []
    connection = connections["owner"]
    with transaction.atomic(using="owner"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ensure_partitions'))")
        for each in range(year - 1, year + YEARS_AHEAD + 1):
            name = f"task_progress_{each}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is None:
                _make(cursor, name, date(each, 1, 1), date(each + 1, 1, 1))
                made.append(name)
        cursor.execute("SELECT count(*) FROM (SELECT 1 FROM task_progress_default LIMIT 1000) rows")
        stray = cursor.fetchone()[0]
    if stray:
        log.error("task_progress_default holds %s rows or more; their years have no partition", stray)
    return made


def _make(cursor: Any, name: str, first: date, end: date) -> None:
    """A table of its own first, filled, then attached: attaching over rows in the default would be refused."""
    words = {"name": sql.Identifier(name), "first": sql.Literal(first), "end": sql.Literal(end)}
    for statement in (
        "CREATE TABLE {name} (LIKE task_progress INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        "WITH moved AS (DELETE FROM task_progress_default WHERE recorded_on >= {first} AND recorded_on < {end}"
        " RETURNING *) INSERT INTO {name} SELECT * FROM moved",
        "ALTER TABLE task_progress ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})",
    ):
        cursor.execute(sql.SQL(statement).format(**words))
