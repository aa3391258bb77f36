"""What is behind a cell of the heat map, what can be done about it, and doing it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.web import formats
from config.web.features import feature
from config.web.htmx import came_from, render, toast
from config.web.pagination import paginate
from projects.context import current_organization
from projects.errors import RuleBrokenError
from projects.models import AuditEntry
from projects.permissions import Right, require_in_organization
from projects.worktime.moments import day_number
from reports.utilization.actual import actual_behind
from reports.utilization.cell import behind
from reports.utilization.selectors import Utilization, heat_map
from reports.utilization.views import sees_actual
from reports.utilization.window import GRAINS, ShownPeriod, UtilizationFilters, period_of
from resources.models import Resource
from tasks.allocation.rules import named
from tasks.allocation.suggestions.effects import Overallocation
from tasks.allocation.suggestions.selectors import best_suggestions, suggestions_of
from tasks.allocation.suggestions.services import APPLIED, apply_proposal, undo_proposal
from tasks.models import Task

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from reports.utilization.selectors import HeatMap
    from tasks.allocation.suggestions.selectors import Suggestion

#: Cells for which proposals are looked for at once.
CELLS_PER_PAGE: Final = 20


class Cell(NamedTuple):
    """One person and one period of the map."""

    resource: Resource
    grain: str
    period: ShownPeriod

    @property
    def spot(self) -> Overallocation:
        """The same as proposals are made for."""
        return _spot(self.resource.pk, self.period)


def _spot(resource_id: int, period: ShownPeriod) -> Overallocation:
    today = day_number(timezone.localdate())
    return Overallocation(resource_id, day_number(period.first), day_number(period.last), today)


def _cell(request: SignedInRequest, resource_id: int, grain: str, first: str) -> Cell:
    """The cell of an address; a stranger's, and a day on which no period begins, is not there."""
    resources = Resource.objects.visible_to(request.user).filter(project=None)
    resource = get_object_or_404(resources, pk=resource_id)
    require_in_organization(request.user, Right.VIEW_RESOURCES, resource.organization_id)
    try:
        period = period_of(grain, dt.date.fromisoformat(first))
    except (ValueError, OverflowError):
        raise Http404 from None
    if grain not in GRAINS or period.first.isoformat() != first or not 1970 <= period.first.year < 2150:
        raise Http404
    return Cell(resource, grain, period)


def _context(cell: Cell) -> dict[str, Any]:
    return {
        "section": "utilization",
        "resource": cell.resource,
        "grain": cell.grain,
        "period": cell.period,
        "arguments": (cell.resource.pk, cell.grain, cell.period.first.isoformat()),
        "is_past": cell.period.last < timezone.localdate(),
    }


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def utilization_cell(request: SignedInRequest, resource_id: int, grain: str, first: str) -> HttpResponse:
    """The tasks behind a figure of the map, which add up to it."""
    cell = _cell(request, resource_id, grain, first)
    if request.GET.get("of") == "actual" and sees_actual(request.user, cell.resource.organization_id):
        # What was worked is not resolved by a proposal any more.
        worked = actual_behind(cell.resource, cell.period, request.user)
        context = _context(cell) | {"found": worked, "is_over": False, "is_actual": True}
        return render(request, "reports/utilization/cell.html", context, partials=["drill"])
    found = behind(cell.resource, cell.period, request.user)
    context = _context(cell) | {"found": found, "is_over": found.load.is_over or found.days_over}
    return render(request, "reports/utilization/cell.html", context, partials=["drill"])


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def cell_proposals(request: SignedInRequest, resource_id: int, grain: str, first: str) -> HttpResponse:
    """What can be done about a cell in which there is too much."""
    cell = _cell(request, resource_id, grain, first)
    offers = suggestions_of(
        cell.spot,
        organization_id=cell.resource.organization_id,
        user=request.user,
        today=timezone.localdate(),
    )
    found = behind(cell.resource, cell.period, request.user)
    context = _context(cell) | {"offers": offers, "found": found}
    return render(request, "reports/utilization/suggestions.html", context, partials=["drill"])


@feature("RESOURCE_MANAGEMENT")
@require_POST
@login_required
def proposal_apply(request: SignedInRequest, resource_id: int, grain: str, first: str) -> HttpResponse:
    """Carry one out; the message has what takes it back."""
    cell = _cell(request, resource_id, grain, first)
    task_id = request.POST.get("task", "")
    if not task_id.isdecimal() or len(task_id) > 18:
        raise RuleBrokenError(_("案を選び直してください。"))
    tasks = Task.objects.visible_to(request.user).select_related("project")
    task = get_object_or_404(tasks, pk=int(task_id), organization=cell.resource.organization_id)
    entry, offer = apply_proposal(
        task=task, spot=cell.spot, value=request.POST.get("value", "")[:20], actor=request.user,
        today=timezone.localdate(),
    )  # fmt: skip
    toast(request, _done(offer), undo=reverse("reports:proposal_undo", args=[entry.pk]))
    return redirect(_back(request))


def _done(offer: Suggestion) -> str:
    if offer.to is not None:
        return _("「%(task)s」を%(person)sに引き継ぎました。") % {
            "task": offer.task.name,
            "person": named(offer.to),
        }
    text = _("「%(task)s」の開始を%(day)sにしました。") % {
        "task": offer.task.name,
        "day": formats.day(offer.proposal.start),
    }
    if offer.followers:
        text += ngettext(
            "ほかに%(count)d件が動きました。", "ほかに%(count)d件が動きました。", offer.followers
        ) % {"count": offer.followers}
    return text


@feature("RESOURCE_MANAGEMENT")
@require_POST
@login_required
def proposal_undo(request: SignedInRequest, entry_id: int) -> HttpResponse:
    """Take one back, where the plan is still as it left it."""
    entry = get_object_or_404(AuditEntry.objects.visible_to(request.user), pk=entry_id, action=APPLIED)
    tasks = Task.objects.visible_to(request.user).select_related("project")
    task = get_object_or_404(tasks, pk=entry.target_id, project=entry.project_id)
    undo_proposal(entry=entry, task=task, actor=request.user)
    toast(request, _("「%(task)s」を元に戻しました。") % {"task": task.name})
    return redirect(_back(request))


def _back(request: SignedInRequest) -> str:
    """The page of the heat map that the form was on; never anywhere else."""
    home = reverse("reports:utilization")
    return came_from(request, within=home) or home


class SuggestionLine(NamedTuple):
    """A cell of the list with the best that can be done about it."""

    name: str
    period: ShownPeriod
    arguments: tuple[int, str, str]
    load: Utilization
    offer: Suggestion | None


@feature("RESOURCE_MANAGEMENT")
@require_safe
@login_required
def proposal_list(request: SignedInRequest) -> HttpResponse:
    """All cells of the period with too much in them, each with its best proposal."""
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    require_in_organization(request.user, Right.VIEW_RESOURCES, organization)
    filters = UtilizationFilters.read(request.GET, timezone.localdate())
    found = heat_map(organization, filters)
    page = paginate(request, _cells_over(found, filters), per_page=CELLS_PER_PAGE)
    spots = [_spot(found.board.people[place].pk, period) for period, place, _column in page.items]
    offers = best_suggestions(
        spots, organization_id=organization.pk, user=request.user, today=timezone.localdate()
    )
    lines = [
        SuggestionLine(
            found.board.people[place].name,
            period,
            (found.board.people[place].pk, filters.window.grain, period.first.isoformat()),
            found.board.load(place, column),
            offer,
        )
        for (period, place, column), offer in zip(page.items, offers, strict=True)
    ]
    context = {"section": "utilization", "filters": filters, "page": page, "lines": lines}
    return render(request, "reports/utilization/list.html", context)


def _cells_over(found: HeatMap, filters: UtilizationFilters) -> list[tuple[ShownPeriod, int, int]]:
    """From today on, the nearest first, in each period the fullest first."""
    board, today = found.board, timezone.localdate()
    cells = []
    for column, period in enumerate(filters.window.periods):
        if period.last < today:
            continue
        over = [
            place
            for place in found.whole.people
            if board.load(place, column).is_over or column in board.over[place]
        ]
        over.sort(key=lambda place: -(board.load(place, column).percentage or 0))
        cells += [(period, place, column) for place in over]
    return cells
