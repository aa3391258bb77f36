"""The regular status report: what was written, the week that was, the week to come, and the boxes for seals."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from reports.documents.contents import Is, Letter, Mark, Report, ReportColumn, ReportTable, Words
from reports.documents.csv_file import csv_file
from reports.documents.kinds import Subject, report_kinds
from reports.documents.options import Options, Written
from reports.documents.paper.file import pdf_file
from reports.documents.paper.typesetter import can_typeset
from reports.documents.tests.samples import MADE_AT, flowing
from reports.documents.workbook.file import excel_file
from reports.models import GeneratedReport
from tasks.models import Task, TaskProgress
from tests.pages import compact

TODAY = dt.date(2026, 4, 13)  # Monday after the first task of the chain was due
WRITTEN = Written(
    addressee="開発本部長", author="藍沢 湊", seals=("承認", "作成"), summary="**至急** の対応が要ります。",
    measures="- 人を増やす",
)  # fmt: skip


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


@pytest.fixture
def ask(project, cast):
    """Reads the report of the leader."""

    def read(on: dt.date = TODAY, **options) -> Report:
        project.refresh_from_db()
        return report_kinds()["status"].read(
            Subject(cast.leader, project.organization, Options(on=on, **options), project)
        )

    return read


def values(report: Report, table: str) -> list[tuple[Any, ...]]:
    return [line.values for line in report.table(table).lines]


def reported(task: Task, day: dt.date, percentage: int) -> None:
    TaskProgress.objects.create(
        organization=task.organization, project=task.project, task=task, recorded_on=day,
        recorded_at=timezone.now(), progress_percentage=percentage,
    )  # fmt: skip


class TestStatusReport:
    def test_has_the_figures_of_the_progress_report(self, ask, cast, project, chain):
        progress = report_kinds()["progress"].read(
            Subject(cast.leader, project.organization, Options(on=TODAY, money=True), project)
        )
        report = ask(money=True)
        assert report.facts == progress.facts
        assert report.table("money") == progress.table("money")
        assert report.table("milestones").lines == progress.table("milestones").lines
        assert "money" not in [table.name for table in ask().tables]

    def test_lists_what_moved_within_the_week(self, ask, chain):
        task = chain["設計"]
        reported(task, TODAY - dt.timedelta(days=7), 20)
        reported(task, TODAY - dt.timedelta(days=6), 40)
        reported(chain["開発"], TODAY - dt.timedelta(days=7), 10)
        Task.objects.filter(pk=task.pk).update(progress_percentage=40)
        ((code, name, _who, _finish, moved, progress),) = values(ask(), "done")
        assert (code, name, moved, progress) == (task.wbs_code, "設計", 20, 40)

    def test_lists_what_ended_within_the_week(self, ask, chain):
        midnight = 1440 * (TODAY - dt.date(1970, 1, 1)).days
        for name, end in (("設計", midnight + 1440), ("開発", midnight + 1441)):
            Task.objects.filter(pk=chain[name].pk).update(
                progress_percentage=100, actual_start_minute=midnight - 1440, actual_finish_minute=end
            )
        (line,) = ask().table("done").lines
        assert (line.values[1], line.mark) == ("設計", Mark.DONE)

    def test_says_what_begins_and_ends_in_the_week_to_come(self, ask, chain):
        report = ask(on=dt.date(2026, 4, 5))  # the Sunday before the plan begins
        assert [(row[1], row[6]) for row in values(report, "next")] == [("設計", "開始・完了")]
        report = ask(on=dt.date(2026, 4, 12))
        assert [(row[1], row[6]) for row in values(report, "next")] == [("開発", "開始")]
        assert "2026/04/13–2026/04/19" in report.table("next").title

    def test_names_what_is_late_and_what_it_is_part_of(self, ask, plan):
        plan(("販売", 1, 1), ("設計", 2, 3))
        (row,) = values(ask(), "late")
        assert row[1] == "設計（販売）"

    def test_leaves_out_milestones_reached_long_ago(self, ask, chain):
        Task.objects.filter(pk=chain["完了"].pk).update(progress_percentage=100)
        finish = ask().table("milestones").lines[0].values[2]
        assert values(ask(on=finish + dt.timedelta(days=28)), "milestones")
        assert not values(ask(on=finish + dt.timedelta(days=29)), "milestones")

    def test_says_from_whom_to_whom_and_what_was_written(self, ask, chain):
        letter = ask(written=WRITTEN).letter
        assert letter is not None
        assert dict(letter.lines)["宛先"] == "開発本部長"
        assert dict(letter.lines)["対象期間"] == "2026/04/07–2026/04/13"
        assert letter.seals == ("承認", "作成")
        assert [(words.title, words.text) for words in letter.words] == [
            ("総括", WRITTEN.summary), ("課題", ""), ("対策", WRITTEN.measures),
        ]  # fmt: skip

    def test_names_its_maker_where_nothing_was_written(self, ask, cast, project):
        letter = ask().letter
        assert letter is not None
        assert dict(letter.lines)["作成者"] == cast.leader.display_name

    def test_costs_the_same_for_three_and_for_thirty(self, ask, project, chain):
        def count() -> int:
            with CaptureQueriesContext(connection) as found:
                ask(written=WRITTEN)
            return len(found)

        few = count()
        last = Task.objects.filter(project=project).count()
        start = 1440 * (TODAY - dt.date(1970, 1, 1)).days
        tasks = Task.objects.bulk_create(
            Task(
                organization=project.organization, project=project, name=f"追加{row}", row_number=row,
                wbs_code=str(row), start_minute=start + 1440, finish_minute=start + 2880,
            )
            for row in range(last + 1, last + 31)
        )  # fmt: skip
        for task in tasks:
            reported(task, TODAY, 10)
        assert count() <= few + 2  # how many there are of what was cut
        assert (len(values(ask(), "done")), len(values(ask(), "next"))) == (15, 20)
        assert ask().table("next").note == "全 31件のうち、はじめの 20件です。"


def letter() -> Report:
    """A report with a letter that asks no database."""
    words = (Words("総括", WRITTEN.summary), Words("課題", ""), Words("対策", "=1+1\n\n- 人を増やす"))
    table = ReportTable("next", "次週の予定", (ReportColumn("タスク", Is.TEXT, 20),), (), "ありません。")
    return replace(
        flowing(table),
        letter=Letter((("宛先", "開発本部長"), ("作成者", "@cmd")), ("承認", "作成"), words),
    )


class TestForms:
    @pytest.mark.skipif(not can_typeset(), reason="no Pango on this machine")
    @pytest.mark.parametrize("paper", ["a4", "a3"])
    def test_paper_shows_all_of_it(self, paper):
        (page,) = PdfReader(io.BytesIO(pdf_file(letter(), made_at=MADE_AT, paper=paper))).pages
        text = page.extract_text()
        for words in (
            "宛先",
            "開発本部長",
            "承認",
            "総括",
            "至急 の対応が要ります。",
            "人を増やす",
            "次週の予定",
        ):
            assert words in text
        assert "**" not in text

    def test_workbook_has_a_box_for_each_seal_and_plain_words(self):
        sheet = openpyxl.load_workbook(io.BytesIO(excel_file(letter(), made_at=MADE_AT)))["概要"]
        assert [sheet.cell(3, column).value for column in (4, 5)] == ["承認", "作成"]
        assert {"D4:D6", "E4:E6"} <= {str(each) for each in sheet.merged_cells.ranges}
        cells = {row[0].value: row[1] for row in sheet.iter_rows(max_col=2) if row[0].value}
        assert cells["宛先"].value == "開発本部長"
        assert cells["総括"].value == "至急 の対応が要ります。"
        assert (cells["対策"].value, cells["対策"].data_type) == ("=1+1\n・人を増やす", "s")

    def test_csv_begins_with_it_and_computes_nothing(self):
        rows = list(csv.reader(io.StringIO(csv_file(letter(), made_at=MADE_AT).decode("utf-8-sig"))))
        assert rows[:5] == [
            ["宛先", "開発本部長"], ["作成者", "'@cmd"], ["総括", "至急 の対応が要ります。"], ["課題", ""],
            ["対策", "'=1+1\n・人を増やす"],
        ]  # fmt: skip


class TestWriting:
    @pytest.fixture
    def typed(self, project):
        return {
            "kind": "status", "project": project.pk, "format": "csv", "addressee": "開発本部長", "author": "藍沢 湊",
            "seals": "部長、課長，担当", "summary": "**至急**", "issues": "", "measures": "人を増やす",
        }  # fmt: skip

    def test_is_kept_with_the_report(self, viewer_client, typed):
        assert viewer_client.post("/reports/ask/", typed).status_code == 302
        written = Options.read(GeneratedReport.objects.get().options).written
        assert written == Written(
            "開発本部長", "藍沢 湊", ("部長", "課長", "担当"), "**至急**", "", "人を増やす"
        )

    def test_begins_with_the_users_name_and_the_usual_boxes(self, viewer_client, cast, project):
        html = compact(viewer_client.get("/reports/?kind=status"))
        assert f'value="{cast.viewer.display_name}"' in html
        assert 'value="承認、確認、作成"' in html

    def test_goes_on_from_the_last_one_without_its_texts(self, viewer_client, project, typed):
        viewer_client.post("/reports/ask/", typed)
        html = compact(viewer_client.get(f"/reports/?kind=status&project={project.pk}"))
        assert 'value="開発本部長"' in html
        assert 'value="部長、課長、担当"' in html
        assert "至急" not in html

    def test_can_be_rewritten(self, viewer_client, leader_client, project, typed):
        viewer_client.post("/reports/ask/", typed)
        report = GeneratedReport.objects.get()
        GeneratedReport.objects.update(state="done")
        address = f"/reports/?kind=status&again={report.pk}"
        assert address.replace("&", "&amp;") in compact(viewer_client.get("/reports/"))
        html = compact(viewer_client.get(address))
        assert "**至急**" in html
        assert f'<option value="{project.pk}" selected>' in html
        assert re.search(r'value="csv"[^>]* checked', html)
        assert "至急" not in compact(leader_client.get(address))

    @pytest.mark.parametrize("seals", ["一、二、三、四、五、六", "十一文字ある承認欄の名前"])
    def test_refuses_more_boxes_than_fit(self, viewer_client, typed, seals):
        assert viewer_client.post("/reports/ask/", typed | {"seals": seals}).status_code == 422

    def test_stands_on_the_page_rendered(self, viewer_client, project, typed):
        viewer_client.post("/reports/ask/", typed)
        html = compact(viewer_client.get(f"/projects/{project.pk}/report/?kind=status"))
        assert "<strong>至急</strong>" in html
        assert "部長" in html
        assert "まだ書かれていません。" in html
