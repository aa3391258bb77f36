"""Rows of reports as strings."""

from reports.documents.contents import Mark
from reports.documents.rows import table_rows
from reports.documents.tests.samples import line, listed


class TestTableRows:
    def test_writes_every_kind_of_value(self):
        html = table_rows(listed(line()))
        assert '<td class="num">2026/04/06</td>' in html
        assert '<td class="num">1.5h</td>' in html
        assert '<span class="heat__cell heat__cell--5">120%</span>' in html
        assert '<td class="num">−5 pt</td>' in html
        assert '<td class="num is-late">3日</td>' in html

    def test_escapes_what_was_typed(self):
        assert "&lt;b&gt;&quot;" in table_rows(listed(line('<b>"')))

    def test_says_what_a_row_is(self):
        html = table_rows(listed(line("合計", level=3, mark=Mark.SUMMARY)))
        assert '<tr class="row--summary">' in html
        assert 'data-level="3"' in html
