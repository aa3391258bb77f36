"""計画の更新: the form, what would follow from it, and the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config.web.htmx import render
from projects.errors import Refusal
from projects.permissions import Right, require
from projects.requests import find_project
from tasks.baselines.selectors import row_words
from tasks.editing.answer import answer
from tasks.preview.words import words_of
from tasks.progress.update_forms import REPORT, UpdateForm
from tasks.progress.updating import Updated, preview_update, update_plan
from tasks.sheet.answering import SheetFace

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest

#: So many rows are taken over from the sheet.
MOST_ASKED: Final = 20_000


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan_update(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Bring a plan up to a day: `step=preview` shows what would follow, `step=apply` does it.

    The sheet posts with `opens` which rows the form begins with.
    """
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    if request.method != "POST" or "opens" in request.POST:
        on = project.status_on or timezone.localdate()
        form = UpdateForm(initial={"on": on, "does": REPORT, "rows": _rows_asked(request, project)})
        return _page(request, project, form)
    form = UpdateForm(request.POST)
    if not form.is_valid():
        return _page(request, project, form, status=422)
    try:
        if request.POST.get("step") != "apply":
            done = preview_update(project=project, actor=request.user, update=form.update_asked)
            return _page(request, project, form, done=done)
        done = update_plan(
            project=project,
            actor=request.user,
            update=form.update_asked,
            revision=form.cleaned_data["revision"],
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, project, form, status=refusal.status)
    return answer(request, done.change, face=SheetFace(), said=_said(done))


def _said(done: Updated) -> str:
    count = done.counts.reported + done.counts.moved
    return ngettext(
        "計画を更新しました：%(count)d件のタスク。", "計画を更新しました：%(count)d件のタスク。", count
    ) % {"count": count}


def _rows_asked(request: SignedInRequest, project: Project) -> str:
    """The rows that were selected in the sheet, as their numbers; posted, since hundreds of ids are longer than an address may be."""
    asked = request.POST.get("tasks", "").split(",")[:MOST_ASKED]
    ids = [int(text) for text in asked if text.isascii() and text.isdigit() and len(text) < 19]
    return row_words(project, ids) if ids else ""


def _page(
    request: SignedInRequest,
    project: Project,
    form: UpdateForm,
    *,
    done: Updated | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"section": "projects", "tab": "gantt", "project": project, "form": form}
    if done is not None:
        context |= {"done": done.counts, **words_of(done.change)}
        context["revision"] = done.change.revision_before
    return render(request, "tasks/progress/update.html", context, status=status)
