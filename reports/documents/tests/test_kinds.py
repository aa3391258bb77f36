"""A kind of report is one module: everything else finds it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from projects.models import Project
from reports.documents import kinds
from reports.documents.contents import Head, Report, ReportColumn, ReportTable, TableRow
from reports.documents.kinds import ReportKind, Subject, report_kinds
from reports.documents.options import Options
from reports.jobs import generate_project_report
from reports.models import GeneratedReport


def read_risks(subject: Subject) -> Report:
    table = ReportTable("risks", "リスク", (ReportColumn("名称", grows=True),), [TableRow(("為替",))])
    return Report("risks", Head("リスク報告", subject.project.name, "", on=subject.options.on), (), (table,))


@pytest.fixture
def risks(monkeypatch: pytest.MonkeyPatch) -> ReportKind:
    """A kind that no other file knows of."""
    kind = ReportKind("risks", "リスク", "リスク報告", read_risks, position=5)
    known = {"risks": kind} | report_kinds()
    for module in ("views", "page_views", "services", "making"):
        monkeypatch.setattr(f"reports.documents.{module}.report_kinds", lambda: known)
    monkeypatch.setattr("reports.jobs.report_kinds", lambda: known)
    monkeypatch.setattr(kinds, "report_kinds", lambda: known)
    return kind


class TestReportKinds:
    def test_are_found_in_their_folder_in_their_order(self) -> None:
        assert list(report_kinds()) == [
            "progress",
            "status",
            "monthly",
            "hours",
            "evm",
            "wbs",
            "portfolio",
            "utilization",
        ]
        assert all(name == kind.name and len(name) <= 12 for name, kind in report_kinds().items())

    def test_are_what_a_row_may_hold(self) -> None:
        assert dict(GeneratedReport._meta.get_field("kind").flatchoices)["utilization"] == "稼働率"

    def test_of_one_module_are_offered_shown_and_made(
        self, risks: ReportKind, leader_client: Client, project: Project, chain: Any
    ) -> None:
        page = leader_client.get("/reports/?kind=risks").content.decode()
        assert 'href="/reports/?kind=risks"' in page
        assert 'name="parts"' not in page
        assert "為替" in leader_client.get(f"/projects/{project.pk}/report/?kind=risks").content.decode()
        assert (
            leader_client.post(
                "/reports/ask/", {"kind": "risks", "project": project.pk, "format": "csv"}
            ).status_code
            == 302
        )
        report = GeneratedReport.objects.get()
        generate_project_report(project_id=project.pk, format="csv", report_id=report.pk)
        report.refresh_from_db()
        assert report.file_name == f"リスク報告_{project.name}_{report.options['on'].replace('-', '')}.csv"
        assert "為替" in bytes(report.files.get().content).decode()

    def test_about_a_project_cannot_be_read_without_one(self, cast: Any, project: Project) -> None:
        with pytest.raises(ValueError, match="about a project"):
            report_kinds()["wbs"].read(
                Subject(cast.leader, project.organization, Options(project.start_date))
            )
