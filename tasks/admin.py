"""Django admin of plans: read-only, since every change of a plan goes through its pages or the services."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.web.markdown import as_line
from projects.admin.site import ReadOnlyAdmin, RecordedAdmin, operator
from tasks.editing.tree import delete_tasks
from tasks.models import (
    Assignment,
    AssignmentLoad,
    Baseline,
    BudgetLine,
    ClosedMonth,
    CollapsedTask,
    CustomField,
    LevelingRun,
    PlanImport,
    ProjectIssue,
    RecurringPeriod,
    RecurringProject,
    RiskRun,
    RoleDemand,
    SheetView,
    Task,
    TaskAttachment,
    TaskComment,
    TaskLink,
    TaskProgress,
    TimeEntry,
    Timesheet,
    UtilizationCheck,
    WorkKind,
)

#: So much of a comment is shown in a list.
MOST_SAID: Final = 200


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    """Tasks, deleted ones too."""

    list_display = (
        "project",
        "row_number",
        "wbs_code",
        "name",
        "start_date",
        "end_date",
        "progress_percentage",
        "is_critical",
    )
    list_filter = (
        "organization",
        "status",
        "is_milestone",
        "is_critical",
        ("deleted_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("project",)
    search_fields = ("name", "wbs_code", "project__code", "project__name")
    ordering = ("project", "row_number")
    actions = ("delete_with_all_below",)

    @admin.action(description=_("選択したタスクを下位タスクとともに削除する"))
    def delete_with_all_below(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Delete through the service, project by project."""
        by_project: dict[int, list[Task]] = {}
        for task in queryset.filter(deleted_at__isnull=True).select_related("project").order_by("pk"):
            by_project.setdefault(task.project_id, []).append(task)
        for tasks in by_project.values():
            ids = [task.pk for task in tasks]
            delete_tasks(project=tasks[0].project, task_ids=ids, actor=operator(request))


@admin.register(TaskLink)
class TaskLinkAdmin(ReadOnlyAdmin):
    """Dependencies."""

    list_display = ("project", "predecessor", "successor", "link_type", "lag_minutes", "lag_percent")
    list_filter = ("organization", "link_type")
    list_select_related = ("project", "predecessor", "successor")
    search_fields = ("project__code", "predecessor__name", "successor__name")


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """Who works on what."""

    list_display = ("project", "task", "resource", "units_percentage")
    list_filter = ("organization",)
    list_select_related = ("project", "task", "resource")
    search_fields = ("project__code", "task__name", "resource__name")


@admin.register(TaskProgress)
class TaskProgressAdmin(ReadOnlyAdmin):
    """Progress as it was reported."""

    list_display = ("recorded_on", "task", "progress_percentage", "recorded_by", "note")
    list_filter = ("organization",)
    list_select_related = ("task", "recorded_by")
    search_fields = ("task__name", "note")
    ordering = ("-recorded_on", "-pk")


@admin.register(TaskComment)
class TaskCommentAdmin(ReadOnlyAdmin):
    """What people said."""

    list_display = ("created_at", "task", "author", "said")
    list_filter = ("organization",)
    list_select_related = ("task", "author")
    search_fields = ("body", "task__name")

    @admin.display(description=_("コメント"))
    def said(self, comment: TaskComment) -> str:
        """The words, without the signs of Markdown."""
        return as_line(comment.body, MOST_SAID)


@admin.register(TaskAttachment)
class TaskAttachmentAdmin(ReadOnlyAdmin):
    """Which files hang on tasks; their bytes are given out by the site alone."""

    list_display = ("name", "task", "content_type", "byte_count", "uploaded_by", "uploaded_at", "deleted_at")
    list_select_related = ("task", "uploaded_by")
    search_fields = ("name",)


@admin.register(PlanImport)
class PlanImportAdmin(ReadOnlyAdmin):
    """Files that were read."""

    list_display = ("created_at", "file_name", "project", "state", "uploaded_by")
    list_filter = ("organization", "state")
    list_select_related = ("project", "uploaded_by")
    search_fields = ("file_name", "project__code")
    exclude = ("content", "money_secret")


@admin.register(Baseline)
class BaselineAdmin(ReadOnlyAdmin):
    """What was agreed on, without its costs."""

    list_display = ("project", "name", "number", "is_chosen", "taken_at", "taken_by", "task_count")
    list_filter = ("organization", "is_chosen")
    list_select_related = ("project", "taken_by")
    search_fields = ("project__code", "name")
    exclude = ("cost_secret",)


@admin.register(RiskRun)
class RiskRunAdmin(ReadOnlyAdmin):
    """What simulating has found, without its rows."""

    list_display = ("project", "asked_at", "asked_by", "state", "ended_at")
    list_filter = ("organization", "state")
    list_select_related = ("project", "asked_by")
    search_fields = ("project__code", "project__name")
    exclude = ("result",)


@admin.register(LevelingRun)
class LevelingRunAdmin(ReadOnlyAdmin):
    """What levelling has found, without its rows."""

    list_display = ("project", "asked_at", "asked_by", "state", "within_slack", "ended_at")
    list_filter = ("organization", "state")
    list_select_related = ("project", "asked_by")
    search_fields = ("project__code", "project__name")
    exclude = ("result",)


@admin.register(SheetView)
class SheetViewAdmin(ReadOnlyAdmin):
    """Views of plans that were saved."""

    list_display = ("name", "project", "owner", "face", "saved_by", "saved_at")
    list_filter = ("organization", "face")
    list_select_related = ("project", "owner", "saved_by")
    search_fields = ("name", "project__code")


@admin.register(CollapsedTask)
class CollapsedTaskAdmin(ReadOnlyAdmin):
    """Summaries that a user has closed."""

    list_display = ("user", "project", "task")
    list_filter = ("organization",)
    list_select_related = ("user", "project", "task")
    search_fields = ("user__display_name", "task__name")


@admin.register(RecurringProject)
class RecurringProjectAdmin(ReadOnlyAdmin):
    """Templates of projects that come again."""

    list_display = ("name", "code_prefix", "rule", "first_on", "is_active", "organization")
    list_filter = ("organization", "is_active")
    search_fields = ("name", "code_prefix")


@admin.register(RecurringPeriod)
class RecurringPeriodAdmin(ReadOnlyAdmin):
    """What became of each period."""

    list_display = ("recurring", "period_on", "starts_on", "state", "reason", "project")
    list_filter = ("organization", "state")
    list_select_related = ("recurring", "project")


@admin.register(UtilizationCheck)
class UtilizationCheckAdmin(ReadOnlyAdmin):
    """What the nightly comparison of the loads found."""

    list_display = ("checked_at", "organization", "compared_count", "difference_count")
    list_filter = ("organization",)


@admin.register(AssignmentLoad)
class AssignmentLoadAdmin(ReadOnlyAdmin):
    """What each assignment has put into the utilization."""

    list_display = ("assignment_id", "resource", "project", "task_id")
    list_filter = ("organization",)
    list_select_related = ("resource", "project")


@admin.register(WorkKind)
class WorkKindAdmin(RecordedAdmin):
    """Kinds of indirect work of each company."""

    list_display = ("name", "organization", "position", "is_active")
    list_filter = ("organization", "is_active")
    search_fields = ("name",)


@admin.register(CustomField)
class CustomFieldAdmin(RecordedAdmin):
    """Custom fields of each company. Choices and formulas are written on the page of the fields, where they are checked."""

    list_display = ("name", "organization", "kind", "roll_up", "position", "retired_at")
    list_filter = ("organization", "kind")
    search_fields = ("name", "help")
    fields = (
        "organization",
        "name",
        "help",
        "kind",
        "choices",
        "roll_up",
        "formula",
        "marks",
        "position",
        "retired_at",
    )
    readonly_fields = ("choices", "formula", "marks", "retired_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A kind stays: what rows hold would no longer be read."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else (*fields, "kind")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Fields are retired on their page; what stands in them stays."""
        return False


@admin.register(Timesheet)
class TimesheetAdmin(ReadOnlyAdmin):
    """Weeks of people."""

    list_display = ("resource", "week_on", "state", "submitted_at", "decided_by")
    list_filter = ("organization", "state")
    list_select_related = ("resource", "decided_by")
    search_fields = ("resource__name",)
    ordering = ("-week_on", "resource")


@admin.register(TimeEntry)
class TimeEntryAdmin(ReadOnlyAdmin):
    """Hours, one by one."""

    list_display = ("sheet", "worked_on", "task", "kind", "minutes", "is_correction")
    list_filter = ("organization", "is_correction")
    list_select_related = ("sheet", "task", "kind")
    search_fields = ("task__name", "kind__name")
    ordering = ("-worked_on", "-pk")


@admin.register(ClosedMonth)
class ClosedMonthAdmin(ReadOnlyAdmin):
    """Months whose hours stand."""

    list_display = ("organization", "month_on", "closed_by", "closed_at")
    list_filter = ("organization",)
    list_select_related = ("organization", "closed_by")
    ordering = ("-month_on",)


@admin.register(ProjectIssue)
class ProjectIssueAdmin(ReadOnlyAdmin):
    """Issues and risks of projects."""

    list_display = ("title", "project", "kind", "state", "probability", "impact", "owner", "due_on")
    list_filter = ("organization", "kind", "state")
    list_select_related = ("project", "owner")


@admin.register(RoleDemand)
class RoleDemandAdmin(ReadOnlyAdmin):
    """What projects need of roles without names."""

    list_display = ("name", "project", "skill", "department", "version")
    list_filter = ("organization",)
    list_select_related = ("project", "skill")


@admin.register(BudgetLine)
class BudgetLineAdmin(ReadOnlyAdmin):
    """Contracts, purchases and orders of projects; amounts stay with those who see money."""

    list_display = ("name", "project", "kind", "partner", "version")
    list_filter = ("organization", "kind")
    list_select_related = ("project",)
