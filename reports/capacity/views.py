"""要員計画 of an organization: capacity, what is asked for and what is left, by month; and what slips if projects are taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web.features import feature
from config.web.htmx import render
from projects.context import current_organization
from projects.permissions import Right, require_in_organization
from projects.person_time import PersonTime
from reports.capacity.drawing import draw_capacity
from reports.capacity.planned import planned_list
from reports.capacity.rows import figure, group_rows, heads, line_rows
from reports.capacity.selectors import LENGTHS, CapacityAsked, capacity_found, shortages
from tasks.staffing.months import first_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from projects.models import Organization
    from projects.requests import SignedInRequest
    from reports.capacity.selectors import CapacityGroup

#: So many months of groups that have too little are named; the table has them all.
MOST_NAMED: Final = 8


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def capacity(request: SignedInRequest) -> HttpResponse:
    """All people, or those of a department or with a skill."""
    organization = current_organization(request.user)
    if organization is None:
        return render(request, "reports/dashboard/no_organization.html", {"section": "utilization"})
    require_in_organization(request.user, Right.VIEW_RESOURCES, organization)
    asked = CapacityAsked.read(request.GET, timezone.localdate())
    unit = PersonTime(organization.minutes_per_day, organization.days_per_month)
    projects = planned_list(request.user, organization, asked, unit)
    # What is not listed for this user is not tried: its needs would show in the difference.
    asked = replace(asked, taken=asked.taken & {each.project.pk for each in projects.listed})
    found = capacity_found(organization, asked)
    window = asked.window
    context: dict[str, Any] = {
        "section": "utilization", "asked": asked, "found": found, "lengths": LENGTHS, "projects": projects,
        "is_chosen": found.people or found.shown.key,
        "chart": draw_capacity(found.shown, window, unit.minutes_per_month),
        "heads": heads(window, timezone.localdate()), "lines": line_rows(found.shown, unit),
        "rows": group_rows(found, asked, unit, request.GET), "has_people": bool(found.shown.people or found.groups),
        "first": first_of(window.first), "last": first_of(window.months[-1]),
        "earlier": first_of(window.turned(-1).first), "later": first_of(window.turned(1).first),
        "short": _short(organization, asked, found.groups, unit) if asked.taken else None,
    }  # fmt: skip
    return render(request, "reports/capacity/page.html", context, partials=["capacity"])


def _short(
    organization: Organization, asked: CapacityAsked, groups: Sequence[CapacityGroup], unit: PersonTime
) -> dict[str, Any]:
    """What slips with the projects that are taken, in words."""
    without = capacity_found(organization, replace(asked, taken=frozenset(), group=None))
    found = shortages(without.groups, groups)
    named = [
        {
            "name": each.group.name, "month": first_of(asked.window.first + each.month),
            "missing": figure(each.missing, unit),
        }
        for each in found[:MOST_NAMED]
    ]  # fmt: skip
    return {"named": named, "more": len(found) - len(named)}
