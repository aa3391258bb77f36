"""予実報告書: the figures of the page in the forms of a report, in hours and in money, and what it says where there is nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import Project
from reports.documents.contents import Is, Report
from reports.documents.csv_file import csv_file
from reports.documents.earned_tables import MOST_ROWS
from reports.documents.kinds import Subject, report_kinds
from reports.documents.options import Options, Written
from reports.documents.paper.file import pdf_file
from reports.documents.paper.typesetter import can_typeset
from reports.documents.wording import is_bad
from reports.documents.workbook.file import excel_file
from reports.performance.selectors import chosen_baseline, sums_of
from reports.performance.tests.reporting import report as reported
from reports.performance.words import Unit
from tasks.baselines.services import take_baseline
from tasks.models import Task
from tests.pages import compact

TODAY = dt.date(2026, 4, 15)
MADE_AT = dt.datetime(2026, 4, 15, 9, 30, tzinfo=dt.UTC)
Tasks = dict[str, Task]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


@pytest.fixture
def late(agreed: Tasks) -> Tasks:
    """設計 took 44 of 40 hours; of the three days that 開発 has run a half is done."""
    reported(agreed["設計"], dt.date(2026, 4, 10), 100, 44)
    reported(agreed["開発"], dt.date(2026, 4, 14), 15, 16)
    return agreed


def read(project: Project, user: Any, **options: Any) -> Report:
    project = Project.objects.get(pk=project.pk)
    return report_kinds()["evm"].read(Subject(user, project.organization, Options(TODAY, **options), project))


def values(report: Report, name: str) -> list[tuple[Any, ...]]:
    return [line.values for line in report.table(name).lines]


class TestFigures:
    def test_are_those_of_the_page(self, project: Project, late: Tasks, cast: Any) -> None:
        report = read(project, cast.leader)
        assert [(fact.label, fact.value, fact.is_late) for fact in report.facts[:4]] == [
            ("出来高", "43.3%", False), ("SPI", "0.81", True), ("CPI", "0.87", True), ("着地見込", "138.5h", True),
        ]  # fmt: skip
        baseline = chosen_baseline(project)
        assert baseline is not None
        found = sums_of(
            Project.objects.get(pk=project.pk), baseline, on=TODAY, unit=Unit(is_money=False), under=None
        )
        assert values(report, "rows")[-1][2:6] == tuple(
            round(each) for each in (found.total.bac, found.total.pv, found.total.ev, found.total.ac)
        )

    def test_stand_for_each_row_with_all_below_it(self, project: Project, late: Tasks, cast: Any) -> None:
        rows = {name: amounts for _code, name, *amounts in values(read(project, cast.leader), "rows")}
        hours = {name: [each / 60 for each in amounts[:6]] for name, amounts in rows.items()}
        assert hours["設計"] == [40, 40, 40, 44, 0, -4]
        assert hours["開発"] == [80, 24, 12, 16, -12, -4]
        assert hours["工程"] == hours["合計"] == [120, 64, 52, 60, -12, -8]
        assert [str(each) for each in rows["開発"][6:]] == ["0.50", "0.75"]

    def test_name_the_tasks_that_differ_most(self, project: Project, late: Tasks, cast: Any) -> None:
        far = read(project, cast.leader).table("far")
        assert [line.values[1:5] for line in far.lines] == [
            ("開発（工程）", "Ann", -720, -240), ("設計（工程）", "Ann", 0, -240),
        ]  # fmt: skip
        assert [is_bad(line.values[5], Is.INDEX) for line in far.lines] == [True, False]

    def test_of_months_add_up(self, project: Project, late: Tasks, cast: Any) -> None:
        *months, total = values(read(project, cast.leader), "months")
        assert [month[0] for month in months] == ["2026/04"]
        assert total[1] == sum(month[1] for month in months) == 120 * 60
        assert total[2:4] == (52 * 60, 60 * 60)


class TestMoney:
    def test_comes_first_for_those_who_see_it(self, project: Project, late: Tasks, cast: Any) -> None:
        report = read(project, cast.leader, money=True)
        titles = [table.title for table in report.tables]
        assert titles.index("月ごとの予実（金額）") < titles.index("月ごとの予実（工数）")
        assert str(report.facts[3].value).startswith("¥")
        heads = [column.title for column in report.table("figures").columns]
        assert heads == ["記号", "指標", "工数", "金額", "式と数字"]
        budget = next(row for row in values(report, "figures") if row[0] == "BAC")
        assert budget[2:4] == ("120h", "¥630,000")

    def test_is_nowhere_for_others(self, project: Project, late: Tasks, cast: Any) -> None:
        report = read(project, cast.contributor)
        text = csv_file(report, made_at=MADE_AT).decode("utf-8-sig") + str(report.facts)
        assert "¥" not in text
        assert "金額" not in text

    def test_is_left_out_where_there_is_none(self, project: Project, late: Tasks, cast: Any) -> None:
        Task.objects.filter(project=project).update(fixed_cost=0)
        for task in late.values():
            task.assignments.all().delete()
        project = Project.objects.get(pk=project.pk)
        take_baseline(project=project, actor=cast.leader, name="工数だけ", is_chosen=True)
        report = read(project, cast.leader, money=True)
        assert [column.title for column in report.table("figures").columns][2:-1] == ["工数"]


class TestForms:
    def test_without_a_baseline_say_what_to_do(
        self, project: Project, plan: Any, leader_client: Client
    ) -> None:
        plan(("設計", 1, 5))
        page = leader_client.get(f"/projects/{project.pk}/report/?kind=evm").content.decode()
        assert "先にベースラインを設定してください" in page

    def test_are_a_page_with_its_curve(self, project: Project, late: Tasks, leader_client: Client) -> None:
        page = compact(leader_client.get(f"/projects/{project.pk}/report/?kind=evm"))
        assert "予実報告書" in page
        assert "出来高の推移" in page
        assert "しか進んでいません（SPI " in page

    def test_are_a_workbook_of_numbers(self, project: Project, late: Tasks, cast: Any) -> None:
        book = openpyxl.load_workbook(io.BytesIO(excel_file(read(project, cast.leader), made_at=MADE_AT)))
        rows = {row[1]: row for row in book["内訳"].iter_rows(min_row=2, values_only=True)}
        assert rows["開発"][2:8] == (80, 24, 12, 16, -12, -4)
        assert rows["開発"][8:] == (0.5, 0.75)
        assert book["内訳"]["I2"].number_format == "[Red][<0.9]0.00;0.00"

    def test_are_a_list_for_programs(self, project: Project, late: Tasks, cast: Any) -> None:
        lines = list(
            csv.reader(io.StringIO(csv_file(read(project, cast.leader), made_at=MADE_AT).decode("utf-8-sig")))
        )
        assert ["2026/04", "120", "52", "60", "-8", "0.81", "0.87"] in lines

    @pytest.mark.skipif(not can_typeset(), reason="nothing here makes PDF files")
    def test_are_paper_with_seals(self, project: Project, late: Tasks, cast: Any) -> None:
        written = Written(author="藍沢", seals=("承認", "照査", "作成"), summary="**遅れ**は取り戻せます。")
        report = read(project, cast.leader, written=written)
        assert report.letter is not None
        assert ("ベースライン", "承認時（2026/04/15（水））") in report.letter.lines
        assert pdf_file(report, made_at=MADE_AT).startswith(b"%PDF")


class TestSize:
    def test_asks_as_much_for_many_rows_and_shows_as_many_as_fit(
        self, project: Project, late: Tasks, plan: Any, cast: Any
    ) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as found:
                read(project, cast.leader, money=True)
            return len(found)

        before = queries()
        top = late["工程"]
        first = Task.objects.count() + 10
        Task.objects.bulk_create(
            Task(
                organization=project.organization, project=project, name=f"追加{number}", row_number=number,
                start_minute=1440 * 20_549, finish_minute=1440 * 20_552, wbs_code=f"1.{number}", parent=top,
            )
            for number in range(first, first + 300)
        )  # fmt: skip
        assert queries() == before
        rows = read(project, cast.leader).table("rows")
        assert len(rows.lines) <= MOST_ROWS + 2
        assert "上位の" in rows.note
        assert [line.values[1] for line in rows.lines] == ["工程", "教育", "合計"]
