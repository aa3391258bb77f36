"""A plan file in: upload, look at what would be made, make it, see how far its dates hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.htmx import is_fragment, render, toast
from projects.context import current_organization
from projects.errors import RuleBrokenError
from projects.jobs.showing import progress_of
from projects.lifecycle.forms import apply
from projects.models import Organization, Project
from projects.permissions import Right, require, require_in_organization, rights_in
from projects.requests import SignedInRequest, find_project
from projects.worktime.moments import day_of, first_day_of
from tasks.importing import difference_rows, lines, running, tables
from tasks.importing.forms import (
    EXISTING,
    KEEP,
    NEW,
    RECOMPUTED,
    RECORDED,
    SHIFT,
    ImportForm,
    UploadForm,
)
from tasks.importing.preview import free_project_code
from tasks.importing.recompute import recompute_import
from tasks.importing.table_form import choices_sent, makes_people_sent
from tasks.importing.table_people import people_sent, shown_people
from tasks.importing.uploads import TableSaid, keep_upload, read_again
from tasks.models import PlanImport

if TYPE_CHECKING:
    from projects.models import AskedJob

#: The part of a page that asks how far an import is.
JOB_PART = "import-job"
#: What the preview of a table shows where it stands, and not among the notices.
TOLD_BY_CELL = ("sheet_doubt", "sheet_remark")


@require_http_methods(["GET", "POST"])
@login_required
def plan_import(request: SignedInRequest) -> HttpResponse:
    """Upload a file that becomes a project of the organization."""
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    require_in_organization(request.user, Right.CREATE_PROJECT, organization)
    return _upload(request, organization, None)


@require_http_methods(["GET", "POST"])
@login_required
def project_import(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Upload a file that becomes the plan of a project without tasks."""
    project = find_project(request, project_id, "organization")
    require(request.user, Right.EDIT_PLAN, project)
    return _upload(request, project.organization, project)


def _upload(request: SignedInRequest, organization: Organization, project: Project | None) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            kept = apply(
                form,
                lambda: keep_upload(
                    stream=file,
                    file_name=file.name,
                    organization=organization,
                    actor=request.user,
                    project=project,
                ),
            )
            if kept is not None:
                return redirect("tasks:plan_import_preview", kept.pk)
    context = {"section": "projects", "form": form, "project": project}
    return render(request, "tasks/importing/upload.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def plan_import_preview(request: SignedInRequest, import_id: int) -> HttpResponse:
    """What an import of this file makes, what is doubtful in it, and what is lost; while it is made, how far that is."""
    upload = _own_upload(request, import_id)
    is_asked_by_job = request.headers.get("HX-Target") == JOB_PART
    if upload.state == PlanImport.State.IMPORTED:
        if is_asked_by_job and upload.project is not None:
            toast(request, _("「%(name)s」に計画を取り込みました") % {"name": upload.project.name})
        return redirect("tasks:plan_import_result", upload.project_id, upload.pk)
    job = running.job_of(upload)
    if job is not None:
        return _running(request, upload, job)
    if is_asked_by_job:
        return redirect("tasks:plan_import_preview", upload.pk)  # the form again, with the reason
    return _preview(request, upload, _form_of_last_time(request, upload))


@require_POST
@login_required
def plan_import_read(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Read a table once more, with what its owner says of it; what cannot be read so leaves the reading that stands."""
    upload = _own_upload(request, import_id)
    table = upload.summary.get("table")
    if table is None or upload.state != PlanImport.State.PREVIEWED:
        return redirect("tasks:plan_import_preview", upload.pk)
    try:
        said = TableSaid(
            choices_sent(request.POST, table),
            makes_people_sent(request.POST, table),
            people=people_sent(request.POST, table),
        )
        read_again(plan_import=upload, said=said)
    except RuleBrokenError as refused:
        toast(request, str(refused), level="error")
    else:
        toast(request, _("読み直しました"))
    return redirect(f"{reverse('tasks:plan_import_preview', args=[upload.pk])}#reading")


@require_POST
@login_required
def plan_import_run(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Have all of it made; a refusal leaves nothing behind and says what to change."""
    upload = _own_upload(request, import_id)
    if upload.state == PlanImport.State.IMPORTED:
        return redirect("tasks:plan_import_result", upload.project_id, upload.pk)
    form = _import_form(request, upload, request.POST)
    if form.is_valid() and apply(form, lambda: _start(request, upload, form)):
        return redirect("tasks:plan_import_preview", upload.pk)
    return _preview(request, upload, form, status=422)


def _start(request: SignedInRequest, upload: PlanImport, form: ImportForm) -> bool:
    chosen = form.chosen
    if upload.project is not None:
        chosen["project"] = upload.project
    running.start_import(plan_import=upload, actor=request.user, **chosen)
    return True


@require_POST
@login_required
def plan_import_discard(request: SignedInRequest, import_id: int) -> HttpResponse:
    """Throw an upload away that is not wanted after all, also while it is made."""
    upload = _own_upload(request, import_id)
    if not running.discard_upload(plan_import=upload):
        return redirect("tasks:plan_import_preview", upload.pk)
    toast(request, _("「%(file)s」は取り込みませんでした") % {"file": upload.file_name})
    return redirect("tasks:plan_import")


@require_safe
@login_required
def plan_import_result(request: SignedInRequest, project_id: int, import_id: int) -> HttpResponse:
    """How many dates of the file hold, and each that does not with both values and the reason."""
    project = find_project(request, project_id, "organization")
    done = _imported(project, import_id)
    context = {
        "section": "projects",
        "tab": "overview",
        "project": project,
        "done": done,
        "differences": difference_rows.of_project(request, project),
        "dates": done.summary["dates"],
        "may_recompute": done.summary.get("as_recorded")
        and Right.EDIT_PLAN in rights_in(request.user, project),
        "doubtful": lines.notices(done.summary, "doubtful"),
        "lost": lines.notices(done.summary, "lost"),
    }
    return render(request, "tasks/importing/result.html", context, partials=("differences",))


@require_POST
@login_required
def plan_import_recompute(request: SignedInRequest, project_id: int, import_id: int) -> HttpResponse:
    """Let a plan that was kept as recorded follow its links and calendars from now on."""
    project = find_project(request, project_id, "organization")
    require(request.user, Right.EDIT_PLAN, project)
    done = _imported(project, import_id)
    try:
        moved = len(recompute_import(plan_import=done, actor=request.user).moves)
    except RuleBrokenError as refused:
        toast(request, str(refused), level="error")
    else:
        toast(
            request,
            ngettext("%(count)s件のタスクが動きました", "%(count)s件のタスクが動きました", moved)
            % {"count": f"{moved:,}"},
        )
    return redirect("tasks:plan_import_result", project.pk, done.pk)


# -- finding and showing ---------------------------------------------------------------------------------------


def _imported(project: Project, import_id: int) -> PlanImport:
    found = PlanImport.objects.defer("content").filter(project=project, state=PlanImport.State.IMPORTED)
    return get_object_or_404(found, pk=import_id)


def _own_upload(request: SignedInRequest, import_id: int) -> PlanImport:
    """An upload of this very user, for an organization and a project that they still see."""
    own = PlanImport.objects.filter(uploaded_by=request.user, organization__memberships__user=request.user)
    own = own.filter(Q(project=None) | Q(project__in=Project.objects.visible_to(request.user)))
    return get_object_or_404(own.defer("content").select_related("organization", "project"), pk=import_id)


def _import_form(request: SignedInRequest, upload: PlanImport, data: Any = None) -> ImportForm:
    today = timezone.localdate()
    initial: dict[str, Any] = {"starts_on": today}
    if upload.project is None and data is None:
        initial |= {"name": upload.summary["name"], "code": free_project_code(upload.organization)}
    period = upload.summary.get("period")
    return ImportForm(
        data, user=request.user, organization=upload.organization, fixed=upload.project, initial=initial,
        is_past=period is not None and day_of(first_day_of(period[0])) < today,
    )  # fmt: skip


def _form_of_last_time(request: SignedInRequest, upload: PlanImport) -> ImportForm:
    """The form, where a run made nothing as it was sent, with the reason at its field."""
    field, text = running.problem_of(upload)
    if not text:
        return _import_form(request, upload)
    chosen = upload.chosen or {}
    data = {
        **chosen.get("fields", {}),
        "target": EXISTING if chosen.get("project") else NEW,
        "project": chosen.get("project"),
        "dates": RECORDED if chosen.get("as_recorded") else RECOMPUTED,
        "begin": SHIFT if chosen.get("starts_on") else KEEP,
        "starts_on": chosen.get("starts_on") or "",
    }
    form = _import_form(request, upload, data)
    form.errors.clear()
    form.add_error(field if field in form.fields else None, text)
    return form


def _running(request: SignedInRequest, upload: PlanImport, job: AskedJob) -> HttpResponse:
    progress = progress_of(job, running.STEPS, since=job.asked_at, now=timezone.now())
    context = {
        "section": "projects", "upload": upload, "project": upload.project, "progress": progress,
        "is_new": not is_fragment(request),
    }  # fmt: skip
    return render(request, "tasks/importing/running.html", context, partials=(JOB_PART,))


def _preview(
    request: SignedInRequest, upload: PlanImport, form: ImportForm, *, status: int = 200
) -> HttpResponse:
    summary = upload.summary
    context = {
        "section": "projects",
        "upload": upload,
        "form": form,
        "project": upload.project,
        "summary": summary,
        "period": summary["period"],
        "sample": lines.sample_rows(summary),
        "differences": difference_rows.of_preview(request, summary),
        "dates": summary["dates"],
        "doubtful": lines.notices(summary, "doubtful", without=TOLD_BY_CELL),
        "lost": lines.notices(summary, "lost", without=TOLD_BY_CELL),
        "table": tables.shown(summary["table"], summary["period"]) if "table" in summary else None,
        "people": shown_people(summary["table"], upload.organization) if "table" in summary else [],
    }
    return render(request, "tasks/importing/preview.html", context, partials=("differences",), status=status)
