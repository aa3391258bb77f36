import re

from tasks.gantt.geometry.arrows import draw_arrows
from tasks.gantt.geometry.rows import ChartLink
from tasks.gantt.geometry.tests.drawing import link, make_row, make_sheet

SHEET = make_sheet()


def line_of(*links: ChartLink, first_row: int = 0, count: int = 50) -> str:
    drawn = draw_arrows(links, SHEET, first_row, count)
    match = re.search(r'class="gantt-link" d="([^"]*)"', drawn)
    return match[1] if match else ""


class TestFinishToStart:
    def test_leaves_the_finish_turns_once_and_enters_the_start(self) -> None:
        before, after = make_row(row=0, days=(0, 4)), make_row(row=1, days=(7, 9))
        assert line_of(link(before, after)) == "M35 14.5H40V46.5H44"

    def test_drops_onto_the_bar_when_there_is_no_gap(self) -> None:
        before, after = make_row(row=0, days=(0, 4)), make_row(row=1, days=(5, 9))
        drawn = draw_arrows([link(before, after)], SHEET, 0, 50)
        assert "M35 14.5H38.5V34" in drawn
        assert 'd="M38.5 40l-3.5 -6h7z"' in drawn

    def test_rises_onto_a_bar_above(self) -> None:
        before, after = make_row(row=1, days=(0, 4)), make_row(row=0, days=(5, 9))
        assert 'd="M38.5 21l-3.5 6h7z"' in draw_arrows([link(before, after)], SHEET, 0, 50)

    def test_goes_back_along_the_edge_of_the_row(self) -> None:
        before, after = make_row(row=0, days=(10, 14)), make_row(row=2, days=(2, 6))
        assert line_of(link(before, after)) == "M105 14.5H112V64H5V78.5H9"


class TestOtherTypes:
    def test_start_to_start_runs_left_of_both(self) -> None:
        before, after = make_row(row=0, days=(3, 4)), make_row(row=1, days=(2, 9))
        assert line_of(link(before, after, "SS")) == "M21 14.5H5V46.5H9"

    def test_finish_to_finish_runs_right_of_both(self) -> None:
        before, after = make_row(row=0, days=(3, 4)), make_row(row=1, days=(2, 9))
        assert line_of(link(before, after, "FF")) == "M35 14.5H79V46.5H75"

    def test_start_to_finish_leaves_the_start(self) -> None:
        before, after = make_row(row=0, days=(10, 14)), make_row(row=1, days=(2, 6))
        assert line_of(link(before, after, "SF")) == "M70 14.5H65V46.5H54"


class TestSections:
    def test_passes_through_a_section_that_holds_neither_end(self) -> None:
        arrow = link(make_row(row=10, days=(0, 4)), make_row(row=9000, days=(30, 34)))
        assert line_of(arrow, first_row=100) == "M35 -49.5H40V1646.5H205"

    def test_is_left_out_where_it_does_not_pass(self) -> None:
        arrow = link(make_row(row=10), make_row(row=20, days=(9, 9)))
        assert draw_arrows([arrow], SHEET, 100, 50) == ""

    def test_critical_arrows_lie_on_top(self) -> None:
        rows = [make_row(row=row, days=(row * 8, row * 8 + 4)) for row in range(3)]
        drawn = draw_arrows([link(rows[0], rows[1], is_critical=True), link(rows[1], rows[2])], SHEET, 0, 50)
        assert drawn.index('"gantt-link"') < drawn.index("gantt-link--critical")
        assert drawn.count("<path") == 4

    def test_year_shows_only_arrows_between_what_it_shows(self) -> None:
        arrow = link(make_row(row=0), make_row(row=1, kind="milestone", days=(9, 9)))
        assert draw_arrows([arrow], make_sheet("year"), 0, 50) == ""
