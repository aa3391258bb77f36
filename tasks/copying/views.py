"""A copy of a project with its tasks, and an empty project that is filled with those of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config.web.htmx import render, toast
from projects.lifecycle.forms import apply
from projects.lifecycle.selectors import free_code
from projects.permissions import Right, require, require_in_organization
from projects.requests import find_project
from tasks.copying.filling import fill_project
from tasks.copying.forms import CopyForm, FillForm
from tasks.copying.services import copy_project

if TYPE_CHECKING:
    from projects.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_copy(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Ask what the copy is called and when it begins; then make it."""
    project = find_project(request, project_id, "organization", "calendar")
    require_in_organization(request.user, Right.CREATE_PROJECT, project.organization)
    form = CopyForm(
        request.POST or None,
        organization=project.organization,
        initial={
            "name": _("%(name)s のコピー") % {"name": project.name[:190]},
            "code": free_code(project.organization, like=project.code),
            "start": timezone.localdate(),
            "leader": request.user,
        },
    )
    if request.method == "POST" and form.is_valid():
        copy = apply(form, lambda: copy_project(project=project, actor=request.user, **form.cleaned_data))
        if copy is not None:
            toast(request, _("「%(name)s」を作りました") % {"name": copy.name})
            return redirect("reports:project_overview", copy.pk)
    context = {"section": "projects", "project": project, "form": form}
    return render(request, "tasks/copying/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_fill(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Ask whose tasks an empty project begins with; then copy them."""
    project = find_project(request, project_id, "parent", "organization")
    require(request.user, Right.EDIT_PLAN, project)
    form = FillForm(request.POST or None, project=project, user=request.user)
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["source"]
        count = apply(form, lambda: fill_project(project=project, source=source, actor=request.user))
        if count is not None:
            words = ngettext("タスク%(count)d件を写しました。", "タスク%(count)d件を写しました。", count)
            toast(request, words % {"count": count})
            return redirect("tasks:wbs", project.pk)
    context = {"section": "projects", "tab": "wbs", "project": project, "form": form}
    return render(request, "tasks/copying/fill.html", context, status=422 if form.errors else 200)
