"""What would follow from a change, asked while a bar is held, a link is drawn, or a text stands in an editor. Nothing is written.

The answer is JSON, since only scripts ask; it has all that one change is told by (`tasks/editing/answer.py`):

    {
      "revision": 12,                       the plan that it was tried on
      "finish": {"before": "2026/06/30", "after": "2026/07/02"},   the last day of the project; "" without tasks
      "along": 37,                          tasks that would move along
      "critical": 4,                        tasks that would begin, or cease, to be critical
      "bars": [                             of the tasks in `shown`: those that would lie elsewhere or change their criticality
        {"task": 4711, "start": 29598180, "finish": 29599080,      plan minutes (since 1970-01-01 00:00)
         "startDay": "2026/04/20", "finishDay": "2026/04/22", "critical": true}
      ],
      "overallocated": [{"resource": 7, "day": "2026/04/21", "planned": 600, "capacity": 480}],   minutes
      "missed": [4720],                     tasks that would begin to miss their deadlines
      "warnings": ["…"]                     the same in sentences of the reader's language
    }

What would be refused is refused with its sentence (422), as the change itself would be; while the plan is being changed 409.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from config.web import formats
from projects.in_hand import take_in_hand
from projects.permissions import Right, require
from projects.worktime.moments import day_of, ends_on
from tasks.editing.answer import warnings_of
from tasks.editing.forms import first_error
from tasks.gantt.forms import DrawnLinkForm, MoveTaskForm, ResizeTaskForm
from tasks.models import Task
from tasks.preview.forms import CellPreviewForm, ShownForm
from tasks.preview.services import (
    Foreseen,
    GhostBar,
    preview_cell,
    preview_link,
    preview_move,
    preview_resize,
)

if TYPE_CHECKING:
    from projects.requests import SignedInRequest

#: So many days of people are listed; the sentences sum them up.
MOST_DAYS: Final = 100


@require_POST
@login_required
def cell_preview(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """A text in a cell: `column`, `text`, `shown` (ids of tasks)."""
    task = _task(request, project_id, task_id)
    form = CellPreviewForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    return _answer(preview_cell(task=task, actor=request.user, **form.cleaned_data))


@require_POST
@login_required
def bar_preview(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """A bar that is held: `start` or `finish` as a day, `shown` (ids of tasks)."""
    task = _task(request, project_id, task_id)
    require(request.user, Right.EDIT_PLAN, task.project)
    shown = _shown(request)
    if "finish" in request.POST:
        resize = ResizeTaskForm({"finish": request.POST["finish"]})
        if not resize.is_valid():
            raise first_error(resize)
        return _answer(
            preview_resize(task=task, finish_minute=resize.finish_minute, actor=request.user, shown=shown)
        )
    move = MoveTaskForm({"start": request.POST.get("start", "")}, task=task)
    if not move.is_valid():
        raise first_error(move)
    return _answer(preview_move(task=task, start_minute=move.start_minute, actor=request.user, shown=shown))


@require_POST
@login_required
def link_preview(request: SignedInRequest, project_id: int, task_id: int) -> HttpResponse:
    """A link that is being drawn to a task: `predecessor`, `kind` (FS, SS, FF, SF), `shown` (ids of tasks)."""
    task = _task(request, project_id, task_id)
    require(request.user, Right.EDIT_PLAN, task.project)
    form = DrawnLinkForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    found = preview_link(
        task=task, actor=request.user, shown=_shown(request),
        predecessor_id=form.cleaned_data["predecessor"], link_type=form.cleaned_data["kind"],
    )  # fmt: skip
    return _answer(found)


def _shown(request: SignedInRequest) -> list[int]:
    form = ShownForm(request.POST)
    return form.cleaned_data["shown"] if form.is_valid() else []


def _task(request: SignedInRequest, project_id: int, task_id: int) -> Task:
    tasks = Task.objects.visible_to(request.user).select_related("project")
    task = get_object_or_404(tasks, pk=task_id, project=project_id)
    take_in_hand(task.project)
    return task


def _answer(found: Foreseen) -> JsonResponse:
    change = found.change
    return JsonResponse({
        "revision": change.revision_before,
        "finish": {"before": _last_day(change.finish_before), "after": _last_day(change.finish_after)},
        "along": change.along,
        "critical": found.critical,
        "bars": [_bar(each) for each in found.bars],
        "overallocated": [
            {"resource": day.resource_id, "day": formats.day_plain(day_of(day.day)), "planned": day.planned, "capacity": day.capacity}
            for day in change.overallocated[:MOST_DAYS]
        ],
        "missed": list(change.missed_deadlines),
        "warnings": warnings_of(change),
    })  # fmt: skip


def _bar(bar: GhostBar) -> dict[str, Any]:
    return {
        "task": bar.task_id, "start": bar.start, "finish": bar.finish, "critical": bar.is_critical,
        "startDay": formats.day_plain(bar.start),
        "finishDay": formats.day_plain(ends_on(max(bar.finish, bar.start + 1))),
    }  # fmt: skip


def _last_day(minute: int | None) -> str:
    return formats.day_plain(ends_on(minute)) if minute is not None else ""
