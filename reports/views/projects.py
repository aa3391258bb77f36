"""The home page, the list of projects, and one project at a glance."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from config.web.conditional import conditional
from config.web.elements import BEHIND_POINTS
from config.web.htmx import render
from config.web.pagination import paginate
from projects.caching import generation
from projects.context import current_organization
from projects.etags import page_parts
from projects.models import Project, ProjectMember, ProjectRole, ProjectStatus
from projects.permissions import Right, rights_in, rights_in_organization
from projects.requests import SignedInRequest
from projects.selectors import members_of, progress_with_children
from reports.rows import project_rows
from reports.selectors import overview
from reports.selectors.curve import progress_curve
from reports.selectors.figures import plan_of_family
from reports.selectors.history import newest
from reports.selectors.project_list import Filters, project_list, rows_of


@require_safe
@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """Those who look after projects begin with how they stand, others with their tasks."""
    organization = current_organization(request.user)
    looks_after = organization is not None and (
        Right.CREATE_PROJECT in rights_in_organization(request.user, organization)
        or ProjectMember.objects.filter(
            user=request.user, organization=organization, role=ProjectRole.LEADER
        ).exists()
    )
    return redirect("reports:dashboard" if looks_after else "tasks:my_tasks")


@require_safe
@login_required
def project_list_page(request: SignedInRequest) -> HttpResponse:
    """Projects the user sees, by view, state and words."""
    organization = current_organization(request.user)
    if organization is None:
        return render(request, "reports/no_organization.html", {"section": "projects"})
    filters = Filters.read(request.GET)
    found = project_list(request.user, organization, filters)
    page = paginate(request, found.ids)
    rights = rights_in_organization(request.user, organization)
    context = {
        "section": "projects",
        "filters": filters,
        "page": page,
        "rows": project_rows(rows_of(page.items, found), sees_money=Right.SEE_MONEY in rights),
        "counts": found.counts,
        "statuses": ProjectStatus.choices,
        "may_create": Right.CREATE_PROJECT in rights,
        "may_restore": Right.RESTORE_PROJECT in rights,
        "sees_money": Right.SEE_MONEY in rights,
    }
    return render(request, "reports/project_list.html", context, partials=["projects"])


@require_safe
@login_required
def project_overview(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What stands, what is late, who works on it and what happened."""
    projects = Project.objects.visible_to(request.user).select_related("parent", "calendar", "organization")
    project = get_object_or_404(projects, pk=project_id)

    def make() -> HttpResponse:
        return render(request, "reports/project_overview.html", _at_a_glance(request, project))

    # Sub-projects show here too, and they raise the generation of the organization, not this revision.
    parts = page_parts(request, project, generation(project.organization_id))
    return conditional(request, parts, make)


def _at_a_glance(request: SignedInRequest, project: Project) -> dict[str, Any]:
    rights = rights_in(request.user, project)
    forecast, figures = overview.forecast(project), overview.project_figures(project)
    progress = progress_with_children([project.pk])[project.pk]
    plan = plan_of_family(project)
    difference = None if plan is None else progress - plan
    members = members_of(project)
    return {
        "section": "projects",
        "tab": "overview",
        "project": project,
        "days_late": forecast.days_late,
        "forecast": forecast,
        "figures": figures,
        "progress": progress,
        "plan": plan,
        "curve": progress_curve(project, forecast),
        "difference": difference,
        "is_behind": difference is not None and difference <= -BEHIND_POINTS,
        "remaining": figures.total - figures.done,
        "late_tasks": overview.late_tasks(project),
        "milestones": overview.milestones(project),
        "members": members,
        "leader_count": sum(member.role == ProjectRole.LEADER for member in members),
        "next_statuses": [
            (status, label) for status, label in ProjectStatus.choices if project.may_become(status)
        ],
        "children": Project.objects.visible_to(request.user)
        .filter(parent=project)
        .order_by("start_date", "pk")[:20],
        "history": newest(project, limit=6),
        "imported": overview.latest_import(project),
        "rights": rights,
    }
