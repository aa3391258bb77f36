"""Many cells at once: typed, filled, cleared or pasted in the sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from config.web.htmx import is_fragment, render
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from tasks.editing.answer import answer
from tasks.editing.bulk.forms import LARGEST_ID, BulkForm, CellsForm
from tasks.editing.forms import first_error
from tasks.editing.refused import CellsRefusedError
from tasks.editing.writing import gave_way, write_cells
from tasks.models import Task
from tasks.sheet.answering import SheetFace, made_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.editing.refused import RefusedCell
    from tasks.plan.outcome import PlanChange

#: So many refused values are listed on a page; the rest is a number.
MOST_LISTED: Final = 200
#: So many of the tasks are named above the form.
MOST_NAMED: Final = 3


@require_POST
@login_required
@made_once
def cells_write(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Write many cells as one change. Where one is refused nothing is written, unless `rest` is asked for.

    The refused ones are listed in `#cells-refused`, alone with 422 (409 where others have changed them), or beside the rows.
    """
    project = find_project(request, project_id)
    require(request.user, Right.REPORT_PROGRESS, project)
    form = CellsForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    cells = form.cleaned_data["cells"]
    try:
        written = write_cells(
            project=project, cells=cells, actor=request.user, applies_rest=form.cleaned_data["rest"]
        )
    except CellsRefusedError as refusal:
        return _refused(request, project, refusal)
    change = replace(written.change, rebalanced=gave_way(written.change.step, cells))
    said = ""
    if change:
        said = ngettext("%(count)d件のセルを変えました。", "%(count)d件のセルを変えました。", written.written)
    response = answer(request, change, face=SheetFace(), said=said and said % {"count": written.written})
    if written.refused and is_fragment(request):
        response.content += _list(request, project, written.refused).content
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def tasks_edit(request: SignedInRequest, project_id: int) -> HttpResponse:
    """One form for all marked tasks; on POST one change of them, or the list of what cannot be changed.

    The sheet posts with `opens`, too: the ids of two thousand tasks are longer than an address may be.
    """
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    rights = rights_in(request.user, project)
    asked = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" or "opens" in asked:
        form = BulkForm(initial={name: asked.get(name, "") for name in ("tasks", "filter")}, rights=rights)
        return _bulk_page(request, project, form)
    form = BulkForm(request.POST, rights=rights)
    if not form.is_valid():
        return _bulk_page(request, project, form, status=422)
    try:
        written = write_cells(
            project=project, cells=form.cells, actor=request.user, applies_rest=form.cleaned_data["rest"]
        )
    except CellsRefusedError as refusal:
        status = 409 if refusal.is_stale else 422
        return _bulk_page(request, project, form, refusal=refusal, status=status)
    change = replace(written.change, rebalanced=gave_way(written.change.step, form.cells))
    tasks = len(written.change.edited_ids)
    said = ngettext("%(count)d件のタスクを変えました。", "%(count)d件のタスクを変えました。", tasks) % {
        "count": tasks
    }
    if written.refused:
        left = len(written.refused)
        said += ngettext(
            "%(count)d個の値は変えられなかったため、そのままです。",
            "%(count)d個の値は変えられなかったため、そのままです。", left,
        ) % {"count": left}  # fmt: skip
    face = BulkFace(task_id=form.cleaned_data["tasks"][0], filter=form.cleaned_data["filter"])
    return answer(request, change, face=face, said=said)


def _bulk_page(
    request: SignedInRequest, project: Project, form: BulkForm, *, status: int = 200,
    refusal: CellsRefusedError | None = None,
) -> HttpResponse:  # fmt: skip
    ids = [
        int(piece)
        for piece in str(form["tasks"].value() or "").split(",")
        if piece.isascii() and piece.isdigit()
    ]
    marked = Task.objects.filter(
        project=project, deleted_at=None, pk__in=[pk for pk in ids if pk <= LARGEST_ID]
    )
    count = marked.count()
    names = list(marked.order_by("row_number").values_list("name", flat=True)[:MOST_NAMED])
    context = {
        "section": "projects", "tab": "wbs", "project": project, "rights": rights_in(request.user, project),
        "form": form, "count": count, "names": names, "others": count - len(names), "refusal": refusal,
        "refused": refusal.refused[:MOST_LISTED] if refusal else (),
        "more": max(len(refusal.refused) - MOST_LISTED, 0) if refusal else 0,
    }  # fmt: skip
    template = "dialog" if is_fragment(request) else "page"
    return render(request, f"tasks/editing/bulk/{template}.html", context, status=status)


@dataclass(frozen=True)
class BulkFace(SheetFace):
    """The sheet, at one of the tasks that were changed."""

    task_id: int = 0
    #: By what it was filtered.
    filter: str = ""

    def page(self, change: PlanChange) -> str:
        """With the cursor in its row, filtered as before."""
        asked = {"filter": self.filter} if self.filter else {}
        return f"{super().page(change)}?{urlencode(asked | {'focus': self.task_id})}"


def _refused(request: SignedInRequest, project: Project, refusal: CellsRefusedError) -> HttpResponse:
    if not is_fragment(request):
        raise refusal
    return _list(request, project, refusal.refused, refusal)


def _list(
    request: SignedInRequest,
    project: Project,
    refused: Sequence[RefusedCell],
    refusal: CellsRefusedError | None = None,
) -> HttpResponse:
    context = {"project": project, "refused": refused, "refusal": refusal}
    status = 200 if refusal is None else 409 if refusal.is_stale else 422
    return render(request, "tasks/editing/bulk/refused.html", context, status=status)
