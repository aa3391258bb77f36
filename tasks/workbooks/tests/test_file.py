"""A plan as a workbook, opened with another program's reader."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from config.web.inks import inks
from projects.models import AuditEntry, Project
from tasks.editing.refused import Cell
from tasks.editing.writing import write_cells
from tasks.models import CollapsedTask, Task
from tasks.workbooks.base import opened
from tasks.workbooks.places import BASE_SHEET
from tasks.workbooks.tests.books import Plan, book_of, file_of

pytestmark = pytest.mark.django_db
MONDAY: Final = dt.datetime(2026, 4, 6)


@pytest.fixture
def tasks(plan: Any, project: Project) -> dict[str, Task]:
    """基本 (設計 5 days, 試験 3 days behind it), and a milestone."""
    found: dict[str, Task] = plan(("基本", 1, 1), ("設計", 2, 5), ("試験", 2, 3, "2"), ("完了", 1, 0, "3"))
    return found


def opened_by(client: Client, project: Project, **query: str) -> Plan:
    return Plan(book_of(file_of(client, project, **query)))


class TestTable:
    def test_holds_real_dates_and_numbers_with_their_units(
        self, planner_client: Client, project: Project, tasks: Any
    ) -> None:
        sheet = opened_by(planner_client, project)
        start, length, progress = (sheet.cell("設計", name) for name in ("start", "duration", "progress"))
        assert (start.value, start.number_format) == (MONDAY, "yyyy/mm/dd")
        assert (length.value, length.number_format) == (5, 'General"日"')
        assert (progress.value, progress.number_format) == (0, "0%")
        assert sheet.cell("試験", "predecessors").value == "2"

    def test_keeps_texts_that_a_spreadsheet_would_run(
        self, planner_client: Client, project: Project, cast: Any, tasks: dict[str, Task]
    ) -> None:
        for text in ("=1+1", "+1", "-1", "@x", "=cmd|'/c calc'!A0"):
            cells = [Cell(tasks["設計"].pk, "name", text)]
            write_cells(project=project, cells=cells, actor=cast.leader)
            cell = opened_by(planner_client, project).cell(text, "name")
            assert (cell.data_type, cell.quotePrefix) == ("s", True), text

    def test_has_levels_as_indents_and_as_groups(
        self, planner_client: Client, project: Project, tasks: Any
    ) -> None:
        sheet = opened_by(planner_client, project)
        assert [sheet.cell(name, "name").alignment.indent for name in ("基本", "設計")] == [0, 1]
        levels = [sheet.sheet.row_dimensions[sheet.row(name)].outlineLevel for name in ("基本", "設計")]
        assert levels == [0, 1]
        assert not sheet.sheet.sheet_properties.outlinePr.summaryBelow

    def test_folds_what_the_user_has_closed(
        self, planner_client: Client, project: Project, cast: Any, tasks: dict[str, Task]
    ) -> None:
        CollapsedTask.objects.create(
            organization=project.organization, project=project, user=cast.planner, task=tasks["基本"]
        )
        sheet = opened_by(planner_client, project)
        assert [sheet.sheet.row_dimensions[sheet.row(name)].hidden for name in ("設計", "完了")] == [
            True,
            False,
        ]

    def test_shows_the_rows_and_the_order_of_the_page(
        self, planner_client: Client, project: Project, tasks: Any
    ) -> None:
        sheet = opened_by(planner_client, project, sort="-name flat")
        at = sheet.columns["name"]
        rows = range(sheet.row("試験"), sheet.row("試験") + 3)
        assert [sheet.sheet.cell(row, at).value for row in rows] == ["試験", "設計", "完了"]

    def test_has_heads_of_groups_that_are_no_tasks(
        self, planner_client: Client, project: Project, tasks: Any
    ) -> None:
        sheet = opened_by(planner_client, project, sort="group.status")
        row = sheet.row("設計") - 1
        assert (sheet.sheet.cell(row, 1).value, sheet.sheet.cell(row, sheet.columns["start"]).value) == (
            "G",
            None,
        )

    def test_offers_lists_where_a_value_is_one_of_few(
        self, planner_client: Client, project: Project, tasks: Any, crew: Any
    ) -> None:
        sheet = opened_by(planner_client, project, view="entry")
        rules = {str(rule.sqref): rule for rule in sheet.sheet.data_validations.dataValidation}
        assert {rule.type for rule in rules.values()} >= {"list", "decimal"}
        people = next(rule for rule in rules.values() if rule.type == "list" and not rule.showErrorMessage)
        column = people.formula1.partition("$")[2][0]
        lists = sheet.book[people.formula1.partition("!")[0].strip("'")]
        assert {"Ann", "Bob"} <= {cell.value for cell in lists[column]}

    def test_keeps_what_it_was_made_of_where_no_one_sees_it(
        self, planner_client: Client, project: Project, tasks: dict[str, Task]
    ) -> None:
        sheet = opened_by(planner_client, project)
        kept = sheet.book[BASE_SHEET]
        assert kept.sheet_state == "veryHidden"
        assert sheet.sheet.column_dimensions["A"].hidden
        base = opened(str(cell.value) for cell in kept["A"])
        assert (base.project_id, base.revision) == (project.pk, project.revision)
        assert [row.task_id for row in base.rows] == [task.pk for task in tasks.values()]
        assert base.links[tasks["試験"].pk] == f"#{tasks['設計'].pk}"

    def test_shows_amounts_to_those_alone_who_may_see_money(
        self, planner_client: Client, admin_client: Client, project: Project, tasks: Any
    ) -> None:
        assert "fixed_cost" in opened_by(admin_client, project, view="cost").columns
        assert "fixed_cost" not in opened_by(planner_client, project, view="cost").columns


class TestChart:
    def test_fills_bars_by_progress_and_the_critical_path_otherwise(
        self, planner_client: Client, project: Project, cast: Any, tasks: dict[str, Task]
    ) -> None:
        cells = [Cell(tasks["設計"].pk, "progress", "40%")]
        write_cells(project=project, cells=cells, actor=cast.leader)
        sheet = opened_by(planner_client, project, scale="days")
        ink = {name: value[1:] for name, value in inks().items()}
        assert sheet.fills("設計")[:5] == [*[ink["late"]] * 2, *[ink["late-mid"]] * 3]
        assert sheet.sheet.cell(sheet.row("設計"), sheet.first_day).value == "●"
        assert sheet.fills("設計")[5:7] == [ink["gantt-off"]] * 2
        assert sheet.fills("基本")[0] == ink["gantt-summary"]
        milestone = [cell.value for cell in sheet.sheet[sheet.row("完了")][sheet.first_day - 1 :]]
        assert milestone[9] == "◆"

    @pytest.mark.parametrize(("scale", "rows"), [("days", 4), ("weeks", 3), ("months", 3)])
    def test_has_merged_heads_with_the_office_year_and_the_era(
        self, planner_client: Client, project: Project, tasks: Any, scale: str, rows: int
    ) -> None:
        sheet = opened_by(planner_client, project, scale=scale)
        heads = [sheet.sheet.cell(sheet.names_row + 1 + row, sheet.first_day).value for row in range(rows)]
        assert heads[0] == "2026年度（令和8年度）"
        assert heads[1] == ("令和8年" if scale == "months" else "2026年4月")
        assert heads[2] == ("4月" if scale == "months" else MONDAY)
        merged = {str(area) for area in sheet.sheet.merged_cells.ranges}
        name = sheet.sheet.cell(sheet.names_row + 1, sheet.columns["name"])
        assert f"{name.coordinate}:{name.column_letter}{name.row + rows - 1}" in merged

    def test_prints_on_the_paper_that_was_chosen(
        self, planner_client: Client, project: Project, tasks: Any
    ) -> None:
        for paper, number, pages in (("a3", 8, 3), ("a4", 9, 4)):
            sheet = opened_by(planner_client, project, paper=paper, scale="days").sheet
            setup = sheet.page_setup
            assert (int(setup.paperSize), setup.orientation, setup.fitToWidth, setup.fitToHeight) == (
                number, "landscape", pages, 0,
            )  # fmt: skip
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert (sheet.print_title_rows, sheet.print_title_cols) == ("$5:$8", "$B:$C")
            assert sheet.print_area.endswith(f"${sheet.max_row}")
            assert sheet.freeze_panes == "D9"
            # What is sorted by the buttons of the filter takes its keys along.
            assert sheet.auto_filter.ref.startswith("A8:")

    def test_has_boxes_for_seals(self, planner_client: Client, project: Project, tasks: Any) -> None:
        sheet = opened_by(planner_client, project, scale="months")
        assert {"作成", "照査", "承認"} <= {cell.value for cell in sheet.sheet[1]}

    def test_draws_the_progress_line_of_the_status_date(
        self, planner_client: Client, project: Project, tasks: Any
    ) -> None:
        Project.objects.filter(pk=project.pk).update(status_on=dt.date(2026, 4, 8))
        sheet = opened_by(planner_client, project, scale="days")
        edge = {
            name: [
                at for at in range(7) if sheet.sheet.cell(sheet.row(name), sheet.first_day + at).border.right.style == "medium"
            ]
            for name in ("設計", "試験")
        }  # fmt: skip
        # 設計 has begun and nothing of it is done: the line would stand before the first day.
        assert edge == {"設計": [], "試験": [2]}

    def test_is_written_into_the_record(self, planner_client: Client, project: Project, tasks: Any) -> None:
        file_of(planner_client, project)
        entry = AuditEntry.objects.filter(action="plan.exported").latest("pk")
        assert entry.after["file"].startswith("PRJ-001_WBS_")


class TestPage:
    def test_hands_on_what_the_page_shows(self, viewer_client: Client, project: Project, tasks: Any) -> None:
        url = reverse("tasks:workbook_choose", args=[project.pk])
        page = viewer_client.get(url, {"sort": "-name"}).content.decode()
        assert '<input type="hidden" name="sort" value="-name">' in page

    def test_is_hidden_from_strangers(self, stranger_client: Client, project: Project) -> None:
        for name in ("workbook_choose", "plan_workbook"):
            assert stranger_client.get(reverse(f"tasks:{name}", args=[project.pk])).status_code == 404
