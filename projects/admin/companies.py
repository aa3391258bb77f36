"""What operators see: those of the installation everything, those of companies the companies whose admins they are.

The database shows a request no rows of other organizations (`projects/rls/operating.py`). Tables of sign-in have no policy, since
they decide who sees what; what is said here is all that keeps them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from projects.models import User
from projects.models.base import TenantModel
from projects.rls.operating import companies_of, is_of_installation

if TYPE_CHECKING:
    # At run time a plain class, which stands before the admin of another package.
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class OfCompanies(Base):
    """A page of Django admin, as far as its reader may see and change what it shows.

    `company_path` leads from a row to its organization. Where it is empty, rows belong to no company, and operators of companies
    meet them by the permissions that an operator of the installation gave them.
    """

    company_path = ""

    def path(self) -> str:
        """How a row names its organization."""
        return self.company_path or ("organization" if issubclass(self.model, TenantModel) else "")

    def looks_after(self, request: HttpRequest) -> bool:
        """Whether the reader meets these rows as an operator of companies."""
        return bool(self.path()) and not is_of_installation(request.user) and bool(companies_asked(request))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Everything, or the rows of the reader's companies."""
        rows = super().get_queryset(request)
        if is_of_installation(request.user) or not self.path():
            return rows
        # A question of its own, not a join: a row of two companies is one row.
        own = self.model._default_manager.filter(**{f"{self.path()}__in": companies_asked(request)})
        return rows.filter(pk__in=own.values("pk"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the index names it."""
        return self.looks_after(request) or super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows of one's companies."""
        return self.looks_after(request) or super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """New rows of one's companies."""
        return self.looks_after(request) or super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows of one's companies; others are not found."""
        return self.looks_after(request) or super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows of one's companies; others are not found."""
        return self.looks_after(request) or super().has_delete_permission(request, obj)

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The list of all organizations is the installation's."""
        filters = super().get_list_filter(request)
        return (
            filters
            if is_of_installation(request.user)
            else [each for each in filters if each != "organization"]
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """What may be chosen is what may be seen. Tables without a policy are offered as a list, which looks nothing else up."""
        page = self.admin_site._registry.get(db_field.remote_field.model)
        if is_of_installation(request.user) or not isinstance(page, OfCompanies) or not page.path():
            return super().formfield_for_foreignkey(db_field, request, **options)
        options["queryset"] = page.get_queryset(request)
        if issubclass(page.model, TenantModel):
            return super().formfield_for_foreignkey(db_field, request, **options)
        return db_field.formfield(**options)


def companies_asked(request: HttpRequest) -> list[int]:
    """Asked once a request, which asks for permissions again and again."""
    found: list[int] | None = getattr(request, "_companies", None)
    if found is None:
        found = companies_of(request.user) if isinstance(request.user, User) else []
        request._companies = found  # type: ignore[attr-defined]  # of this request alone
    return found
