"""The summary of all projects: refreshed by the owner, read through a filtering view."""

from django.db import connections


def refresh_project_summary() -> None:
    """Bring `mv_project_summary` up to date while others go on reading it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY mv_project_summary")
