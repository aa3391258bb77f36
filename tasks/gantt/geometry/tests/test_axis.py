import re

from tasks.gantt.geometry.axis import draw_axis_marks, draw_axis_tile, draw_ground_tile
from tasks.gantt.geometry.rows import ShadedDays
from tasks.gantt.geometry.tests.drawing import MONDAY, make_sheet


def texts(drawn: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawn)


class TestAxis:
    def test_week_shows_months_over_mondays(self) -> None:
        shown = texts(draw_axis_tile(make_sheet(), 0))
        assert shown[:2] == ["2026年7月", "2026年8月"]
        assert "6/29" in shown
        assert "7/6" in shown

    def test_day_says_the_month_again_every_week(self) -> None:
        shown = texts(draw_axis_tile(make_sheet("day", today=21), 0))
        assert shown.count("2026年7月") == 4
        assert "29 月" in shown
        assert "1 水" in shown

    def test_coarse_zooms_show_parts_of_years(self) -> None:
        assert texts(draw_axis_tile(make_sheet("month"), 0))[:5] == [
            "2026年",
            "2026年",
            "2027年",
            "2027年",
            "7月",
        ]
        assert "10–12月" in texts(draw_axis_tile(make_sheet("quarter"), 0))
        assert "7–12月" in texts(draw_axis_tile(make_sheet("year"), 0))

    def test_status_date_steps_aside_for_today(self) -> None:
        drawn = draw_axis_marks(make_sheet(status_day=40, today=40))
        assert 'x="259.5" y="17" text-anchor="end">基準日 8/8<' in drawn

    def test_name_of_a_month_steps_aside_for_today(self) -> None:
        assert 'x="237" y="17">2026年8月<' in draw_axis_tile(make_sheet(today=60), 0)
        assert 'x="308.5" y="17">2026年8月<' in draw_axis_tile(make_sheet(today=40), 0)

    def test_status_date_stands_where_nothing_else_does(self) -> None:
        """On each day of two months: before today or behind it, without its word where there is no room for it."""
        seen = set()
        for today in range(3, 64):
            sheet = make_sheet(status_day=today - 1, today=today)
            ((x, anchor, text),) = re.findall(
                r'class="gantt-axis__status" x="([\d.]+)" y="17" text-anchor="(\w+)">([^<]+)<',
                draw_axis_marks(sheet),
            )
            room = 90 if text.startswith("基準日") else 38
            left = float(x) - (room if anchor == "end" else 0)
            names = re.findall(r'month" x="([\d.]+)"', draw_axis_tile(sheet, 0))
            assert left >= 0
            assert all(left + room <= float(name) or float(name) + 70 <= left for name in names), today
            seen.add((anchor, room))
        assert seen >= {("end", 90), ("end", 38), ("start", 90)}


def stripes(drawn: str, kind: str) -> list[str]:
    """Left edge and width of each shaded stretch."""
    return re.findall(r"M([\d.]+ 0h[\d.]+)v", drawn.split(f'class="gantt-{kind}" d="')[1].split('"')[0])


class TestGround:
    def test_shades_weekends_and_holidays_apart(self) -> None:
        days_off = ShadedDays(holidays={MONDAY + 21: "海の日"}, worked=frozenset({MONDAY + 5}))
        drawn = draw_ground_tile(make_sheet(days_off=days_off), 0)
        # The first Saturday is worked, so only its Sunday is shaded.
        assert stripes(drawn, "off")[:3] == ["42 0h7", "84 0h14", "133 0h14"]
        assert stripes(drawn, "holiday") == ["147 0h7"]

    def test_month_shades_only_long_holidays(self) -> None:
        golden = {MONDAY + day: "" for day in (1, 2, 3)}
        sheet = make_sheet("month", days_off=ShadedDays(holidays=golden | {MONDAY + 21: ""}))
        drawn = draw_ground_tile(sheet, 0)
        assert stripes(drawn, "holiday") == ["2.4 0h7.2"]
        assert stripes(drawn, "off") == []

    def test_quarter_shades_nothing(self) -> None:
        drawn = draw_ground_tile(make_sheet("quarter"), 0)
        assert stripes(drawn, "off") == stripes(drawn, "holiday") == []
