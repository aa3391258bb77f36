"""Who could take a role of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web import formats
from config.web.features import feature
from config.web.htmx import render
from projects.permissions import Right, require, rights_in_organization
from projects.person_time import person_time_of
from projects.requests import find_project
from reports.capacity.candidates import MOST_CANDIDATES, candidates
from reports.capacity.rows import figure
from reports.utilization.rows import step_of
from tasks.models import RoleDemand
from tasks.staffing.months import first_of, month_number

if TYPE_CHECKING:
    from django.http import HttpResponse

    from projects.person_time import PersonTime
    from projects.requests import SignedInRequest
    from reports.capacity.candidates import Candidate


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def role_candidates(request: SignedInRequest, project_id: int, role_id: int) -> HttpResponse:
    """The best first, with what they have left in each month; what it costs for those who see rates."""
    project = find_project(request, project_id, "organization")
    require(request.user, Right.VIEW_RESOURCES, project)
    roles = RoleDemand.objects.visible_to(request.user).filter(project=project).select_related("skill")
    role = get_object_or_404(roles, pk=role_id)
    role.project = project
    sees_money = Right.SEE_MONEY in rights_in_organization(request.user, project.organization_id)
    found = candidates(role, from_month=month_number(timezone.localdate()), sees_money=sees_money)
    unit = person_time_of(project)
    context = {
        "section": "projects", "tab": "members", "project": project, "role": role, "sees_money": sees_money,
        "heads": [first_of(each.month) for each in found[0].months] if found else [],
        "needed": [figure(each.needed * 100, unit) for each in found[0].months] if found else [],
        "rows": [_row(each, unit) for each in found], "most": MOST_CANDIDATES, "is_cut": len(found) == MOST_CANDIDATES,
    }  # fmt: skip
    return render(request, "reports/capacity/candidates.html", context)


def _row(each: Candidate, unit: PersonTime) -> dict[str, Any]:
    cells = [
        (figure(month.free * 100, unit) or "0.0", _step(month.needed, month.free)) for month in each.months
    ]
    return {
        "person": each.person, "level": each.level or "", "share": each.share, "cells": cells,
        "from": first_of(each.all_from) if each.all_from is not None else None, "cost": formats.yen(each.cost),
    }  # fmt: skip


def _step(needed: int, free: int) -> int:
    """How a cell is coloured: by how full the person would be with what is left and this role alone."""
    return step_of(needed * 100 // free) if free else step_of(101)
