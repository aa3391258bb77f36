"""Days of recurring exceptions, checked against a calendar on paper."""

from datetime import date, timedelta

import pytest

from projects.worktime.recurrence import days_of
from projects.worktime.rules import CalendarException, Recurrence

EPOCH = date(1970, 1, 1)


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def days(rule: Recurrence, first: str, last: str) -> list[str]:
    exception = CalendarException(day(first), day(last), recurrence=rule)
    return [str(EPOCH + timedelta(days=number)) for number in days_of(exception)]


class TestDaysOf:
    def test_all_days_where_nothing_recurs(self):
        assert list(days_of(CalendarException(3, 5))) == [3, 4, 5]

    def test_every_third_day(self):
        assert days(Recurrence("daily", every=3), "2026-01-05", "2026-01-12") == [
            "2026-01-05",
            "2026-01-08",
            "2026-01-11",
        ]

    def test_every_second_week_on_two_days(self):
        assert days(Recurrence("weekly", every=2, weekdays=(0, 4)), "2026-01-05", "2026-01-25") == [
            "2026-01-05",
            "2026-01-09",
            "2026-01-19",
            "2026-01-23",
        ]

    def test_the_31st_is_the_last_day_of_short_months(self):
        assert days(Recurrence("monthly_day", month_day=31), "2026-01-01", "2026-05-31") == [
            "2026-01-31",
            "2026-02-28",
            "2026-03-31",
            "2026-04-30",
            "2026-05-31",
        ]

    def test_every_third_month_counts_from_the_first_day_that_it_finds(self):
        rule = Recurrence("monthly_day", every=3, month_day=5)
        assert days(rule, "2026-01-06", "2026-06-30") == ["2026-02-05", "2026-05-05"]

    def test_the_29th_of_february_is_the_28th_but_in_leap_years(self):
        rule = Recurrence("yearly_day", month=2, month_day=29)
        assert days(rule, "2026-01-01", "2028-12-31") == ["2026-02-28", "2027-02-28", "2028-02-29"]

    def test_the_second_tuesday(self):
        rule = Recurrence("monthly_weekday", weekdays=(1,), position=2)
        assert days(rule, "2026-01-01", "2026-03-01") == ["2026-01-13", "2026-02-10"]

    def test_the_last_friday(self):
        rule = Recurrence("monthly_weekday", weekdays=(4,), position=5)
        assert days(rule, "2026-01-01", "2026-02-28") == ["2026-01-30", "2026-02-27"]

    def test_a_birthday(self):
        rule = Recurrence("yearly_day", month=2, month_day=11)
        assert days(rule, "2026-02-12", "2028-12-31") == ["2027-02-11", "2028-02-11"]

    def test_the_third_monday_of_july(self):
        rule = Recurrence("yearly_weekday", month=7, weekdays=(0,), position=3)
        assert days(rule, "2026-01-01", "2027-12-31") == ["2026-07-20", "2027-07-19"]

    def test_stops_after_so_many(self):
        rule = Recurrence("daily", count=2)
        assert days(rule, "2026-01-05", "2026-12-31") == ["2026-01-05", "2026-01-06"]

    @pytest.mark.parametrize("kind", ["monthly_weekday", "yearly_weekday"])
    def test_without_weekday_there_is_none(self, kind):
        assert days(Recurrence(kind), "2026-01-01", "2027-01-01") == []
