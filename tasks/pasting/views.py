"""A pasted table: what it will do, and doing it. Nothing is kept between the two: the table comes with each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.htmx import is_fragment, render
from projects.errors import RuleBrokenError
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from tasks.editing.answer import answer
from tasks.editing.forms import first_error
from tasks.pasting.copying import copied
from tasks.pasting.forms import PasteForm
from tasks.pasting.page import page_of
from tasks.pasting.services import PasteRefusedError, apply_paste, preview_paste
from tasks.sheet.answering import SheetFace, made_once
from tasks.sheet.filtering.reading import read_asked, visible_to
from tasks.sheet.forms import SelectionForm
from tasks.sheet.viewing.reading import columns_in

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.pasting.services import Looked


@require_safe
@login_required
def table_copy(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The selected cells for a clipboard, as JSON: {"html": …, "text": …, "rows": 12}; with ?head=1 below their heads."""
    project = find_project(request, project_id)
    form = SelectionForm(request.GET)
    if not form.is_valid():
        raise first_error(form)
    shown = columns_in(request, project, rights_in(request.user, project))
    columns = [column for column, _width in shown if column.name in form.cleaned_data["columns"]]
    found = copied(
        project,
        visible_to(request, project),
        form.chosen,
        columns,
        has_head=bool(request.GET.get("head")),
    )
    return JsonResponse(found._asdict())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def table_paste(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What a pasted table would do; without one a field to paste it into."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    if request.method != "POST":
        form = PasteForm(request.GET or None, rights=rights_in(request.user, project))
        return _empty(request, project, form)
    return _preview(request, project)


@require_POST
@login_required
@made_once
def paste_apply(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Make all of a paste one change of the plan; refused is all of it, and the preview says why."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    form = _valid(request, project)
    table = form.read()
    asked = form.asked(table, form.layout_of(table), read_asked(request, project))
    try:
        looked = apply_paste(
            project=project, asked=asked, actor=request.user, revision=form.cleaned_data["revision"]
        )
    except PasteRefusedError as refusal:
        if is_fragment(request):
            raise
        return _preview(request, project, refusal=str(refusal))
    change = looked.change
    if change is None:
        raise RuntimeError("a paste that was applied has an outcome")
    return answer(
        request,
        change,
        face=_face(looked),
        said=_said(looked) if change else _("変わったところはありません。"),
    )


def _face(looked: Looked) -> SheetFace:
    placing = looked.placing
    if placing is None:
        return SheetFace()
    first = next((pk for pk in placing.ids() if pk is not None), None)
    return SheetFace(focus=first, is_rearranged=bool(placing.made or placing.shifted))


def _said(looked: Looked) -> str:
    new = len(looked.placing.made) if looked.placing else 0
    changed = len(looked.change.edited_ids) - new if looked.change else 0
    said = []
    if new:
        said.append(ngettext("%(count)d行を追加", "%(count)d行を追加", new) % {"count": new})
    if changed > 0:
        said.append(ngettext("%(count)d行を変更", "%(count)d行を変更", changed) % {"count": changed})
    return _("貼り付けました（%(what)s）。") % {"what": _("、").join(said)} if said else _("貼り付けました。")


def _valid(request: SignedInRequest, project: Project) -> PasteForm:
    form = PasteForm(request.POST, rights=rights_in(request.user, project))
    if not form.is_valid():
        raise first_error(form)
    return form


def _preview(request: SignedInRequest, project: Project, *, refusal: str = "") -> HttpResponse:
    try:
        form = _valid(request, project)
        table = form.read()
    except RuleBrokenError as error:
        if is_fragment(request):
            raise
        return _empty(request, project, PasteForm(rights=rights_in(request.user, project)), error)
    layout = form.layout_of(table)
    asked = form.asked(table, layout, read_asked(request, project))
    looked = preview_paste(project=project, asked=asked, actor=request.user)
    context = page_of(project, form, table, layout, asked, looked)
    context |= _around(request, project) | {"refusal": refusal}
    template = "dialog" if is_fragment(request) else "page"
    return render(request, f"tasks/pasting/{template}.html", context, status=422 if refusal else 200)


def _empty(
    request: SignedInRequest, project: Project, form: PasteForm, error: RuleBrokenError | None = None
) -> HttpResponse:
    context = _around(request, project) | {"form": form, "error": error}
    template = "ask" if is_fragment(request) else "empty"
    return render(request, f"tasks/pasting/{template}.html", context, status=422 if error else 200)


def _around(request: SignedInRequest, project: Project) -> dict[str, object]:
    return {
        "section": "projects",
        "tab": "wbs",
        "project": project,
        "rights": rights_in(request.user, project),
    }
