"""Django admin of the base; Django looks for it here."""

from projects.admin import installation, jobs, organizations

__all__ = ["installation", "jobs", "organizations"]
