"""Reports: asking for one, watching it being made, taking it, and reading one as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web import query
from config.web.htmx import is_fragment, render, toast
from config.web.pagination import paginate
from projects.context import current_organization
from projects.errors import NotAllowedError, RuleBrokenError
from projects.models import Project
from projects.permissions import Right, require_in_organization
from reports.documents import services as documents
from reports.documents.files import MEDIA
from reports.documents.forms import ReportForm
from reports.documents.kinds import report_kinds
from reports.documents.options import Options
from reports.documents.paper.typesetter import can_typeset
from reports.models import GeneratedReport, ReportFile, ReportFormat, ReportState

if TYPE_CHECKING:
    from projects.models import Organization
    from projects.requests import SignedInRequest
    from reports.documents.kinds import ReportKind
    from reports.documents.services import ReportUnderWay

PER_PAGE: Final = 20


@require_safe
@login_required
def report_list(request: SignedInRequest) -> HttpResponse:
    """A form for a new report, those under way, and those that are made."""
    organization = current_organization(request.user)
    if organization is None:
        return render(request, "reports/dashboard/no_organization.html", {"section": "reports"})
    kind, again = _kind(request, organization), _named(request, organization, "again")
    chosen = _chosen(request, organization, again) if kind.is_of_project else None
    form = ReportForm(
        kind=kind,
        user=request.user,
        organization=organization,
        on=timezone.localdate(),
        chosen=chosen,
        before=_before(request, kind, chosen, again),
        initial=_format(again),
    )
    return _page(request, organization, kind, form, chosen)


def _kind(request: SignedInRequest, organization: Organization) -> ReportKind:
    """The kind that the address names, if this user may request it."""
    offered = documents.kinds_for(request.user, organization)
    return offered.get(query.text(request.GET, "kind")) or next(iter(offered.values()))


def _chosen(
    request: SignedInRequest, organization: Organization, again: GeneratedReport | None
) -> Project | None:
    if again is not None:
        project: Project | None = again.project
        return project
    number = _number(request, "project")
    return (
        Project.objects.visible_to(request.user).filter(organization=organization, pk=number).first()
        if number
        else None
    )


def _number(request: SignedInRequest, name: str) -> int | None:
    return query.positive(request.GET.get(name), 0, 2**62) if request.GET.get(name) else None


def _named(request: SignedInRequest, organization: Organization, name: str) -> GeneratedReport | None:
    """The report of this user that the address names."""
    number = _number(request, name)
    own = GeneratedReport.objects.visible_to(request.user).filter(organization=organization)
    return (
        own.select_related("organization", "project", "requested_by").filter(pk=number).first()
        if number
        else None
    )


def _format(again: GeneratedReport | None) -> dict[str, str]:
    if again is None:
        return {}
    paper = again.options.get("paper", "a4")
    return {"format": f"{again.format}-{paper}" if again.format == ReportFormat.PDF else again.format}


def _before(
    request: SignedInRequest, kind: ReportKind, chosen: Project | None, again: GeneratedReport | None
) -> Options | None:
    """What the form begins with: a report that is made anew, or what this user usually writes on one."""
    if again is not None and again.kind == kind.name:
        return Options.read(again.options)
    if not kind.is_written:
        return None
    return Options(on=timezone.localdate(), written=documents.to_be_written(request.user, chosen))


def _page(
    request: SignedInRequest, organization: Organization, kind: ReportKind, form: ReportForm, chosen: Project | None,
    *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "section": "reports",
        "kinds": [
            (each.name, each.label) for each in documents.kinds_for(request.user, organization).values()
        ],
        "kind": kind.name,
        "form": form,
        "chosen": chosen,
        "is_of_project": kind.is_of_project,
        "can_typeset": can_typeset(),
        **_reports(request, organization),
    }
    return render(request, "reports/documents/list.html", context, partials=["report-made"], status=status)


def _reports(request: SignedInRequest, organization: Organization) -> dict[str, Any]:
    """What is under way and what has ended; the files stay where they are."""
    own = GeneratedReport.objects.visible_to(request.user).filter(organization=organization)
    own = own.select_related("project", "requested_by").order_by("-requested_at", "-pk")
    jobs = documents.under_way(own.filter(state__in=documents.OPEN))
    asked = _asked(request, organization)
    return {
        "jobs": jobs,
        "asked": asked,
        "poll_url": _poll_url(jobs, asked),
        "written_kinds": [each.name for each in report_kinds().values() if each.is_written],
        "keep_days": settings.REPORT_KEEP_DAYS,
        "page": paginate(request, own.exclude(state__in=documents.OPEN), per_page=PER_PAGE),
    }


def _asked(request: SignedInRequest, organization: Organization) -> ReportUnderWay | None:
    """The report that was just requested, which the page acknowledges whatever its state is by now."""
    report = _named(request, organization, "asked")
    return documents.under_way([report])[0] if report else None


def _poll_url(jobs: list[ReportUnderWay], asked: ReportUnderWay | None) -> str:
    about = {"open": ",".join(str(job.report.pk) for job in jobs)} | (
        {"asked": asked.report.pk} if asked else {}
    )
    return f"{reverse('reports:report_status')}?{urlencode(about)}"


@require_POST
@login_required
def report_create(request: SignedInRequest) -> HttpResponse:
    """Ask for a report; it is made beside."""
    organization = _organization(request)
    kind = report_kinds().get(query.text(request.POST, "kind"))
    if kind is None or not kind.is_offered:
        raise Http404
    if kind.needs is not None:
        require_in_organization(request.user, kind.needs, organization)
    on = timezone.localdate()
    form = ReportForm(request.POST, kind=kind, user=request.user, organization=organization, on=on)
    if not form.is_valid():
        return _page(request, organization, kind, form, None, status=422)
    try:
        report = documents.ask_for_report(user=request.user, organization=organization, **form.question)
    except RuleBrokenError as refusal:
        form.add_error(None, str(refusal))
        return _page(
            request, organization, kind, form, form.cleaned_data.get("project"), status=refusal.status
        )
    return redirect(_back(kind, form.cleaned_data.get("project"), report))


def _back(kind: ReportKind, project: Project | None, report: GeneratedReport) -> str:
    about = f"&project={project.pk}" if project else ""
    return f"{reverse('reports:report_list')}?kind={kind.name}{about}&asked={report.pk}"


def _organization(request: SignedInRequest) -> Organization:
    organization = current_organization(request.user)
    if organization is None:
        raise Http404
    return organization


@require_safe
@login_required
def report_status(request: SignedInRequest) -> HttpResponse:
    """What is under way now: asked for each second until nothing is. The list comes along when something has ended."""
    organization = _organization(request)
    context = _reports(request, organization)
    still = {str(job.report.pk) for job in context["jobs"]}
    before = set(request.GET.get("open", "")[:200].split(",")) - {""}
    if not is_fragment(request):
        return redirect("reports:report_list")
    context |= {"is_polled": True, "has_ended": bool(before - still)}
    for report in context["page"].items if context["has_ended"] else ():
        # The one that was requested last is told of above the form, and stays there.
        if (
            str(report.pk) in before
            and report.state == ReportState.DONE
            and report.pk != _number(request, "asked")
        ):
            toast(request, _("レポート「%(name)s」ができました。") % {"name": documents.title_of(report)})
    return render(request, "reports/documents/list.html#report-jobs", context)


def _own(request: SignedInRequest, report_id: int) -> GeneratedReport:
    reports = GeneratedReport.objects.visible_to(request.user).select_related(
        "organization", "project", "requested_by"
    )
    return get_object_or_404(reports, pk=report_id)


@require_POST
@login_required
def report_cancel(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Stop one that is under way."""
    report = _own(request, report_id)
    if documents.cancel_report(report=report):
        toast(request, _("レポートの作成を中止しました。"))
    return redirect("reports:report_list")


@require_POST
@login_required
def report_retry(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Make one again that failed or was stopped."""
    documents.retry_report(report=_own(request, report_id))
    return redirect(f"{reverse('reports:report_list')}?asked={report_id}")


@require_POST
@login_required
def report_delete(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Throw one away."""
    documents.delete_report(report=_own(request, report_id))
    toast(request, _("レポートを削除しました。"))
    return redirect("reports:report_list")


@require_safe
@login_required
def report_download(request: SignedInRequest, report_id: int) -> HttpResponse:
    """The file, for its maker, while they may still see what is in it."""
    report = _own(request, report_id)
    if not documents.may_download(request.user, report):
        raise NotAllowedError(Right.SEE_MONEY)
    file = get_object_or_404(ReportFile, report=report, report__state=ReportState.DONE)
    documents.note(report, "report.downloaded")
    response = HttpResponse(bytes(file.content), content_type=MEDIA[report.format])
    response["Content-Disposition"] = content_disposition_header(True, report.file_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
