"""要員計画 of a project: roles by month, and who could take one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.web.features import feature
from config.web.htmx import render, toast
from projects.errors import Refusal
from projects.permissions import Right, require, rights_in
from projects.person_time import person_time_of
from projects.requests import find_project
from tasks.staffing import selectors
from tasks.staffing.forms import RoleForm, forms_of, gone_rows, person_months_of
from tasks.staffing.months import first_of
from tasks.staffing.services import OvertakenRolesError, save_roles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.models import RoleDemand
    from tasks.staffing.selectors import MonthWindow


@feature("RESOURCE_MANAGEMENT")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def staffing(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The table of a year; for those who plan, as a form."""
    project = find_project(request, project_id, "organization")
    require(request.user, Right.VIEW_RESOURCES, project)
    window = selectors.window_of(project, request.GET.get("from", ""), timezone.localdate())
    if request.method == "POST":
        require(request.user, Right.EDIT_PLAN, project)
    roles = selectors.roles_of(project)
    rows = _forms(request, project, window, roles)
    if request.method != "POST":
        return _page(request, project, window, roles, rows)
    if not all(row.is_valid() for row in rows):
        return _page(request, project, window, roles, rows, status=422)
    try:
        typed = [*(row.typed for row in rows), *gone_rows(request.POST, {role.pk for role in roles})]
        changed = save_roles(project=project, actor=request.user, typed=typed)
    except OvertakenRolesError as overtaken:
        return _overtaken(request, project, window, overtaken)
    except Refusal as refusal:
        return _page(request, project, window, roles, rows, status=refusal.status, refused=str(refusal))
    toast(request, _("要員計画を保存しました") if changed else _("変わったところはありません"))
    return redirect(f"{reverse('tasks:staffing', args=[project.pk])}?from={first_of(window.first):%Y-%m}")


def _forms(
    request: SignedInRequest, project: Project, window: MonthWindow, roles: Sequence[RoleDemand]
) -> list[RoleForm]:
    skills = selectors.skills_of(project.organization_id)
    data = request.POST if request.method == "POST" else None
    return forms_of(roles, data=data, months=window.months, skills=skills, unit=person_time_of(project))


def _overtaken(
    request: SignedInRequest, project: Project, window: MonthWindow, overtaken: OvertakenRolesError
) -> HttpResponse:
    """What was typed stays, on top of what is there now: sent once more, it is saved."""
    data = request.POST.copy()
    there = {role.pk: role for role in overtaken.roles}
    for role in overtaken.roles:
        data[f"r{role.pk}-version"] = str(role.version)
    request.POST = data  # type: ignore[assignment]
    rows = _forms(request, project, window, list(there.values()))
    refused = _(
        "編集している間に、ほかの人がこの表を変えました。入力した内容は残っています。下の「今の値」を確かめてから、もう一度保存してください。"
    )
    return _page(
        request, project, window, list(there.values()), rows, status=409, refused=refused, is_stale=True
    )


def _page(
    request: SignedInRequest, project: Project, window: MonthWindow, roles: Sequence[RoleDemand],
    rows: Sequence[RoleForm], *, status: int = 200, refused: str = "", is_stale: bool = False,
) -> HttpResponse:  # fmt: skip
    unit = person_time_of(project)
    may_edit = Right.EDIT_PLAN in rights_in(request.user, project)
    needed, named = selectors.needed_minutes(roles, window), selectors.named_minutes(project, window)
    context: dict[str, Any] = {
        "section": "projects", "tab": "members", "project": project, "may_edit": may_edit,
        "rows": rows, "roles": _read(roles, window, unit, with_cells=not may_edit or is_stale),
        "heads": [first_of(month) for month in window.months],
        "needed": [_figure(minutes, unit) for minutes in needed], "named": [_figure(minutes, unit) for minutes in named],
        "needed_total": unit.in_months(sum(needed)), "named_total": unit.in_months(sum(named)),
        "earlier": first_of(window.turned(-1).first), "later": first_of(window.turned(1).first),
        "departments": selectors.departments_of(project.organization_id) if may_edit else [],
        "refused": refused, "is_stale": is_stale, "is_counted": project.status in {"planning", "active"},
    }  # fmt: skip
    return render(request, "tasks/staffing/page.html", context, status=status)


def _figure(minutes: int, unit: Any) -> str:
    return str(person_months_of(minutes, unit)) if minutes else ""


def _read(
    roles: Sequence[RoleDemand], window: MonthWindow, unit: Any, *, with_cells: bool
) -> list[dict[str, Any]]:
    """The rows as they are read."""
    found = []
    for role in roles:
        minutes = role.by_month
        cells = [_figure(minutes.get(month, 0), unit) for month in window.months] if with_cells else []
        found.append({"role": role, "cells": cells, "total": unit.in_months(sum(minutes.values()))})
    return found
