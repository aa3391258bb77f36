"""The Gantt chart: a page with the rows around its opening place, the rest window by window, and moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.conditional import conditional
from config.web.features import feature
from config.web.htmx import is_fragment, render
from projects import etags
from projects.caching import generation
from projects.errors import RuleBrokenError
from projects.models import Project
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from projects.worktime.moments import day_of
from tasks.allocation.overallocation import tasks_beside
from tasks.editing import moving
from tasks.editing.answer import answer
from tasks.editing.cells import write_cell
from tasks.editing.fields import assignable
from tasks.gantt import page
from tasks.gantt.canvas import View, make_canvas, with_days_off
from tasks.gantt.forms import AssignForm, ChartWindowForm, MoveTaskForm, ResizeTaskForm
from tasks.gantt.sections import section_of
from tasks.gantt.window import load_window
from tasks.models import Task
from tasks.sheet import folding
from tasks.sheet.columns.kinds import Face
from tasks.sheet.columns.registry import registry
from tasks.sheet.rows import text_of
from tasks.sheet.visible import visible_rows

if TYPE_CHECKING:
    from django import forms

    from projects.requests import SignedInRequest
    from tasks.gantt.forms import ChartChangeForm
    from tasks.gantt.geometry.rows import Canvas
    from tasks.plan.outcome import PlanChange
    from tasks.sheet.columns.column import Column
    from tasks.sheet.visible import VisibleRows

MOST_TILES: Final = 6


def _parts(request: SignedInRequest, project: Project, visible: VisibleRows) -> tuple[object, ...]:
    """Everything a chart depends on; names of people and days off change with the organization."""
    return etags.page_parts(request, project, visible, generation(project.organization_id))


def _columns(request: SignedInRequest, project: Project) -> tuple[Column, ...]:
    """What stands beside the chart, for this person."""
    return registry.shown(Face.CHART, rights_in(request.user, project))


@feature("GANTT_CHART")
@require_safe
@login_required
def gantt(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The frame, and the rows around the place it opens at."""
    project = find_project(request, project_id)
    visible = visible_rows(project, request.user)

    def make() -> HttpResponse:
        view = View.read(request.GET.dict())
        rights = rights_in(request.user, project)
        context: dict[str, Any] = {
            "section": "projects",
            "tab": "gantt",
            "project": project,
            "rights": rights,
            "may_edit": Right.EDIT_PLAN in rights,
            "view": view,
            "total": visible.count,
        }
        if visible.count:
            context |= page.drawn_page(project, visible, view, _columns(request, project))
            context["frame"] = page.frame_attributes(project, visible, context["sheet"])
        return render(request, "tasks/gantt/page.html", context)

    return conditional(request, _parts(request, project, visible), make)


@feature("GANTT_CHART")
@require_safe
@login_required
def gantt_rows(request: SignedInRequest, project_id: int) -> HttpResponse:
    """One section of rows, table and picture: what the page asks for while it scrolls."""
    project = find_project(request, project_id)
    form = ChartWindowForm(request.GET)
    if not form.is_valid():
        raise _refusal(form)
    visible = visible_rows(project, request.user)

    def make() -> HttpResponse:
        columns = _columns(request, project)
        sheet = make_canvas(project, View.read(request.GET.dict()), columns)
        section = section_of(project, visible, sheet, columns, **form.cleaned_data)
        return _part(request, project, visible, sheet, page.drawn_section(section))

    return conditional(request, _parts(request, project, visible), make)


@feature("GANTT_CHART")
@require_safe
@login_required
def gantt_axis(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Pieces of the axis and of the shaded ground, for scrolling sideways."""
    project = find_project(request, project_id)
    visible = visible_rows(project, request.user)

    def make() -> HttpResponse:
        sheet = make_canvas(project, View.read(request.GET.dict()))
        asked = request.GET.get("tiles", "").split(",")[:MOST_TILES]
        tiles = [int(text) for text in asked if text.isdecimal() and int(text) < sheet.scale.tiles]
        drawn = page.drawn_tiles(with_days_off(sheet, project, tiles), tiles)
        return _part(request, project, visible, sheet, drawn)

    return conditional(request, _parts(request, project, visible), make)


def _part(
    request: SignedInRequest,
    project: Project,
    visible: VisibleRows,
    sheet: Canvas,
    drawn: str,
    **more: object,
) -> HttpResponse:
    """A piece of the chart, with what tells the page whether it still fits."""
    context = {"frame": page.frame_attributes(project, visible, sheet), "drawn": drawn, **more}
    return render(request, "tasks/gantt/page.html#gantt-part", context)


@feature("GANTT_CHART")
@require_POST
@login_required
def task_move(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """Put a task's start on another day; answer with every row that moved along."""
    task = _task(request, project_id, task_id)
    form = MoveTaskForm(request.POST, task=task)
    if not form.is_valid():
        raise _refusal(form)
    change = moving.move_task(
        task=task, actor=request.user, start_minute=form.start_minute, seen=form.cleaned_data["at"]
    )
    return answer(request, change, face=ChartFace(form), said=_what_moved(task, change))


@feature("GANTT_CHART")
@require_POST
@login_required
def task_resize(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """Put a task's last day elsewhere; answer with every row that moved along."""
    task = _task(request, project_id, task_id)
    form = ResizeTaskForm(request.POST, task=task)
    if not form.is_valid():
        raise _refusal(form)
    change = moving.resize_task(
        task=task, actor=request.user, finish_minute=form.finish_minute, seen=form.cleaned_data["at"]
    )
    return answer(request, change, face=ChartFace(form), said=_what_moved(task, change))


@feature("GANTT_CHART")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def task_assign(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """Ask who works on a task, and set it; answer with every row that looks different then."""
    task = _task(request, project_id, task_id)
    require(request.user, Right.EDIT_PLAN, task.project)
    if request.method != "POST":
        if not is_fragment(request):
            return redirect("tasks:task_detail", task_id)
        context = {
            "task": task, "people": assignable(task.project, limit=200), "text": text_of(task, "assignees")
        }  # fmt: skip
        return render(request, "tasks/gantt/assign_dialog.html", context)
    form = AssignForm(request.POST, task=task)
    if not form.is_valid():
        raise _refusal(form)
    change = write_cell(
        task=task, column="assignees", text=form.cleaned_data["people"], actor=request.user,
        was=form.cleaned_data["was"],
    )  # fmt: skip
    said = _("「%(task)s」の担当を変えました。") % {"task": task.name}
    return answer(request, change, face=ChartFace(form), said=said)


@feature("GANTT_CHART")
@require_POST
@login_required
def task_fold(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """Close or open a branch for this person alone."""
    task = _task(request, project_id, task_id)
    folding.toggle(task=task, user=request.user)
    if is_fragment(request):
        return HttpResponse(status=204)
    return redirect("tasks:gantt", project_id)


def _task(request: SignedInRequest, project_id: int, task_id: int) -> Task:
    tasks = Task.objects.visible_to(request.user).select_related("project")
    return get_object_or_404(tasks, pk=task_id, project=project_id)


def _refusal(form: forms.Form) -> RuleBrokenError:
    """One sentence is enough here: the request came from a drag, not from fields."""
    return RuleBrokenError(" ".join(str(error) for errors in form.errors.values() for error in errors))


@dataclass(frozen=True)
class ChartFace:
    """The chart as it answers a change: the rows that look different now, of those that the page holds."""

    form: ChartChangeForm

    def draw(self, request: SignedInRequest, change: PlanChange, *, said: str) -> HttpResponse:
        """Changed rows of table and picture, every arrow and the progress line of the shown sections."""
        project = change.project
        visible = visible_rows(project, request.user)
        columns = _columns(request, project)
        canvas = make_canvas(project, View.read(request.GET.dict()), columns)
        shown = [section for section in self.form.cleaned_data["shown"] if section.start < visible.count]
        first, last = (shown[0].start, shown[-1].stop) if shown else (0, 0)
        today = day_of(canvas.today)
        window = load_window(project, visible, first=first, count=last - first, on=today, columns=columns)
        changed = change.changed_ids | tasks_beside(change)
        drawn = page.drawn_changes(window, canvas, shown, changed | {self.form.task.pk})
        return _part(
            request, project, visible, canvas, drawn, before=change.revision_before, message=said,
            along=change.along,
        )  # fmt: skip

    def page(self, change: PlanChange) -> str:
        """The chart."""
        return reverse("tasks:gantt", args=[change.project.pk])


def _what_moved(task: Task, change: PlanChange) -> str:
    moved = _("「%(task)s」を動かしました。") % {"task": task.name}
    if not change.along:
        return moved
    return moved + ngettext(
        "%(count)d件のタスクが一緒に動きました。", "%(count)d件のタスクが一緒に動きました。", change.along
    ) % {"count": change.along}
