"""Choosing a filter: the menu of quick words, and the form in which conditions are put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from config.web.htmx import is_fragment, render
from projects.permissions import rights_in
from projects.requests import find_project
from tasks.sheet.filtering.building import built, draft_in, draft_of, offered_to
from tasks.sheet.filtering.notation import MOST_TERMS
from tasks.sheet.filtering.page import bar_of
from tasks.sheet.filtering.reading import read_asked, visible_to
from tasks.sheet.viewing.reading import columns_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.sheet.filtering.building import DraftTerm


@require_safe
@login_required
def wbs_filter(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The conditions of a sheet in a form; with `menu` the quick words alone, with `apply` the filter that the form makes."""
    project = find_project(request, project_id)
    if "menu" in request.GET:
        context = {"bar": bar_of(request, project, visible_to(request, project)), "project": project}
        return render(request, "tasks/sheet/filtering/bar.html#filter-menu", context)
    if not any(name.startswith("column-") for name in request.GET):
        return _form(request, project, draft_of(read_asked(request, project).filter))
    rows = draft_in(request.GET.dict(), rights_in(request.user, project))
    if "apply" not in request.GET:
        return _form(request, project, rows)
    filter_, told = built(rows)
    if filter_ is None:
        return _form(request, project, told, status=422)
    if is_fragment(request):
        return render(request, "tasks/sheet/filtering/form.html#filter-built", {"filter": str(filter_)})
    return redirect(f"{reverse('tasks:wbs', args=[project.pk])}?{urlencode({'filter': str(filter_)})}")


def _form(
    request: SignedInRequest, project: Project, rows: Sequence[DraftTerm], status: int = 200
) -> HttpResponse:
    rights = rights_in(request.user, project)
    shown = [column for column, _width in columns_in(request, project, rights)]
    context = {
        "section": "projects", "tab": "wbs", "project": project, "rows": rows, "is_full": len(rows) >= MOST_TERMS,
        "offered": offered_to(rights, shown),
    }  # fmt: skip
    template = "dialog" if is_fragment(request) else "page"
    return render(request, f"tasks/sheet/filtering/{template}.html", context, status=status)
