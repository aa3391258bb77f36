"""Workers that are really killed, at any moment: nothing is doubled, nothing is lost, and the person is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from projects.calendars.services import JAPANESE_WEEK
from projects.models import (
    Calendar,
    Notification,
    Organization,
    OrganizationMember,
    Project,
    ProjectMember,
    User,
)
from projects.rls import scope
from reports.documents import making
from reports.documents.options import Options
from reports.models import GeneratedReport, ReportFile
from tasks.models import Task
from tests.killed import kill_after

pytestmark = pytest.mark.drill
#: A worker that says when it begins.
WORKER = """
import sys, django
django.setup()
from reports.documents import making
print("begins", flush=True)
making.make_report(int(sys.argv[1]))
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


def ask(organization: Organization) -> int:
    with scope.scope([organization.pk]):
        project = Project.objects.get()
        leader = ProjectMember.objects.get().user
        report = GeneratedReport.objects.create(
            organization=organization, project=project, kind="wbs", format="xlsx", requested_by=leader,
            options=Options(on=dt.date(2026, 4, 13)).store(),
        )  # fmt: skip
        return report.pk


class TestKilledWorkers:
    def test_double_nothing_and_lose_nothing(
        self, organization: Organization, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        called: list[int] = []
        monkeypatch.setattr(making, "start", lambda report: called.append(report.pk))
        reports = [ask(organization) for _delay in DELAYS]
        for report_id, delay in zip(reports, DELAYS, strict=True):
            kill_after(delay, WORKER, report_id)
        # A minute later the clock finds those whose worker is gone, and the next worker makes them.
        making.resume_reports(now=timezone.now() + making.STALE + dt.timedelta(seconds=1))
        for report_id in called:
            making.make_report(report_id)
        with scope.scope([organization.pk]):
            states = dict(GeneratedReport.objects.values_list("pk", "state"))
            assert states == dict.fromkeys(reports, "done")
            assert ReportFile.objects.count() == len(reports)
            assert sorted(Notification.objects.values_list("target_id", flat=True)) == reports
        assert called  # some of them were killed in the middle
