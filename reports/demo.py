"""What the demo shows above the plans: reports of last month, the trend of the days before, and what people are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from projects.models import OrganizationRole, ProjectMember, ProjectRole, User
from projects.rls.scope import scope
from reports.documents.options import Options, Written
from reports.documents.paper.typesetter import can_typeset
from reports.figures.days import backfill_project_days
from reports.jobs import generate_project_report
from reports.models import GeneratedReport, ReportFormat
from reports.performance.across.selectors import BEFORE
from reports.performance.recording import record_earned
from tasks.demo.budgets import write_budget
from tasks.demo.issues import write_issues
from tasks.demo.staffing import write_roles
from tasks.notifications.late import tell_who_is_late

if TYPE_CHECKING:
    from projects.models import Organization, Project

#: Trends of the demo reach back so far.
DAYS_OF_HISTORY: Final = 70
#: What the leader of the largest project has written for the meeting of the month.
WRITTEN: Final = Written(
    addressee="事業本部 本部長 殿",
    seals=("本部長", "部長", "担当"),
    summary="計画に対する遅れは **わずか** で、本稼働の期日は変わりません。\n\n"
    "- 要件定義は予定どおり完了しました。\n- 基本設計は、会計連携と生産管理が遅れています。",
    issues="会計連携は、仕訳の訂正履歴の持ち方について **会計部の回答待ち** です。開発の開始に響きます。",
    measures="1. 今週の金曜までに回答がなければ、会計部長に直接確認します。\n"
    "2. 生産管理のレビューは、指摘の反映を待たずに次の機能へ進みます。",
)


def show_around(organization: Organization, *, today: date) -> None:
    """Add all of it to a company whose plans are there; what a worker does at night is done here."""
    backfill_project_days(organization, DAYS_OF_HISTORY, until=today)
    for day in (today - BEFORE, today):
        record_earned(organization.pk, on=day)
    with scope([organization.pk]):
        _write_issues(organization, today)
        write_roles(organization, today=today)
        wanted = _reports(organization, today)
    for report in wanted:
        generate_project_report(report_id=report.pk, project_id=report.project_id, format=report.format)
    with scope([organization.pk]):
        _date_back(wanted, today)
        tell_who_is_late(organization_id=organization.pk, today=today)


def _reports(organization: Organization, today: date) -> list[GeneratedReport]:
    """The month's reports of the PMO and of a leader, requested but not made yet."""
    last = today.replace(day=1) - timedelta(days=1)
    paper = ReportFormat.PDF if can_typeset() else ReportFormat.XLSX
    found = []
    pmo = User.objects.filter(
        memberships__organization=organization, memberships__role=OrganizationRole.PMO
    ).order_by("pk")
    for user in pmo[:1]:
        period = Options(on=last, first=last.replace(day=1), last=last)
        found.append(_row(organization, user, "portfolio", paper, Options(on=last, paper="a3")))
        found.append(_row(organization, user, "utilization", ReportFormat.XLSX, period))
    for member in _leaders(organization):
        written = replace(WRITTEN, author=member.user.display_name)
        for kind, file_format, options in (
            ("status", paper, Options(on=last, written=written)),
            ("progress", ReportFormat.XLSX, Options(on=last)),
            ("wbs", ReportFormat.CSV, Options(on=last)),
        ):
            found.append(_row(organization, member.user, kind, file_format, options, member.project))
    return found


def _leaders(organization: Organization) -> list[ProjectMember]:
    """Who leads the largest project that is under way."""
    leaders = ProjectMember.objects.filter(
        organization=organization, role=ProjectRole.LEADER, project__status="active", project__deleted_at=None
    )
    return list(leaders.select_related("user", "project").order_by("-project__task_count", "pk")[:1])


def _write_issues(organization: Organization, today: date) -> None:
    for member in _leaders(organization):
        write_issues(member.project, leader=member.user, today=today)
        write_budget(member.project, today=today)


def _row(
    organization: Organization, user: User, kind: str, file_format: str, options: Options,
    project: Project | None = None,
) -> GeneratedReport:  # fmt: skip
    return GeneratedReport.objects.create(
        organization=organization, project=project, kind=kind, format=file_format, options=options.store(),
        requested_by=user,
    )  # fmt: skip


def _date_back(reports: list[GeneratedReport], today: date) -> None:
    """They were made on the first of this month; how long they are kept counts from now."""
    asked = timezone.make_aware(datetime.combine(today.replace(day=1), time(9)))
    rows = GeneratedReport.objects.filter(pk__in=[report.pk for report in reports])
    rows.update(requested_at=asked, finished_at=asked)
