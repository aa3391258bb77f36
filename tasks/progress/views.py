"""How far a task is, reported from its drawer, its page or マイタスク."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.htmx import is_fragment
from projects.errors import RuleBrokenError
from projects.permissions import Right, require
from tasks.details.views import DrawerFace, task_page
from tasks.editing.answer import answer
from tasks.editing.forms import ProgressForm
from tasks.my_work.views import LineFace, answer_line
from tasks.progress.services import report_progress
from tasks.sheet.views import find_task

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


@require_POST
@login_required
def progress_report(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Say how far a task is."""
    task = find_task(request, task_id)
    form = ProgressForm(request.POST, task=task)
    change = _report(request, task, form) if form.is_valid() else None
    is_line = is_fragment(request) and request.headers.get("HX-Target") == f"my-task-{task_id}"
    if change is not None:
        said = _("進捗を%(progress)d%%にしました。") % {"progress": task.progress_percentage}
        return answer(
            request, change, face=LineFace(task_id, form) if is_line else DrawerFace(task_id), said=said
        )
    if is_line:
        return answer_line(request, find_task(request, task_id), form)
    require(request.user, Right.REPORT_PROGRESS, task.project)
    return task_page(request, find_task(request, task_id), progress_form=form, status=422)


def _report(request: SignedInRequest, task: Task, form: ProgressForm) -> PlanChange | None:
    """What came of it; None where a rule refuses it, which the form says then."""
    try:
        return report_progress(
            task=task,
            actor=request.user,
            percentage=form.cleaned_data["progress"],
            actual_work_minutes=form.cleaned_data["actual_work"],
            note=form.cleaned_data["note"],
            is_on_hold=form.cleaned_data["is_on_hold"],
        )
    except RuleBrokenError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None
