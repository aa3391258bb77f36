"""The WBS: a page with the first rows, the rest window by window, and what changes the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.htmx import is_fragment, render, toast
from config.web.pagination import positive
from projects.models import Project
from projects.permissions import Right, require, rights_in
from tasks.forms import (
    AddTaskForm,
    CommentForm,
    FoldForm,
    MarkedForm,
    PlaceForm,
    ProgressForm,
    ShiftForm,
    WindowForm,
    first_error,
)
from tasks.models import Task
from tasks.rows_wbs import SECTION, draw_row, draw_section, load_rows, make_look
from tasks.selectors import visible_rows
from tasks.services import folding, outline
from tasks.services.editing import assignable
from tasks.task_details import details

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.requests import SignedInRequest
    from tasks.selectors import VisibleRows


def _project(request: SignedInRequest, project_id: int) -> Project:
    projects = Project.objects.visible_to(request.user).select_related("parent")
    return get_object_or_404(projects, pk=project_id)


def find_task(request: SignedInRequest, task_id: int) -> Task:
    """A task as this user sees it, with its project."""
    return get_object_or_404(Task.objects.visible_to(request.user).select_related("project"), pk=task_id)


@require_safe
@login_required
def wbs(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The frame and one section of rows; with ?task= the drawer beside it."""
    project = _project(request, project_id)
    rights = rights_in(request.user, project)
    visible = visible_rows(project, request.user)
    task = _opened(request, project)
    row = task.row_number if task else positive(request.GET.get("row"), 1, 10_000_000)
    place = min(visible.position_of(row or 1), max(visible.count, 1)) - 1
    first = place // SECTION * SECTION
    context: dict[str, Any] = {
        "section": "projects",
        "tab": "wbs",
        "project": project,
        "rights": rights,
        "may_edit": Right.EDIT_PLAN in rights,
        "may_report": Right.REPORT_PROGRESS in rights,
        "total": visible.count,
        "first": first,
        "last": min(first + SECTION, visible.count),
        "place": place,
        "opened": task.pk if task else "",
        "pages": {
            "before": visible.row_at(max(first - SECTION, 0) + 1) if first else None,
            "behind": visible.row_at(first + SECTION + 1) if first + SECTION < visible.count else None,
        },
        "drawn": _drawn(request, project, visible, rights, first, SECTION),
    }
    if task:
        context |= drawer(request, task, rights)
    return render(request, "tasks/wbs.html", context)


def drawer(request: SignedInRequest, task: Task, rights: Collection[Right]) -> dict[str, Any]:
    """All that stands in the drawer of a task, with its two forms."""
    forms = {"comment_form": CommentForm(auto_id="comment-%s"), "progress_form": ProgressForm(task=task)}
    return forms | details(task, request.user, rights, timezone.localdate())


def _opened(request: SignedInRequest, project: Project) -> Task | None:
    asked = request.GET.get("task", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    tasks = Task.objects.visible_to(request.user).select_related("project", "calendar")
    return tasks.filter(project=project, pk=int(asked)).first()


def _drawn(
    request: SignedInRequest, project: Project, visible: VisibleRows, rights: Collection[Right], first: int,
    count: int,
    only: Collection[int] | None = None,
) -> str:  # fmt: skip
    """Sections of rows; or with `only` the rows of these tasks, which replace what is shown."""
    look = make_look(visible, marks_own=Right.EDIT_PLAN not in rights)
    rows = load_rows(
        project, visible, request.user, first=first, count=count, on=timezone.localdate(), only=only
    )
    if only is not None:
        drawn = "".join(draw_row(row, place, look) for place, row in rows)
        return mark_safe(f"<tbody>{drawn}</tbody>")  # every text in it is escaped
    pieces = [
        draw_section([row for row in rows if begin <= row[0] < begin + SECTION], look, begin)
        for begin in range(first, min(first + count, visible.count), SECTION)
    ]
    return mark_safe("".join(pieces))  # every text in it is escaped


def answer_rows(
    request: SignedInRequest, project: Project, *, message: str = "", focus: int | None = None,
    only: Collection[int] | None = None,
) -> HttpResponse:  # fmt: skip
    """What the page shows differently after a change, and a sentence about it."""
    first, count = WindowForm(request.POST if request.method == "POST" else request.GET).window
    rights = rights_in(request.user, project)
    visible = visible_rows(project, request.user)
    context = {
        "project": project,
        "total": visible.count,
        "message": message,
        "focus": focus,
        "drawn": _drawn(request, project, visible, rights, first, count, only),
    }
    return render(request, "tasks/wbs.html#wbs-part", context)


@require_safe
@login_required
def wbs_rows(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Sections of rows: what the page asks for while it scrolls."""
    return answer_rows(request, _project(request, project_id))


@require_safe
@login_required
def people_options(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Names to choose from while assigning; asked for when the first cell is edited."""
    project = _project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    context = {"people": assignable(project, limit=200)}
    return render(request, "tasks/wbs.html#people", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def task_add(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Add a row behind another, under it, or at the end."""
    project = _project(request, project_id)
    if request.method != "POST":
        require(request.user, Right.EDIT_PLAN, project)
        form = AddTaskForm(initial={"after": request.GET.get("after")})
        return _add_page(request, project, form)
    form = AddTaskForm(request.POST)
    if not form.is_valid():
        if is_fragment(request):
            raise first_error(form)
        return _add_page(request, project, form, status=422)
    tasks = Task.objects.visible_to(request.user).filter(project=project)
    after_id = form.cleaned_data.pop("after")
    after = get_object_or_404(tasks, pk=after_id) if after_id else None
    task, _result = outline.add_task(project=project, actor=request.user, after=after, **form.cleaned_data)
    message = _("「%(task)s」を追加しました。") % {"task": task.name}
    if is_fragment(request):
        return answer_rows(request, project, message=message, focus=task.pk)
    toast(request, message)
    return redirect(f"{reverse('tasks:wbs', args=[project.pk])}?task={task.pk}")


def _add_page(
    request: SignedInRequest, project: Project, form: AddTaskForm, status: int = 200
) -> HttpResponse:
    context = {"section": "projects", "tab": "wbs", "project": project, "form": form}
    return render(request, "tasks/task_add.html", context, status=status)


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
    request: SignedInRequest, project: Project, message: str, focus: int | None = None
) -> HttpResponse:
    if is_fragment(request):
        return answer_rows(request, project, message=message, focus=focus)
    toast(request, message)
    address = reverse("tasks:wbs", args=[project.pk])
    return redirect(f"{address}?task={focus}" if focus else address)


@require_POST
@login_required
def tasks_indent(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Put the marked tasks under the rows above them."""
    project = _project(request, project_id)
    ids = _own(project, _marked(request))
    outline.indent_tasks(project=project, task_ids=ids, actor=request.user)
    message = ngettext("%(count)d件を字下げしました。", "%(count)d件を字下げしました。", len(ids))
    return _rearranged(request, project, message % {"count": len(ids)}, ids[0])


@require_POST
@login_required
def tasks_outdent(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Bring the marked tasks one level out."""
    project = _project(request, project_id)
    ids = _own(project, _marked(request))
    outline.outdent_tasks(project=project, task_ids=ids, actor=request.user)
    message = ngettext("%(count)d件の字下げを戻しました。", "%(count)d件の字下げを戻しました。", len(ids))
    return _rearranged(request, project, message % {"count": len(ids)}, ids[0])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def tasks_delete(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Say what goes with the marked tasks; on POST delete them."""
    project = _project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    ids = _own(project, _marked(request))
    if request.method == "POST":
        result = outline.what_goes_along(project, ids)
        outline.delete_tasks(project=project, task_ids=ids, actor=request.user)
        message = ngettext("%(count)d件を削除しました。", "%(count)d件を削除しました。", result["tasks"])
        return _rearranged(request, project, message % {"count": result["tasks"]})
    marked = Task.objects.filter(pk__in=ids[:5]).order_by("row_number")
    goes = outline.what_goes_along(project, ids)
    context = {
        "section": "projects",
        "tab": "wbs",
        "project": project,
        "ids": ",".join(map(str, ids)),
        "marked": marked,
        "more": max(len(ids) - 5, 0),
        "goes": goes | {"extra": goes["tasks"] - len(ids)},
    }
    template = "tasks/task_delete_dialog.html" if is_fragment(request) else "tasks/task_delete.html"
    return render(request, template, context)


@require_POST
@login_required
def wbs_fold(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Close or open a branch for this person alone."""
    project = _project(request, project_id)
    form = FoldForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    task = get_object_or_404(
        Task.objects.visible_to(request.user), project=project, pk=form.cleaned_data["task"]
    )
    folding.toggle(task=task, user=request.user)
    return _rearranged(request, project, "", task.pk)


@require_POST
@login_required
def row_shift(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Move a row past the one above or below."""
    task = find_task(request, task_id)
    form = ShiftForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    down = form.cleaned_data["direction"] == "down"
    outline.shift_row(project=task.project, task=task, down=down, actor=request.user)
    message = _("「%(task)s」を下に動かしました。") if down else _("「%(task)s」を上に動かしました。")
    return _rearranged(request, task.project, message % {"task": task.name}, task.pk)


@require_POST
@login_required
def row_place(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Put a row in front of another, under it, or at the end: what dragging does."""
    task = find_task(request, task_id)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    target = None
    if form.cleaned_data["target"]:
        tasks = Task.objects.visible_to(request.user).filter(project=task.project_id)
        target = get_object_or_404(tasks, pk=form.cleaned_data["target"])
    outline.move_row(
        project=task.project,
        task=task,
        target=target,
        as_child=form.cleaned_data["as_child"],
        actor=request.user,
    )
    message = _("「%(task)s」を移動しました。") % {"task": task.name}
    return _rearranged(request, task.project, message, task.pk)
