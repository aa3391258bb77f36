"""From the database to plain data: one report of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

from projects import tenancy
from reports.documents.portfolio import portfolio_report
from reports.documents.progress import progress_report
from reports.documents.utilization import utilization_report
from reports.documents.wbs import wbs_report
from reports.models import ReportKind

if TYPE_CHECKING:
    from projects.models import Organization, Project, User
    from reports.documents.contents import Report
    from reports.documents.options import Options


def read_report(
    kind: str, *, user: User, organization: Organization, project: Project | None, options: Options
) -> Report:
    """The data of a report, in the language that is active. Who may see it is for the callers to ask."""
    if kind == ReportKind.UTILIZATION:
        return utilization_report(organization, options)
    if kind == ReportKind.PORTFOLIO:
        return portfolio_report(user, organization, options)
    if project is None:
        raise ValueError(f"a report of the kind {kind} is about a project")
    return wbs_report(project, options) if kind == ReportKind.WBS else progress_report(project, options)


@contextmanager
def snapshot(organization_id: int) -> Iterator[None]:
    """Read one organization as it stands at one moment: an edit meanwhile shows in no part of a report, or in all."""
    if connection.in_atomic_block:
        # A page, or a test: its transaction has begun, and its isolation can't be changed any more.
        with tenancy.scope([organization_id]):
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with tenancy.scope([organization_id]):
            yield
