"""Many cells at once: typed, filled, cleared or pasted in the sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.web.htmx import is_fragment, render
from projects.permissions import Right, require
from projects.requests import find_project
from tasks.editing.answer import answer
from tasks.editing.bulk.forms import CellsForm
from tasks.editing.forms import first_error
from tasks.editing.refused import CellsRefusedError
from tasks.editing.writing import gave_way, write_cells
from tasks.sheet.views import SheetFace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.editing.refused import RefusedCell


@require_POST
@login_required
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
