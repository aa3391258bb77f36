"""Django admin of what is read across plans."""

from django.contrib import admin

from projects.admin.site import ReadOnlyAdmin
from reports.models import GeneratedReport, ProjectDay, ProjectEarnedDay, ProjectSummary, ReportSchedule


@admin.register(ProjectSummary)
class ProjectSummaryAdmin(ReadOnlyAdmin):
    """The materialized summary, as old as it says."""

    list_display = ("name", "organization", "task_count", "avg_progress", "member_count", "refreshed_at")
    list_filter = ("organization",)
    search_fields = ("name",)


@admin.register(GeneratedReport)
class GeneratedReportAdmin(ReadOnlyAdmin):
    """What was asked for and how far it is; the files stay their makers'."""

    list_display = (
        "requested_at",
        "kind",
        "format",
        "state",
        "progress_percentage",
        "requested_by",
        "project",
    )
    list_filter = ("organization", "state", "kind")
    list_select_related = ("requested_by", "project")


@admin.register(ProjectDay)
class ProjectDayAdmin(ReadOnlyAdmin):
    """The daily figures behind trends."""

    list_display = ("project", "day", "progress_percentage", "task_count", "late_count")
    list_filter = ("organization",)
    list_select_related = ("project",)


@admin.register(ProjectEarnedDay)
class ProjectEarnedDayAdmin(ReadOnlyAdmin):
    """Earned value by the day; amounts are for those who see them on pages."""

    list_display = ("project", "day", "budget_minutes", "planned_minutes", "earned_minutes", "actual_minutes")
    list_filter = ("organization",)
    list_select_related = ("project",)


@admin.register(ReportSchedule)
class ReportScheduleAdmin(ReadOnlyAdmin):
    """Reports that are mailed by a rule."""

    list_display = ("project", "kind", "format", "rule", "next_on", "last_on", "added_by")
    list_filter = ("organization", "kind")
    list_select_related = ("project", "added_by")
