"""The menu of quick words, which comes when a hand first comes to its button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.views.decorators.http import require_safe

from config.web.htmx import render
from projects.requests import find_project
from tasks.sheet.filtering.page import bar_of
from tasks.sheet.filtering.reading import visible_to

if TYPE_CHECKING:
    from django.http import HttpResponse

    from projects.requests import SignedInRequest


@require_safe
@login_required
def wbs_filter(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What a sheet can be filtered by at one press, and what of it holds already."""
    project = find_project(request, project_id)
    context = {"bar": bar_of(request, project, visible_to(request, project))}
    return render(request, "tasks/sheet/filtering/bar.html#filter-menu", context)
