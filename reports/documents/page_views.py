"""A report as a page: the same data in the same order as its files, ready to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web import query
from config.web.htmx import render
from projects.context import current_organization
from projects.models import Project
from projects.permissions import Right, require_in_organization
from projects.requests import find_project
from reports.documents.options import OF_PROJECT, Options
from reports.documents.reading import read_report
from reports.documents.rows import MOST_ROWS, table_rows
from reports.documents.services import kinds, sees_money
from reports.documents.wording import FIGURES, write
from reports.models import ReportKind

if TYPE_CHECKING:
    from projects.models import Organization
    from projects.requests import SignedInRequest
    from reports.documents.contents import Report

TABS: Final = {ReportKind.PROGRESS: "progress", ReportKind.WBS: "wbs"}


@require_safe
@login_required
def report_page(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A report about one project."""
    project = find_project(request, project_id, "organization", "parent")
    kind = query.text(request.GET, "kind") or ReportKind.PROGRESS
    if kind not in OF_PROJECT:
        raise Http404
    return _page(request, kind, project.organization, project)


@require_safe
@login_required
def report_page_of_all(request: SignedInRequest) -> HttpResponse:
    """A report about many projects or people."""
    organization = current_organization(request.user)
    kind = query.text(request.GET, "kind") or ReportKind.PORTFOLIO
    if organization is None or kind in OF_PROJECT or kind not in dict(kinds()):
        raise Http404
    if kind == ReportKind.UTILIZATION:
        require_in_organization(request.user, Right.VIEW_RESOURCES, organization)
    return _page(request, kind, organization, None)


def _page(
    request: SignedInRequest, kind: str, organization: Organization, project: Project | None
) -> HttpResponse:
    options = Options(
        on=timezone.localdate(),
        language=request.user.language,
        money=sees_money(request.user, organization, project),
    )
    report = read_report(kind, user=request.user, organization=organization, project=project, options=options)
    context = {"section": "reports", "kind": kind, "project": project, "report": report, **_parts(report)}
    return render(request, "reports/documents/page.html", context)


def _parts(report: Report) -> dict[str, Any]:
    return {
        "facts": [(fact, write(fact.value, fact.kind)) for fact in report.facts],
        "tables": [(table, table_rows(table), len(table.lines) > MOST_ROWS) for table in report.tables],
        "figures": FIGURES,
        "most": MOST_ROWS,
        "made_at": timezone.now(),
    }
