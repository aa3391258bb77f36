"""Workers that are really killed, at any moment: nothing is doubled, nothing is lost, and the maker is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from projects.calendars.services import JAPANESE_WEEK
from projects.jobs import outbox, requeue
from projects.jobs.running import STALE
from projects.models import (
    AskedJob,
    Calendar,
    Notification,
    Organization,
    OrganizationMember,
    Project,
    ProjectMember,
    User,
)
from projects.rls import scope
from reports.documents import services as documents
from reports.documents.options import Options
from reports.jobs import generate_project_report
from reports.models import GeneratedReport, ReportFile
from tasks.models import Task
from tests.killed import kill_after

pytestmark = pytest.mark.drill
#: A worker that says when it begins.
WORKER = """
import sys, django
django.setup()
from reports.jobs import generate_project_report
print("begins", flush=True)
generate_project_report.apply(kwargs={"project_id": None, "format": "xlsx", "report_id": int(sys.argv[1])}, task_id=sys.argv[2])
"""
#: So long after its beginning a worker is killed, in seconds: before, within and behind each of its steps.
DELAYS = (0.0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.4)


@pytest.fixture
def organization(transactional_db: None) -> Organization:
    """A company with a plan of 300 tasks and its leader, which other processes see."""
    number = Organization.objects.count()
    organization = Organization.objects.create(code=f"killed-{number}", name="中断テスト")
    leader = User.objects.create_user(f"killed-leader-{number}", "藍沢 湊")
    OrganizationMember.objects.create(user=leader, organization=organization)
    with scope.scope([organization.pk]):
        calendar = Calendar.objects.create(organization=organization, name="標準", week=JAPANESE_WEEK)
        project = Project.objects.create(
            organization=organization, code="PRJ-001", name="新システム導入", calendar=calendar, status="active",
            start_date=dt.date(2026, 4, 6), end_date=dt.date(2027, 3, 31), start_minute=1440 * 20_549, task_count=300,
        )  # fmt: skip
        ProjectMember.objects.create(organization=organization, project=project, user=leader, role="leader")
        Task.objects.bulk_create(
            Task(
                organization=organization, project=project, name=f"作業{row}", row_number=row, wbs_code=str(row),
                start_minute=1440 * 20_549, finish_minute=1440 * 20_552,
            )
            for row in range(1, 301)
        )  # fmt: skip
    return organization


def enqueued(organization: Organization) -> GeneratedReport:
    with scope.scope([organization.pk]):
        project = Project.objects.get()
        leader = ProjectMember.objects.get().user
        report = GeneratedReport.objects.create(
            organization=organization, project=project, kind="wbs", format="xlsx", requested_by=leader,
            options=Options(on=dt.date(2026, 4, 13)).store(),
        )  # fmt: skip
        documents.start(report)
        return report


class TestKilledWorkers:
    def test_double_nothing_and_lose_nothing(
        self, organization: Organization, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outbox, "send", lambda messages: None)
        lost: list[Any] = []
        monkeypatch.setattr(requeue, "send", lost.extend)
        reports = [enqueued(organization) for _delay in DELAYS]
        for report, delay in zip(reports, DELAYS, strict=True):
            kill_after(delay, WORKER, report.pk, report.job_id)
        # A minute later the clock finds those whose worker is gone, and the next worker makes them.
        AskedJob.objects.filter(ended_at__isnull=True).update(
            sent_at=F("sent_at") - STALE * 2, alive_at=F("alive_at") - STALE * 2
        )
        requeue.requeue_lost(now=timezone.now())
        for message in lost:
            generate_project_report.apply(kwargs=message.arguments, task_id=message.id)
        made = [report.pk for report in reports]
        with scope.scope([organization.pk]):
            states = dict(GeneratedReport.objects.values_list("pk", "state"))
            assert states == dict.fromkeys(made, "done")
            assert ReportFile.objects.count() == len(reports)
            assert sorted(Notification.objects.values_list("target_id", flat=True)) == made
        assert lost  # some of them were killed in the middle
