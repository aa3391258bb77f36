"""Lines of text that are set to their places with spaces."""

import pytest

from reports.documents.paper.fonts import BOLD, fitted, printable, width_of
from reports.documents.paper.sheets import POINT, TextPiece, gap, set_line
from reports.documents.tests.samples import JAPANESE

SIZE = 7.0
EM = SIZE * POINT


def places_of(line: str) -> list[float]:
    """Where each text of a line begins, in mm."""
    found, at, was_space = [], 0.0, True
    for letter in line:
        is_space = letter in " \u2002"
        if was_space and not is_space:
            found.append(at)
        at += width_of(letter) / 1_000 * EM
        was_space = is_space
    return found


class TestGap:
    def test_is_nearer_than_one_can_see(self):
        for wanted in range(2_000, 60_000, 37):
            spaces, width = gap(wanted)
            assert abs(width - wanted) <= 40  # a tenth of a millimetre
            assert width_of(spaces) == width

    def test_is_nothing_for_nothing(self):
        assert gap(0) == ("", 0)
        assert gap(-500) == ("", 0)


class TestSetLine:
    def test_puts_texts_where_they_belong(self):
        line = set_line(
            [TextPiece(0, 30, "設計"), TextPiece(40, 30, "開発"), TextPiece(90, 30, "試験")], SIZE
        )
        assert places_of(line) == pytest.approx([0, 40, 90], abs=0.15)

    def test_puts_figures_to_the_right(self):
        short, long = (set_line([TextPiece(50, 20, text, is_figure=True)], SIZE) for text in ("5", "12,345"))
        ends = [places_of(line)[0] + width_of(line.strip(" \u2002")) / 1_000 * EM for line in (short, long)]
        assert ends == pytest.approx([70, 70], abs=0.15)

    def test_cuts_what_has_no_room(self):
        line = set_line([TextPiece(0, 10, "とても長いタスクの名前"), TextPiece(12, 10, "次")], SIZE)
        assert "…" in line
        assert places_of(line)[-1] == pytest.approx(12, abs=0.3)

    def test_escapes(self):
        assert set_line([TextPiece(0, 50, "<b>&", tag="i")], SIZE) == "<i>&lt;b&gt;&amp;</i>"

    def test_leaves_out_what_lies_behind_the_edge(self):
        assert set_line([TextPiece(0, 0.1, "設計")], SIZE) == ""


class TestFitted:
    def test_keeps_what_fits(self):
        assert fitted("設計", 2_000) == "設計"
        assert fitted("設計書", 2_000) == "設…"

    def test_knows_every_letter(self):
        assert width_of(JAPANESE) == 1_000 * 4 + 500 * 2 + 1_000 + width_of("−")
        assert width_of("ABC", BOLD) > width_of("ABC")


class TestPrintable:
    def test_takes_out_what_no_one_sees(self):
        assert printable("a\u202eb\x00c\ud842\u200bd") == "abcd"
        assert printable("一\n二\t三\u3000四") == "一 二 三 四"
