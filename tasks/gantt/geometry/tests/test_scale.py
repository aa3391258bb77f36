from datetime import date

import pytest

from tasks.gantt.geometry.scale import ZOOMS, Scale
from tasks.gantt.geometry.words import date_of, epoch_day, weekday_of


class TestScale:
    def test_begins_on_a_monday_a_week_before_the_plan(self) -> None:
        first = epoch_day(date(2026, 7, 1))
        scale = Scale.around(ZOOMS["week"], first, first + 300)
        assert date_of(scale.first_day) == date(2026, 6, 22)

    def test_leaves_room_for_labels_behind_the_last_bar(self) -> None:
        scale = Scale.around(ZOOMS["week"], 20000, 20400)
        assert scale.x(20401) + 240 <= scale.width

    @pytest.mark.parametrize("zoom", ZOOMS.values(), ids=list(ZOOMS))
    def test_fills_a_screen_even_for_one_day(self, zoom) -> None:
        assert Scale.around(zoom, 20000, 20000).width >= 2000

    @pytest.mark.parametrize("zoom", ZOOMS.values(), ids=list(ZOOMS))
    def test_cuts_its_days_into_tiles_without_gap(self, zoom) -> None:
        scale = Scale.around(zoom, 20000, 26000)
        days = [day for tile in range(scale.tiles) for day in scale.tile_days(tile)]
        assert days == list(range(scale.first_day, scale.first_day + scale.days))
        assert scale.tile_of(days[-1]) == scale.tiles - 1

    def test_holds_a_stray_date_in_the_far_future(self) -> None:
        assert Scale.around(ZOOMS["day"], 0, 2_900_000).width <= 8_000_000


class TestDays:
    def test_weekdays_agree_with_the_calendar(self) -> None:
        assert all(weekday_of(day) == date_of(day).weekday() for day in (0, 1, 20000, -400))

    def test_years_beyond_the_calendar_are_held_at_its_end(self) -> None:
        assert date_of(10**9) == date.max
