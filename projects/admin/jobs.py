"""Django admin of jobs: what waits and runs, and what failed for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.admin.site import ReadOnlyAdmin, operator
from projects.errors import Refusal
from projects.jobs import operators
from projects.models import AskedJob, DeadJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


@admin.register(AskedJob)
class AskedJobAdmin(ReadOnlyAdmin):
    """Jobs that wait, run, or ended within a day."""

    list_display = (
        "asked_at",
        "name",
        "arguments",
        "queue",
        "started_at",
        "ended_at",
        "outcome",
        "death_count",
    )
    list_filter = ("queue", "outcome", ("started_at", admin.EmptyFieldListFilter), "name")
    exclude = ("key",)
    search_fields = ("name", "id", "request_id")
    ordering = ("-asked_at", "-pk")


@admin.register(DeadJob)
class DeadJobAdmin(ReadOnlyAdmin):
    """Jobs that failed for good."""

    list_display = ("last_failed_at", "name", "arguments", "reason", "error", "times", "resolution")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "name", "reason")
    search_fields = ("name", "error", "request_id")
    ordering = ("-last_failed_at", "-pk")
    actions = ("start_again", "put_away")
    exclude = ("key",)

    @admin.action(description=_("選択したジョブを再実行する"))
    def start_again(self, request: HttpRequest, queryset: QuerySet[DeadJob]) -> None:
        """Ask for them again through the service."""
        count = self._each(request, queryset, operators.start_again)
        if count:
            messages.success(request, _("%(count)d件のジョブを再実行に回しました。") % {"count": count})

    @admin.action(description=_("選択したジョブを対応済みにする"))
    def put_away(self, request: HttpRequest, queryset: QuerySet[DeadJob]) -> None:
        """Be done with them through the service."""
        count = self._each(request, queryset, operators.put_away)
        if count:
            messages.success(request, _("%(count)d件のジョブを対応済みにしました。") % {"count": count})

    def _each(self, request: HttpRequest, queryset: QuerySet[DeadJob], service: Callable[..., None]) -> int:
        done = 0
        for dead in queryset.order_by("pk"):
            try:
                service(dead=dead, actor=operator(request))
                self.log_change(request, dead, service.__name__)
                done += 1
            except Refusal as refusal:
                messages.error(request, f"{dead.name}: {refusal}")
        return done
