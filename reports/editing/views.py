"""Change the facts of a project; dates of tasks follow, so this stands above `tasks`."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.web.htmx import render, toast
from projects.errors import StaleRevisionError
from projects.lifecycle.forms import FieldDifference, ProjectForm, apply, initial_of, renew
from projects.models import Project
from projects.permissions import Right, require, rights_in
from projects.requests import SignedInRequest, find_project
from tasks.editing.answer import tell
from tasks.editing.project import update_project_and_plan


@require_http_methods(["GET", "POST"])
@login_required
def project_edit(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The form with what stands now, and its answer."""
    related = ("organization", "calendar")
    project = find_project(request, project_id, *related)
    require(request.user, Right.EDIT_PROJECT, project)
    form = ProjectForm(
        request.POST or None, user=request.user, organization=project.organization,
        rights=rights_in(request.user, project), project=project, initial=initial_of(project),
    )  # fmt: skip
    differences: list[FieldDifference] = []
    try:
        if (
            request.method == "POST"
            and form.is_valid()
            and apply(form, lambda: _save(form, project, request))
        ):
            toast(request, _("「%(name)s」を保存しました") % {"name": form.cleaned_data["name"]})
            return redirect("reports:project_overview", project.pk)
    except StaleRevisionError:
        now = find_project(request, project_id, *related)
        differences = renew(form, form.values, initial_of(now), revision=now.revision)
    # The service has set fields of its own copy; the page names the project as it is stored.
    stored = find_project(request, project_id, *related) if request.method == "POST" else project
    context = {"section": "projects", "project": stored, "form": form, "differences": differences}
    status = 409 if differences else 422 if form.errors else 200
    return render(request, "projects/lifecycle/form.html", context, status=status)


def _save(form: ProjectForm, project: Project, request: SignedInRequest) -> bool:
    revision = form.cleaned_data["revision"]
    change = update_project_and_plan(
        project=project, actor=request.user, changes=form.values, revision=revision
    )
    if change:
        tell(request, change)
    return True
