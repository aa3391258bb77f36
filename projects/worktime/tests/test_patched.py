"""Calendars that are another one with some days changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.worktime.calendar import WorkingTime
from projects.worktime.calendars import Calendars
from projects.worktime.errors import CalendarWithoutWork, WorkingTimeExhausted
from projects.worktime.kinds import PatchedTime, RuledTime
from projects.worktime.rules import (
    AROUND_THE_CLOCK,
    OFFICE_WEEK,
    CalendarException,
    CalendarRules,
    Recurrence,
    WorkWeek,
)

MONDAY = 20458  # 2026-01-05
BASE = CalendarRules(id=1, week=OFFICE_WEEK, exceptions=(CalendarException(MONDAY + 2, MONDAY + 3),))
NEVER = CalendarRules(id=1, week=((), (), (), (), (), (), ()))
WHOLE_DAY = ((0, 1440),)
hours = st.sampled_from(((), ((540, 720),), ((480, 720), (780, 900)), ((600, 1200),)))


@st.composite
def absences(draw) -> CalendarRules:
    exceptions = []
    for _ in range(draw(st.integers(1, 5))):
        first = MONDAY + draw(st.integers(-1200, 1800))
        rule = draw(st.sampled_from((None, None, Recurrence("weekly", weekdays=(4,)))))
        exceptions.append(CalendarException(first, first + draw(st.integers(0, 20)), draw(hours), "", rule))
    return CalendarRules(id=2, base_id=1, exceptions=tuple(exceptions))


def person(**rules) -> WorkingTime:
    return Calendars([BASE, CalendarRules(id=2, base_id=1, **rules)]).calendar(2)


class TestPatchedTime:
    @settings(max_examples=100)
    @given(absences(), st.lists(st.tuples(st.integers(-900, 1500), st.integers(0, 40_000)), min_size=2))
    def test_answers_as_the_rules_read_at_once_do(self, own, questions):
        patched, ruled = Calendars([BASE, own]).calendar(2), RuledTime(2, (own, BASE))
        assert isinstance(patched, PatchedTime)
        for day, minutes in questions:
            moment = (MONDAY + day) * 1440 + minutes % 1440
            for question in ("fit", "fit_back", "add", "subtract"):
                assert getattr(patched, question)(moment, minutes) == getattr(ruled, question)(
                    moment, minutes
                )
            origin = MONDAY * 1440
            assert patched.between(origin, moment) == ruled.between(origin, moment)
        assert patched.shifts_of(MONDAY - 9, MONDAY + 9) == ruled.shifts_of(MONDAY - 9, MONDAY + 9)

    def test_keeps_positions_when_it_grows(self):
        calendar = person(exceptions=(CalendarException(MONDAY, MONDAY),))
        moment = (MONDAY + 10) * 1440 + 700
        before = calendar.position(moment)
        calendar.previous_working(moment - 2000 * 1440)
        calendar.next_working(moment + 3000 * 1440)
        assert calendar.position(moment) == before

    def test_grows_to_the_left_for_work_that_ends_there(self):
        own = CalendarRules(id=2, base_id=1, exceptions=(CalendarException(MONDAY, MONDAY),))
        patched, ruled = Calendars([BASE, own]).calendar(2), RuledTime(2, (own, BASE))
        moment = MONDAY * 1440 + 700
        assert patched.subtract(moment, 900 * 480) == ruled.subtract(moment, 900 * 480)

    def test_names_itself_when_its_time_runs_out(self):
        with pytest.raises(WorkingTimeExhausted) as caught:
            person(exceptions=(CalendarException(MONDAY, MONDAY),)).add(MONDAY * 1440, 10**9)
        assert caught.value.calendar_id == 2

    def test_is_for_calendars_that_have_exceptions_alone(self):
        away = (CalendarException(MONDAY, MONDAY),)
        week = WorkWeek(MONDAY, MONDAY + 6, (None,) * 7)
        assert isinstance(person(exceptions=away), PatchedTime)
        assert isinstance(person(exceptions=away, work_weeks=(week,)), RuledTime)
        assert isinstance(person(week=OFFICE_WEEK, exceptions=away), RuledTime)

    def test_is_not_for_days_that_touch_midnight(self):
        assert isinstance(person(exceptions=(CalendarException(MONDAY, MONDAY, WHOLE_DAY),)), RuledTime)
        always = CalendarRules(id=1, week=AROUND_THE_CLOCK)
        own = CalendarRules(id=2, base_id=1, exceptions=(CalendarException(MONDAY, MONDAY),))
        assert isinstance(Calendars([always, own]).calendar(2), RuledTime)

    def test_may_work_where_its_base_never_does(self):
        own = CalendarRules(id=2, base_id=1, exceptions=(CalendarException(MONDAY, MONDAY, ((540, 600),)),))
        assert Calendars([NEVER, own]).calendar(2).next_working(MONDAY * 1440) == MONDAY * 1440 + 540
        with pytest.raises(CalendarWithoutWork):
            Calendars([NEVER, own]).calendar(1)
