"""Django admin of what is read across plans."""

from django.contrib import admin

from projects.admin_site import ReadOnlyAdmin
from reports.models import ProjectSummary


@admin.register(ProjectSummary)
class ProjectSummaryAdmin(ReadOnlyAdmin):
    """The materialized summary, as old as it says."""

    list_display = ("name", "organization", "task_count", "avg_progress", "member_count", "refreshed_at")
    list_filter = ("organization",)
    search_fields = ("name",)
