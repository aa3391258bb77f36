"""Clipboard HTML of other programs, and of those who mean harm."""

from __future__ import annotations

import time

import pytest

from tasks.pasting.clipboard.markup import read_html
from tasks.pasting.clipboard.table import MOST_ROWS, TooLargeError
from tasks.pasting.clipboard.tests.samples import EXCEL, LIBRE_OFFICE, NUMBERS, SHEETS


class TestPrograms:
    def test_reads_excel(self) -> None:
        assert read_html(EXCEL) == [
            ["タスク名", "開始", "達成率"],
            ["設計", "2026/04/01", "25.5%"],
            ["\u3000画面\nと帳票", "2026/4/8", "50%"],
            ["\u00a0\u00a0\u00a0\u00a0試験 <総合>", "", "12.3"],
        ]

    def test_reads_libreoffice(self) -> None:
        assert read_html(LIBRE_OFFICE) == [["設計", "2026/04/01", "50%"]]

    def test_reads_google_sheets(self) -> None:
        assert read_html(SHEETS) == [["設計", "2026/04/01", "25.5%"]]

    def test_reads_numbers(self) -> None:
        assert read_html(NUMBERS) == [["設計", "2026/04/01\n2行目"]]

    def test_has_no_table_in_other_html(self) -> None:
        assert read_html("<p>設計</p>") is None


class TestCells:
    def test_puts_merged_cells_where_they_begin(self) -> None:
        rows = read_html(
            "<table><tr><td rowspan=2>大<td colspan=2>中<td>右<tr><td>下<td rowspan=3>低<td>隣<tr><td>次<td>々<td>末</table>"
        )
        assert rows == [["大", "中", "", "右"], ["", "下", "低", "隣"], ["次", "々", "", "末"]]

    def test_reads_a_table_in_a_cell_as_its_text(self) -> None:
        rows = read_html("<table><tr><td>外<table><tr><td>内<td>側</table></td><td>右</td></tr></table>")
        assert rows == [["外 内 側", "右"]]

    def test_keeps_no_script(self) -> None:
        rows = read_html(
            "<table><tr><td>設計<script>alert('</td>')</script><img src=x onerror=alert(1)></td><td><iframe>x</iframe></td></tr></table>"
        )
        assert rows == [["設計"]]

    def test_keeps_what_was_spelled_as_text(self) -> None:
        assert read_html("<table><td>&lt;script&gt; a < b &amp;amp;</table>") == [["<script> a < b &amp;"]]

    def test_leaves_nothing_that_no_database_holds(self) -> None:
        assert read_html("<table><td>a\0b&#0;c</table>") == [["ab\ufffdc"]]


@pytest.mark.parametrize(
    "html",
    [
        "<table>" * 100_000,
        "<table><tr>" + "<td colspan=1000000 rowspan=1000000>x" * 20_000,
        "<table><tr><td colspan=99999999999999999999>x",
        "<table><tr><td>" + "&amp;" * 200_000,
        "<table><tr><td " + 'a="' * 200_000,
        "<table><!--" * 100_000,
        "<table><tr><td>" + "<" * 700_000,
        "<table><style>" + ".a{" * 300_000 + "</style>",
        "<table><td style='" + 'mso-number-format:"' * 50_000 + "'>x",
        "<table><td data-sheets-value='" + "[" * 100_000 + "'>x",
    ],
    ids=lambda html: html[:24],
)
def test_reads_a_bomb_in_moderate_time_or_not_at_all(html: str) -> None:
    began = time.process_time()
    try:
        rows = read_html(html)
    except TooLargeError:
        rows = None
    assert time.process_time() - began < 2
    assert sum(len(row) for row in rows or []) <= 100_000


@pytest.mark.parametrize(
    ("html", "limit"),
    [
        ("<table>" + "<tr><td>x" * (MOST_ROWS + 2), "rows"),
        ("<table><tr>" + "<td>x" * 201, "columns"),
        ("<table>" + ("<tr>" + "<td>x" * 200) * 501, "cells"),
        ("<table><td>" + "長" * 5_001, "text"),
        ("<table>" + " " * 4_500_000, "size"),
    ],
)
def test_says_which_limit_was_passed(html: str, limit: str) -> None:
    with pytest.raises(TooLargeError) as refused:
        read_html(html)
    assert refused.value.limit == limit
