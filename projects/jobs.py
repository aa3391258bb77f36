"""What is done later or at night."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from projects.services.holidays import ensure_holidays as fill_holidays

#: Plans reach ten years ahead.
YEARS_AHEAD = 11


@shared_task(name="ensure_holidays", autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def ensure_holidays() -> None:
    """Add the holidays of the years that plans can reach."""
    fill_holidays(until=timezone.localdate().year + YEARS_AHEAD)
