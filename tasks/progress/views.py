"""How far a task is, reported from its drawer, its page or マイタスク, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from config.web.htmx import came_from, is_fragment
from projects.errors import RuleBrokenError
from projects.permissions import Right, require
from tasks.details.views import DrawerFace, task_page
from tasks.editing.answer import answer
from tasks.editing.forms import ProgressForm
from tasks.my_work.views import LineFace, answer_line
from tasks.plan.actions.progress import REPORTED
from tasks.progress.services import report_progress, take_back_report
from tasks.progress.words import said_of, taken_back
from tasks.sheet.views import find_task

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.editing.answer import AnswerFace
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


@require_POST
@login_required
def progress_report(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Say how far a task is."""
    task = find_task(request, task_id)
    form = ProgressForm(request.POST, task=task)
    change = _report(request, task, form) if form.is_valid() else None
    if change is not None:
        entry = next(each for each in change.step if each.action == REPORTED)
        undo = reverse("tasks:progress_undo", args=[task_id, entry.pk])
        return answer(
            request, change, face=_face(request, task_id, undo), said=said_of(entry, task), undo=undo
        )
    if _is_line(request, task_id):
        return answer_line(request, find_task(request, task_id), form=form)
    require(request.user, Right.REPORT_PROGRESS, task.project)
    return task_page(request, find_task(request, task_id), progress_form=form, status=422)


def _report(request: SignedInRequest, task: Task, form: ProgressForm) -> PlanChange | None:
    """What came of it; None where a rule refuses it, which the form says then."""
    try:
        return report_progress(
            task=task,
            actor=request.user,
            percentage=form.cleaned_data["progress"],
            added_work_minutes=form.cleaned_data["added_work"],
            note=form.cleaned_data["note"],
            is_on_hold=form.cleaned_data["is_on_hold"],
            seen=form.cleaned_data["seen"],
        )
    except RuleBrokenError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


@require_POST
@login_required
def progress_undo(request: SignedInRequest, task_id: int, entry_id: int) -> HttpResponse:
    """Take back what oneself has reported."""
    task = find_task(request, task_id)
    change = take_back_report(task=task, report_id=entry_id, actor=request.user)
    return answer(request, change, face=_face(request, task_id), said=taken_back(task))


def _is_line(request: SignedInRequest, task_id: int) -> bool:
    return is_fragment(request) and request.headers.get("HX-Target") == f"my-task-{task_id}"


def _face(request: SignedInRequest, task_id: int, undo: str = "") -> AnswerFace:
    """Where the report was made."""
    back = came_from(request)
    if _is_line(request, task_id) or back == reverse("tasks:my_tasks"):
        return LineFace(task_id, undo)
    return DrawerFace(task_id, undo, back)
