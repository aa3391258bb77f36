"""Days and minutes of a plan's wall clock."""

from datetime import date

import pytest

from projects.worktime.moments import MINUTES_PER_DAY, day_number, day_of, minute_of


class TestMoments:
    @pytest.mark.parametrize(
        ("day", "number"),
        [(date(1970, 1, 1), 0), (date(1969, 12, 31), -1), (date(2026, 4, 6), 20_549)],
    )
    def test_count_days_from_1970_and_back(self, day: date, number: int) -> None:
        assert day_number(day) == number
        assert day_of(number) == day

    def test_are_minutes_of_these_days(self) -> None:
        assert minute_of(date(2026, 4, 6)) == 20_549 * MINUTES_PER_DAY
        assert minute_of(date(1970, 1, 2), 540) == MINUTES_PER_DAY + 540
