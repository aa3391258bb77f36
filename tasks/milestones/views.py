"""マイルストーン: what was promised, what is expected, what was reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.conditional import conditional
from config.web.htmx import render, toast
from config.web.pagination import paginate, positive
from projects.caching import generation
from projects.errors import RuleBrokenError, StaleRevisionError
from projects.etags import page_parts
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from tasks.editing.answer import answer
from tasks.milestones import selectors
from tasks.milestones.forms import MilestoneForm
from tasks.milestones.line import Point, draw_line
from tasks.milestones.services import achieve_milestone, reopen_milestone, revise_milestone
from tasks.models import Assignment, Task
from tasks.sheet.views import find_task

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.plan.outcome import PlanChange

LARGEST_ID = 2**63 - 1


@require_safe
@login_required
def milestone_list(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The milestones of a project and of those below it; with ?edit= the form of one in its row."""
    project = find_project(request, project_id)

    def make() -> HttpResponse:
        return _page(request, project, form=_asked_form(request, project))

    # Sub-projects show here too, with revisions of their own; names of people change with the organization.
    family = selectors.revisions_of_family(project, request.user)
    return conditional(
        request, page_parts(request, project, family, generation(project.organization_id)), make
    )


def _asked_form(request: SignedInRequest, project: Project) -> MilestoneForm | None:
    if "edit" not in request.GET or Right.EDIT_PLAN not in rights_in(request.user, project):
        return None
    milestones = Task.objects.alive().filter(project=project, is_milestone=True).select_related("project")
    pk = positive(request.GET["edit"], 1, LARGEST_ID)
    return MilestoneForm(task=get_object_or_404(milestones, pk=pk))


def _page(
    request: SignedInRequest, project: Project, *, form: MilestoneForm | None = None, status: int = 200,
    conflicts: list[dict[str, str]] | None = None,
) -> HttpResponse:  # fmt: skip
    today = timezone.localdate()
    everything = selectors.milestones_of(project, request.user, today=today)
    asked = request.GET.get("show", "")
    show = asked if asked in selectors.FILTERS else ""
    shown = [each for each in everything if each.state in selectors.FILTERS[show]]
    rights = rights_in(request.user, project)
    context = {
        "section": "projects",
        "tab": "milestones",
        "project": project,
        "counts": selectors.counts_of(everything),
        "is_cut": len(everything) == selectors.MOST,
        "show": show,
        "page": paginate(request, shown),
        "line": draw_line(_points(shown), today),
        "today": today,
        "form": form,
        "conflicts": conflicts,
        "may_edit": Right.EDIT_PLAN in rights,
        "own": _own(request, project, rights),
    }
    return render(request, "tasks/milestones/list.html", context, partials=["milestones"], status=status)


def _points(shown: list[selectors.Milestone]) -> list[Point]:
    dated = ((each, each.achieved_on or each.forecast_on) for each in shown)
    return [Point(day, each.name, each.state) for each, day in dated if day]


def _own(request: SignedInRequest, project: Project, rights: frozenset[Right]) -> set[int]:
    """Milestones that a contributor may report on: those they are assigned to."""
    if Right.EDIT_PLAN in rights or Right.REPORT_PROGRESS not in rights:
        return set()
    mine = Assignment.objects.filter(project=project, task__is_milestone=True, resource__user=request.user)
    return set(mine.values_list("task", flat=True)[: selectors.MOST])


@require_POST
@login_required
def milestone_edit(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Save what was promised and whether it was reached."""
    task = find_task(request, task_id)
    require(request.user, Right.EDIT_PLAN, task.project)
    form = MilestoneForm(request.POST, task=task)
    if not form.is_valid():
        return _page(request, task.project, form=form, status=422)
    try:
        change = revise_milestone(
            task=task, changes=form.changes(), achieved_on=form.cleaned_data["achieved_on"],
            today=timezone.localdate(), actor=request.user, revision=form.cleaned_data["revision"],
        )  # fmt: skip
    except StaleRevisionError as refusal:
        form, conflicts = form.against(find_task(request, task_id))
        form.add_error(None, str(refusal))
        return _page(request, task.project, form=form, conflicts=conflicts, status=409)
    except RuleBrokenError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, task.project, form=form, status=422)
    said = _("「%(name)s」を保存しました。") % {"name": task.name}
    return answer(request, change, face=_list(request), said=said)


@require_POST
@login_required
def milestone_achieve(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Say that a milestone was reached today."""
    task = find_task(request, task_id)
    today = timezone.localdate()
    change = achieve_milestone(task=task, on=today, today=today, actor=request.user)
    said = _("「%(name)s」を達成にしました。") % {"name": task.name}
    undo = reverse("tasks:milestone_reopen", args=[task.pk])
    return answer(request, change, face=_list(request, undo), said=said, undo=undo)


@require_POST
@login_required
def milestone_reopen(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Take back that a milestone was reached."""
    task = find_task(request, task_id)
    change = reopen_milestone(task=task, actor=request.user)
    said = _("「%(name)s」を未達成に戻しました。") % {"name": task.name}
    return answer(request, change, face=_list(request), said=said)


@dataclass(frozen=True)
class MilestonesFace:
    """The list of milestones as it answers a change: all of it, since others may have moved along."""

    query: str
    undo: str

    def draw(self, request: SignedInRequest, change: PlanChange, *, said: str) -> HttpResponse:
        """The list anew, and what was said."""
        toast(request, said, undo=self.undo)
        return _page(request, find_project(request, change.project.pk))

    def page(self, change: PlanChange) -> str:
        """The list as it was filtered."""
        address = reverse("tasks:milestone_list", args=[change.project.pk])
        return f"{address}?{self.query}" if self.query else address


def _list(request: SignedInRequest, undo: str = "") -> MilestonesFace:
    query: Any = request.GET.copy()
    query.pop("edit", None)
    return MilestonesFace(str(query.urlencode()), undo)
