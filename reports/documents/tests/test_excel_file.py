"""A report as an Excel file, read back by another program."""

import datetime as dt
import io

import openpyxl
import pytest

from reports.documents.contents import Mark, Report
from reports.documents.tests.samples import (
    FORMULAS,
    HEAD,
    JAPANESE,
    MADE_AT,
    flowing,
    line,
    listed,
    planned,
    wbs,
)
from reports.documents.workbook.file import LARGE, excel_file, sheet_name


def read(report: Report, **options):
    return openpyxl.load_workbook(io.BytesIO(excel_file(report, made_at=MADE_AT, **options)))


class TestExcelFile:
    def test_holds_real_values(self):
        row = read(wbs(1))["WBS"][2]
        values = [cell.value for cell in row]
        assert values[2:] == [dt.datetime(2026, 4, 6), 1.5, 2.5, 0.46, 1_200_000, 1234, 1.2, -5, 3]
        assert [cell.data_type for cell in row] == ["s", "s", "d", *"nnnnnnnn"]

    def test_writes_them_the_japanese_way(self):
        formats = [cell.number_format for cell in read(wbs(1))["WBS"][2]]
        assert formats[2:6] == ["yyyy/mm/dd", '#,##0.0"h"', "#,##0.0", "0%"]
        assert formats[6] == '"¥"#,##0;[Red]-"¥"#,##0'

    @pytest.mark.parametrize("text", FORMULAS)
    def test_computes_nothing_that_somebody_typed(self, text):
        cell = read(flowing(listed(line(text))))["WBS"]["B2"]
        assert cell.data_type == "s"
        assert cell.value.strip() == text.strip()

    def test_keeps_every_letter(self):
        assert read(wbs(1))["WBS"]["B2"].value == f"設計{JAPANESE}0"

    def test_keeps_head_and_name_in_sight_and_filters(self):
        sheet = read(wbs(3))["WBS"]
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref == "A1:K4"

    def test_leaves_the_sum_out_of_the_filter(self):
        table = listed(line("一"), line("二"), line("合計", mark=Mark.TOTAL))
        assert read(flowing(table))["WBS"].auto_filter.ref == "A1:K3"

    def test_folds_as_the_tree_does(self):
        sheet = read(wbs(3))["WBS"]
        assert [sheet.row_dimensions[row].outlineLevel for row in (2, 3, 4)] == [0, 1, 2]
        assert not sheet.sheet_properties.outlinePr.summaryBelow

    def test_is_ready_to_print(self):
        sheet = read(wbs(3), paper="a3")["WBS"]
        assert sheet.page_setup.paperSize == 8
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0  # as many pages as it takes, one page wide
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.oddFooter.center.text == "&P / &N"
        assert HEAD.organization in sheet.oddHeader.left.text

    def test_draws_the_plan_with_conditions(self):
        sheet = read(wbs(12))["ガント"]
        assert sheet.freeze_panes == "F3"
        assert sheet["C3"].value == dt.datetime(2026, 4, 6)
        assert sheet["F2"].value == dt.datetime(2026, 4, 6)
        rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
        assert "F$2<=$D3" in rules[0].formula[0]
        assert len(rules) == 3  # done, planned, weekends; the holiday is behind the last day

    def test_names_months_by_texts_that_may_run_over_their_cells(self) -> None:
        sheet = read(wbs(12))["ガント"]
        assert isinstance(sheet["F1"].value, str)
        assert isinstance(sheet["F2"].value, dt.datetime)

    def test_keeps_texts_off_the_figures_before_them(self) -> None:
        sheet = read(wbs(12)).worksheets[0]
        texts = [cell for cell in sheet[3] if isinstance(cell.value, str)]
        assert texts
        assert all(cell.alignment.indent >= 1 for cell in texts)

    def test_shades_a_holiday(self):
        report = Report("wbs", HEAD, (), (), plan=planned(30))
        areas = [str(area.sqref) for area in read(report)["ガント"].conditional_formatting]
        assert "AC3:AC32" in areas  # 29 April, the 23rd day after the first Monday

    def test_shows_a_long_plan_in_weeks(self):
        report = Report("wbs", HEAD, (), (), plan=planned(3, last_day=20_549 + 900))
        sheet = read(report)["ガント"]
        assert (sheet["G2"].value - sheet["F2"].value).days == 7

    def test_begins_with_the_figures(self):
        book = read(flowing(listed(line())))
        sheet = book["概要"]
        assert [cell.value for cell in sheet["A"] if cell.value][:3] == ["WBS 一覧", "対象", "組織"]
        assert 0.46 in [cell.value for cell in sheet["B"]]
        assert book.properties.created == dt.datetime(2026, 11, 25, 9, 30)

    def test_says_when_it_was_made_by_the_clock_of_its_readers(self):
        values = [cell.value for cell in read(flowing(listed(line())))["概要"]["B"]]
        assert "2026/11/25 18:30" in values

    def test_is_the_same_for_the_same_moment(self):
        assert excel_file(wbs(30), made_at=MADE_AT) == excel_file(wbs(30), made_at=MADE_AT)

    def test_is_the_same_when_it_is_written_row_by_row(self):
        table = listed(*(line(f"作業{number}", level=1 + number % 4) for number in range(LARGE + 1)))
        first, second = (excel_file(flowing(table), made_at=MADE_AT) for _ in range(2))
        assert first == second
        sheet = openpyxl.load_workbook(io.BytesIO(first))["WBS"]
        assert sheet.max_row == LARGE + 2
        assert sheet[LARGE + 2][1].value == f"作業{LARGE}"
        assert sheet["A1"].value == "WBS"

    def test_survives_what_xml_cannot_hold(self):
        cell = read(flowing(listed(line("a\x01b\ufffe"))))["WBS"]["B2"]
        assert cell.value == "a\ufffdb\ufffd"

    def test_survives_an_empty_plan(self):
        book = read(Report("wbs", HEAD, (), (listed(),), plan=planned(0)))
        assert book.sheetnames == ["WBS"]


class TestSheetName:
    @pytest.mark.parametrize(
        ("title", "name"),
        [("a/b:c*d?[e]", "a b c d  e"), ("'", "-"), ("", "-"), ("長" * 40, "長" * 31)],
    )
    def test_is_one_that_excel_accepts(self, title, name):
        assert sheet_name(title, set()) == name

    def test_is_given_once(self):
        taken: set[str] = set()
        assert [sheet_name("表", taken) for _ in range(3)] == ["表", "表 2", "表 3"]
        assert len(sheet_name("長" * 40, {"長" * 31})) == 31
