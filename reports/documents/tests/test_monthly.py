"""月次報告書: the month that it is about, what was done in it and comes in the next, and earned value at its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import Project
from reports.documents.contents import Report
from reports.documents.kinds import Subject, report_kinds
from reports.documents.months import month_of_report
from reports.documents.options import Options, Written
from reports.documents.paper.file import pdf_file
from reports.documents.paper.typesetter import can_typeset
from reports.performance.tests.reporting import report as reported
from tasks.models import Task

#: Reported about April 2026.
TODAY = dt.date(2026, 5, 8)
Tasks = dict[str, Task]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


def read(project: Project, user: Any, **options: Any) -> Report:
    project = Project.objects.get(pk=project.pk)
    subject = Subject(user, project.organization, Options(TODAY, **options), project)
    return report_kinds()["monthly"].read(subject)


def names(report: Report, table: str) -> list[Any]:
    return [line.values[1] for line in report.table(table).lines]


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        ((2026, 5, 8), (2026, 4, 1), (2026, 4, 30)), ((2026, 5, 10), (2026, 4, 1), (2026, 4, 30)),
        ((2026, 5, 11), (2026, 5, 1), (2026, 5, 31)), ((2027, 1, 4), (2026, 12, 1), (2026, 12, 31)),
        ((2028, 3, 1), (2028, 2, 1), (2028, 2, 29)),
    ],
)  # fmt: skip
def test_month_of_a_report_is_the_one_before_while_it_is_closed(
    on: tuple[int, ...], first: tuple[int, ...], last: tuple[int, ...]
) -> None:
    assert month_of_report(dt.date(*on)) == (dt.date(*first), dt.date(*last))


class TestMonthlyReport:
    def test_says_what_was_done_in_the_month_and_comes_in_the_next(
        self, project: Project, agreed: Tasks, cast: Any
    ) -> None:
        reported(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        reported(agreed["開発"], dt.date(2026, 5, 7), 20, 12)
        Task.objects.filter(pk=agreed["開発"].pk).update(finish_minute=1440 * 20_580)
        report = read(project, cast.leader)
        assert names(report, "done") == ["設計（工程）"]
        assert names(report, "next") == ["開発（工程）"]
        assert "2026/05/01–2026/05/31" in report.table("next").title

    def test_has_earned_value_of_the_end_of_the_month(
        self, project: Project, agreed: Tasks, cast: Any
    ) -> None:
        reported(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
        reported(agreed["開発"], dt.date(2026, 5, 7), 100, 90)
        report = read(project, cast.contributor)
        month, *_others, total = report.table("months").lines
        assert month.values[:4] == ("2026/04", 120 * 60, 40 * 60, 44 * 60)
        assert total.values[1:4] == (120 * 60, 40 * 60, 44 * 60)
        facts = {fact.label: fact.value for fact in report.facts}
        assert (facts["SPI"], facts["CPI"]) == ("0.33", "0.91")

    def test_has_no_money_for_those_who_may_not_see_it(
        self, project: Project, agreed: Tasks, cast: Any
    ) -> None:
        assert "¥" in str(read(project, cast.leader, money=True).facts)
        assert "¥" not in str(read(project, cast.contributor).facts)

    def test_stands_without_a_baseline(self, project: Project, chain: Any, leader_client: Client) -> None:
        page = leader_client.get(f"/projects/{project.pk}/report/?kind=monthly").content.decode()
        assert "月次報告書" in page
        assert "SPI" not in page

    @pytest.mark.skipif(not can_typeset(), reason="nothing here makes PDF files")
    def test_is_paper_with_what_was_written(self, project: Project, agreed: Tasks, cast: Any) -> None:
        report = read(project, cast.leader, money=True, written=Written(author="藍沢", summary="順調です。"))
        assert report.letter is not None
        assert ("対象月", "2026/04/01–2026/04/30") in report.letter.lines
        assert pdf_file(report, made_at=dt.datetime(2026, 5, 8, 9, tzinfo=dt.UTC)).startswith(b"%PDF")
