"""What the demo shows above the plans."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from projects.models import Notification
from reports.demo import show_around
from reports.models import GeneratedReport, ProjectDay, ReportFile, ReportState
from tasks.models import Task


class TestShowAround:
    def test_leaves_reports_of_last_month_a_trend_and_news(
        self, chain: dict[str, Task], cast: SimpleNamespace, person: Callable[..., Any]
    ) -> None:
        person("pmo", "鈍色 こはる", role="pmo")
        today = (chain["設計"].end_date or chain["設計"].project.start_date) + timedelta(days=40)
        show_around(chain["設計"].project.organization, today=today)
        reports = GeneratedReport.objects.all()
        last = today.replace(day=1) - timedelta(days=1)
        assert {(report.state, report.options["on"]) for report in reports} == {
            (ReportState.DONE, last.isoformat())
        }
        assert {report.kind for report in reports} == {
            "portfolio",
            "utilization",
            "status",
            "progress",
            "wbs",
        }
        assert {report.requested_at.date() for report in reports} == {today.replace(day=1)}
        assert ReportFile.objects.count() == 5
        assert ProjectDay.objects.filter(day=today - timedelta(days=30)).exists()
        assert Notification.objects.filter(kind="task.late").exists()
