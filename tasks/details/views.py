"""One task: its page and drawer, its form, one cell of it, progress, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import is_fragment, render, toast
from projects.errors import Refusal, RuleBrokenError, StaleRevisionError
from projects.permissions import Right, require, rights_in
from tasks.allocation.overallocation import tasks_beside
from tasks.allocation.telling import tell_overloads
from tasks.details.forms import TaskForm
from tasks.editing.cells import CellChangedError, revise_task, write_cell
from tasks.editing.fields import assignable
from tasks.editing.forms import CellForm, CommentForm, ProgressForm, first_error
from tasks.editing.rebalanced import figures_of, in_a_row, what_gave_way
from tasks.my_work.views import answer_line
from tasks.progress import services as progress
from tasks.reasons.chain import explain
from tasks.reasons.conflicts import is_held, tell_conflicts
from tasks.sheet.views import answer_rows, drawer, find_task

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.models import Task


@require_safe
@login_required
def task_detail(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Everything about a task; htmx gets the drawer beside the WBS."""
    return _page(request, find_task(request, task_id))


def _page(request: SignedInRequest, task: Task, *, status: int = 200, **forms: Any) -> HttpResponse:
    rights = rights_in(request.user, task.project)
    context = {
        "section": "projects",
        "tab": "wbs",
        "rights": rights,
        **drawer(request, task, rights),
        **forms,
    }
    is_drawer = is_fragment(request) and request.headers.get("HX-Target") == "task-drawer"
    if context["may_edit"] and not is_drawer:
        context["assignable"] = assignable(task.project, limit=200)
        context.setdefault("form", TaskForm(task=task))
    return render(request, "tasks/details/page.html", context, partials=["task-drawer"], status=status)


@require_safe
@login_required
def task_why(request: SignedInRequest, task_id: int) -> HttpResponse:
    """From a task's dates down to what nobody drives, each step a link; htmx gets the drawer beside WBS or chart."""
    task = find_task(request, task_id)
    context = {
        "section": "projects", "tab": "wbs", "project": task.project, "task": task,
        "rights": rights_in(request.user, task.project),
        "end": "finish" if request.GET.get("end") == "finish" else "start",
        **explain(task)._asdict(),
    }  # fmt: skip
    return render(request, "tasks/reasons/page.html", context, partials=["task-drawer", "task-held"])


@require_POST
@login_required
def task_edit(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Save the form of a task: all that was changed on it, or nothing."""
    task = find_task(request, task_id)
    require(request.user, Right.EDIT_PLAN, task.project)
    form = TaskForm(request.POST, task=task)
    if not form.is_valid():
        return _page(request, task, form=form, status=422)
    if form.conflicts:
        return _page(request, task, form=form.as_seen_now(), conflicts=form.conflicts, status=409)
    typed = {name: str(form[name].value()) for name in form.changed_data}
    before, was_held = figures_of(task, typed), is_held(task)
    try:
        changed = revise_task(task=task, actor=request.user, revision=task.project.revision, **form.changes())
    except (RuleBrokenError, StaleRevisionError) as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, find_task(request, task_id), form=form, status=refusal.status)
    toast(request, in_a_row(_saved(task, changed), what_gave_way(before, task, typed)))
    tell_overloads(request)
    tell_conflicts(request, task, was_held=was_held)
    return redirect("tasks:task_detail", task.pk)


def _saved(task: Task, changed: frozenset[int]) -> str:
    others = len(changed - {task.pk})
    if not others:
        return _("保存しました。")
    return ngettext(
        "保存しました。ほかに%(count)d件のタスクが変わりました。",
        "保存しました。ほかに%(count)d件のタスクが変わりました。",
        others,
    ) % {"count": others}


@require_POST
@login_required
def task_cell(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Write one cell; answer with every shown row that looks different now."""
    task = find_task(request, task_id)
    form = CellForm(request.POST)
    if not form.is_valid():
        return _cell_refused(request, first_error(form))
    typed = {form.cleaned_data["column"]: form.cleaned_data["text"]}
    before, was_held = figures_of(task, typed), is_held(task)
    try:
        changed = write_cell(task=task, actor=request.user, **form.cleaned_data)
    except (RuleBrokenError, CellChangedError) as refusal:
        return _cell_refused(request, refusal)
    message = _saved(task, changed) if changed else ""
    gave_way = what_gave_way(before, task, typed)
    if gave_way:
        # Seen, too: what was saved is only spoken.
        toast(request, gave_way)
    tell_overloads(request)
    tell_conflicts(request, task, was_held=was_held)
    if is_fragment(request):
        return answer_rows(
            request, task.project, message=message, only=changed | tasks_beside(task.project_id)
        )
    toast(request, message)
    return redirect("tasks:task_detail", task.pk)


def _cell_refused(request: SignedInRequest, refusal: Refusal) -> HttpResponse:
    if not is_fragment(request):
        raise refusal
    context = {"refusal": refusal, "current": getattr(refusal, "current", None)}
    return render(request, "tasks/sheet/page.html#wbs-refusal", context, status=refusal.status)


@require_POST
@login_required
def progress_report(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Say how far a task is."""
    task = find_task(request, task_id)
    form = ProgressForm(request.POST, task=task)
    refusal = None
    if form.is_valid():
        try:
            progress.report_progress(
                task=task,
                actor=request.user,
                percentage=form.cleaned_data["progress"],
                actual_work_minutes=form.cleaned_data["actual_work"],
                note=form.cleaned_data["note"],
                is_on_hold=form.cleaned_data["is_on_hold"],
            )
        except RuleBrokenError as error:
            refusal = error
            form.add_error(error.field if error.field in form.fields else None, str(error))
    if request.headers.get("HX-Target") == f"my-task-{task_id}" and is_fragment(request):
        return answer_line(request, find_task(request, task_id), form)
    if not form.is_valid() or refusal:
        require(request.user, Right.REPORT_PROGRESS, task.project)
        return _page(request, find_task(request, task_id), progress_form=form, status=422)
    toast(request, _("進捗を%(progress)d%%にしました。") % {"progress": task.progress_percentage})
    return _said(request, task_id)


def _said(request: SignedInRequest, task_id: int) -> HttpResponse:
    """The drawer anew, and a word to the table beside it; without htmx, back to the page."""
    if not is_fragment(request):
        return redirect("tasks:task_detail", task_id)
    response = _page(request, find_task(request, task_id))
    response["HX-Trigger"] = "plan-changed"
    return response


@require_POST
@login_required
def comment_add(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Say something about a task."""
    task = find_task(request, task_id)
    require(request.user, Right.COMMENT, task.project)
    form = CommentForm(request.POST, auto_id="comment-%s")
    if not form.is_valid():
        return _page(request, task, comment_form=form, status=422)
    progress.add_comment(task=task, body=form.cleaned_data["body"], actor=request.user)
    return _said(request, task_id)
