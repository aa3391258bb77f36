"""The summary of all projects: refreshed by the owner, read through a filtering view."""

from django.db import connections, transaction


def refresh_project_summary() -> None:
    """Bring `mv_project_summary` up to date while others go on reading it, and note when that was."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY mv_project_summary")
        cursor.execute("UPDATE project_summary_refresh SET refreshed_at = now()")
