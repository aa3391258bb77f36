"""The tasks that a resource is on, as a part of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from config.web.features import feature
from config.web.htmx import render
from resources.views.finding import context_of, find_resource
from tasks.allocation.selectors import work_of

if TYPE_CHECKING:
    from projects.requests import SignedInRequest


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def resource_assignments(request: SignedInRequest, resource_id: int) -> HttpResponse:
    """Unfinished tasks by start; of projects that this person does not see only the number."""
    resource = find_resource(request, resource_id)
    context = context_of(request, resource, work=work_of(resource, request.user))
    return render(request, "tasks/allocation/assignments.html", context, partials=["assignments"])
