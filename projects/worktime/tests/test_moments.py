"""Days and minutes of a plan's wall clock."""

from datetime import date

import pytest

from projects.worktime.moments import (
    MINUTES_PER_DAY,
    day_number,
    day_of,
    days_after,
    ends_on,
    first_day_of,
    last_day_of,
    minute_of,
)


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


class TestAnEnd:
    MONDAY = date(2026, 4, 6)

    @pytest.mark.parametrize("minute", [1, 540, 1080, MINUTES_PER_DAY])
    def test_belongs_to_its_day_until_midnight(self, minute: int) -> None:
        assert ends_on(minute_of(self.MONDAY, minute)) == self.MONDAY
        assert last_day_of(minute_of(self.MONDAY, minute)) == day_number(self.MONDAY)

    def test_at_midnight_belongs_to_the_day_before_and_a_start_to_the_day_after(self) -> None:
        midnight = minute_of(self.MONDAY)
        assert last_day_of(midnight) == day_number(self.MONDAY) - 1
        assert first_day_of(midnight) == day_number(self.MONDAY)
        assert (last_day_of(0), first_day_of(0)) == (-1, 0)

    def test_that_is_not_there_has_no_day(self) -> None:
        assert ends_on(None) is None


class TestDaysAfter:
    @pytest.mark.parametrize(
        ("minute", "days"), [(1440 * 100, 0), (1440 * 101, 0), (1440 * 101 + 1, 1), (1440 * 103, 2)]
    )
    def test_counts_from_the_last_day_of_work(self, minute: int, days: int) -> None:
        assert days_after(minute, day_of(100)) == days

    def test_is_nothing_without_an_end(self) -> None:
        assert days_after(None, date(2026, 4, 1)) == 0
