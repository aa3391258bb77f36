"""What changes the tree of a plan: add, indent, outdent, move, delete. The WBS page shows what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from config.web.htmx import is_fragment, render
from projects.permissions import Right, require
from projects.requests import find_project
from tasks.editing import links, tree
from tasks.editing.answer import answer
from tasks.editing.forms import (
    AddTaskForm,
    MarkedForm,
    PlaceRowsForm,
    ReplaceForm,
    ShiftForm,
    ShiftRowsForm,
    first_error,
)
from tasks.editing.hidden import check_adding, check_levels, check_moves
from tasks.editing.replacing import replace_in_names
from tasks.models import Task
from tasks.sheet.answering import SheetFace, made_once
from tasks.sheet.views import find_task

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.plan.outcome import PlanChange


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@made_once
def task_add(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Add a row behind another, under it, or at the end."""
    project = find_project(request, project_id)
    if request.method != "POST":
        require(request.user, Right.EDIT_PLAN, project)
        form = AddTaskForm(initial={"after": request.GET.get("after")})
        return _add_page(request, project, form)
    form = AddTaskForm(request.POST)
    if not form.is_valid():
        if is_fragment(request):
            raise first_error(form)
        return _add_page(request, project, form, status=422)
    typed = form.cleaned_data
    goes_on = typed.pop("goes_on")
    after, before = (_found(request, project, typed.pop(side)) for side in ("after", "before"))
    if after or before:
        check_adding(request, project)
    task, change = tree.add_task(project=project, actor=request.user, after=after, before=before, **typed)
    count = typed["rows"]
    if count > 1:
        message = ngettext("%(count)d件を追加しました。", "%(count)d件を追加しました。", count) % {
            "count": count
        }
    else:
        message = _("「%(task)s」を追加しました。") % {"task": task.name}
    face = SheetFace(focus=task.pk, is_rearranged=True, goes_on=goes_on)
    return answer(request, change, face=face, said=message)


def _found(request: SignedInRequest, project: Project, task_id: int | None) -> Task | None:
    """A task of this plan by its id; 404 where this user sees none."""
    tasks = Task.objects.visible_to(request.user).filter(project=project)
    return get_object_or_404(tasks, pk=task_id) if task_id else None


def _add_page(
    request: SignedInRequest, project: Project, form: AddTaskForm, status: int = 200
) -> HttpResponse:
    context = {"section": "projects", "tab": "wbs", "project": project, "form": form}
    return render(request, "tasks/editing/add.html", context, status=status)


def _marked(request: SignedInRequest) -> list[int]:
    form = MarkedForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        raise first_error(form)
    ids: list[int] = form.cleaned_data["tasks"]
    return ids


def _own(project: Project, ids: list[int]) -> list[int]:
    """Those of them that are rows of this plan."""
    rows = Task.objects.filter(project=project, deleted_at__isnull=True, pk__in=ids).order_by("row_number")
    return list(rows.values_list("pk", flat=True))


def _rearranged(
    request: SignedInRequest, change: PlanChange, said: str, focus: int | None = None
) -> HttpResponse:
    return answer(request, change, face=SheetFace(focus=focus, is_rearranged=True), said=said)


@require_POST
@login_required
@made_once
def tasks_indent(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Put the marked tasks under the rows above them."""
    project = find_project(request, project_id)
    ids = _own(project, _marked(request))
    check_levels(request, project, ids, outwards=False)
    change = tree.indent_tasks(project=project, task_ids=ids, actor=request.user)
    message = ngettext("%(count)d件を字下げしました。", "%(count)d件を字下げしました。", len(ids))
    return _rearranged(request, change, message % {"count": len(ids)}, ids[0])


@require_POST
@login_required
@made_once
def tasks_outdent(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Bring the marked tasks one level out."""
    project = find_project(request, project_id)
    ids = _own(project, _marked(request))
    check_levels(request, project, ids, outwards=True)
    change = tree.outdent_tasks(project=project, task_ids=ids, actor=request.user)
    message = ngettext("%(count)d件の字下げを戻しました。", "%(count)d件の字下げを戻しました。", len(ids))
    return _rearranged(request, change, message % {"count": len(ids)}, ids[0])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@made_once
def tasks_delete(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Say what goes with the marked tasks, also on POST with `opens`; on POST delete them, with `asks` only where nothing
    else goes along.
    """
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    ids = _own(project, _marked(request))
    if request.method == "POST" and "opens" not in request.POST:
        result = tree.what_goes_along(project, ids)
        if "asks" in request.POST and (result["actual_work_minutes"] or result["tasks"] > len(ids) > 0):
            # More goes than was chosen, or work that was done: the page asks first.
            refused = {"refusal": _("選んだ行のほかに失われるものがあります。"), "current": "asks"}
            return render(request, "tasks/sheet/page.html#wbs-refusal", refused, status=409)
        change = tree.delete_tasks(project=project, task_ids=ids, actor=request.user)
        message = ngettext("%(count)d件を削除しました。", "%(count)d件を削除しました。", result["tasks"])
        return _rearranged(request, change, message % {"count": result["tasks"]})
    marked = Task.objects.filter(project=project, pk__in=ids[:5]).order_by("row_number")
    goes = tree.what_goes_along(project, ids)
    context = {
        "section": "projects",
        "tab": "wbs",
        "project": project,
        "ids": ",".join(map(str, ids)),
        "marked": marked,
        "more": max(len(ids) - 5, 0),
        "goes": goes | {"extra": goes["tasks"] - len(ids)},
    }
    template = "tasks/editing/delete_dialog.html" if is_fragment(request) else "tasks/editing/delete.html"
    return render(request, template, context)


@require_POST
@login_required
def row_shift(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Move a row past the one above or below."""
    task = find_task(request, task_id)
    form = ShiftForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    down = form.cleaned_data["direction"] == "down"
    change = tree.shift_rows(project=task.project, task_ids={task.pk}, down=down, actor=request.user)
    message = _("「%(task)s」を下に動かしました。") if down else _("「%(task)s」を上に動かしました。")
    return _rearranged(request, change, message % {"task": task.name}, task.pk)


@require_POST
@login_required
@made_once
def tasks_shift(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Move the marked rows together past the ones above or below."""
    project = find_project(request, project_id)
    form = ShiftRowsForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    ids = _own(project, form.cleaned_data["tasks"])
    down = form.cleaned_data["direction"] == "down"
    check_moves(request, project)
    change = tree.shift_rows(project=project, task_ids=ids, down=down, actor=request.user)
    message = ngettext("%(count)d件を動かしました。", "%(count)d件を動かしました。", len(ids))
    return _rearranged(request, change, message % {"count": len(ids)}, ids[0])


@require_POST
@login_required
@made_once
def tasks_place(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Put rows in front of another, under it, or at the end: what dragging does."""
    project = find_project(request, project_id)
    form = PlaceRowsForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    ids = _own(project, form.cleaned_data["tasks"])
    target = _found(request, project, form.cleaned_data["target"])
    as_child = form.cleaned_data["as_child"]
    check_moves(request, project)
    change = tree.move_rows(
        project=project, task_ids=ids, target=target, as_child=as_child, actor=request.user
    )
    message = ngettext("%(count)d件を動かしました。", "%(count)d件を動かしました。", len(ids))
    return _rearranged(request, change, message % {"count": len(ids)}, ids[0])


@require_POST
@login_required
@made_once
def tasks_link(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Let each of the marked tasks wait for the one that was marked before it."""
    project = find_project(request, project_id)
    ids = _marked(request)
    change = links.link_in_order(project=project, task_ids=ids, actor=request.user)
    message = ngettext("%(count)d件をつなぎました。", "%(count)d件をつなぎました。", len(ids))
    return answer(request, change, face=SheetFace(), said=message % {"count": len(ids)})


@require_POST
@login_required
@made_once
def tasks_unlink(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Take the links between the marked tasks away."""
    project = find_project(request, project_id)
    change = links.unlink(project=project, task_ids=_marked(request), actor=request.user)
    return answer(request, change, face=SheetFace(), said=_("依存関係を外しました。"))


@require_POST
@login_required
@made_once
def names_replace(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Replace a text in all names of a plan."""
    project = find_project(request, project_id)
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    count, change = replace_in_names(project=project, actor=request.user, **form.cleaned_data)
    message = ngettext("%(count)d件の名前を変えました。", "%(count)d件の名前を変えました。", count)
    return answer(request, change, face=SheetFace(), said=message % {"count": count})
