"""Small charts and the burndown: coordinates from plain data."""

from __future__ import annotations

import datetime as dt

import pytest

from reports.charts.burndown import Burndown, draw_burndown
from reports.charts.curve import BOTTOM, LEFT, RIGHT, TOP
from reports.charts.small import month_line, risk_grid, shares, spark, twin_spark

FIRST, MIDDLE, LAST = dt.date(2026, 4, 1), dt.date(2026, 4, 11), dt.date(2026, 4, 21)
YEAR = [(dt.date(2026 + month // 12, month % 12 + 1, 1), 60 + month * 5) for month in range(12)]


class TestSpark:
    def test_runs_from_the_lowest_to_the_highest(self) -> None:
        drawn = spark([1, 3, 2])
        assert drawn is not None
        assert drawn.line == "0.0,26.0 36.0,2.0 72.0,14.0"

    @pytest.mark.parametrize(("values", "height"), [([0, 0], "26.0"), ([4, 4], "14.0")])
    def test_lies_flat_where_nothing_changes(self, values: list[int], height: str) -> None:
        drawn = spark(values)
        assert drawn is not None
        assert drawn.line == f"0.0,{height} 72.0,{height}"

    def test_needs_a_past(self) -> None:
        assert spark([]) is None
        assert spark([5]) is None
        assert twin_spark([(1, 2)]) is None

    def test_puts_two_lines_on_one_scale(self) -> None:
        drawn = twin_spark([(0, 0), (100, 50)])
        assert drawn is not None
        assert (drawn[0].line, drawn[1].line) == ("0.0,26.0 72.0,2.0", "0.0,26.0 72.0,14.0")


class TestShares:
    def test_fill_the_bar_and_leave_nothing_out(self) -> None:
        parts = shares({"good": 13, "warn": 0, "late": 3})
        assert [(part.key, part.count) for part in parts] == [("good", 13), ("late", 3)]
        assert parts[-1].x + parts[-1].width == pytest.approx(99.6)

    def test_are_none_of_nothing(self) -> None:
        assert shares({"good": 0}) == []


class TestRiskGrid:
    def test_puts_the_heaviest_and_latest_at_the_top_right(self) -> None:
        grid = risk_grid({(3, 3): 2, (0, 0): 5})
        assert [cell.key for cell in grid[0]] == ["3-0", "3-1", "3-2", "3-3"]
        assert (grid[0][3].count, grid[0][3].tone) == (2, 4)
        assert (grid[3][0].count, grid[3][0].tone) == (5, 0)
        assert grid[0][3].x > grid[0][0].x
        assert grid[3][0].y > grid[0][0].y

    def test_grows_worse_to_the_right_and_upwards(self) -> None:
        tones = [[cell.tone for cell in row] for row in risk_grid({})]
        assert all(row == sorted(row) for row in tones)
        assert all(list(column) == sorted(column, reverse=True) for column in zip(*tones, strict=True))


class TestMonthLine:
    def test_parts_what_was_from_what_is_planned(self) -> None:
        line = month_line(YEAR, 5)
        assert line is not None
        assert len(line.past.split()) == 6
        assert len(line.ahead.split()) == 7
        assert line.past.split()[-1] == line.ahead.split()[0]
        assert line.now.percentage == 85

    @pytest.mark.parametrize("values", [[0] * 12, [100] * 12, [796] * 12, [62, 138] * 6])
    def test_keeps_within_its_box_and_names_a_hundred(self, values: list[int]) -> None:
        line = month_line([(month, value) for (month, _), value in zip(YEAR, values, strict=True)], 5)
        assert line is not None
        assert all(point.y is not None and 20 <= point.y <= 148 for point in line.points)
        assert 100 in [level for level, _y in line.levels]
        assert len(line.levels) < 20

    def test_leaves_months_without_anyone_out(self) -> None:
        line = month_line([(YEAR[0][0], None), *YEAR[1:]], 5)
        assert line is not None
        assert len(line.past.split()) == 5
        assert month_line([(month, None) for month, _ in YEAR], 5) is None


class TestBurndown:
    def draw(
        self, left: list[tuple[dt.date, int]], *, total: int = 4800, today: dt.date = MIDDLE
    ) -> Burndown:
        return draw_burndown(left, total=total, first=FIRST, last=LAST, today=today, minutes_per_day=480)

    def test_runs_evenly_from_all_of_it_to_nothing(self) -> None:
        assert self.draw([]).ideal == f"{LEFT}.0,{TOP}.0 {RIGHT}.0,{BOTTOM}.0"
        assert self.draw([]).now is None

    def test_says_what_is_left_and_what_should_be(self) -> None:
        drawn = self.draw([(FIRST, 4800), (MIDDLE, 3600)])
        assert drawn.now is not None
        assert (drawn.now.minutes, drawn.now.ideal) == (3600, 2400)
        assert [level for level, _y in drawn.levels] == [0, 2, 4, 6, 8, 10]

    def test_goes_on_after_the_end(self) -> None:
        late = LAST + dt.timedelta(days=10)
        drawn = self.draw([(FIRST, 4800), (late, 1200)], today=late)
        assert drawn.now_x == RIGHT
        assert drawn.now is not None
        assert drawn.now.ideal == 0
        assert not drawn.ideal.endswith(f"{RIGHT}.0,{BOTTOM}.0")

    def test_holds_work_that_was_added(self) -> None:
        drawn = self.draw([(FIRST, 4800), (MIDDLE, 9600)])
        assert drawn.now_y == TOP

    @pytest.mark.parametrize("total", [1, 479, 480, 10**6, 10**12])
    def test_names_a_few_round_levels(self, total: int) -> None:
        assert 1 <= len(self.draw([], total=total).levels) <= 6

    def test_thins_out_a_long_line_and_its_table(self) -> None:
        days = [(FIRST + dt.timedelta(days=number), 4800 - number) for number in range(900)]
        drawn = self.draw(days, today=days[-1][0])
        assert len(drawn.actual.split()) <= 80
        assert len(drawn.rows) <= 12
        assert drawn.rows[-1].day == days[-1][0]
