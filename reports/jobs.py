"""What is done later or at night."""

from config.web.jobs import job
from reports.summary import refresh_project_summary as refresh


@job("refresh_project_summary")
def refresh_project_summary() -> None:
    """Bring the summary of all projects up to date."""
    refresh()
