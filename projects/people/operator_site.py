"""Django admin as this product has it: what its own pages change is recorded, too."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from projects.models import User
from projects.people.operators import note_account
from projects.permissions import System


class OperatorSite(AdminSite):
    """The site behind `django.contrib.admin.site` (projects/people/operators_admin.py)."""

    def password_change(  # type: ignore[override]  # a redirect is no page of a template
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Where operators change their own password."""
        with transaction.atomic():
            answer: HttpResponse = super().password_change(request, extra_context)
            # Refused, it shows its form again.
            if request.method == "POST" and answer.status_code == 302 and isinstance(request.user, User):
                actor = System("admin", user=request.user)
                note_account(request.user, "user.password_changed", by=actor)
        return answer
