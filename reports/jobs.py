"""What is done later or at night."""

from celery import shared_task
from django.db import OperationalError

from reports.summary import refresh_project_summary as refresh


@shared_task(
    name="refresh_project_summary", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5
)
def refresh_project_summary() -> None:
    """Bring the summary of all projects up to date."""
    refresh()
