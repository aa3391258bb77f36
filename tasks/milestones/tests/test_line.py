"""The time line of milestones: where diamonds and names stand."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.milestones.line import MOST_LANES, RIGHT, Point, cut, draw_line

TODAY = date(2026, 4, 15)


class TestDrawLine:
    def test_draws_nothing_of_nothing(self):
        assert draw_line([], TODAY) is None

    def test_puts_names_that_would_touch_into_other_lanes(self):
        line = draw_line(
            [Point(TODAY + timedelta(days=day), "基本設計完了", "ahead") for day in range(3)], TODAY
        )
        assert line is not None
        assert len({each.y for each in line.diamonds}) == 3
        assert line.now_x == line.diamonds[0].x

    def test_drops_names_rather_than_grow_without_end_and_covers_none(self):
        line = draw_line([Point(TODAY, "基本設計完了", "ahead")] * 300, TODAY)
        assert line is not None
        named = [each for each in line.diamonds if each.label]
        assert (len(named), len(line.diamonds)) == (MOST_LANES, 300)
        assert max(each.y for each in named) < min(each.y for each in line.diamonds if not each.label)
        assert line.height < 200

    def test_turns_names_at_the_right_edge_around(self):
        line = draw_line(
            [Point(date(2026, 4, 30), "とても長い名前のマイルストーン", "late")], date(2030, 1, 1)
        )
        assert line is not None
        assert line.diamonds[0].is_flipped
        assert line.diamonds[0].x <= RIGHT
        assert line.now_x is None

    def test_names_as_many_months_as_can_be_read(self):
        line = draw_line(
            [Point(date(2026, 4, 1), "始", "ahead"), Point(date(2036, 3, 1), "終", "ahead")], TODAY
        )
        assert line is not None
        assert len(line.months) <= 14

    def test_cuts_long_names(self):
        assert cut("基本設計完了") == "基本設計完了"
        assert cut("長" * 20) == "長" * 13 + "…"
