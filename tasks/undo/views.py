"""Taking back what one has changed of a plan, and doing it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import is_fragment, render, toast
from projects.permissions import rights_in
from projects.requests import find_project
from tasks.editing.answer import answer
from tasks.editing.forms import first_error
from tasks.sheet.answering import SheetFace
from tasks.undo.forms import StepForm
from tasks.undo.selectors import stacks_of
from tasks.undo.services import ClashError, TakenBack, redo, undo
from tasks.undo.words import clash_lines, name_of

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest


@require_safe
@login_required
def plan_steps(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What can be taken back and done again: the buttons above a plan, the list, or a page of it."""
    project = find_project(request, project_id)
    is_bar = is_fragment(request) and request.headers.get("HX-Target") == "undo-bar"
    context = {
        "section": "projects",
        "tab": "wbs",
        "project": project,
        "rights": rights_in(request.user, project),
        "stacks": stacks_of(request.user, project, limit=1) if is_bar else stacks_of(request.user, project),
    }
    if is_fragment(request) and not is_bar:
        return render(request, "tasks/undo/list_dialog.html", context)
    return render(request, "tasks/undo/steps.html", context, partials=["undo-bar"])


@require_POST
@login_required
def plan_undo(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Take back the newest step, or all through the chosen one."""
    return _turn(request, project_id, is_redo=False)


@require_POST
@login_required
def plan_redo(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Do again what was taken back last, or all through the chosen one."""
    return _turn(request, project_id, is_redo=True)


def _turn(request: SignedInRequest, project_id: int, *, is_redo: bool) -> HttpResponse:
    project = find_project(request, project_id)
    form = StepForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    through, on_clash = form.cleaned_data["through"], form.cleaned_data["clash"]
    turn = redo if is_redo else undo
    try:
        taken = turn(project=project, actor=request.user, through=through, on_clash=on_clash)
    except ClashError as error:
        return _ask(request, project, error, form.cleaned_data, is_redo=is_redo)
    if taken.clashes:
        toast(request, _kept(taken), level="error")
    face = SheetFace(is_rearranged=taken.is_rearranged)
    return answer(request, taken.change, face=face, said=_said(taken, is_redo=is_redo))


def _ask(
    request: SignedInRequest, project: Project, error: ClashError, asked: dict[str, Any], *, is_redo: bool
) -> HttpResponse:
    """Name what another person has changed since; what stays and what goes is the planner's word."""
    context = {
        "section": "projects",
        "tab": "wbs",
        "project": project,
        "rights": rights_in(request.user, project),
        "lines": clash_lines(error.clashes, error.touchers),
        "refusal": str(error),
        "through": asked["through"] or "",
        "is_redo": is_redo,
        "url": reverse("tasks:plan_redo" if is_redo else "tasks:plan_undo", args=[project.pk]),
    }
    if not is_fragment(request):
        return render(request, "tasks/undo/clash.html", context, status=error.status)
    if asked["asks"]:
        return render(request, "tasks/undo/clash_dialog.html", context)
    return render(request, "tasks/undo/clash.html#undo-refusal", context, status=error.status)


def _said(taken: TakenBack, *, is_redo: bool) -> str:
    count = len(taken.steps)
    if count == 1:
        name = name_of(taken.steps[0], taken.change.project)
        return (_("やり直しました：%(step)s") if is_redo else _("元に戻しました：%(step)s")) % {"step": name}
    if is_redo:
        return ngettext(
            "%(count)d件の操作をやり直しました。", "%(count)d件の操作をやり直しました。", count
        ) % {"count": count}
    return ngettext("%(count)d件の操作を元に戻しました。", "%(count)d件の操作を元に戻しました。", count) % {
        "count": count
    }


def _kept(taken: TakenBack) -> str:
    lines = clash_lines(list(taken.clashes), {})
    return _("ほかの人が変更したため、そのままにしました：%(what)s") % {"what": _("、").join(lines)}
