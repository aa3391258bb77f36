"""The WBS: a page with the first rows, the rest window by window, and which branches are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.conditional import conditional
from config.web.htmx import came_from, is_fragment, render
from config.web.pagination import positive
from projects.caching import generation
from projects.errors import RuleBrokenError
from projects.etags import page_parts
from projects.help import keys
from projects.in_hand import take_in_hand
from projects.models import Project
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from tasks.attachments.selectors import attached
from tasks.details.selectors import details
from tasks.editing.fields import LONGEST_NAME, members_called, people_called
from tasks.editing.forms import CommentForm, ProgressForm, first_error
from tasks.gantt.canvas import View, make_canvas
from tasks.gantt.opening import ABOVE, opening_row
from tasks.gantt.page import drawn_chart
from tasks.models import Task
from tasks.sheet import folding
from tasks.sheet.answering import answer_rows, drawn_rows
from tasks.sheet.filtering.page import bar_of
from tasks.sheet.filtering.reading import read_asked, visible_to
from tasks.sheet.finding import find
from tasks.sheet.forms import MOST_MARKED, FindForm, FoldForm, SelectionForm
from tasks.sheet.going import place_of
from tasks.sheet.html import SECTION
from tasks.sheet.selected import selected_ids, words
from tasks.sheet.sorting.page import heads_of
from tasks.sheet.viewing.page import asked_of, opened_view, view_button
from tasks.sheet.viewing.reading import columns_in, pane_in
from tasks.sheet.viewing.seen import Place

if TYPE_CHECKING:
    from collections.abc import Collection

    from projects.requests import SignedInRequest
    from tasks.gantt.geometry.rows import Canvas
    from tasks.sheet.visible import VisibleRows


def find_task(request: SignedInRequest, task_id: int) -> Task:
    """A task as this user sees it, with its project."""
    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("project"), pk=task_id)
    take_in_hand(task.project)
    return task


@require_safe
@login_required
def wbs(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The sheet with the chart folded away."""
    return sheet_page(request, project_id, Place.ALONE)


def sheet_page(request: SignedInRequest, project_id: int, place: Place) -> HttpResponse:
    """The frame and one section of rows; with ?task= the drawer beside it, with ?focus= the cursor in a task's row.

    With ?next=1 a new row stands behind that of the focus.
    """
    project = find_project(request, project_id)
    opened = opened_view(request, project)
    if opened:
        return redirect(opened)
    visible = visible_to(request, project)
    task = _named(request, project, "task")
    focus = _named(request, project, "focus")

    def make() -> HttpResponse:
        return _page(request, project, visible, place, task, focus)

    # What stands in a drawer changes without a new revision: "yesterday" becomes a date.
    return make() if task else conditional(request, parts_of(request, project, visible), make)


def parts_of(request: SignedInRequest, project: Project, visible: VisibleRows) -> tuple[object, ...]:
    """Everything rows and bars depend on; names of people and days off change with the organization."""
    shown = columns_in(request, project, rights_in(request.user, project))
    widths = [(each.column.name, each.width) for each in shown]
    pane = pane_in(request, project)
    named = view_button(request, project)
    return page_parts(request, project, visible, generation(project.organization_id), widths, pane, named)


def _page(
    request: SignedInRequest, project: Project, visible: VisibleRows, place: Place, task: Task | None,
    focus: Task | None,
) -> HttpResponse:  # fmt: skip
    rights = rights_in(request.user, project)
    view = View.read(request.GET.dict())
    sheet = make_canvas(project, view)
    row, above = _opening(request, project, visible, place, task or focus, sheet)
    first = row // SECTION * SECTION
    context: dict[str, Any] = {
        "section": "projects",
        "tab": place.value,
        "project": project,
        "rights": rights,
        "may_edit": Right.EDIT_PLAN in rights,
        "may_report": Right.REPORT_PROGRESS in rights,
        "total": visible.count,
        "is_sheet": visible.total > 0 or Right.EDIT_PLAN in rights,
        "is_empty": not visible.total,
        "first": first,
        "last": min(first + SECTION, visible.count),
        "place": max(row - above, 0),
        "opened": task.pk if task else "",
        "focused": focus.pk if focus else "",
        "goes_on": bool(focus) and request.GET.get("next") == "1",
        "pages": {
            "before": visible.row_at(max(first - SECTION, 0) + 1) if first else None,
            "behind": visible.row_at(first + SECTION + 1) if first + SECTION < visible.count else None,
        },
        "columns": columns_in(request, project, rights),
        "heads": heads_of(columns_in(request, project, rights), read_asked(request, project).order.sort),
        "pane": pane_in(request, project),
        "menu": keys.menu_of(keys.SHEET, may_edit=Right.EDIT_PLAN in rights),
        "drawn": drawn_rows(request, project, visible, rights, first, SECTION),
        "bar": bar_of(request, project, visible),
        "seen": view_button(request, project),
        "asked": asked_of(request, project, visible),
    }
    if place is Place.BESIDE and context["is_sheet"]:
        context |= drawn_chart(
            project, visible, sheet, view, first=first, count=SECTION, place=context["place"],
            may_edit=Right.EDIT_PLAN in rights,
        )  # fmt: skip
    if task:
        context |= drawer(request, task, rights)
    return render(request, "tasks/sheet/page.html", context)


def _opening(
    request: SignedInRequest, project: Project, visible: VisibleRows, place: Place, at: Task | None,
    sheet: Canvas,
) -> tuple[int, int]:  # fmt: skip
    """Where the sheet opens: the place of a row, counted from 0, and how many rows are shown above it."""
    has_row = "row" in request.GET
    if at is None and not has_row and place is Place.BESIDE:
        return min(opening_row(project, visible, sheet), max(visible.count, 1) - 1), ABOVE
    # Where the user has scrolled to comes before where keys go on.
    row = at.row_number if at and not has_row else positive(request.GET.get("row"), 1, 10_000_000)
    found = min(visible.position_of(row or 1), max(visible.count, 1)) - 1
    return found, ABOVE if at and not has_row else 0


def drawer(request: SignedInRequest, task: Task, rights: Collection[Right]) -> dict[str, Any]:
    """All that stands in the drawer of a task, with its two forms."""
    forms = {"comment_form": CommentForm(auto_id="comment-%s"), "progress_form": ProgressForm(task=task)}
    return forms | attached(task, request.user) | details(task, request.user, rights, timezone.localdate())


def _named(request: SignedInRequest, project: Project, field: str) -> Task | None:
    asked = request.GET.get(field, "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    tasks = Task.objects.visible_to(request.user).select_related("project", "calendar")
    return tasks.filter(project=project, pk=int(asked)).first()


@require_safe
@login_required
def wbs_rows(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Sections of rows: what the page asks for while it scrolls."""
    project = find_project(request, project_id)
    parts = parts_of(request, project, visible_to(request, project))
    return conditional(request, parts, lambda: answer_rows(request, project))


@require_safe
@login_required
def wbs_selection(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Which tasks are selected, and what their cells come to; of more than can be changed at once only how many."""
    project = find_project(request, project_id)
    form = SelectionForm(request.GET)
    if not form.is_valid():
        raise first_error(form)
    visible = visible_to(request, project)
    ids = selected_ids(project, visible, form.chosen, MOST_MARKED)
    asked = form.cleaned_data["columns"]
    shown = columns_in(request, project, rights_in(request.user, project))
    columns = [column for column, _width in shown if column.name in asked]
    is_many = len(ids) > MOST_MARKED
    context = {
        "most": MOST_MARKED,
        "is_many": is_many,
        "ids": [] if is_many else ids,
        "words": "" if is_many else words(project, ids, columns, visible=visible, on=timezone.localdate()),
    }
    return render(request, "tasks/sheet/page.html#wbs-selection", context)


@require_safe
@login_required
def wbs_find(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Where the next cell with a text stands, in the whole plan; or with `go` the row that a text names."""
    project = find_project(request, project_id)
    form = FindForm(request.GET)
    if not form.is_valid():
        raise first_error(form)
    asked = form.cleaned_data
    visible = visible_to(request, project)
    if asked["go"]:
        went = place_of(project, visible, asked["text"], on=timezone.localdate())
        return render(request, "tasks/sheet/page.html#wbs-went", {"went": went})
    shown = [column for column, _width in columns_in(request, project, rights_in(request.user, project))]
    found = find(
        project, visible, shown, asked["text"], behind=asked["behind"], inside=asked["inside"], is_back=asked["back"],
        on=timezone.localdate(),
    )  # fmt: skip
    return render(request, "tasks/sheet/page.html#wbs-found", {"found": found})


@require_safe
@login_required
def people_options(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Names to choose from while a cell is typed: those that a text is a part of, of people who work or of members."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    text = request.GET.get("text", "")[:LONGEST_NAME]
    offered = members_called if request.GET.get("of") == "members" else people_called
    context = {"people": offered(project, text)}
    return render(request, "tasks/sheet/page.html#people", context)


def _folded(request: SignedInRequest, project: Project) -> HttpResponse:
    """The rows, or the page that asked."""
    if is_fragment(request):
        return answer_rows(request, project)
    address = reverse("tasks:wbs", args=[project.pk])
    return redirect(came_from(request, within=address.removesuffix("wbs/")) or address)


@require_POST
@login_required
def wbs_fold(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Close or open a branch, open all, or close all below a level, for this person alone."""
    project = find_project(request, project_id)
    form = FoldForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    if form.cleaned_data["all"]:
        folding.open_all(project=project, user=request.user)
        return _folded(request, project)
    if form.cleaned_data["level"]:
        folding.show_levels(project=project, user=request.user, level=form.cleaned_data["level"])
        return _folded(request, project)
    task = get_object_or_404(
        Task.objects.visible_to(request.user), project=project, pk=form.cleaned_data["task"]
    )
    asked = read_asked(request, project)
    if asked.filter:
        raise RuleBrokenError(
            _("絞り込み中は枝をたためません。一致したタスクがすべて見えるように、開いたままにします。")
        )
    if asked.order.sort.is_flat:
        raise RuleBrokenError(_("平らに並べ替えた表に枝はありません。"))
    folding.toggle(task=task, user=request.user)
    if is_fragment(request):
        return answer_rows(request, project, focus=task.pk)
    return redirect(f"{reverse('tasks:wbs', args=[project.pk])}?row={task.row_number}")
