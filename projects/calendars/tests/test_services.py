"""A Japanese company's calendar, from rows to working time."""

from datetime import date
from typing import Any

from projects.calendars.holidays import ensure_holidays
from projects.calendars.services import rules_of
from projects.models import CalendarException, Holiday
from projects.worktime.calendars import Calendars
from projects.worktime.moments import minute_of


def minutes_on(calendar: Any, *day: int) -> int:
    clock = Calendars(rules_of([calendar.pk])).calendar(calendar.pk)
    start = minute_of(date(*day))
    return clock.between(start, start + 1440)


class TestCompanyCalendar:
    def test_works_eight_hours_on_a_weekday(self, calendar: Any) -> None:
        assert minutes_on(calendar, 2026, 11, 24) == 480

    def test_rests_on_weekends(self, calendar: Any) -> None:
        assert minutes_on(calendar, 2026, 11, 21) == 0

    def test_rests_on_holidays_substitutes_and_citizens_days(self, calendar: Any) -> None:
        assert minutes_on(calendar, 2026, 11, 23) == 0  # 勤労感謝の日
        assert minutes_on(calendar, 2026, 5, 6) == 0  # 振替休日: 憲法記念日 was a Sunday
        assert minutes_on(calendar, 2026, 9, 22) == 0  # 国民の休日 between 敬老の日 and 秋分の日

    def test_rests_over_the_new_year(self, calendar: Any) -> None:
        assert [minutes_on(calendar, 2026, 12, day) for day in (28, 29, 30, 31)] == [480, 0, 0, 0]

    def test_lets_an_operator_make_a_holiday_a_working_day(self, calendar: Any) -> None:
        CalendarException.objects.create(
            organization=calendar.organization, calendar=calendar, name="振替出勤",
            first_on="2026-11-23", last_on="2026-11-23", shifts=[[540, 720], [780, 1080]],
        )  # fmt: skip
        assert minutes_on(calendar, 2026, 11, 23) == 480

    def test_follows_a_holiday_that_was_called_off(self, calendar: Any) -> None:
        Holiday.objects.filter(held_on="2026-11-23").update(is_observed=False)
        assert minutes_on(calendar, 2026, 11, 23) == 480


class TestEnsureHolidays:
    def test_adds_years_that_are_missing_and_leaves_the_rest(self, db: None) -> None:
        Holiday.objects.filter(held_on="2026-11-23").delete()
        assert ensure_holidays(until=2036) == Holiday.objects.filter(held_on__year=2036).count() > 15
        assert not Holiday.objects.filter(held_on="2026-11-23").exists()
        assert ensure_holidays(until=2036) == 0
