"""One task: its page and drawer, its form, and one cell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import is_fragment, render, toast
from projects.errors import Refusal, RuleBrokenError, StaleRevisionError
from projects.permissions import Right, require, rights_in
from tasks.details.forms import TaskForm
from tasks.editing.answer import answer
from tasks.editing.cells import revise_task, write_cell
from tasks.editing.fields import assignable
from tasks.editing.forms import CellForm, first_error
from tasks.editing.refused import CellChangedError
from tasks.plan.constraint_days import meanings_of
from tasks.sheet.answering import SheetFace, made_once
from tasks.sheet.views import drawer, find_task

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


@require_safe
@login_required
def task_detail(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Everything about a task; htmx gets the drawer beside the WBS."""
    return task_page(request, find_task(request, task_id))


def task_page(request: SignedInRequest, task: Task, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a task, or its drawer; `forms` are those that were refused."""
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


@require_POST
@login_required
def task_edit(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Save the form of a task: all that was changed on it, or nothing."""
    task = find_task(request, task_id)
    require(request.user, Right.EDIT_PLAN, task.project)
    form = TaskForm(request.POST, task=task)
    if not form.is_valid():
        return task_page(request, task, form=form, status=422)
    if form.conflicts:
        return task_page(request, task, form=form.as_seen_now(), conflicts=form.conflicts, status=409)
    typed = {name: str(form[name].value()) for name in form.changed_data}
    try:
        change = revise_task(
            task=task, actor=request.user, revision=task.project.revision, typed=typed, **form.changes()
        )
    except (RuleBrokenError, StaleRevisionError) as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return task_page(request, find_task(request, task_id), form=form, status=refusal.status)
    said = [_saved(task, change)]
    if {"deadline_on", "constraint_on", "constraint_type"} & set(form.changed_data):
        said += meanings_of(task).values()
    return answer(request, change, face=PageFace(task.pk), said=" ".join(said))


def _saved(task: Task, change: PlanChange) -> str:
    others = len(change.changed_ids - {task.pk})
    if not others:
        return _("保存しました。")
    return ngettext(
        "保存しました。ほかに%(count)d件のタスクが変わりました。",
        "保存しました。ほかに%(count)d件のタスクが変わりました。",
        others,
    ) % {"count": others}


@require_POST
@login_required
@made_once
def task_cell(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Write one cell; answer with every shown row that looks different now."""
    task = find_task(request, task_id)
    form = CellForm(request.POST)
    if not form.is_valid():
        return _cell_refused(request, first_error(form))
    try:
        change = write_cell(task=task, actor=request.user, **form.cleaned_data)
    except (RuleBrokenError, CellChangedError) as refusal:
        return _cell_refused(request, refusal)
    return answer(request, change, face=CellFace(task.pk), said=_saved(task, change) if change else "")


def _cell_refused(request: SignedInRequest, refusal: Refusal) -> HttpResponse:
    if not is_fragment(request):
        raise refusal
    context = {"refusal": refusal, "current": getattr(refusal, "current", None)}
    return render(request, "tasks/sheet/page.html#wbs-refusal", context, status=refusal.status)


@dataclass(frozen=True)
class PageFace:
    """The page of a task, which a form leads back to."""

    task_id: int

    def draw(self, request: SignedInRequest, change: PlanChange, *, said: str) -> HttpResponse:
        """The page anew, with what was said."""
        toast(request, said)
        return redirect(self.page(change))

    def page(self, change: PlanChange) -> str:
        """The same page."""
        return reverse("tasks:task_detail", args=[self.task_id])


@dataclass(frozen=True)
class CellFace(PageFace):
    """The sheet, and without scripts the page of the task whose cell was written."""

    def draw(self, request: SignedInRequest, change: PlanChange, *, said: str) -> HttpResponse:
        """The changed rows of those that the page holds."""
        return SheetFace().draw(request, change, said=said)


@dataclass(frozen=True)
class DrawerFace(PageFace):
    """The drawer of a task beside the sheet, which hears that its rows are others now."""

    #: The address that takes the change back.
    undo: str = ""
    #: The page that the change was made from, where it is another than the task's own.
    back: str = ""

    def page(self, change: PlanChange) -> str:
        """Back where the user was."""
        return self.back or super().page(change)

    def draw(self, request: SignedInRequest, change: PlanChange, *, said: str) -> HttpResponse:
        """The drawer anew."""
        toast(request, said, undo=self.undo)
        return drawer_again(request, self.task_id)


def drawer_again(request: SignedInRequest, task_id: int) -> HttpResponse:
    """The drawer anew, and a word to the table beside it; without htmx, back to the page."""
    if not is_fragment(request):
        return redirect("tasks:task_detail", task_id)
    response = task_page(request, find_task(request, task_id))
    response["HX-Trigger"] = "plan-changed"
    return response
