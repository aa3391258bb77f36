"""A report as CSV."""

import csv
import io

import pytest

from reports.documents.csv_file import csv_file
from reports.documents.tests.samples import FORMULAS, JAPANESE, MADE_AT, flowing, line, listed, wbs


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class TestCsvFile:
    def test_is_what_a_japanese_excel_opens(self):
        content = csv_file(wbs(2), made_at=MADE_AT)
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\r\n") == 3
        assert b"\n" not in content.replace(b"\r\n", b"")

    def test_writes_figures_for_programs(self):
        head, first = rows_of(csv_file(wbs(1), made_at=MADE_AT))
        assert head[:4] == ["WBS", "Lv", "タスク", "開始"]
        assert first[3:] == ["2026/04/06", "1.5", "2.5", "46%", "1200000", "1234", "120%", "-5", "3"]

    def test_keeps_every_letter(self):
        assert f"設計{JAPANESE}0" in csv_file(wbs(1), made_at=MADE_AT).decode("utf-8-sig")

    @pytest.mark.parametrize("text", FORMULAS)
    def test_makes_formulas_harmless(self, text):
        report = flowing(listed(line(text)))
        assert rows_of(csv_file(report, made_at=MADE_AT))[1][2] == f"'{text}"

    def test_leaves_a_negative_figure_alone(self):
        assert rows_of(csv_file(wbs(1), made_at=MADE_AT))[1][10] == "-5"

    def test_quotes_what_would_break_a_row(self):
        report = flowing(listed(line('a,"b"\r\nc')))
        assert rows_of(csv_file(report, made_at=MADE_AT))[1][2] == 'a,"b"\r\nc'

    def test_puts_tables_below_each_other(self):
        report = flowing(listed(line(), title="一"), listed(line(), title="二"))
        firsts = [row[0] if row else "" for row in rows_of(csv_file(report, made_at=MADE_AT))]
        assert firsts == ["一", "WBS", "1.1", "", "二", "WBS", "1.1"]

    def test_survives_an_empty_report_and_half_a_letter(self):
        assert len(rows_of(csv_file(flowing(listed()), made_at=MADE_AT))) == 1
        assert csv_file(flowing(listed(line("\ud842"))), made_at=MADE_AT)
