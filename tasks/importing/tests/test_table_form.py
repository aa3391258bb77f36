"""The preview of a table: what was taken for what, cells put right here, and what is remembered of columns."""

from __future__ import annotations

import re
from datetime import date

import pytest

from resources.models import Resource
from tasks.importing import tables
from tasks.importing.tests.asking import import_later, run
from tasks.importing.tests.plan_files import small_plan, upload_of
from tasks.importing.tests.tables import HEAD, redmine_csv, table_upload, workbook
from tasks.models import Assignment, PlanImport, Task
from tests.pages import compact

pytestmark = pytest.mark.django_db
ODD_HEAD = ("WBS", "タスク名", "たんとう", "開始日", "終了日", "進捗率", "先行タスク")


@pytest.fixture
def taken(pmo_client, resource):
    """Uploads a file and gives what was kept of it."""

    def take(content, *, client=pmo_client):
        answer = client.post("/import/", {"file": table_upload(content)})
        assert answer.status_code == 302, compact(answer)
        return PlanImport.objects.latest("pk")

    return take


@pytest.fixture
def reads_again(pmo_client):
    """Sends the form of a reading and gives the upload as it is kept now."""

    def read(kept, **fields):
        answer = pmo_client.post(f"/import/{kept.pk}/read", fields)
        assert answer.status_code == 302
        kept.refresh_from_db()
        return kept

    return read


def import_it(client, kept, **fields):
    run(client, kept, **fields)
    import_later(kept)
    kept.refresh_from_db()
    assert kept.state == PlanImport.State.IMPORTED, kept.problem


@pytest.fixture
def stranger_resource(cast):
    """Of another organization."""
    from projects.models import Organization

    return Resource.objects.create(
        organization=Organization.objects.get(code="yoso"), name="余所の人", kind="person"
    )


class TestReading:
    def test_says_what_was_taken(self, pmo_client, taken):
        page = compact(pmo_client.get(f"/import/{taken(workbook()).pk}/"))
        for words in ("読み取った表", "2行目", "WBS 番号", "列の対応", "茜部 陽斗"):
            assert words in page
        for words, day in (("ファイルの最後の日", "12"), ("計算した終了", "13")):
            assert re.search(rf"{words}</dt>\s*<dd>2026/04/{day}", page)
        assert '<option value="start" selected>開始</option>' in page
        assert 'name="cell-E7" value="未定"' in page
        assert "取り込み先のものを使います" in page

    def test_says_encoding_delimiter_and_whose_export_it_is(self, pmo_client, taken):
        page = compact(pmo_client.get(f"/import/{taken(redmine_csv()).pk}/"))
        for words in ("CP932", "コンマ", "Redmine", "親タスクの列"):
            assert words in page

    def test_is_not_shown_of_a_plan_file(self, pmo_client):
        pmo_client.post("/import/", {"file": upload_of(small_plan())})
        kept = PlanImport.objects.get()
        assert "列の対応" not in compact(pmo_client.get(f"/import/{kept.pk}/"))
        assert pmo_client.post(f"/import/{kept.pk}/read", {}).url == f"/import/{kept.pk}/"

    def test_counts_what_was_not_read(self, pmo_client, taken):
        rows = (
            ("1", "調査", None, date(2026, 4, 6), date(2026, 4, 8), None, None),
            ("", "合計", None, None, None, None, None),
        )
        page = compact(pmo_client.get(f"/import/{taken(workbook(*rows)).pk}/"))
        assert "読まなかったものと注意（1件）" in page
        assert "4行目：合計の行です" in page

    def test_says_once_what_is_doubtful_of_a_whole_column(self, pmo_client, taken):
        head = ("WBS", "タスク名", "工数")
        rows = [(str(at), f"作業 {at}", at) for at in range(1, 21)]
        kept = taken(workbook(*rows, ("21", "作業 21", "約5"), head=head))
        cells = kept.summary["table"]["cells"]
        assert [(cell["place"], cell["column"], cell["count"]) for cell in cells] == [
            ("", "C", 21),
            ("C23", "", 1),
        ]
        assert "単位を確認してください。（21個のセル）" in re.sub(
            r"\s", "", compact(pmo_client.get(f"/import/{kept.pk}/"))
        )


class TestMending:
    def test_of_a_cell_is_read_and_imported(self, pmo_client, taken, reads_again):
        kept = reads_again(taken(workbook()), **{"cell-E7": "2026/4/14"})
        assert kept.summary["table"]["cell_count"] == 0
        assert kept.summary["table"]["choices"]["cells"] == {"E7": "2026/4/14"}
        import_it(pmo_client, kept)
        assert Task.objects.get(name="公開").end_date == date(2026, 4, 14)

    def test_is_taken_back(self, taken, reads_again):
        kept = reads_again(taken(workbook()), **{"cell-E7": "2026/4/14"})
        kept = reads_again(kept, back="E7")
        assert kept.summary["table"]["choices"]["cells"] == {}
        assert kept.summary["table"]["cell_count"] == 1

    def test_stays_with_what_is_mended_later(self, taken, reads_again):
        kept = reads_again(taken(workbook()), **{"cell-E7": "きっと"})
        assert kept.summary["table"]["cells"][0]["text"] == "きっと"
        kept = reads_again(kept, **{"cell-E7": "4/14"})
        assert kept.summary["table"]["choices"]["cells"] == {"E7": "4/14"}

    def test_of_other_cells_is_not_taken(self, taken, reads_again):
        kept = reads_again(taken(workbook()), **{"cell-B3": "別の名前"})
        assert kept.summary["table"]["choices"]["cells"] == {}


class TestColumns:
    def test_mean_what_is_said(self, pmo_client, taken, reads_again):
        kept = taken(workbook(head=ODD_HEAD))
        assert kept.summary["counts"]["assignments"] == 0
        kept = reads_again(kept, **{"column-C": "people"})
        assert kept.summary["counts"]["assignments"] == 2
        import_it(pmo_client, kept)
        assert Assignment.objects.count() == 2

    def test_may_be_left_out(self, taken, reads_again):
        kept = reads_again(taken(workbook()), **{"column-G": "ignored", "column-C": "ignored"})
        assert (kept.summary["counts"]["links"], kept.summary["counts"]["assignments"]) == (0, 0)

    def test_leave_the_reading_as_it_was_where_nothing_can_be_read_so(self, pmo_client, taken, reads_again):
        kept = taken(workbook())
        before = kept.summary
        kept = reads_again(kept, **{"column-B": "ignored"})
        assert kept.summary == before
        assert "タスクの表が見つかりません" in compact(pmo_client.get(f"/import/{kept.pk}/"))

    def test_are_remembered_for_the_next_file_with_the_same_heads(self, pmo_client, taken, reads_again):
        import_it(pmo_client, reads_again(taken(workbook(head=ODD_HEAD)), **{"column-C": "people"}))
        kept = taken(workbook(head=ODD_HEAD))
        assert kept.summary["counts"]["assignments"] == 2
        page = compact(pmo_client.get(f"/import/{kept.pk}/"))
        assert "見出しが「kikan.xlsx」と同じ" in page
        assert taken(workbook()).summary["table"]["remembered"] == ""

    def test_of_other_organizations_are_not_known(
        self, pmo_client, taken, reads_again, cast, stranger_client
    ):
        from projects.calendars.services import make_company_calendar
        from projects.models import Organization

        make_company_calendar(Organization.objects.get(code="yoso"), name="余所のカレンダー")
        import_it(pmo_client, reads_again(taken(workbook(head=ODD_HEAD)), **{"column-C": "people"}))
        kept = taken(workbook(head=ODD_HEAD), client=stranger_client)
        assert kept.organization.code == "yoso"
        assert kept.summary["table"]["remembered"] == ""


class TestPeople:
    def test_who_are_not_known_are_left_out_when_that_is_asked(
        self, pmo_client, taken, reads_again, resource
    ):
        kept = reads_again(taken(workbook()), people="known")
        assert kept.summary["counts"]["resources"] == 1
        import_it(pmo_client, kept)
        assert Assignment.objects.get().resource == resource

    def test_of_other_names_are_shown_with_what_becomes_of_them(self, pmo_client, taken, resource):
        rows = [
            (str(at), f"作業 {at}", who, None, None, None, None)
            for at, who in enumerate(("茜部", "森", "森"), 1)
        ]
        page = compact(pmo_client.get(f"/import/{taken(workbook(*rows)).pk}/"))
        assert "名前が一致しない担当者" in page
        for name, chosen in (("茜部", str(resource.pk)), ("森", "new")):
            field = re.search(rf'name="name-(\d+)" value="{name}"', page)[1]
            select = re.search(rf'<select[^>]*name="who-{field}".*?</select>', page)[0]
            assert re.findall(r'value="(\w+)" selected', select) == [chosen]

    @pytest.mark.parametrize(
        ("decided", "assigned", "made"), [("new", 2, 1), ("out", 1, 0), ("999999", 2, 1)]
    )
    def test_are_made_or_left_out_by_name(
        self, pmo_client, taken, reads_again, resource, decided, assigned, made
    ):
        kept = reads_again(taken(workbook()), **{"name-1": "森", "who-1": decided})
        import_it(pmo_client, kept)
        assert Assignment.objects.count() == assigned
        assert Resource.objects.filter(name="森").count() == made

    def test_are_those_who_were_chosen(self, pmo_client, taken, reads_again, resource):
        kept = reads_again(taken(workbook()), **{"name-1": "森", "who-1": str(resource.pk)})
        assert not [each for each in kept.summary["notices"] if each["code"] == "sheet_person_taken"]
        kept = reads_again(kept, **{"cell-E7": "2026/4/14"})
        import_it(pmo_client, kept)
        assert [each.resource for each in Assignment.objects.all()] == [resource, resource]

    def test_whom_the_page_does_not_show_are_not_decided(self, taken, reads_again):
        kept = reads_again(taken(workbook()), **{"name-1": "別の人", "who-1": "new"})
        assert kept.summary["table"]["people_said"] == {}

    def test_of_other_organizations_are_no_ones(self, taken, reads_again, stranger_resource):
        kept = reads_again(taken(workbook()), **{"name-1": "森", "who-1": str(stranger_resource.pk)})
        assert kept.summary["counts"]["resources"] == 2
        assert stranger_resource.name not in str(kept.summary)

    def test_are_shown_up_to_a_number_and_all_are_counted(self, pmo_client, taken):
        rows = [(str(at), f"作業 {at}", f"外注{at}番", None, None, None, None) for at in range(1, 71)]
        kept = taken(workbook(*rows))
        table = kept.summary["table"]
        assert (len(table["unknown"]), table["unknown_count"]) == (50, 70)
        assert "ほかの20人" in re.sub(r"\s", "", compact(pmo_client.get(f"/import/{kept.pk}/")))


class TestTextTables:
    #: A table of either delimiter.
    BOTH = "Task;Start;Finish,Task,Start,Finish\nA;2026/4/6;2026/4/8,B,2026/4/7,2026/4/9\n"

    def test_say_encoding_and_delimiter_as_choices(self, pmo_client, taken):
        page = compact(pmo_client.get(f"/import/{taken(redmine_csv()).pk}/"))
        assert re.search(r'<option value="cp932"\s+selected>', page)
        assert re.search(r'<option value=","\s+selected>', page)

    def test_are_read_in_the_encoding_that_is_said(self, pmo_client, taken, reads_again):
        kept = taken("Task,Start,Finish\nｶﾅ,2026/4/6,2026/4/8\n".encode("cp932"))
        found = kept.summary["table"]["csv"]["encoding"]
        other = "euc_jp" if found == "cp932" else "cp932"
        kept = reads_again(kept, encoding=other)
        assert kept.summary["table"]["csv"]["encoding"] == other
        import_it(pmo_client, kept)
        expected = "ｶﾅ".encode("cp932").decode(other, "replace")
        assert Task.objects.get().name == expected

    def test_keep_what_was_said_when_something_else_is_said(self, taken, reads_again):
        kept = taken(self.BOTH.encode())
        assert kept.summary["sample"][0]["name"] == "B"
        kept = reads_again(kept, delimiter=";")
        assert kept.summary["sample"][0]["name"] == "A"
        kept = reads_again(kept, **{"column-B": "ignored", "delimiter": ";"})
        table = kept.summary["table"]
        assert (table["csv"]["delimiter"], table["choices"]["columns"]) == (";", {"B": "ignored"})

    def test_that_are_no_table_then_stay_as_they_were(self, taken, reads_again):
        kept = taken(redmine_csv())
        before = kept.summary
        assert reads_again(kept, encoding="rot13").summary == before
        assert reads_again(kept, delimiter="|").summary == before


class TestSheets:
    def test_another_one_is_read_from_the_beginning(self, taken, reads_again):
        import io

        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(workbook()))
        other = book.create_sheet("案B")
        for row in (HEAD, ("1", "別の案", None, "2026/5/7", "2026/5/8", None, None)):
            other.append(row)
        made = io.BytesIO()
        book.save(made)
        kept = reads_again(taken(made.getvalue()), **{"cell-E7": "2026/4/14"})
        kept = reads_again(kept, sheet="2")
        table = kept.summary["table"]
        assert (table["sheet"], kept.summary["counts"]["tasks"]) == ("案B", 1)
        assert table["choices"] == {"sheet": 2, "columns": {}, "cells": {}}


class TestStrangers:
    def test_cannot_read_an_upload_again(self, taken, planner_client, stranger_client):
        kept = taken(workbook())
        for client in (planner_client, stranger_client):
            assert client.post(f"/import/{kept.pk}/read", {"cell-E7": "2026/4/14"}).status_code == 404
        kept.refresh_from_db()
        assert kept.summary["table"]["choices"]["cells"] == {}


class TestBounds:
    def test_so_many_cells_are_shown_and_all_are_counted(self, pmo_client, taken):
        rows = [(str(at), f"作業 {at}", None, "未定", date(2026, 4, 6), None, None) for at in range(1, 301)]
        kept = taken(workbook(*rows))
        table = kept.summary["table"]
        assert (len(table["cells"]), table["cell_count"]) == (tables.CELLS_SHOWN, 300)
        assert "ほかに 200件あります" in compact(pmo_client.get(f"/import/{kept.pk}/"))
