"""What is done later or at night."""

from django.utils import timezone

from config.web.jobs import job
from projects.services.holidays import ensure_holidays as fill_holidays

#: Plans reach ten years ahead.
YEARS_AHEAD = 11


@job("ensure_holidays")
def ensure_holidays() -> None:
    """Add the holidays of the years that plans can reach."""
    fill_holidays(until=timezone.localdate().year + YEARS_AHEAD)
