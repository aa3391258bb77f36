"""The organization at a glance, and the late tasks behind its figures."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from config.web.htmx import render
from config.web.pagination import paginate
from projects.context import current_organization
from projects.models import Organization, ProjectStatus, User
from projects.requests import SignedInRequest
from reports.charts import small as charts
from reports.dashboard import selectors
from reports.dashboard.load import BACK
from reports.figures import health as standing
from reports.late import selectors as late
from reports.late.rows import late_rows, options
from reports.portfolio.selectors import portfolio
from tasks.issues.selectors import matrix_of, of_organization
from tasks.models.issues import Level

#: What a section shows before it leads to all.
SHOWN: Final = 6


@require_safe
@login_required
def dashboard(request: SignedInRequest) -> HttpResponse:
    """What is under way, what is late, what comes and what it costs, as far as the viewer may see it."""
    organization = current_organization(request.user)
    if organization is None:
        return render(request, "reports/dashboard/no_organization.html", {"section": "dashboard"})
    board = selectors.dashboard(request.user, organization)
    shows_all = request.GET.get("milestones") == "all"
    context = {
        "section": "dashboard",
        "board": board,
        "planning": board.statuses.get(ProjectStatus.PLANNING, 0),
        "suspended": board.statuses.get(ProjectStatus.SUSPENDED, 0),
        "milestones": board.milestones if shows_all else board.milestones[:SHOWN],
        "late_rows": late_rows(board.worst, is_short=True),
        "budgets": board.money.budgets[:SHOWN] if board.money else [],
        **_charts(board),
        **_risks(request.user, organization),
    }
    return render(request, "reports/dashboard/page.html", context)


def _risks(user: User, organization: Organization) -> dict[str, Any]:
    """What might come, as it is written down in projects under way. Not remembered: writing one down changes no list."""
    matrix = matrix_of(of_organization(user, organization))
    open_risks = sum(cell.number for _label, row in matrix for cell in row)
    return {"open_risks": open_risks, "matrix": matrix if open_risks else [], "levels": Level.choices}


def _charts(board: selectors.Dashboard) -> dict[str, Any]:
    past, ago = board.past, board.week_ago
    health = {each.value: board.health.get(each.value, 0) for each in standing.ProjectHealth}
    grid = charts.risk_grid(board.risk)
    busyness = board.busyness
    return {
        "active_spark": charts.spark([each.active for each in past] + [board.active] * bool(past)),
        "behind_spark": charts.spark([each.behind for each in past] + [board.behind] * bool(past)),
        "late_spark": charts.spark([each.late for each in past] + [board.late] * bool(past)),
        "behind_change": board.behind - ago.behind if ago else None,
        "health": health,
        "shares": charts.shares(health),
        "risk": list(zip(grid, reversed(standing.IMPACTS), strict=True)),
        "risk_columns": list(zip(grid[0], standing.LATENESS, strict=True)),
        "worst_risk": sum(cell.count for row in grid for cell in row if cell.tone == len(grid)),
        "months": charts.month_line(busyness.months, BACK) if busyness else None,
        "load_spark": charts.spark([each.percentage or 0 for each in busyness.months[: BACK + 1]])
        if busyness
        else None,
    }


@require_safe
@login_required
def late_task_list(request: SignedInRequest) -> HttpResponse:
    """Late tasks of all projects under way, the worst first."""
    organization = current_organization(request.user)
    if organization is None:
        return render(request, "reports/dashboard/no_organization.html", {"section": "dashboard"})
    filters, seen = late.LateFilters.read(request.GET), portfolio(request.user, organization)
    everything = late.late_in(organization, seen)
    found = late.narrowed(everything, filters, organization)
    page = paginate(request, found.shown)
    context = {
        "section": "dashboard",
        "filters": filters,
        "page": page,
        "rows": late_rows(late.rows_of(page.items, seen)),
        "everything": len(everything),
        "found": found,
        "projects": options(late.project_choices(everything, seen), filters.project),
        "people": options(late.person_choices(request.user, organization, everything), filters.person),
    }
    return render(request, "reports/late/list.html", context, partials=["late-tasks"])
