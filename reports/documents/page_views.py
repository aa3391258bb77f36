"""A report as a page: the same data in the same order as its files, ready to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web import query
from config.web.htmx import render
from projects.context import current_organization
from projects.models import Project
from projects.permissions import require_in_organization
from projects.requests import find_project
from reports.documents.kinds import Subject, report_kinds
from reports.documents.options import Options
from reports.documents.rows import MOST_ROWS, table_rows
from reports.documents.services import last_written, sees_money
from reports.documents.wording import FIGURES, write

if TYPE_CHECKING:
    from projects.models import Organization
    from projects.requests import SignedInRequest
    from reports.documents.contents import Report
    from reports.documents.kinds import ReportKind


@require_safe
@login_required
def report_page(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A report about one project."""
    project = find_project(request, project_id, "organization")
    kind = report_kinds().get(query.text(request.GET, "kind") or "progress")
    if kind is None or not kind.is_of_project:
        raise Http404
    return _page(request, kind, project.organization, project)


@require_safe
@login_required
def report_page_of_all(request: SignedInRequest) -> HttpResponse:
    """A report about many projects or people."""
    organization = current_organization(request.user)
    kind = report_kinds().get(query.text(request.GET, "kind") or "portfolio")
    if organization is None or kind is None or kind.is_of_project or not kind.is_offered:
        raise Http404
    if kind.needs is not None:
        require_in_organization(request.user, kind.needs, organization)
    return _page(request, kind, organization, None)


def _page(
    request: SignedInRequest, kind: ReportKind, organization: Organization, project: Project | None
) -> HttpResponse:
    options = Options(
        on=timezone.localdate(),
        language=request.user.language,
        money=sees_money(request.user, organization, project),
        written=last_written(request.user, project) if kind.is_written else None,
    )
    report = kind.read(Subject(request.user, organization, options, project))
    context = {
        "section": "reports",
        "kind": kind.name,
        "project": project,
        "report": report,
        **_parts(report),
    }
    return render(request, "reports/documents/page.html", context)


def _parts(report: Report) -> dict[str, Any]:
    return {
        "facts": [(fact, write(fact.value, fact.kind)) for fact in report.facts],
        "tables": [(table, table_rows(table), len(table.lines) > MOST_ROWS) for table in report.tables],
        "earned_sums": dict(zip(("pv", "ev", "ac"), report.earned.sums, strict=True))
        if report.earned
        else None,
        "figures": FIGURES,
        "most": MOST_ROWS,
        "made_at": timezone.now(),
    }
