"""A workbook comes back: its form, its preview, and what is made of it as one change of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from config.web.htmx import render
from projects.errors import RuleBrokenError, StaleRevisionError
from projects.permissions import Right, require, rights_in
from projects.requests import find_project
from tasks.editing.answer import answer
from tasks.pasting.forms import offered_to
from tasks.pasting.services import PasteRefusedError, apply_paste, preview_paste
from tasks.sheet.answering import SheetFace
from tasks.workbooks.edits import read_edits, unpacked
from tasks.workbooks.merging import Decisions, weigh
from tasks.workbooks.page import decided, page_of

if TYPE_CHECKING:
    from projects.models import Project
    from projects.requests import SignedInRequest
    from tasks.pasting.services import Looked
    from tasks.workbooks.edits import Edits

MOST_UPLOADED_BYTES: Final = 20 * 2**20
_LONGEST_REVISION: Final = 12


class ReturnForm(forms.Form):
    """A workbook of our own; what it is is told from its content."""

    file = forms.FileField(
        label=gettext_lazy("直した Excel ファイル"), allow_empty_file=True, max_length=255,
        help_text=gettext_lazy("この計画から書き出した .xlsx。20 MB まで。"),
        error_messages={"required": gettext_lazy("取り込むファイルを選んでください。")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm"}),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """Refuse what is too large before a byte of it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_UPLOADED_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます（20 MB まで）。"))
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def workbook_return(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Choose a file; with one, or with what one has changed, what it will do. Nothing is saved."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    if request.method != "POST":
        return _empty(request, project, ReturnForm())
    if "edits" in request.POST:
        return _again(request, project)
    form = ReturnForm(request.POST, request.FILES)
    if not form.is_valid():
        return _empty(request, project, form)
    file = form.cleaned_data["file"]
    offered = offered_to(rights_in(request.user, project))
    try:
        edits = read_edits(file, project, offered=offered, file_name=file.name)
    except RuleBrokenError as refused:
        form.add_error("file", str(refused))
        return _empty(request, project, form)
    return _preview(request, project, edits, Decisions())


@require_POST
@login_required
def workbook_apply(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Make all that a file changes one change of the plan; refused is all of it, and the preview says why."""
    project = find_project(request, project_id)
    require(request.user, Right.EDIT_PLAN, project)
    try:
        edits = unpacked(request.POST.get("edits", ""))
    except RuleBrokenError as refused:
        return _outdated(request, project, str(refused))
    decisions = decided(request.POST)
    weighed = weigh(project, edits, decisions)
    if weighed.open_conflicts(decisions) or (weighed.gone and decisions.deletes is None):
        return _preview(request, project, edits, decisions, refusal=_("まだ選んでいないところがあります。"))
    text = request.POST.get("revision", "")
    revision = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_REVISION else None
    try:
        looked = apply_paste(project=project, asked=weighed.asked, actor=request.user, revision=revision)
    except (PasteRefusedError, StaleRevisionError) as refused:
        project.refresh_from_db()
        return _preview(request, project, edits, decisions, refusal=str(refused))
    if looked.change is None:
        raise RuntimeError("a file that was taken in has an outcome")
    face = SheetFace(is_rearranged=True)
    return answer(request, looked.change, face=face, said=_said(looked, len(weighed.asked.gone)))


def _said(looked: Looked, gone: int) -> str:
    new = len(looked.placing.made) if looked.placing else 0
    changed = len(looked.differing.keys() - set(looked.placing.made if looked.placing else ()))
    said = []
    if new:
        said.append(ngettext("%(count)d行を追加", "%(count)d行を追加", new) % {"count": new})
    if changed:
        said.append(ngettext("%(count)d行を変更", "%(count)d行を変更", changed) % {"count": changed})
    if gone:
        said.append(ngettext("%(count)d行を削除", "%(count)d行を削除", gone) % {"count": gone})
    return _("Excel の変更を取り込みました（%(what)s）。") % {"what": _("、").join(said) or "—"}


def _again(request: SignedInRequest, project: Project) -> HttpResponse:
    try:
        edits = unpacked(request.POST["edits"])
    except RuleBrokenError as refused:
        return _outdated(request, project, str(refused))
    conflicts = weigh(project, edits, Decisions()).merged.conflicts
    return _preview(request, project, edits, decided(request.POST, conflicts))


def _preview(
    request: SignedInRequest, project: Project, edits: Edits, decisions: Decisions, *, refusal: str = ""
) -> HttpResponse:
    weighed = weigh(project, edits, decisions)
    looked = preview_paste(project=project, asked=weighed.asked, actor=request.user)
    context = page_of(project, edits, decisions, weighed, looked)
    context |= _around(request, project) | {"refusal": refusal}
    return render(request, "tasks/workbooks/preview.html", context, status=422 if refusal else 200)


def _outdated(request: SignedInRequest, project: Project, why: str) -> HttpResponse:
    return _empty(request, project, ReturnForm(), why)


def _empty(request: SignedInRequest, project: Project, form: ReturnForm, refusal: str = "") -> HttpResponse:
    problems = [*form.errors.get("file", ()), *([refusal] if refusal else [])]
    context = _around(request, project) | {"form": form, "problems": problems}
    return render(request, "tasks/workbooks/return.html", context, status=422 if problems else 200)


def _around(request: SignedInRequest, project: Project) -> dict[str, object]:
    return {
        "section": "projects", "tab": "wbs", "project": project, "rights": rights_in(request.user, project),
    }  # fmt: skip
