"""The home page, the list of projects, and one project at a glance."""

from collections.abc import Collection
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
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
from projects.requests import SignedInRequest, find_project
from reports.charts.small import spark, twin_spark
from reports.dashboard.money import budget_of
from reports.history.selectors import newest
from reports.overview import selectors as overview
from reports.overview.burndown import burndown, weeks
from reports.overview.curve import curve_of
from reports.overview.rows import late_lines, milestone_lines
from reports.portfolio.listing import ProjectFilters, project_list, rows_of
from reports.portfolio.rows import project_rows
from reports.risk.selectors import note_of
from tasks.reasons.negative_slack import negative_slack_words

#: The page of members shows all.
MEMBERS_SHOWN: Final = 6


@require_safe
@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """Those who look after projects begin with how they stand, others with their tasks."""
    organization = current_organization(request.user)
    looks_after = organization is not None and (
        Right.CREATE_PROJECT in rights_in_organization(request.user, organization)
        or ProjectMember.objects.current()
        .filter(user=request.user, organization=organization, role=ProjectRole.LEADER)
        .exists()
    )
    return redirect("reports:dashboard" if looks_after else "tasks:my_tasks")


@require_safe
@login_required
def project_list_page(request: SignedInRequest) -> HttpResponse:
    """Projects the user sees, by view, state and words."""
    organization = current_organization(request.user)
    if organization is None:
        return render(request, "reports/dashboard/no_organization.html", {"section": "projects"})
    rights = rights_in_organization(request.user, organization)
    filters = ProjectFilters.read(request.GET, sees_money=Right.SEE_MONEY in rights)
    found = project_list(request.user, organization, filters)
    page = paginate(request, found.ids)
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
    return render(request, "reports/portfolio/list.html", context, partials=["projects"])


@require_safe
@login_required
def project_overview(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What stands, what is late, who works on it and what happened."""
    project = find_project(request, project_id, "calendar", "organization")
    rights, risk = rights_in(request.user, project), note_of(project)

    def make() -> HttpResponse:
        context = {
            "section": "projects",
            "tab": "overview",
            "project": project,
            "rights": rights,
            "risk": risk,
        }
        context |= {**_at_a_glance(request, project), **_money(request, project, rights)}
        return render(request, "reports/overview/page.html", context)

    # Sub-projects show here too, and they raise the generation of the organization, not this revision.
    parts = page_parts(request, project, generation(project.organization_id), risk, rights=rights)
    return conditional(request, parts, make)


def _at_a_glance(request: SignedInRequest, project: Project) -> dict[str, Any]:
    plan = overview.glance(project)
    difference = plan.standing.difference
    roles = dict(ProjectRole.choices)
    leaders = [member for member in plan.members if member.role == ProjectRole.LEADER]
    children = Project.objects.visible_to(request.user).filter(parent=project).order_by("start_date", "pk")
    return {
        "finish": plan.finish,
        "causes": plan.causes,
        "plan": plan,
        "figures": plan.figures,
        "difference": difference,
        "is_behind": difference is not None and difference <= -BEHIND_POINTS,
        # The list of late tasks leaves projects out that are not worked on.
        "late_is_listed": project.status == ProjectStatus.ACTIVE and plan.figures.late > 0,
        "late_rows": late_lines(plan.late),
        "tight": [(line, negative_slack_words(line.negative_slack, project)) for line in plan.missed_dates],
        "milestone_rows": milestone_lines(plan.milestones),
        **_trends(project, plan),
        "leaders": leaders,
        "members": [(member, member.title or roles[member.role]) for member in plan.members[:MEMBERS_SHOWN]],
        "next_statuses": [
            (status, label) for status, label in ProjectStatus.choices if project.may_become(status)
        ],
        "children": children[:20] if plan.has_children else (),
        "history": newest(project, viewer=request.user, limit=6),
    }


def _trends(project: Project, plan: overview.Glance) -> dict[str, Any]:
    """The lines of the page: progress against plan, work that is left, and the sparks of the strip."""
    past = weeks(plan.past)
    now = [(plan.standing.plan or 0, plan.standing.progress)] * bool(past)
    done = [(each.planned, each.progress) for each in past] + now
    return {
        "curve": curve_of(plan.lines, plan.finish),
        "burndown": burndown(project, plan),
        "progress_sparks": twin_spark(done),
        "late_spark": spark([each.late for each in past] + [plan.figures.late] * bool(past)),
    }


def _money(request: SignedInRequest, project: Project, rights: Collection[Right]) -> dict[str, Any]:
    if Right.SEE_MONEY not in rights:
        return {}
    return {"budget": budget_of(request.user, project.organization, project.pk)}
