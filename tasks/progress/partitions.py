"""Yearly partitions of `task_progress`, made ahead of time by a function of the owner of the schema."""

from __future__ import annotations

import logging

from django.db import connection, transaction

log = logging.getLogger(__name__)
#: Moving rows out of the default partition may take longer than a page.
MOST_SECONDS = 100


def ensure_partitions() -> list[str]:
    """Make the partitions of the years from last year to two ahead that are missing; return their names.

    Rows that landed in the default partition are moved into the new one in the same transaction. What is
    still in the default partition afterwards belongs to a year that was not expected, and is logged.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{MOST_SECONDS}s"])
        cursor.execute("SELECT made, stray FROM ensure_progress_partitions()")
        made, stray = cursor.fetchone()
    if stray:
        log.error("task_progress_default holds %s rows or more; their years have no partition", stray)
    return list(made)
