"""What is done later or at night."""

from django.utils import timezone

from config.web.jobs import job
from projects.models import Organization
from reports.services.days import record_days
from reports.summary import refresh_project_summary as refresh


@job("refresh_project_summary")
def refresh_project_summary() -> None:
    """Bring the summary of all projects up to date."""
    refresh()


@job("record_project_days")
def record_project_days() -> None:
    """Keep the figures of the day that ends, one organization at a time."""
    now = timezone.now()
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        record_days(organization_id, now=now)
