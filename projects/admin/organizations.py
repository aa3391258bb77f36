"""Django admin of the base, for operators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from projects.admin.companies import OfCompanies
from projects.admin.site import ReadOnlyAdmin, RecordedAdmin, operator, recorded, reschedule_all_open
from projects.audit import installation
from projects.calendars.services import make_company_calendar
from projects.errors import Refusal
from projects.lifecycle.services import delete_project, restore_project
from projects.models import (
    ApiToken,
    AuditEntry,
    Calendar,
    CalendarException,
    CalendarFeed,
    Identity,
    InstallationEntry,
    JobTitle,
    Notification,
    OperationMark,
    Organization,
    OrganizationMember,
    Project,
    ProjectMember,
)
from projects.sessions.records import note_sign_in

admin.site.site_header = admin.site.site_title = _("ITDO プロジェクト管理 運用")


@admin.register(Organization)
class OrganizationAdmin(RecordedAdmin):
    """Companies."""

    list_display = ("code", "name", "minutes_per_day", "days_per_month", "fiscal_year_start_month")
    search_fields = ("code", "name")
    company_path = "pk"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An operator of companies has theirs."""
        return not self.looks_after(request) and super().has_add_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new company begins with a company calendar: without one its people could make no project."""
        super().save_model(request, obj, form, change)
        if not change:
            with recorded(request, obj) as record:
                calendar = make_company_calendar(obj, name=gettext("会社カレンダー"))
                record("calendar.added", target=calendar, after={"name": calendar.name})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A company with projects is not deleted with a click."""
        return False


@admin.register(Identity)
class IdentityAdmin(OfCompanies, admin.ModelAdmin):  # type: ignore[type-arg]  # of one model
    """Which account of the identity provider is whose: made at the first sign-in, or here for a person who has a plan already."""

    list_display = ("user", "subject", "issuer", "created_at", "signed_in_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name", "subject")
    autocomplete_fields = ("user",)
    readonly_fields = ("created_at", "signed_in_at")
    # One by one, each with its entry in the record.
    actions = None

    def save_model(self, request: HttpRequest, obj: Identity, form: Any, change: bool) -> None:
        """Save, and write down whose it is now, and whose it was."""
        super().save_model(request, obj, form, change)
        self._note(request, obj, "identity.edited" if change else "identity.added")
        if change and "user" in form.changed_data:
            was = Identity(pk=obj.pk, user_id=form.initial["user"], issuer=obj.issuer, subject=obj.subject)
            self._note(request, was, "identity.removed")

    def delete_model(self, request: HttpRequest, obj: Identity) -> None:
        """Delete, and write it down."""
        self._note(request, obj, "identity.removed")
        super().delete_model(request, obj)

    def _note(self, request: HttpRequest, obj: Identity, action: str) -> None:
        who, what = operator(request), {"issuer": obj.issuer, "subject": obj.subject}
        note_sign_in(obj.user, action, by=who, is_of_all=True, **what)


@admin.register(OrganizationMember)
class OrganizationMemberAdmin(RecordedAdmin):
    """Who belongs to which company."""

    list_display = ("user", "organization", "role", "may_see_money", "is_claimed")
    list_filter = ("organization", "role", "is_claimed")
    readonly_fields = ("is_claimed",)
    list_select_related = ("user", "organization")
    search_fields = ("user__username", "user__display_name", "organization__name")
    autocomplete_fields = ("user", "organization")
    stays_where_it_is = False
    company_path = "organization"

    def save_model(self, request: HttpRequest, obj: OrganizationMember, form: Any, change: bool) -> None:
        """A place that is moved has left one company and come to another: each reads its own part, the installation both."""
        was = form.initial.get("organization")
        if not change or was == obj.organization_id:
            super().save_model(request, obj, form, change)
            return
        left = Organization.objects.get(pk=was)
        place = {"user": obj.user_id, "role": obj.role}
        with transaction.atomic():
            installation.note(
                "organizationmember.edited", actor=operator(request), target=obj,
                before={"user": form.initial["user"], "organization": was}, after=place | {"organization": obj.organization_id},
            )  # fmt: skip
            obj.save()
            here = {"user": form.initial["user"], "role": form.initial["role"]}
            self._note_move(request, left, "organizationmember.removed", obj, before=here)
            self._note_move(request, obj.organization, "organizationmember.added", obj, after=place)

    def _note_move(
        self,
        request: HttpRequest,
        organization: Organization,
        action: str,
        obj: OrganizationMember,
        **values: Any,
    ) -> None:
        with recorded(request, organization) as record:
            record(action, target=obj, **values)


@admin.register(JobTitle)
class JobTitleAdmin(RecordedAdmin):
    """Job titles of each company."""

    list_display = ("name", "organization", "position")
    list_filter = ("organization",)
    search_fields = ("name",)


class CalendarExceptionInline(OfCompanies, admin.TabularInline):  # type: ignore[type-arg]  # of one model
    """Days that differ."""

    model = CalendarException
    fields = ("name", "first_on", "last_on", "shifts", "recurrence")
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As of the calendar; Django's own wants to know which."""
        return self.looks_after(request) or admin.TabularInline.has_add_permission(self, request, obj)


@admin.register(Calendar)
class CalendarAdmin(RecordedAdmin):
    """Working calendars; plans that use one are computed again after a change."""

    list_display = ("name", "organization", "base", "is_default", "project")
    list_filter = ("organization", "is_default")
    search_fields = ("name",)
    raw_id_fields = ("base", "project")
    inlines = (CalendarExceptionInline,)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Exceptions belong to their calendar's organization, and stand in its record."""
        calendar = form.instance
        items = formset.save(commit=False)
        if not items and not formset.deleted_objects:
            return
        with recorded(request, calendar.organization) as record:
            for item in items:
                item.organization_id = calendar.organization_id
                item.save()
            removed = [str(item) for item in formset.deleted_objects]
            for item in formset.deleted_objects:
                item.delete()
            formset.save_m2m()
            record(
                "calendar.edited", target=calendar,
                before={"exceptions": removed}, after={"exceptions": [str(item) for item in items]},
            )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, then have the plans of the organization computed again."""
        super().save_model(request, obj, form, change)
        reschedule_all_open(Project.objects.filter(organization=obj.organization))


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    """Projects, deleted ones too."""

    list_display = (
        "code",
        "name",
        "organization",
        "status",
        "start_date",
        "end_date",
        "task_count",
        "deleted_at",
    )
    list_filter = ("organization", "status", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("code", "name")
    actions = ("restore", "delete_softly", "reschedule")

    @admin.action(description=_("選択したプロジェクトを元に戻す"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Bring deleted projects back through the service."""
        self._each(request, queryset, restore_project)

    @admin.action(description=_("選択したプロジェクトを削除する（元に戻せます）"))
    def delete_softly(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Take projects out of sight through the service."""
        self._each(request, queryset, delete_project)

    @admin.action(description=_("選択したプロジェクトの日程を計算し直す"))
    def reschedule(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Ask the worker."""
        reschedule_all_open(queryset)
        messages.success(request, _("計算を依頼しました。"))

    def _each(self, request: HttpRequest, queryset: QuerySet[Project], service: Any) -> None:
        done = 0
        for project in queryset.order_by("pk"):
            try:
                service(project=project, actor=operator(request))
                done += 1
            except Refusal as refusal:
                messages.error(request, f"{project}: {refusal}")
        messages.success(request, _("%(count)d件を変更しました。") % {"count": done})


@admin.register(ProjectMember)
class ProjectMemberAdmin(ReadOnlyAdmin):
    """Who is in which project."""

    list_display = ("user", "project", "role", "job_title", "allocation_percentage")
    list_filter = ("organization", "role")
    list_select_related = ("user", "project", "job_title")
    search_fields = ("user__display_name", "project__code", "project__name")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The record of all changes; the database lets no role of the site alter it."""

    list_display = (
        "happened_at",
        "organization",
        "project",
        "actor",
        "system_name",
        "action",
        "target_type",
        "target_id",
    )
    list_filter = ("organization", "action")
    list_select_related = ("organization", "project", "actor")
    search_fields = ("action", "actor__display_name", "project__code", "request_id")
    ordering = ("-happened_at", "-pk")


@admin.register(InstallationEntry)
class InstallationEntryAdmin(ReadOnlyAdmin):
    """The record of what belongs to no organization."""

    list_display = ("happened_at", "actor", "system_name", "action", "target_type", "target_id", "request_id")
    list_filter = ("action",)
    list_select_related = ("actor",)
    search_fields = ("action", "actor__display_name", "request_id")
    ordering = ("-sequence",)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """Who was told what, and whether it was read and mailed."""

    list_display = ("created_at", "user", "kind", "project", "read_at", "emailed_at")
    list_filter = ("organization", "kind")
    list_select_related = ("user", "project")


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Subscribed calendars; an address cannot be read back."""

    list_display = ("user", "created_at", "last_read_at", "revoked_at")
    list_select_related = ("user",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Which programs ask in whose name; a secret cannot be read back."""

    list_display = (
        "user",
        "organization",
        "name",
        "prefix",
        "scope",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )
    list_filter = ("organization", "scope")
    list_select_related = ("user", "organization")
    search_fields = ("name", "prefix", "user__username", "user__display_name")
    exclude = ("secret_hash",)


@admin.register(OperationMark)
class OperationMarkAdmin(ReadOnlyAdmin):
    """When a backup was last made, when the clock last ticked."""

    list_display = ("name", "at", "details")
