"""Reports that users get without asking: an operator, a program or a schedule has requested them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from projects.models import OrganizationMember, OrganizationRole, Project, ProjectMember, ProjectRole
from projects.permissions import System
from reports.documents.options import Options
from reports.documents.services import ACTOR, OPEN, note, one_at_a_time, sees_money, start
from reports.models import GeneratedReport, ReportState

if TYPE_CHECKING:
    from projects.models import User


def make_scheduled(
    schedule_id: int, *, user: User, project: Project, kind: str, file_format: str, options: Options
) -> GeneratedReport:
    """Put a report of a schedule into the queue, for one of those who get it; no user waits, so it counts for no limit."""
    report = GeneratedReport.objects.create(
        organization=project.organization, project=project, kind=kind, format=file_format,
        options=options.store(), requested_by=user, schedule_id=schedule_id,
    )  # fmt: skip
    start(report)
    note(report, "report.requested", actor=System(ACTOR))
    return report


def report_for_leader(project_id: int, *, kind: str, file_format: str) -> GeneratedReport | None:
    """The row of a report that an operator or another program requests. It belongs to the project's leader.

    The same question about the same state of the plan is the same row, so that a message that comes twice makes one file.
    """
    project = Project.objects.alive().select_related("organization").filter(pk=project_id).first()
    user = _leader(project) if project else None
    if project is None or user is None:
        return None
    options = Options(
        on=timezone.localdate(), language=user.language, money=sees_money(user, project.organization, project)
    )
    with transaction.atomic():
        one_at_a_time(user)
        same = GeneratedReport.objects.filter(
            requested_by=user, project=project, kind=kind, format=file_format, options=options.store()
        )
        known = same.filter(state__in=OPEN) | same.filter(state=ReportState.DONE, revision=project.revision)
        report = known.order_by("pk").first()
        if report is None:
            report = GeneratedReport.objects.create(
                organization=project.organization, project=project, kind=kind, format=file_format,
                options=options.store(), requested_by=user,
            )  # fmt: skip
            note(report, "report.requested", actor=System(ACTOR))
        return report


def _leader(project: Project) -> User | None:
    """The first leader, or else a user who looks after all projects."""
    member = (
        ProjectMember.objects.current()
        .filter(
            project=project,
            role=ProjectRole.LEADER,
            user__memberships__organization=project.organization_id,
        )
        .select_related("user")
        .order_by("created_at", "pk")
        .first()
    )
    if member is not None:
        return member.user
    office = OrganizationMember.objects.filter(
        organization=project.organization_id, role__in=[OrganizationRole.PMO, OrganizationRole.ADMIN]
    )
    found = office.select_related("user").order_by("-role", "pk").first()
    return found.user if found else None
