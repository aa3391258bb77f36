"""Files that are not taken in: each gets one sentence, and nothing is saved."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from projects.models import Project
from tasks.workbooks.tests.books import content_of
from tasks.workbooks.tests.desk import UNTOUCHED, Desk

pytestmark = pytest.mark.django_db


def with_rows(content: bytes, rows: str) -> bytes:
    """A workbook with more rows behind those of its first sheet, as its file holds them."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b"</sheetData>", f"{rows}</sheetData>".encode())
            new.writestr(name, data)
    return stream.getvalue()


class TestRefused:
    def test_a_file_of_another_project(self, desk: Desk, planner_client: Client, project: Project) -> None:
        content = content_of(desk.plan.book)
        other = Project.objects.create(
            organization=project.organization, code="PRJ-002", name="別", start_date=project.start_date,
            end_date=project.end_date, start_minute=project.start_minute, calendar=project.calendar, status="active",
        )  # fmt: skip
        from projects.models import ProjectMember, User

        planner = User.objects.get(username="planner")
        ProjectMember.objects.create(
            organization=project.organization, project=other, user=planner, role="planner"
        )
        url = reverse("tasks:workbook_return", args=[other.pk])
        answer = planner_client.post(url, {"file": SimpleUploadedFile("計画.xlsx", content)})
        assert answer.status_code == 422
        assert "別のプロジェクト（PRJ-001）" in answer.content.decode()

    def test_a_key_that_was_changed(self, desk: Desk) -> None:
        desk.plan.sheet.cell(desk.plan.row("設計"), 1).value = "T999999"
        answer = desk.send()
        assert answer.status_code == 422
        assert f"{desk.plan.row('設計')} 行目の管理用の列" in answer.content.decode()

    def test_rows_that_were_sorted_without_their_keys(self, desk: Desk) -> None:
        sheet, plan = desk.plan.sheet, desk.plan
        first, second = plan.row("設計"), plan.row("画面")
        for at in range(2, plan.first_day):
            one, other = sheet.cell(first, at), sheet.cell(second, at)
            one.value, other.value = other.value, one.value
        answer = desk.send()
        assert answer.status_code == 422
        assert "管理用の列（A 列）を残したまま" in answer.content.decode()

    def test_a_base_that_was_changed(self, desk: Desk) -> None:
        cell = desk.plan.book["_itdo"]["A1"]
        cell.value = f"A{cell.value[1:]}"
        answer = desk.send()
        assert answer.status_code == 422
        assert "管理用の情報" in answer.content.decode()

    def test_other_files(self, desk: Desk) -> None:
        import openpyxl

        for content in (
            b"",
            b"PK\x03\x04",
            content_of(openpyxl.Workbook()),
            content_of(desk.plan.book)[:5_000],
        ):
            answer = desk.send(content)
            assert answer.status_code == 422
            assert "このファイルは取り込めません" in answer.content.decode()

    def test_an_edited_preview(self, desk: Desk) -> None:
        url = reverse("tasks:workbook_apply", args=[desk.project.pk])
        assert desk.client.post(url, {"edits": "a:b:c"}).status_code == 422

    def test_a_million_rows_of_formats_are_nothing(self, desk: Desk) -> None:
        rows = "".join(f'<row r="{row}" ht="20" customHeight="1"/>' for row in range(2_000, 1_048_577))
        assert UNTOUCHED in desk.send(with_rows(content_of(desk.plan.book), rows)).content.decode()

    def test_a_million_rows_of_texts_are_too_many(self, desk: Desk) -> None:
        rows = "".join(
            f'<row r="{row}"><c r="C{row}" t="inlineStr"><is><t>x</t></is></c></row>'
            for row in range(2_000, 302_000)
        )
        answer = desk.send(with_rows(content_of(desk.plan.book), rows))
        assert answer.status_code == 422

    def test_a_file_under_another_name_is_known_by_what_it_holds(self, desk: Desk) -> None:
        url = reverse("tasks:workbook_return", args=[desk.project.pk])
        file = SimpleUploadedFile("めも.txt", content_of(desk.plan.book))
        assert UNTOUCHED in desk.client.post(url, {"file": file}).content.decode()

    def test_formulas_without_a_result_are_left_and_said(self, desk: Desk) -> None:
        desk.plan.cell("設計", "duration").value = "=1+1"
        page = desk.send().content.decode()
        assert "結果が保存されていない数式のセルは取り込みません。" in page
        assert "両方で変わったセル" not in page

    def test_strangers_and_viewers(
        self, stranger_client: Client, viewer_client: Client, project: Project
    ) -> None:
        for name in ("workbook_return", "workbook_apply"):
            url = reverse(f"tasks:{name}", args=[project.pk])
            assert stranger_client.post(url).status_code == 404
            assert viewer_client.post(url).status_code == 403
