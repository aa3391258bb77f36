"""When resources work: calendars, whole days away, and half days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from projects.calendars.services import rules_of
from projects.models import Calendar, CalendarException
from projects.worktime.calendars import Calendars
from projects.worktime.moments import day_number
from resources.models import Absence, Resource
from resources.working_times import calendars_of, middle_of

#: Monday 2026-04-06; Wednesday 2026-04-29 is a holiday.
MONDAY = date(2026, 4, 6)
MORNING, AFTERNOON = (540, 720), (780, 1080)
NIGHT: list[Any] = [[[1320, 1800]]] * 5 + [[], []]

Away = Callable[..., Absence]
Hours = Callable[..., list[tuple[int, int]]]


@pytest.fixture
def employee(organization: Any) -> Resource:
    return Resource.objects.create(organization=organization, name="茜部 陽斗")


@pytest.fixture
def away(organization: Any, employee: Resource) -> Away:
    """`away("morning", 6)`: a half day in April 2026; `away("day", 6, 8)` three whole ones."""

    def be(portion: str, first: int, last: int | None = None, **fields: Any) -> Absence:
        return Absence.objects.create(
            organization=organization, resource=employee, portion=portion,
            first_on=date(2026, 4, first), last_on=date(2026, 4, last or first), **fields,
        )  # fmt: skip

    return be


@pytest.fixture
def hours(calendar: Calendar, employee: Resource) -> Hours:
    """The shifts of a day of April 2026, as minutes of that day."""

    def of(day: int) -> list[tuple[int, int]]:
        chosen, own = calendars_of([employee.pk], base_id=calendar.pk)
        bases = {rules.base_id for rules in own if rules.base_id}
        calendars = Calendars((*rules_of({calendar.pk} | bases), *own))
        time = calendars.calendar(chosen[employee.pk] or calendar.pk)
        number = day_number(date(2026, 4, day))
        return [
            (start - number * 1440, end - number * 1440) for start, end in time.shifts_of(number, number + 1)
        ]

    return of


class TestCalendarsOf:
    def test_are_the_base_for_who_is_never_away(self, calendar: Calendar, employee: Resource) -> None:
        assert calendars_of([employee.pk], base_id=calendar.pk) == ({employee.pk: None}, ())

    def test_leave_the_afternoon_to_who_takes_the_morning_off(self, away: Away, hours: Hours) -> None:
        away("morning", 6)
        assert hours(6) == [AFTERNOON]
        assert hours(7) == [MORNING, AFTERNOON]

    def test_leave_the_morning_to_who_takes_the_afternoon_off(self, away: Away, hours: Hours) -> None:
        away("afternoon", 6)
        assert hours(6) == [MORNING]

    def test_leave_nothing_to_who_takes_both(self, away: Away, hours: Hours) -> None:
        away("morning", 6)
        away("afternoon", 6)
        assert hours(6) == []
        assert hours(7) == [MORNING, AFTERNOON]

    def test_leave_nothing_of_a_day_that_is_also_off_whole(self, away: Away, hours: Hours) -> None:
        away("morning", 6, 8)
        away("day", 7)
        assert [hours(day) for day in (6, 7, 8)] == [[AFTERNOON], [], [AFTERNOON]]

    def test_halve_every_day_of_a_stretch_but_make_none_of_weekends_and_holidays(
        self, away: Away, hours: Hours
    ) -> None:
        away("afternoon", 24, 30)
        days = {day: hours(day) for day in range(24, 31)}
        assert days == {
            24: [MORNING], 25: [], 26: [], 27: [MORNING], 28: [MORNING], 29: [], 30: [MORNING],
        }  # fmt: skip

    def test_halve_what_the_resources_own_calendar_says(
        self, organization: Any, away: Away, hours: Hours, employee: Resource
    ) -> None:
        """A shop that opens at ten and eats from one to two, on Sundays too."""
        own = Calendar.objects.create(
            organization=organization, name="店", week=[[[600, 780], [840, 1140]]] * 7
        )
        Resource.objects.filter(pk=employee.pk).update(calendar=own)
        away("morning", 5)
        away("afternoon", 6)
        assert (hours(5), hours(6)) == ([(840, 1140)], [(600, 780)])
        assert hours(7) == [(600, 780), (840, 1140)]

    def test_halve_what_an_exception_of_the_calendar_says(
        self, organization: Any, calendar: Calendar, away: Away, hours: Hours
    ) -> None:
        CalendarException.objects.create(
            organization=organization, calendar=calendar, name="出勤日", first_on=date(2026, 4, 11),
            last_on=date(2026, 4, 11), shifts=[[540, 840]],
        )  # fmt: skip
        away("morning", 11)
        assert hours(11) == [(720, 840)]

    def test_halve_a_night(self, organization: Any, away: Away, hours: Hours, employee: Resource) -> None:
        own = Calendar.objects.create(organization=organization, name="夜勤", week=NIGHT)
        Resource.objects.filter(pk=employee.pk).update(calendar=own)
        away("morning", 6)
        away("afternoon", 7)
        assert (hours(6), hours(7), hours(8)) == ([(1560, 1800)], [(1320, 1560)], [(1320, 1800)])

    def test_ask_the_same_for_one_and_for_many(
        self,
        organization: Any,
        calendar: Calendar,
        away: Away,
        employee: Resource,
        django_assert_num_queries: Any,
    ) -> None:
        away("morning", 6)
        with django_assert_num_queries(5):
            calendars_of([employee.pk], base_id=calendar.pk)
        crowd = Resource.objects.bulk_create(
            Resource(organization=organization, name=f"人 {number}") for number in range(30)
        )
        Absence.objects.bulk_create(
            Absence(
                organization=organization, resource=each, first_on=MONDAY, last_on=MONDAY, portion="afternoon"
            )
            for each in crowd
        )
        with django_assert_num_queries(5):
            calendars_of([employee.pk, *(each.pk for each in crowd)], base_id=calendar.pk)


@pytest.mark.parametrize(
    ("shifts", "minute"),
    [
        ([(540, 720), (780, 1080)], 720),
        ([(510, 750), (810, 1050)], 750),  # the break of this office begins at half past twelve
        ([(540, 630), (640, 720), (765, 900), (910, 1080)], 720),  # the longest of the breaks, not a tea
        ([(540, 1080)], 720),  # through the middle of the day
        ([(300, 700)], 500),  # all of it in the morning
        ([(780, 1020), (1080, 1260)], 990),  # all of it after noon: half of seven hours
        ([(1320, 1800)], 1560),
    ],
)
def test_a_day_is_parted_in_its_middle(shifts: list[tuple[int, int]], minute: int) -> None:
    assert middle_of(shifts) == minute
