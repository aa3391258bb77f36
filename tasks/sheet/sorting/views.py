"""Choosing the order of a sheet in a form: up to three columns, in the tree or as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from config.web.htmx import is_fragment, render
from projects.errors import RuleBrokenError
from projects.permissions import rights_in
from projects.requests import find_project
from tasks.sheet.sorting.notation import UnreadableSortError, read_sort
from tasks.sheet.sorting.page import choices_of, grouping_columns, sort_of_form, sortable_columns
from tasks.sheet.sorting.reading import PLAN
from tasks.sheet.viewing.reading import FIELDS, page_fields
from tasks.sheet.viewing.seen import Place

if TYPE_CHECKING:
    from django.http import HttpResponse

    from projects.requests import SignedInRequest


@require_safe
@login_required
def wbs_sort(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The form, filled as the page is that asks for it; with `apply` the way to the page that it makes."""
    project = find_project(request, project_id)
    if "apply" in request.GET:
        face = Place.BESIDE if request.GET.get("face") == Place.BESIDE else Place.ALONE
        kept = {name: request.GET[name] for name in FIELDS if request.GET.get(name)}
        try:
            sort = sort_of_form(request.GET)
        except UnreadableSortError as error:
            raise RuleBrokenError(str(error)) from error
        return redirect(
            f"{reverse(f'tasks:{face}', args=[project.pk])}?{urlencode(kept | {'sort': str(sort)})}"
        )
    fields = page_fields(request)
    try:
        sort = read_sort(fields.get("sort", ""))
    except UnreadableSortError:
        sort = PLAN
    rights = rights_in(request.user, project)
    context = {
        "section": "projects", "tab": "wbs", "project": project, "fields": fields, "is_flat": sort.is_flat,
        "choices": choices_of(sort), "columns": sortable_columns(rights),
        "grouping": grouping_columns(rights), "group": sort.group.column if sort.group else "",
    }  # fmt: skip
    template = "dialog" if is_fragment(request) else "page"
    return render(request, f"tasks/sheet/sorting/{template}.html", context)
