"""How operators look at things: everything searchable, plan data and record read-only, changes by units of work."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest

from projects.admin.companies import OfCompanies
from projects.changes import changing_organization
from projects.jobs import enqueue_each
from projects.models import Organization
from projects.models.encrypted import EncryptedDecimalField, conceal
from projects.permissions import System
from projects.rls import scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projects.changes import Recorder
    from projects.models import Project


def operator(request: HttpRequest) -> System:
    """The operator as an actor: may do everything here, and the record names them."""
    return System("admin", user=request.user)  # type: ignore[arg-type]  # admin has signed a user in


class ReadOnlyAdmin(OfCompanies, admin.ModelAdmin):  # type: ignore[type-arg]  # for any model
    """Rows that operators read; what changes them are actions that call services."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Plans are made on their pages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Fields are shown, not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted past the record."""
        return False


class RecordedAdmin(OfCompanies, admin.ModelAdmin):  # type: ignore[type-arg]  # for any model of an organization
    """Rows that operators edit; each change is recorded in the organization's chain."""

    show_full_result_count = False
    list_per_page = 50
    #: What a row points to is of its organization, and does not come along to another.
    stays_where_it_is = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Once it is made, a row's organization is shown and not edited."""
        fields = super().get_readonly_fields(request, obj)
        is_fixed = obj is not None and self.stays_where_it_is and hasattr(obj, "organization_id")
        return (*fields, "organization") if is_fixed else fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save inside the organization's unit of work."""
        with recorded(request, _organization(obj)) as record:
            super().save_model(request, obj, form, change)
            name, fields = obj._meta.model_name, form.changed_data
            after = {field: _recordable(obj, field, form.cleaned_data) for field in fields}
            if not change:
                record(f"{name}.added", target=obj, after=after)
                return
            before = {field: _recordable(obj, field, form.initial) for field in fields}
            # A form may take a field for changed that says the same in other words.
            differing = [field for field in fields if before[field] != after[field]]
            if differing:
                record(
                    f"{name}.edited", target=obj, before={field: before[field] for field in differing},
                    after={field: after[field] for field in differing},
                )  # fmt: skip

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete inside the organization's unit of work."""
        with recorded(request, _organization(obj)) as record:
            record(f"{obj._meta.model_name}.removed", target=obj, before={"text": str(obj)})
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """One entry for each."""
        for obj in queryset:
            self.delete_model(request, obj)


def _recordable(obj: Any, name: str, values: dict[str, Any]) -> str:
    """A value for the record, where what the database must not show stays encrypted, too."""
    value = values.get(name)
    if value is not None and isinstance(obj._meta.get_field(name), EncryptedDecimalField):
        return conceal(value)
    return str(value)


def _organization(obj: Any) -> Organization:
    found: Organization = obj if isinstance(obj, Organization) else obj.organization
    return found


@contextmanager
def recorded(request: HttpRequest, organization: Organization) -> Iterator[Recorder]:
    """The organization's unit of work, opened by an operator."""
    with transaction.atomic():
        if organization._state.adding:
            organization.save()
        # The request's own scope was fixed before a new organization had a row.
        with (
            scope.scope([organization.pk]),
            changing_organization(organization, actor=operator(request)) as record,
        ):
            yield record


def reschedule_later(project_ids: list[int]) -> None:
    """Have plans computed again: calendars, holidays, absences."""
    enqueue_each("calculate_critical_path", [{"project_id": each} for each in project_ids])


def refresh_utilization_later(organization_ids: Iterable[int]) -> None:
    """Have the utilization of all people of these organizations counted anew."""
    enqueue_each("refresh_utilization", [{"organization_id": each} for each in sorted(organization_ids)])


def reschedule_all_open(projects: models.QuerySet[Project]) -> None:
    """The same for every project of a queryset that has a plan; what people have to do and can do changes too."""
    refresh_utilization_later(set(projects.values_list("organization_id", flat=True)))
    ids = projects.filter(deleted_at__isnull=True, task_count__gt=0).order_by("pk")
    reschedule_later(list(ids.values_list("pk", flat=True)))
