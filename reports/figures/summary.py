"""The summary of all projects: refreshed by a function of the owner, read through a filtering view."""

from django.db import connections, transaction

#: Longer than a page may take; PgBouncer ends it after 120 s (ops/pgbouncer).
MOST_SECONDS = 100


def refresh_project_summary(*, using: str = "default") -> None:
    """Bring `mv_project_summary` up to date while others go on reading it, and note when that was."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{MOST_SECONDS}s"])
        cursor.execute("SELECT refresh_project_summary()")
