"""The chart beside the sheet: unfolding it, its axis piece by piece, and what is done to its bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.conditional import conditional
from config.web.features import feature
from config.web.htmx import is_fragment, render
from config.web.query import positive
from projects.in_hand import take_in_hand
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from tasks.editing import moving
from tasks.editing.answer import answer
from tasks.editing.cells import write_cell
from tasks.editing.fields import assignable
from tasks.editing.forms import first_error
from tasks.editing.links import link_two
from tasks.gantt import page
from tasks.gantt.canvas import View, make_canvas, with_days_off
from tasks.gantt.fitting import fit_asked, fitting
from tasks.gantt.forms import AssignForm, DrawnLinkForm, MoveTaskForm, ResizeTaskForm
from tasks.models import Task
from tasks.sheet.answering import SheetFace, made_once
from tasks.sheet.filtering.reading import visible_to
from tasks.sheet.forms import SheetWindowForm
from tasks.sheet.rows import text_of
from tasks.sheet.viewing.seen import Place
from tasks.sheet.views import parts_of, sheet_page

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.plan.outcome import PlanChange

MOST_TILES: Final = 6


@feature("GANTT_CHART")
@require_safe
@login_required
def gantt(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The sheet with the chart beside it, from the first task that is not done, or where the address says."""
    return sheet_page(request, project_id, Place.BESIDE)


@feature("GANTT_CHART")
@require_safe
@login_required
def gantt_chart(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The chart alone, beside the rows that a page shows already: it was unfolded, or drawn at another scale.

    `fit` lets the server choose the scale, so that the plan or the selected rows are seen as a whole.
    """
    project = find_project(request, project_id)
    visible = visible_to(request, project)
    first, count = SheetWindowForm(request.GET).window

    def make() -> HttpResponse:
        may_edit = Right.EDIT_PLAN in rights_in(request.user, project)
        view = View.read(request.GET.dict())
        fit = fit_asked(project, visible, request.GET)
        if fit is not None:
            view = fitting(view, fit, request.GET)
        # The address follows what is seen; where it says nothing yet, the page shows its first rows.
        row = positive(request.GET.get("row"), visible.row_at(first + 1), 10_000_000)
        place = visible.position_of(row) - 1
        sheet = make_canvas(project, view)
        context = page.drawn_chart(
            project, visible, sheet, view, first=first, count=count, place=place, may_edit=may_edit
        )
        context |= {"project": project, "may_edit": may_edit, "fit": fit}
        return render(request, "tasks/gantt/beside.html#gantt-beside", context)

    return conditional(request, parts_of(request, project, visible), make)


@feature("GANTT_CHART")
@require_safe
@login_required
def gantt_axis(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Pieces of the axis and of the shaded ground, for scrolling sideways."""
    project = find_project(request, project_id)
    visible = visible_to(request, project)

    def make() -> HttpResponse:
        sheet = make_canvas(project, View.read(request.GET.dict()))
        asked = request.GET.get("tiles", "").split(",")[:MOST_TILES]
        tiles = [int(text) for text in asked if text.isdecimal() and int(text) < sheet.scale.tiles]
        drawn = page.drawn_tiles(with_days_off(sheet, project, tiles), tiles)
        return render(request, "tasks/gantt/beside.html#gantt-part", {"sheet": sheet, "drawn": drawn})

    return conditional(request, parts_of(request, project, visible), make)


@feature("GANTT_CHART")
@require_POST
@login_required
@made_once
def task_move(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """Put a task's start on another day; answer with every row that moved along."""
    task = _task(request, project_id, task_id)
    form = MoveTaskForm(request.POST, task=task)
    if not form.is_valid():
        raise first_error(form)
    change = moving.move_task(
        task=task, actor=request.user, start_minute=form.start_minute, seen=form.cleaned_data["at"]
    )
    return _told(request, task, change, _("「%(task)s」を動かしました。"))


@feature("GANTT_CHART")
@require_POST
@login_required
@made_once
def task_resize(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """Put a task's last day elsewhere; answer with every row that moved along."""
    task = _task(request, project_id, task_id)
    form = ResizeTaskForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    change = moving.resize_task(
        task=task, actor=request.user, finish_minute=form.finish_minute, seen=form.cleaned_data["at"]
    )
    return _told(request, task, change, _("「%(task)s」を動かしました。"))


@feature("GANTT_CHART")
@require_POST
@login_required
@made_once
def task_link(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """Let a task wait for the one from which a link was drawn: `predecessor`, and `kind` by the ends (FS, SS, FF, SF)."""
    task = _task(request, project_id, task_id)
    form = DrawnLinkForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    change = link_two(
        task=task, actor=request.user,
        predecessor_id=form.cleaned_data["predecessor"], link_type=form.cleaned_data["kind"],
    )  # fmt: skip
    return _told(request, task, change, _("「%(task)s」を先行タスクにつなぎました。"))


@feature("GANTT_CHART")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@made_once
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
    form = AssignForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    change = write_cell(
        task=task, column="assignees", text=form.cleaned_data["people"], actor=request.user,
        was=form.cleaned_data["was"],
    )  # fmt: skip
    said = _("「%(task)s」の担当を変えました。") % {"task": task.name}
    return answer(request, change, face=SheetFace(place=Place.BESIDE, also=task.pk), said=said)


def _task(request: SignedInRequest, project_id: int, task_id: int) -> Task:
    tasks = Task.objects.visible_to(request.user).select_related("project")
    task = get_object_or_404(tasks, pk=task_id, project=project_id)
    take_in_hand(task.project)
    return task


def _told(request: SignedInRequest, task: Task, change: PlanChange, sentence: str) -> HttpResponse:
    """The rows that look different, and the sentence with the task's name and with how many moved along."""
    said = sentence % {"task": task.name}
    if change.along:
        said += ngettext(
            "%(count)d件のタスクが一緒に動きました。", "%(count)d件のタスクが一緒に動きました。", change.along
        ) % {"count": change.along}
    # A bar that was let go where it has to stay is drawn there again.
    return answer(request, change, face=SheetFace(place=Place.BESIDE, also=task.pk), said=said)
