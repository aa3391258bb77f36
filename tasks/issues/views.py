"""課題・リスク of a project: the list with its matrix, and the form of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.web.htmx import render, toast
from config.web.pagination import paginate
from projects.context import current_organization
from projects.errors import StaleRevisionError
from projects.lifecycle.forms import apply
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from tasks.issues import selectors, services
from tasks.issues.forms import IssueForm
from tasks.models import ProjectIssue
from tasks.models.issues import Level

if TYPE_CHECKING:
    from django.http import HttpResponse

    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.models.issues import ProjectIssueQuerySet


def _context(request: SignedInRequest, project: Project, **more: Any) -> dict[str, Any]:
    may_add = Right.COMMENT in rights_in(request.user, project)
    return {"section": "projects", "tab": "issues", "project": project, "may_add": may_add, **more}


@require_safe
@login_required
def issue_list(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What is not over by score and day, and where the risks stand."""
    project = find_project(request, project_id)
    context = _context(request, project, **_listed(request, selectors.of_project(project)))
    return render(request, "tasks/issues/list.html", context, partials=["issues"])


@require_safe
@login_required
def issue_list_of_all(request: SignedInRequest) -> HttpResponse:
    """The same of all projects under way that the user sees."""
    organization = current_organization(request.user)
    found = (
        selectors.of_organization(request.user, organization) if organization else ProjectIssue.objects.none()
    )
    context = {"section": "projects", "project": None, "may_add": False, **_listed(request, found)}
    return render(request, "tasks/issues/all.html", context, partials=["issues"])


def _listed(request: SignedInRequest, found: ProjectIssueQuerySet) -> dict[str, Any]:
    asked = selectors.Asked.read(request.GET)
    page = paginate(request, selectors.listed(found, asked))
    issues, today = list(page.items), timezone.localdate()
    tasks, counts = selectors.tasks_of(issues), selectors.counts_of(found)
    lines = [
        {
            "issue": issue, "is_late": issue.is_late(today), "tone": selectors.tone_of(issue.score),
            "tasks": [tasks[pk] for pk in issue.task_ids if pk in tasks],
        }
        for issue in issues
    ]  # fmt: skip
    return {
        "asked": asked, "page": page, "lines": lines, "counts": counts, "levels": Level.choices,
        "matrix": selectors.matrix_of(found) if counts["risk"] else [],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def issue_add(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A new one."""
    project = find_project(request, project_id)
    require(request.user, Right.COMMENT, project)
    asked = request.GET.get("kind", "")
    kind = asked if asked in ProjectIssue.Kind.values else ProjectIssue.Kind.ISSUE
    form = IssueForm(request.POST or None, project=project, initial={"kind": kind, "state": "open"})
    if request.method == "POST" and form.is_valid():
        made = apply(
            form, lambda: services.add_issue(project=project, actor=request.user, values=form.values)
        )
        if made is not None:
            toast(request, _("「%(title)s」を登録しました") % {"title": made.title})
            return redirect("tasks:issue_list", project.pk)
    return _form(request, project, form)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def issue_edit(request: SignedInRequest, project_id: int, issue_id: int) -> HttpResponse:
    """What is known of one; for those who may write, as a form."""
    project = find_project(request, project_id)
    issues = ProjectIssue.objects.visible_to(request.user).filter(project=project)
    issue = get_object_or_404(issues.select_related("project", "owner", "added_by"), pk=issue_id)
    if request.method == "POST":
        require(request.user, Right.COMMENT, project)
    form = IssueForm(request.POST or None, project=project, owner_id=issue.owner_id, initial=_typed(issue))
    if request.method != "POST" or not form.is_valid():
        return _form(request, project, form, issue)
    try:
        made = apply(form, lambda: _save(request, form, issue))
    except StaleRevisionError as stale:
        return _stale(request, project, form, issue, stale)
    if made is None:
        return _form(request, project, form, issue)
    toast(request, _("「%(title)s」を保存しました") % {"title": made.title})
    return redirect("tasks:issue_list", project.pk)


def _save(request: SignedInRequest, form: IssueForm, issue: ProjectIssue) -> ProjectIssue:
    version = form.cleaned_data["version"] or 0
    return services.edit_issue(issue=issue, actor=request.user, values=form.values, version=version)


def _stale(
    request: SignedInRequest, project: Project, form: IssueForm, issue: ProjectIssue, stale: StaleRevisionError
) -> HttpResponse:  # fmt: skip
    """What was typed stays in the form; sent once more, it stands on top of what is there now."""
    form.add_error(
        None, _("編集している間に、ほかの人が変えました。今の内容を確かめてから保存してください。")
    )
    form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    form.data["version"] = str(stale.current)  # type: ignore[index]  # the copy is mutable
    current = ProjectIssue.objects.select_related("owner", "added_by").get(pk=issue.pk)
    return _form(request, project, form, current, status=stale.status)


def _typed(issue: ProjectIssue) -> dict[str, Any]:
    """What the form begins with."""
    tasks = selectors.tasks_of([issue])
    codes = [tasks[pk].wbs_code for pk in issue.task_ids if pk in tasks]
    found = {name: getattr(issue, name) for name in services.FIELDS if name != "task_ids"}
    return {**found, "owner": issue.owner_id, "tasks": ", ".join(codes), "version": issue.version}


def _form(
    request: SignedInRequest, project: Project, form: IssueForm, issue: ProjectIssue | None = None, status: int = 0
) -> HttpResponse:  # fmt: skip
    """`status` is another one than what the form's faults say; with it, what is there now stands above the form."""
    tasks = selectors.tasks_of([issue]) if issue else {}
    context = _context(
        request, project, form=form, issue=issue, tasks=list(tasks.values()), is_stale=bool(status)
    )
    status = status or (422 if form.errors else 200)
    return render(request, "tasks/issues/form.html", context, status=status)
