"""A report as a PDF, read back: pages, texts, fonts."""

import builtins
import ctypes
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from projects.worktime.moments import first_day_of, last_day_of
from reports.documents.contents import Is, Report, ReportColumn, ReportTable, TableRow
from reports.documents.paper import typesetter
from reports.documents.paper.chart import NAMES, links_by_page, names_width, paper_sheet
from reports.documents.paper.file import pdf_file, quoted
from reports.documents.paper.list import _grid
from reports.documents.paper.sheets import A3, A4
from reports.documents.paper.typesetter import NoTypesetterError, can_typeset, typeset
from reports.documents.tests.samples import (
    HEAD,
    JAPANESE,
    MADE_AT,
    MONDAY,
    flowing,
    line,
    listed,
    planned,
    task,
    wbs,
)

needs_pango = pytest.mark.skipif(not can_typeset(), reason="no Pango on this machine")


def read(report: Report, **options) -> PdfReader:
    return PdfReader(io.BytesIO(pdf_file(report, made_at=MADE_AT, **options)))


def texts(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


def millimetres(page) -> tuple[int, int]:
    return round(page.mediabox.width / 72 * 25.4), round(page.mediabox.height / 72 * 25.4)


@needs_pango
class TestPdfFile:
    def test_keeps_every_letter(self):
        assert f"設計{JAPANESE}0" in "".join(texts(read(wbs(3))))

    def test_embeds_its_fonts(self):
        fonts = {}
        pages: Any = read(wbs(3)).pages
        for page in pages:
            for font in page["/Resources"]["/Font"].values():
                descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                fonts[font.get_object()["/BaseFont"]] = "/FontFile3" in descriptor
        assert fonts
        assert all(fonts.values())
        assert all(re.fullmatch(r"/[A-Z]{6}\+Paper.*", name) for name in fonts)  # parts of the font only

    def test_lists_on_a4_and_draws_on_a3(self):
        assert [millimetres(page) for page in read(wbs(3)).pages] == [(297, 210), (420, 297)]
        assert [millimetres(page) for page in read(wbs(3), paper="a3").pages] == [(420, 297), (420, 297)]
        assert [millimetres(page) for page in read(flowing()).pages] == [(210, 297)]

    def test_repeats_its_heads_and_cuts_no_row(self):
        reader = read(wbs(100))
        lists = [
            text
            for page, text in zip(reader.pages, texts(reader), strict=True)
            if millimetres(page)[0] == 297
        ]
        assert len(lists) == 3
        assert all("タスク" in text and "進捗" in text for text in lists)
        found = [int(number) for text in lists for number in re.findall(rf"設計{JAPANESE}(\d+)", text)]
        assert found == list(range(100))

    def test_says_on_each_page_what_it_is(self):
        pages = texts(read(wbs(60)))
        for number, text in enumerate(pages, 1):
            assert f"{number} / {len(pages)}" in text
            assert HEAD.organization in text
            assert "作成 2026/11/25 18:30" in text
            assert "版 7" in text

    def test_is_the_same_for_the_same_moment(self):
        first = pdf_file(wbs(30), made_at=MADE_AT)
        assert first == pdf_file(wbs(30), made_at=MADE_AT)
        assert first != pdf_file(wbs(30), made_at=MADE_AT.replace(minute=31))

    def test_repeats_the_heads_of_flowing_tables(self):
        rows = [line(f"作業{number}") for number in range(120)]
        pages = texts(read(flowing(listed(*rows))))
        assert len(pages) > 1
        assert all("タスク" in text for text in pages)
        assert re.findall(r"作業(\d+)", "".join(pages)) == [str(number) for number in range(120)]

    def test_shows_what_was_typed_and_nothing_else(self):
        name = "<script>\"'} @page{size:1mm} \\</style>"
        text = texts(read(Report("wbs", HEAD, (), (listed(line(name)),))))[0]
        assert name in text.replace("\n", "")

    def test_survives_names_without_end_and_without_letters(self):
        report = flowing(listed(line("長" * 500), line("x" * 500), line("\x01\u202e")))
        assert len(read(report).pages) >= 1
        assert len(read(Report("wbs", HEAD, (), report.tables)).pages) == 1

    def test_says_that_there_is_nothing(self):
        assert "タスクがまだありません。" in texts(read(flowing(listed())))[0]
        assert len(read(Report("wbs", HEAD, (), (listed(),), plan=planned(0))).pages) == 1

    def test_tells_its_steps(self):
        steps: list[str] = []
        pdf_file(flowing(), made_at=MADE_AT, tell=steps.append)
        assert steps == ["draw", "typeset", "print"]

    def test_fetches_nothing(self):
        with pytest.raises(ValueError, match="a report asks for"):
            typesetter._fetcher(typesetter.weasyprint(), {}).fetch("file:///etc/passwd")
        assert typeset('<img src="http://127.0.0.1:1/x.png">', "", {})

    def test_holds_a_year_of_weeks_on_one_sheet(self):
        weeks = [ReportColumn(f"{1 + at // 5:02}/{1 + at % 28:02}", Is.LOAD, 5) for at in range(53)]
        columns = (
            ReportColumn("氏名", width=18, grows=True),
            ReportColumn("部署", width=16),
            *weeks,
            ReportColumn("計画工数", Is.HOURS, 10),
        )
        table = ReportTable(
            "utilization", "稼働率", columns, (TableRow(("藍沢 湊", "開発1課", *[120] * 53, 60_000)),)
        )
        reader = read(Report("utilization", HEAD, (), (table,)))
        text = "".join(texts(reader))
        assert [millimetres(page) for page in reader.pages] == [(420, 297)]
        assert text.count("120%") == 53
        assert all(week.title in text for week in weeks)


class TestQuoted:
    @pytest.mark.parametrize("text", ['a"b', "a\\", "</style>", "a\n}"])
    def test_lets_nothing_end_the_string(self, text):
        assert re.fullmatch(r'"(?:[\w]|\\[0-9a-f]+ )*"', quoted(text))


class TestPaperSheet:
    @pytest.mark.parametrize("days", [1, 10, 60, 365, 3_650])
    def test_fits_the_whole_plan(self, days):
        plan = planned(3, last_day=MONDAY + days)
        sheet = paper_sheet(plan, 1_400)
        assert sheet.scale.x(plan.first_day) >= 0
        assert sheet.scale.x(max(plan.last_day, plan.today) + 1) <= 1_400
        assert sheet.scale.zoom.pixels_per_day <= 30
        # A picture that is not as wide as its place is moved in it, away from the labels of its bars.
        assert sheet.scale.width == pytest.approx(1_400)

    def test_draws_every_task_inside(self):
        plan = planned(40)
        sheet = paper_sheet(plan, 1_400)
        for row in plan.rows:
            assert 0 <= sheet.scale.x(first_day_of(row.start)) < sheet.scale.x(
                last_day_of(row.finish) + 1
            ) <= 1_400 or (row.kind == "milestone")

    def test_does_not_squeeze_a_plan_long_past(self):
        past = replace(planned(10), today=MONDAY + 2_000, status_day=MONDAY + 1_999)
        sheet = paper_sheet(past, 1_400)
        assert sheet.scale.zoom.pixels_per_day > 10


class TestNamesWidth:
    def test_leaves_the_rest_to_the_bars(self):
        rows = planned(10).rows
        least, most = NAMES
        assert names_width(rows) == least
        assert least < names_width([task(1, name="長い名前" * 5)]) < most
        assert names_width([task(1, name="長" * 500)]) == most


class TestGrid:
    def test_shares_the_width_of_the_paper_among_all_columns(self):
        grid = _grid(listed(line("短い名前")), A3.room[0], 9.0)
        last = grid.places[-1]
        assert last.left + last.width == pytest.approx(A3.room[0])
        assert grid.size == 9.0
        assert grid.places[1].width < A3.room[0] * 0.3

    @pytest.mark.parametrize(("letters", "size"), [(10, 7.5), (55, 7.0), (500, 7.0)])
    def test_takes_the_largest_type_in_which_no_name_is_cut(self, letters, size):
        grid = _grid(listed(line("長" * letters)), A4.room[0], 7.5)
        assert grid.size == size
        assert grid.places[1].width <= A4.room[0] * 0.5


class TestLinksByPage:
    def test_gives_a_link_to_every_page_that_it_passes(self):
        plan = planned(30)
        pages = links_by_page(plan.links, 10)
        assert {page: len(links) for page, links in pages.items()} == {0: 10, 1: 11, 2: 10}


class TestTypesetter:
    def test_is_off_with_a_sentence_without_pango(self, monkeypatch):
        def no_libraries():
            raise NoTypesetterError

        monkeypatch.setattr(typesetter, "weasyprint", no_libraries)
        assert not can_typeset()
        assert "PDF は作成できません" in str(NoTypesetterError())

    def test_looks_into_the_unpacked_folder_before_it_gives_up(self, monkeypatch, tmp_path):
        tried: list[Path] = []
        genuine = builtins.__import__

        def without(name, *args, **kwargs):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")
            return genuine(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", without)
        monkeypatch.setattr(typesetter, "preload", tried.append)
        typesetter.weasyprint.cache_clear()
        with pytest.raises(NoTypesetterError):
            typesetter.weasyprint()
        assert tried == [typesetter.UNPACKED]
        typesetter.weasyprint.cache_clear()

    def test_loads_libraries_in_any_order(self, monkeypatch, tmp_path):
        folder = tmp_path / "usr/lib/x86_64-linux-gnu"
        folder.mkdir(parents=True)
        for name in ("liba.so.1", "libb.so.1"):
            (folder / name).touch()
        loaded: list[str] = []

        def load(path, mode):
            if path.endswith("liba.so.1") and "b" not in loaded:
                raise OSError("liba needs libb")
            loaded.append(path[-6])

        monkeypatch.setattr(ctypes, "CDLL", load)
        typesetter.preload(tmp_path)
        assert loaded == ["b", "a"]
