"""Bars, progress, the baseline and the progress line as cells."""

from __future__ import annotations

from tasks.workbooks import bars
from tasks.workbooks.axis import DAYS, WEEKS, Axis, axis_of
from tasks.workbooks.bars import Bar, cells_of

#: A Monday, as days are numbered.
MONDAY = 20_549


def days(count: int = 28) -> Axis:
    return axis_of(DAYS, MONDAY, MONDAY + count - 1)


def filled(bar: Bar, axis: Axis | None = None) -> dict[int, str]:
    return {at: cell.fill for at, cell in cells_of(bar, axis or days(), None).items() if cell.fill}


class TestFills:
    def test_what_is_done_is_darker(self) -> None:
        found = filled(Bar(MONDAY, MONDAY + 3, 50))
        assert found == {0: bars.DONE, 1: bars.DONE, 2: bars.REST, 3: bars.REST}

    def test_nothing_is_done_at_0_and_all_at_100(self) -> None:
        assert set(filled(Bar(MONDAY, MONDAY + 3, 0)).values()) == {bars.REST}
        assert set(filled(Bar(MONDAY, MONDAY + 3, 100)).values()) == {bars.DONE}

    def test_a_critical_bar_has_a_mark_beside_its_colour(self) -> None:
        cells = cells_of(Bar(MONDAY, MONDAY + 1, 0, is_critical=True), days(), None)
        assert [(cell.fill, cell.mark) for cell in cells.values()] == [
            (bars.CRITICAL, bars.CRITICAL_MARK),
            (bars.CRITICAL, ""),
        ]

    def test_a_milestone_is_a_mark_and_no_bar(self) -> None:
        cells = cells_of(Bar(MONDAY, MONDAY, is_milestone=True), days(), None)
        assert [(at, cell.fill, cell.mark) for at, cell in cells.items()] == [
            (0, bars.MILESTONE, bars.MILESTONE_MARK)
        ]

    def test_weeks_that_it_touches_are_filled(self) -> None:
        axis = axis_of(WEEKS, MONDAY, MONDAY + 27)
        assert filled(Bar(MONDAY + 4, MONDAY + 7), axis) == {0: bars.REST, 1: bars.REST}

    def test_what_lies_beside_the_axis_is_not_there(self) -> None:
        assert filled(Bar(MONDAY - 20, MONDAY - 10)) == {}
        assert filled(Bar(MONDAY + 100, MONDAY + 120)) == {}
        assert list(filled(Bar(MONDAY - 20, MONDAY + 1))) == [0, 1]


class TestEdges:
    def test_the_baseline_is_the_lower_edge_of_its_days(self) -> None:
        cells = cells_of(Bar(MONDAY, MONDAY + 1, baseline=(MONDAY + 1, MONDAY + 2)), days(), None)
        assert [(at, cell.fill, cell.bottom) for at, cell in sorted(cells.items())] == [
            (0, bars.REST, ""),
            (1, bars.REST, "base"),
            (2, "", "base"),
        ]

    def test_the_progress_line_runs_down_the_status_date(self) -> None:
        cells = cells_of(None, days(), MONDAY + 3)
        assert [(at, cell.right, cell.top) for at, cell in cells.items()] == [(3, "line", "")]

    def test_it_is_pulled_to_the_left_by_what_is_behind(self) -> None:
        cells = cells_of(Bar(MONDAY, MONDAY + 9, 20), days(), MONDAY + 4)
        assert {at for at, cell in cells.items() if cell.right} == {1}
        assert [at for at, cell in sorted(cells.items()) if cell.top and cell.bottom] == [2, 3, 4]

    def test_it_is_pulled_to_the_right_by_what_is_ahead(self) -> None:
        cells = cells_of(Bar(MONDAY, MONDAY + 9, 80), days(), MONDAY + 4)
        assert {at for at, cell in cells.items() if cell.right} == {7}
        assert [at for at, cell in sorted(cells.items()) if cell.top] == [5, 6, 7]

    def test_what_is_done_or_has_not_begun_leaves_it_straight(self) -> None:
        for bar in (Bar(MONDAY, MONDAY + 1, 100), Bar(MONDAY + 9, MONDAY + 12)):
            cells = cells_of(bar, days(), MONDAY + 4)
            assert {at for at, cell in cells.items() if cell.right} == {4}

    def test_there_is_none_where_the_status_date_is_beside_the_chart(self) -> None:
        assert cells_of(None, days(), MONDAY + 400) == {}
