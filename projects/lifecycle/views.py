"""Make, delete and restore projects, and take them from state to state."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.htmx import render, toast
from config.web.pagination import paginate
from projects.context import current_organization
from projects.lifecycle.forms import ProjectForm, RestoreForm, apply
from projects.lifecycle.selectors import deleted_projects, free_code, newest_code
from projects.lifecycle.services import (
    change_status,
    create_project,
    default_period,
    delete_project,
    restore_project,
    what_goes_along,
)
from projects.models import Organization, Project
from projects.permissions import Right, require, require_in_organization, rights_in_organization
from projects.requests import SignedInRequest, find_project


def _own_organization(request: SignedInRequest, right: Right) -> Organization:
    """The organization that the user looks at, provided they hold the right in it."""
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    require_in_organization(request.user, right, organization)
    return organization


@require_http_methods(["GET", "POST"])
@login_required
def project_create(request: SignedInRequest) -> HttpResponse:
    """The form for a new project, and its answer."""
    organization = _own_organization(request, Right.CREATE_PROJECT)
    start, end = default_period(timezone.localdate())
    form = ProjectForm(
        request.POST or None,
        user=request.user,
        organization=organization,
        rights=rights_in_organization(request.user, organization),
        initial={
            "code": free_code(organization, like=newest_code(organization)),
            "start_date": start,
            "end_date": end,
            "leader": request.user,
        },
    )
    if request.method == "POST" and form.is_valid():
        project = apply(form, lambda: _create(form, organization, request))
        if project is not None:
            toast(request, _("「%(name)s」を作りました") % {"name": project.name})
            # A plan is typed next: its first row has the focus there.
            return redirect("tasks:wbs", project.pk)
    context = {"section": "projects", "form": form, "is_new": True}
    return render(request, "projects/lifecycle/form.html", context, status=422 if form.errors else 200)


def _create(form: ProjectForm, organization: Organization, request: SignedInRequest) -> Project:
    leader = form.cleaned_data["leader"]
    return create_project(organization=organization, actor=request.user, leader=leader, fields=form.values)


@require_POST
@login_required
def project_status(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Take a project to another state."""
    project = find_project(request, project_id)
    change_status(project=project, status=request.POST.get("status", ""), actor=request.user)
    toast(request, _("状態を「%(status)s」にしました") % {"status": project.get_status_display()})
    return redirect("reports:project_overview", project.pk)


@require_http_methods(["GET", "POST"])
@login_required
def project_delete(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Ask, saying what goes along; then delete, saying how it comes back."""
    project = find_project(request, project_id)
    require(request.user, Right.DELETE_PROJECT, project)
    if request.method == "POST":
        delete_project(project=project, actor=request.user)
        may_restore = Right.RESTORE_PROJECT in rights_in_organization(request.user, project.organization_id)
        undo = reverse("projects:project_restore", args=[project.pk]) if may_restore else ""
        toast(request, _("「%(name)s」を削除しました") % {"name": project.name}, undo=undo)
        return redirect("reports:project_list")
    context = {"section": "projects", "project": project, "goes": what_goes_along(project)}
    return render(request, "projects/lifecycle/delete.html", context, partials=["dialog"])


@require_safe
@login_required
def deleted_list(request: SignedInRequest) -> HttpResponse:
    """Deleted projects that an admin can bring back."""
    organization = _own_organization(request, Right.RESTORE_PROJECT)
    page = paginate(request, deleted_projects(organization))
    return render(
        request,
        "projects/lifecycle/deleted.html",
        {"section": "projects", "page": page, "form": RestoreForm()},
    )


@require_POST
@login_required
def project_restore(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Bring a deleted project back, with another code where the old one is taken."""
    deleted = Project.objects.known_to(request.user).filter(deleted_at__isnull=False)
    project = get_object_or_404(deleted, pk=project_id)
    require(request.user, Right.RESTORE_PROJECT, project)
    form = RestoreForm(request.POST)
    if form.is_valid() and apply(form, lambda: _restore(form, project, request)):
        toast(request, _("「%(name)s」を元に戻しました") % {"name": project.name})
        return redirect("reports:project_overview", project.pk)
    page = paginate(request, deleted_projects(project.organization))
    context = {"section": "projects", "page": page, "form": form, "refused": project.pk}
    return render(request, "projects/lifecycle/deleted.html", context, status=422)


def _restore(form: RestoreForm, project: Project, request: SignedInRequest) -> bool:
    restore_project(project=project, actor=request.user, code=form.cleaned_data["code"] or None)
    return True
