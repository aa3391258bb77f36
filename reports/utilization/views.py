"""The heat map: how busy everybody is, in sections as one scrolls, and what is behind a cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web import query
from config.web.features import feature
from config.web.htmx import render
from projects.context import current_organization
from projects.permissions import Right, require_in_organization, rights_in_organization
from reports.utilization.actual import actual_board
from reports.utilization.rows import heat_head, heat_rows, lines_of, make_look, rows_at_once
from reports.utilization.selectors import Board, HeatMap, Utilization, departments_of, heat_map
from reports.utilization.trend import draw_trend, trend_window
from reports.utilization.window import LENGTHS, UtilizationFilters, opening

if TYPE_CHECKING:
    from projects.models import Organization, User
    from projects.requests import SignedInRequest

#: More rows than any map has.
LAST_ROW = 1_000_000


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def utilization(request: SignedInRequest) -> HttpResponse:
    """Planned work against capacity, for everybody and every period."""
    organization = current_organization(request.user)
    if organization is None:
        return render(request, "reports/dashboard/no_organization.html", {"section": "utilization"})
    require_in_organization(request.user, Right.VIEW_RESOURCES, organization)
    filters = _filters(request, organization)
    found = _found(organization, filters)
    context = {
        "section": "utilization",
        **_section(request, filters, found, query.positive(request.GET.get("row"), 1, LAST_ROW)),
        **_choices(filters, found.board),
        "head": heat_head(filters.window, timezone.localdate()),
        "sees_actual": sees_actual(request.user, organization),
    }
    return render(request, "reports/utilization/page.html", context, partials=["utilization"])


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def utilization_rows(request: SignedInRequest) -> HttpResponse:
    """The next section of rows: what the page asks for while it scrolls."""
    organization = _organization(request)
    filters = _filters(request, organization)
    first = query.positive(request.GET.get("row"), 1, LAST_ROW)
    context = _section(request, filters, _found(organization, filters), first)
    return render(request, "reports/utilization/page.html#utilization-section", context)


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def utilization_trend(request: SignedInRequest) -> HttpResponse:
    """The average of those whom the filters let through, week by week over a year."""
    organization, today = _organization(request), timezone.localdate()
    filters = replace(UtilizationFilters.read(request.GET, today), window=trend_window(today))
    found = heat_map(organization, filters)
    loads = found.whole.loads or [Utilization(0, 0)] * filters.window.columns
    context = {
        "section": "utilization",
        "filters": filters,
        "found": found,
        "trend": draw_trend(filters.window, loads, today),
    }
    return render(request, "reports/utilization/trend.html", context)


def sees_actual(user: User, organization: Organization | int) -> bool:
    """Whether the user sees what each person has worked: those who decide about the hours of all."""
    return Right.APPROVE_HOURS in rights_in_organization(user, organization)


def _filters(request: SignedInRequest, organization: Organization) -> UtilizationFilters:
    """What the address asks for, as far as the user may see it."""
    filters = UtilizationFilters.read(request.GET, timezone.localdate())
    if filters.is_actual and not sees_actual(request.user, organization):
        return replace(filters, is_actual=False)
    return filters


def _found(organization: Organization, filters: UtilizationFilters) -> HeatMap:
    board = actual_board(organization, filters.window) if filters.is_actual else None
    return heat_map(organization, filters, board)


def _organization(request: SignedInRequest) -> Organization:
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    require_in_organization(request.user, Right.VIEW_RESOURCES, organization)
    return organization


def _section(
    request: SignedInRequest, filters: UtilizationFilters, found: HeatMap, first: int
) -> dict[str, Any]:
    """Rows from one on, counted from 1, and where the next section begins."""
    lines = lines_of(found, filters.group)
    count = rows_at_once(filters.window.columns)
    first = min(first, len(lines))
    look = make_look(filters, request.GET)
    return {
        "filters": filters,
        "found": found,
        "rows": heat_rows(lines[first - 1 : first - 1 + count], found, look),
        "next": first + count if first - 1 + count < len(lines) else None,
        "remaining": len(lines) - first + 1 - count,
        "columns": filters.window.columns + 1,
    }


def _choices(filters: UtilizationFilters, board: Board) -> dict[str, Any]:
    """What the toolbar offers."""
    window = filters.window
    return {
        "earlier": window.turned(-1).first,
        "later": window.turned(1).first,
        "is_now": window.first == opening(window.grain, timezone.localdate()),
        "lengths": sorted(LENGTHS[window.grain]),
        "departments": departments_of(board),
        "skills": board.skills.items(),
    }
