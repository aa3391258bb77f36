"""Files that are broken, huge or malicious end in a sentence, or are read without what is dangerous in them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest

from tasks.interchange import refusals
from tasks.interchange.sheets import apart, csv_text
from tasks.interchange.sheets.apart import read_apart
from tasks.interchange.sheets.as_json import plan_as_json
from tasks.interchange.sheets.plan import SheetPlan
from tasks.interchange.sheets.reading import read_sheet_plan
from tasks.interchange.sheets.tests.making import Paper, as_text, by_openpyxl
from tasks.interchange.sheets.xlsx import cells, package

HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>作業</t></is></c><c r="B1" t="inlineStr"><is><t>開始</t></is></c>'
    '<c r="C1" t="inlineStr"><is><t>終了</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>点検</t><rPh><t>テンケン</t></rPh></is></c><c r="B2"><v>46113</v></c><c r="C2"><v>46114</v></c></row>'
)
RELATIONS = (
    '<Relationships><Relationship Id="r1" Type="t/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
SHEETS = '<Relationships><Relationship Id="s1" Type="t/worksheet" Target="worksheets/s1.xml"/><Relationship Id="s2" Type="t/worksheet" Target="worksheets/s1.xml"/></Relationships>'


def workbook(
    rows: str = HEAD,
    *,
    before: str = "",
    behind: str = "",
    names: tuple[str, ...] = ("計画",),
    more: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook written by hand, with one part for all its sheets."""
    listed = "".join(f'<sheet name="{name}" r:id="s{at}"/>' for at, name in enumerate(names, 1))
    parts = {
        "_rels/.rels": RELATIONS,
        "xl/_rels/workbook.xml.rels": SHEETS,
        "xl/workbook.xml": f'<workbook xmlns:r="r"><sheets>{listed}</sheets></workbook>',
        "xl/worksheets/s1.xml": f"{before}<worksheet><sheetData>{rows}</sheetData>{behind}</worksheet>",
        **(more or {}),
    }
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def said(plan: SheetPlan) -> set[str]:
    return {code for code, _params in plan.remarks}


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "refusal"),
        [
            (b"", refusals.EmptyFile),
            (b"\xef\xbb\xbf \r\n", refusals.EmptyFile),
            (workbook()[:400], refusals.BrokenArchive),
            (workbook(before='<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), refusals.ForbiddenInWorkbook),
            (workbook(before='<!DOCTYPE w SYSTEM "file:///etc/hostname">'), refusals.ForbiddenInWorkbook),
            (workbook(more={"xl/workbook.xml": "<workbook><sheets>"}), refusals.BrokenWorkbook),
            (workbook(HEAD + "<row"), refusals.BrokenWorkbook),
            (workbook(more={"_rels/.rels": "<Relationships/>", "xl/workbook.xml": "<workbook/>"}), refusals.NoWorkbook),
            (workbook('<row r="1"><c r="A1"><v>1</v></c></row>'), refusals.NoTableFound),
            (workbook(HEAD + '<row><c r="XFDZZ3"><v>1</v></c></row>'), refusals.TooManyColumns),
            (b"%PDF-1.7 workbook", refusals.UnsupportedSheetFormat),
            (b"<?xml version='1.0'?><Workbook/>", refusals.UnsupportedSheetFormat),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), refusals.UnsupportedSheetFormat),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), refusals.LockedWorkbook),
            (b"a," * 20_000, refusals.TooManyColumns),
            (bytes(range(256)) * 40, refusals.UnsupportedSheetFormat),
            ("会議の議事録\nこれは表ではない文章です。\n".encode(), refusals.NoTableFound),
        ],
    )  # fmt: skip
    def test_with_a_sentence(self, data: bytes, refusal: type[refusals.PlanFileRefused]):
        with pytest.raises(refusal) as caught:
            read_sheet_plan(data)
        assert "Please" in str(caught.value)

    def test_what_unpacks_to_too_much(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(package, "MOST_UNPACKED", 200_000)
        with pytest.raises(refusals.FileTooLarge):
            read_sheet_plan(workbook(HEAD + " " * 300_000))

    def test_too_many_cells_of_both_kinds(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(cells, "MOST_CELLS", 5)
        monkeypatch.setattr(csv_text, "MOST_CELLS", 5)
        for data in (workbook(), as_text([["作業", "開始"]] * 4)):
            with pytest.raises(refusals.TooManyCells):
                read_sheet_plan(data)

    def test_a_part_with_a_password(self):
        data = bytearray(workbook())
        for at in range(len(data) - 4):
            if data[at : at + 4] == b"PK\x03\x04":
                data[at + 6] |= 1
            elif data[at : at + 4] == b"PK\x01\x02":
                data[at + 8] |= 1
        with pytest.raises(refusals.LockedWorkbook):
            read_sheet_plan(bytes(data))


class TestRead:
    def test_a_name_without_its_reading(self):
        assert [task.name for task in read_sheet_plan(workbook()).tasks] == ["点検"]

    def test_formatted_rows_without_end(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(cells, "LONGEST_GAP", 50)
        rows = "".join(f'<row r="{at}"><c r="A{at}" s="1"/></row>' for at in range(3, 20_000))
        plan = read_sheet_plan(
            workbook(HEAD + rows, behind='<mergeCells><mergeCell ref="A2:A2"/></mergeCells>')
        )
        assert [task.name for task in plan.tasks] == ["点検"]
        assert "empty_rows_passed_over" in said(plan)

    def test_the_last_row_of_all(self):
        rows = (
            HEAD
            + '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>最後</t></is></c><c r="B1048576"><v>46113</v></c></row>'
        )
        assert [task.name for task in read_sheet_plan(workbook(rows)).tasks] == ["点検", "最後"]

    def test_merges_of_everything(self):
        merges = '<mergeCell ref="D1:XFD1048576"/>' * 1_000
        assert len(read_sheet_plan(workbook(behind=f"<mergeCells>{merges}</mergeCells>")).tasks) == 1

    def test_a_hundred_thousand_merges(self):
        merges = "".join(f'<mergeCell ref="A{at}:C{at}"/>' for at in range(10, 100_010))
        assert len(read_sheet_plan(workbook(behind=f"<mergeCells>{merges}</mergeCells>")).tasks) == 1

    def test_two_sheets_of_one_name(self):
        plan = read_sheet_plan(workbook(names=("計画", "計画")))
        assert len(plan.tasks) == 1
        assert {"same_sheet_names", "other_sheets"} <= said(plan)

    def test_macros_and_other_books_are_left_alone(self):
        plan = read_sheet_plan(
            workbook(more={"xl/vbaProject.bin": "macro", "xl/externalLinks/externalLink1.xml": "<not read"})
        )
        assert {"macros_not_run", "external_links_not_followed"} <= said(plan)
        assert plan.kind == "xlsm"

    def test_a_formula_without_its_result_is_doubtful(self):
        plan = read_sheet_plan(by_openpyxl(Paper([["作業", "開始", "終了"], ["点検", "=TODAY()", "=B2+1"]])))
        assert {(doubt.field, doubt.code) for doubt in plan.doubts} >= {
            ("start", "day_uncounted"),
            ("finish", "day_uncounted"),
        }

    def test_texts_that_look_like_formulas_are_names(self):
        plan = read_sheet_plan(
            as_text([["Task", "Start", "End"], ["=cmd|' /C calc'!A0", "2026-04-01", "2026-04-02"]])
        )
        assert [task.name for task in plan.tasks] == ["=cmd|' /C calc'!A0"]

    def test_nul_bytes_and_ragged_rows(self):
        plan = read_sheet_plan(b"Name,Duration,Start\nA\x00B,1d\nC,1d,2026-04-01,more,more\n\n,,\n")
        assert [task.name for task in plan.tasks] == ["A B", "C"]
        assert "nul_bytes_removed" in said(plan)


class TestApart:
    def test_gives_the_same_as_here(self, tmp_path: Path):
        path = tmp_path / "計画.xlsx"
        path.write_bytes(workbook())
        assert read_apart(path) == plan_as_json(read_sheet_plan(path.read_bytes()))

    def test_raises_what_was_refused_there(self, tmp_path: Path):
        path = tmp_path / "broken.xlsx"
        path.write_bytes(workbook()[:300])
        with pytest.raises(refusals.BrokenArchive):
            read_apart(path)

    def test_what_takes_too_long_is_stopped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(apart, "MOST_WAITED", 0)
        path = tmp_path / "slow.csv"
        path.write_bytes(b"a,b")
        with pytest.raises(refusals.ReadingTookTooLong):
            read_apart(path)

    def test_a_file_that_is_too_large_is_not_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(apart, "MOST_BYTES", 1)
        path = tmp_path / "large.csv"
        path.write_bytes(b"a,b")
        with pytest.raises(refusals.FileTooLarge):
            read_apart(path)
