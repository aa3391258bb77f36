"""Files that are not taken in: each gets one sentence, and nothing is saved."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from projects.models import Project
from tasks.workbooks.tests.books import content_of
from tasks.workbooks.tests.desk import UNTOUCHED, Desk

pytestmark = pytest.mark.django_db


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

    def test_a_million_rows_of_formats(self, desk: Desk) -> None:
        sheet = desk.plan.sheet
        for row in (20_000, 1_048_576):
            sheet.cell(row, 3).number_format = "0%"
            sheet.row_dimensions[row].height = 20
        assert UNTOUCHED in desk.send().content.decode()

    def test_strangers_and_viewers(
        self, stranger_client: Client, viewer_client: Client, project: Project
    ) -> None:
        for name in ("workbook_return", "workbook_apply"):
            url = reverse(f"tasks:{name}", args=[project.pk])
            assert stranger_client.post(url).status_code == 404
            assert viewer_client.post(url).status_code == 403
