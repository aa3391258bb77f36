"""The columns of the sheet, as each person wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from config.web.htmx import came_from, is_fragment, render
from config.web.pagination import positive
from projects.permissions import Right, rights_in
from projects.requests import find_project
from tasks.sheet.choosing.forms import chosen_in, width_in
from tasks.sheet.choosing.services import (
    NARROWEST,
    WIDEST,
    WIDEST_PANE,
    choose_columns,
    is_fixed,
    keep_pane_width,
    move_column,
    offered_columns,
)
from tasks.sheet.viewing.reading import base_of, columns_in, view_in

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def columns_choose(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Show all columns; on POST keep those that were chosen, how wide or where one was drawn, or how much is seen beside the chart."""
    project = find_project(request, project_id)
    if request.method != "POST":
        template = "dialog" if is_fragment(request) else "page"
        return render(request, f"tasks/sheet/choosing/{template}.html", _context(request, project))
    base = base_of(view_in(request, project))
    if "resized" in request.POST:
        rights = rights_in(request.user, project)
        shown = {each.column.name: each.width for each in columns_in(request, project, rights)}
        if request.POST["resized"] in shown:
            shown[request.POST["resized"]] = width_in(request.POST.get("width", ""))
        choose_columns(request.user, project, list(shown.items()), base)
        return HttpResponse(status=204)
    if "moved" in request.POST:
        move_column(request.user, project, request.POST["moved"], request.POST.get("before", ""), base)
        return HttpResponse(status=204)
    if "pane" in request.POST:
        width = positive(request.POST["pane"], 0, WIDEST_PANE) or None
        keep_pane_width(request.user, project, width, base)
        return HttpResponse(status=204)
    chosen = [] if "reset" in request.POST else chosen_in(request.POST)
    choose_columns(request.user, project, chosen, base)
    is_beside = "/gantt/" in request.headers.get("Referer", "")
    address = reverse("tasks:gantt" if is_beside else "tasks:wbs", args=[project.pk])
    # With the filter and the place that the page had; without scripts this page has asked itself.
    before = came_from(request, within=address)
    return redirect(before if before.startswith(f"{address}?") else address)


def _context(request: SignedInRequest, project: Project) -> dict[str, Any]:
    rights = rights_in(request.user, project)
    shown = columns_in(request, project, rights)
    names = {each.column.name for each in shown}
    others = [column for column in offered_columns(rights) if column.name not in names]
    rows = [(each.column, each.width, True) for each in shown] + [(column, None, False) for column in others]
    offered = [
        {"column": column, "width": width, "is_shown": is_shown, "is_fixed": is_fixed(column)}
        for column, width, is_shown in rows
    ]
    return {
        "section": "projects", "tab": "wbs", "project": project, "rights": rights, "offered": offered,
        "narrowest": NARROWEST, "widest": WIDEST, "view": view_in(request, project),
        "may_use_fields": Right.EDIT_PROJECT in rights,
    }  # fmt: skip
