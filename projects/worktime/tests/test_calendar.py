"""Arithmetic on working time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.worktime.calendar import WorkingTime
from projects.worktime.calendars import Calendars
from projects.worktime.errors import CalendarWithoutWork, WorkingTimeExhausted
from projects.worktime.rules import (
    AROUND_THE_CLOCK,
    OFFICE_WEEK,
    CalendarException,
    CalendarRules,
    Recurrence,
    WorkWeek,
)

MONDAY = 20458  # 2026-01-05
FRIDAY = MONDAY + 4
NIGHT = ((1320, 1800),)
SUMMER = ((360, 840),)


def at(day: int, hour: int, minute: int = 0) -> int:
    return day * 1440 + hour * 60 + minute


def office(**rules) -> WorkingTime:
    return Calendars([CalendarRules(id=1, week=OFFICE_WEEK, **rules)]).calendar(1)


def nights() -> WorkingTime:
    return Calendars([CalendarRules(id=1, week=(NIGHT,) * 5 + ((), ()))]).calendar(1)


class TestAdd:
    def test_ends_a_full_day_at_its_end_and_not_at_the_next_beginning(self):
        assert office().add(at(MONDAY, 8), 480) == at(MONDAY, 17)

    def test_skips_the_weekend(self):
        assert office().add(at(FRIDAY, 13), 300) == at(MONDAY + 7, 9)

    def test_leaves_the_moment_when_nothing_is_added(self):
        assert office().add(at(FRIDAY, 17), 0) == at(FRIDAY, 17)

    def test_goes_back_for_a_negative_amount(self):
        assert office().add(at(MONDAY, 17), -480) == at(MONDAY, 8)


class TestSubtract:
    def test_begins_a_full_day_at_its_beginning(self):
        assert office().subtract(at(MONDAY, 17), 480) == at(MONDAY, 8)

    def test_crosses_the_weekend(self):
        assert office().subtract(at(MONDAY, 9), 120) == at(FRIDAY - 7, 16)


class TestFit:
    def test_begins_at_the_next_shift(self):
        assert office().fit(at(FRIDAY, 17), 60) == (at(MONDAY + 7, 8), at(MONDAY + 7, 9))

    def test_is_done_at_the_end_of_the_shift_before(self):
        assert office().fit_back(at(MONDAY, 8), 60) == (at(FRIDAY - 7, 16), at(FRIDAY - 7, 17))


class TestNightShift:
    def test_goes_on_over_midnight(self):
        assert nights().add(at(MONDAY, 22), 300) == at(MONDAY + 1, 3)

    def test_of_friday_goes_on_monday_night(self):
        assert nights().fit(at(FRIDAY, 23), 960) == (at(FRIDAY, 23), at(MONDAY + 8, 23))


class TestAroundTheClock:
    def test_never_sleeps(self):
        always = Calendars([CalendarRules(id=1, week=AROUND_THE_CLOCK)]).calendar(1)
        assert always.add(at(FRIDAY, 17), 3 * 1440) == at(FRIDAY + 3, 17)
        assert always.next_working(at(FRIDAY + 1, 3)) == at(FRIDAY + 1, 3)


class TestWindow:
    @pytest.mark.parametrize("day", [-30_000, 0, MONDAY, 60_000])
    def test_grows_as_far_as_is_asked(self, day):
        calendar = office()
        calendar.next_working(at(MONDAY, 0))
        start = calendar.next_working(at(day, 0))
        assert calendar.subtract(calendar.add(start, 4800), 4800) == start

    def test_keeps_positions_when_it_grows_to_the_left(self):
        calendar = office()
        before = calendar.position(at(MONDAY, 12))
        calendar.previous_working(at(MONDAY - 3000, 12))
        assert calendar.position(at(MONDAY, 12)) == before

    def test_has_no_border_in_work_around_the_clock(self):
        always = Calendars([CalendarRules(id=1, week=AROUND_THE_CLOCK)]).calendar(1)
        always.next_working(at(MONDAY, 0))
        assert always.add(at(MONDAY, 0), 5000 * 1440) == at(MONDAY + 5000, 0)
        assert always.subtract(at(MONDAY, 0), 5000 * 1440) == at(MONDAY - 5000, 0)

    def test_counts_from_before_the_first_shift(self):
        once = (CalendarException(MONDAY, MONDAY, ((480, 720),)),)
        calendar = Calendars([CalendarRules(id=1, week=((),) * 7, exceptions=once)]).calendar(1)
        assert calendar.between(at(MONDAY - 10, 0), at(MONDAY, 9)) == 60
        assert calendar.add(at(MONDAY - 1, 12), 60) == at(MONDAY, 9)

    def test_looks_back_over_years_without_work(self):
        once = (CalendarException(MONDAY - 3000, MONDAY - 3000, ((480, 720),)),)
        calendar = Calendars([CalendarRules(id=1, week=((),) * 7, exceptions=once)]).calendar(1)
        assert calendar.fit_back(at(MONDAY, 9), 60) == (at(MONDAY - 3000, 11), at(MONDAY - 3000, 12))

    def test_ends_where_no_one_worked_before(self):
        once = (CalendarException(MONDAY, MONDAY, ((480, 720),)),)
        calendar = Calendars([CalendarRules(id=1, week=((),) * 7, exceptions=once)]).calendar(1)
        with pytest.raises(WorkingTimeExhausted):
            calendar.subtract(at(MONDAY, 9), 61)
        with pytest.raises(WorkingTimeExhausted, match="minute 1000000000000000"):
            calendar.next_working(10**15)

    def test_ends_somewhere(self):
        with pytest.raises(WorkingTimeExhausted):
            office().add(at(MONDAY, 8), 10**9)


class TestExceptions:
    def test_take_days_out(self):
        calendar = office(exceptions=(CalendarException(MONDAY, MONDAY + 1),))
        assert calendar.next_working(at(MONDAY, 8)) == at(MONDAY + 2, 8)

    def test_of_a_single_day_win_over_recurring_ones_and_the_first_of_two_wins(self):
        calendar = office(
            exceptions=(
                CalendarException(MONDAY, MONDAY, SUMMER),
                CalendarException(MONDAY, MONDAY + 2),
            )
        )
        assert calendar.next_working(at(MONDAY, 0)) == at(MONDAY, 6)
        assert calendar.next_working(at(MONDAY + 1, 0)) == at(MONDAY + 3, 8)

    def test_by_the_thousand_cost_no_more_than_the_days_they_cover(self):
        many = tuple(CalendarException(MONDAY, MONDAY + 5000) for _ in range(5000))
        assert office(exceptions=many).next_working(at(MONDAY, 8)) == at(MONDAY + 5001, 8)

    def test_that_recur_for_ever_end_with_the_dates_that_there_are(self):
        fridays = Recurrence("weekly", weekdays=(4,))
        calendar = office(exceptions=(CalendarException(-(10**6), 10**6, recurrence=fridays),))
        assert calendar.next_working(at(FRIDAY, 8)) == at(FRIDAY + 3, 8)

    def test_with_shifts_that_overlap_are_joined(self):
        twice = CalendarException(MONDAY, MONDAY, ((480, 720), (600, 900)))
        assert office(exceptions=(twice,)).add(at(MONDAY, 8), 420) == at(MONDAY, 15)

    def test_with_a_shift_inside_another_have_the_longer_one(self):
        twice = CalendarException(MONDAY, MONDAY, ((480, 900), (600, 720)))
        assert office(exceptions=(twice,)).add(at(MONDAY, 8), 420) == at(MONDAY, 15)


class TestWorkWeeks:
    def test_hold_for_their_range_and_leave_the_days_they_do_not_name(self):
        summer = WorkWeek(MONDAY, MONDAY + 6, (SUMMER, *(None,) * 6))
        calendar = office(work_weeks=(summer,))
        assert calendar.next_working(at(MONDAY, 0)) == at(MONDAY, 6)
        assert calendar.next_working(at(MONDAY + 1, 0)) == at(MONDAY + 1, 8)
        assert calendar.next_working(at(MONDAY + 7, 0)) == at(MONDAY + 7, 8)


class TestInheritance:
    BASE = CalendarRules(id=1, week=OFFICE_WEEK, exceptions=(CalendarException(MONDAY, MONDAY),))

    def test_makes_no_calendar_of_its_own_for_one_that_adds_nothing(self):
        calendars = Calendars([self.BASE, CalendarRules(id=2, base_id=1), CalendarRules(id=3, base_id=2)])
        assert calendars.calendar(3) is calendars.calendar(1)

    def test_keeps_holidays_of_the_base_on_days_with_own_hours(self):
        own = CalendarRules(id=2, base_id=1, week=(SUMMER, SUMMER, *(None,) * 5))
        calendar = Calendars([self.BASE, own]).calendar(2)
        assert calendar.next_working(at(MONDAY, 0)) == at(MONDAY + 1, 6)
        assert calendar.next_working(at(MONDAY + 2, 0)) == at(MONDAY + 2, 8)

    def test_lets_an_own_exception_win_over_a_holiday(self):
        own = CalendarRules(id=2, base_id=1, exceptions=(CalendarException(MONDAY, MONDAY, SUMMER),))
        assert Calendars([self.BASE, own]).calendar(2).next_working(at(MONDAY, 0)) == at(MONDAY, 6)


class TestSharedTime:
    def test_of_two_calendars_is_made_once(self):
        calendars = Calendars([CalendarRules(id=number, week=OFFICE_WEEK) for number in (1, 2)])
        pair = calendars.calendar(1), calendars.calendar(2)
        assert calendars.shared(*pair) is calendars.shared(*pair)

    def test_is_when_both_work(self):
        calendars = Calendars(
            [CalendarRules(id=1, week=OFFICE_WEEK), CalendarRules(id=2, week=(SUMMER,) * 7)]
        )
        both = calendars.shared(calendars.calendar(1), calendars.calendar(2))
        assert both.fit(at(MONDAY, 0), 360) == (at(MONDAY, 8), at(MONDAY + 1, 9))

    def test_of_day_and_night_runs_dry(self):
        calendars = Calendars([CalendarRules(id=1, week=OFFICE_WEEK), CalendarRules(id=2, week=(NIGHT,) * 7)])
        with pytest.raises(WorkingTimeExhausted):
            calendars.shared(calendars.calendar(1), calendars.calendar(2)).next_working(at(MONDAY, 0))


class TestNoWork:
    def test_is_refused_when_the_calendar_is_first_used(self):
        with pytest.raises(CalendarWithoutWork):
            Calendars([CalendarRules(id=1, week=((),) * 7)]).calendar(1)


HOURS = st.lists(st.integers(0, 1800), min_size=2, max_size=6, unique=True).map(
    lambda points: tuple(zip(sorted(points)[::2], sorted(points)[1::2], strict=False))
)
WEEKS = st.lists(HOURS, min_size=7, max_size=7).map(tuple)
MOMENTS = st.integers(at(MONDAY - 400, 0), at(MONDAY + 400, 0))

few = settings(max_examples=50)


class TestAnyCalendar:
    @few
    @given(week=WEEKS, moment=MOMENTS, minutes=st.integers(1, 5_000))
    def test_takes_away_what_it_added(self, week, moment, minutes):
        calendar = Calendars([CalendarRules(id=1, week=week)]).calendar(1)
        there = calendar.add(moment, minutes)
        assert calendar.between(moment, there) == minutes
        assert calendar.subtract(there, minutes) == calendar.next_working(moment)
        assert calendar.fit(moment, minutes) == (calendar.next_working(moment), there)

    @few
    @given(week=WEEKS, moment=MOMENTS, minutes=st.integers(1, 5_000))
    def test_adds_what_it_took_away(self, week, moment, minutes):
        calendar = Calendars([CalendarRules(id=1, week=week)]).calendar(1)
        back = calendar.subtract(moment, minutes)
        assert calendar.between(back, moment) == minutes
        assert calendar.add(back, minutes) == calendar.previous_working(moment)
        assert calendar.fit_back(moment, minutes) == (back, calendar.previous_working(moment))

    @few
    @given(week=WEEKS, moments=st.lists(MOMENTS, min_size=2, max_size=5))
    def test_answers_the_same_whatever_was_asked_before(self, week, moments):
        rules = CalendarRules(id=1, week=week)
        asked = Calendars([rules]).calendar(1)
        for moment in moments:
            asked.next_working(moment)
            fresh = Calendars([rules]).calendar(1)
            assert asked.next_working(moments[0]) == fresh.next_working(moments[0])
            assert asked.between(moments[0], moment) == fresh.between(moments[0], moment)

    @few
    @given(first=WEEKS, second=WEEKS, moment=MOMENTS)
    def test_shares_a_moment_only_when_both_work(self, first, second, moment):
        calendars = Calendars([CalendarRules(id=1, week=first), CalendarRules(id=2, week=second)])
        one, other = calendars.calendar(1), calendars.calendar(2)
        try:
            found = calendars.shared(one, other).next_working(moment)
        except WorkingTimeExhausted:
            found = None
        moments = range(moment, moment + 10_080 if found is None else found, 7)
        assert not any(_works(one, m) and _works(other, m) for m in moments)
        assert found is None or (_works(one, found) and _works(other, found))


def _works(calendar: WorkingTime, moment: int) -> bool:
    return calendar.next_working(moment) == moment
