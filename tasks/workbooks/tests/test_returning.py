"""A workbook that comes back, edited with another program as a person would: ten kinds of edits."""

from __future__ import annotations

import datetime as dt
from copy import copy
from typing import Any

import pytest
from openpyxl.styles import Alignment

from projects.models import Project
from tasks.editing.tree import add_task
from tasks.models import Assignment, Task, TaskLink
from tasks.workbooks.tests.desk import UNTOUCHED, Desk, names_of, task

pytestmark = pytest.mark.django_db


class TestEdits:
    """Ten kinds of edits."""

    def test_nothing(self, desk: Desk, project: Project) -> None:
        assert UNTOUCHED in desk.send().content.decode()

    def test_a_date_is_typed_as_in_the_sheet(self, desk: Desk, project: Project) -> None:
        desk.plan.cell("設計", "start").value = dt.date(2026, 4, 15)
        page = desk.send().content.decode()
        assert "プロジェクトの終了" in page
        assert task(project, "設計").start_date == dt.date(2026, 4, 6)
        desk.take_in()
        found = task(project, "設計")
        assert (found.constraint_type, found.start_date) == ("SNET", dt.date(2026, 4, 15))
        assert task(project, "試験").start_date == dt.date(2026, 4, 22)

    def test_a_percentage(self, desk: Desk, project: Project) -> None:
        desk.plan.cell("設計", "progress").value = 0.4
        desk.take_in()
        assert task(project, "設計").progress_percentage == 40

    def test_a_duration_as_a_number_and_as_a_text(self, desk: Desk, project: Project) -> None:
        desk.plan.cell("設計", "duration").value = 2.5
        desk.plan.cell("試験", "duration").value = "4h"
        desk.take_in()
        assert task(project, "設計").duration_minutes == 1_200
        assert task(project, "試験").duration_minutes == 240

    def test_a_name(self, desk: Desk, project: Project) -> None:
        desk.plan.cell("設計", "name").value = "=設計 その2"
        desk.plan.cell("=設計 その2", "name").data_type = "s"
        desk.take_in()
        assert task(project, "=設計 その2").outline_level == 2

    def test_people(self, desk: Desk, project: Project) -> None:
        desk.plan.cell("設計", "assignees").value = "Ann[50%]、Bob"
        desk.take_in()
        shares = Assignment.objects.filter(task=task(project, "設計"))
        assert dict(shares.values_list("resource__name", "units_percentage")) == {"Ann": 50, "Bob": 100}

    def test_rows_are_inserted_beside_their_neighbours(self, desk: Desk, project: Project) -> None:
        sheet, plan = desk.plan.sheet, desk.plan
        row = plan.row("試験")
        sheet.insert_rows(row, 2)
        for at, (name, days) in enumerate((("審査", 2), ("直し", 1))):
            sheet.cell(row + at, plan.columns["name"]).value = name
            sheet.cell(row + at, plan.columns["duration"]).value = days
        desk.take_in()
        assert names_of(project)[:5] == [("基本", 1), ("設計", 2), ("審査", 2), ("直し", 2), ("試験", 2)]
        assert task(project, "審査").duration_minutes == 960
        assert TaskLink.objects.get(successor=task(project, "試験")).predecessor == task(project, "設計")

    def test_a_row_below_a_summary_is_its_first_child(self, desk: Desk, project: Project) -> None:
        row = desk.plan.row("画面")
        desk.plan.sheet.insert_rows(row)
        desk.plan.sheet.cell(row, desk.plan.columns["name"]).value = "準備"
        desk.take_in()
        assert names_of(project)[3:6] == [("開発", 1), ("準備", 2), ("画面", 2)]

    def test_a_copied_row_is_a_new_one(self, desk: Desk, project: Project) -> None:
        sheet = desk.plan.sheet
        row = desk.plan.row("試験")
        sheet.insert_rows(row + 1)
        for at in range(1, desk.plan.first_day):
            sheet.cell(row + 1, at).value = sheet.cell(row, at).value
            sheet.cell(row + 1, at).alignment = copy(sheet.cell(row, at).alignment)
        sheet.cell(row + 1, desk.plan.columns["name"]).value = "試験 2"
        desk.take_in()
        assert names_of(project)[2:4] == [("試験", 2), ("試験 2", 2)]
        assert TaskLink.objects.filter(successor=task(project, "試験 2")).count() == 1

    @pytest.mark.parametrize(("answer", "left"), [("delete", False), ("keep", True)])
    def test_deleted_rows_are_asked_for(self, desk: Desk, project: Project, answer: str, left: bool) -> None:
        desk.plan.sheet.delete_rows(desk.plan.row("試験"))
        preview = desk.send()
        assert "ファイルから消えた行（1行）" in preview.content.decode()
        assert desk.apply(preview).status_code == 422
        if answer == "keep":
            desk.plan.cell("設計", "name").value = "設計 2"
        desk.take_in(gone=answer)
        assert Task.objects.filter(project=project, name="試験", deleted_at=None).exists() is left

    def test_sorted_rows_stay_where_the_plan_has_them(self, desk: Desk, project: Project) -> None:
        sheet, plan = desk.plan.sheet, desk.plan
        before = names_of(project)
        first, last = plan.row("設計"), plan.row("完了")
        rows = [
            [sheet.cell(row, at).value for at in range(1, plan.first_day)] for row in range(first, last + 1)
        ]
        indents = [copy(sheet.cell(row, plan.columns["name"]).alignment) for row in range(first, last + 1)]
        order = sorted(range(len(rows)), key=lambda at: str(rows[at][plan.columns["name"] - 1]))
        for row, at in enumerate(order, first):
            for column, value in enumerate(rows[at], 1):
                sheet.cell(row, column).value = value
            sheet.cell(row, plan.columns["name"]).alignment = indents[at]
        assert UNTOUCHED in desk.send().content.decode()
        plan.cell("画面", "duration").value = 6
        desk.take_in()
        assert names_of(project) == before
        assert task(project, "画面").duration_minutes == 2_880

    def test_levels_by_indent(self, desk: Desk, project: Project) -> None:
        cell = desk.plan.cell("完了", "name")
        cell.alignment = Alignment(indent=1)
        desk.take_in()
        assert names_of(project)[-1] == ("完了", 2)

    def test_levels_by_groups(self, desk: Desk, project: Project) -> None:
        desk.plan.sheet.row_dimensions[desk.plan.row("完了")].outlineLevel = 1
        desk.take_in()
        assert names_of(project)[-1] == ("完了", 2)

    def test_indents_that_a_program_has_lost_say_nothing(self, desk: Desk, project: Project) -> None:
        for name in ("設計", "試験", "画面"):
            desk.plan.cell(name, "name").alignment = Alignment()
        assert UNTOUCHED in desk.send().content.decode()

    def test_links_follow_rows_that_were_inserted_meanwhile(
        self, desk: Desk, project: Project, cast: Any, tasks: dict[str, Task]
    ) -> None:
        desk.plan.cell("完了", "predecessors").value = "2, 5"
        add_task(project=project, actor=cast.leader, name="前置き", before=tasks["基本"])
        desk.take_in()
        before = TaskLink.objects.filter(successor=task(project, "完了"))
        assert {link.predecessor.name for link in before} == {"設計", "画面"}
