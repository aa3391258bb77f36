"""Rules of RFC 5545 over days, and days of work: read, refused, named, moved off holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from projects.worktime.calendars import Calendars
from projects.worktime.moments import day_number, minute_of
from projects.worktime.rules import CalendarException, CalendarRules
from tasks.models import RecurringProject
from tasks.plan.working_days import Shift, WorkingDays
from tasks.recurring.periods import moved
from tasks.recurring.rules import RuleRefused, read_rule
from tasks.recurring.words import choices_of, end_of, sentence_of, words_of

MOST, YEARS = 60, 5
SHIFT = ((540, 720), (780, 1080))
OFFICE = (SHIFT,) * 5 + ((), ())


def days(text: str, first: date, most: int = MOST) -> list[date]:
    return list(read_rule(text, most=MOST).days(first, most=most, years=YEARS))


def calendar(*off: date, week: tuple = OFFICE) -> WorkingDays:
    """Monday to Friday, without these days."""
    exceptions = tuple(CalendarException(day_number(day), day_number(day), ()) for day in off)
    return WorkingDays(Calendars([CalendarRules(id=1, week=week, exceptions=exceptions)]).calendar(1))


class TestRule:
    @pytest.mark.parametrize(
        ("text", "first", "expected"),
        [
            ("FREQ=MONTHLY;BYMONTHDAY=1", date(2026, 12, 15), [(2027, 1, 1), (2027, 2, 1), (2027, 3, 1)]),
            # A month without a 31st has no such day: RFC 5545 leaves it out.
            ("FREQ=MONTHLY;BYMONTHDAY=31", date(2027, 1, 1), [(2027, 1, 31), (2027, 3, 31), (2027, 5, 31)]),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2028, 1, 1), [(2028, 1, 31), (2028, 2, 29), (2028, 3, 31)]),
            ("FREQ=MONTHLY;BYDAY=2TU", date(2026, 12, 1), [(2026, 12, 8), (2027, 1, 12), (2027, 2, 9)]),
            ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 12, 1), [(2026, 12, 25), (2027, 1, 29), (2027, 2, 26)]),
            (
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", date(2026, 12, 3),
                [(2026, 12, 3), (2026, 12, 14), (2026, 12, 17)],
            ),
            ("FREQ=DAILY;INTERVAL=10", date(2026, 12, 25), [(2026, 12, 25), (2027, 1, 4), (2027, 1, 14)]),
            ("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", date(2026, 5, 1), [(2027, 4, 1), (2028, 4, 1), (2029, 4, 1)]),
            ("RRULE: freq=daily; count=2;", date(2026, 12, 31), [(2026, 12, 31), (2027, 1, 1)]),
            ("FREQ=DAILY;UNTIL=20270102", date(2027, 1, 1), [(2027, 1, 1), (2027, 1, 2)]),
        ],
    )  # fmt: skip
    def test_names_its_days(self, text, first, expected):
        assert days(text, first, most=3) == [date(*day) for day in expected]

    def test_names_the_29th_of_february_in_leap_years_alone(self):
        assert days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2026, 3, 1)) == [date(2028, 2, 29)]

    def test_knows_that_2100_is_no_leap_year(self):
        assert days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2096, 3, 1)) == []

    def test_ends_after_sixty_days(self):
        found = days("FREQ=DAILY", date(2026, 12, 1))
        assert (len(found), found[-1]) == (60, date(2027, 1, 29))

    def test_ends_after_sixty_months_or_five_years(self):
        found = days("FREQ=MONTHLY;BYMONTHDAY=1", date(2026, 12, 1))
        assert (len(found), found[-1]) == (60, date(2031, 11, 1))

    def test_ends_after_five_years(self):
        found = days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2024, 2, 29))
        assert found == [date(2024, 2, 29), date(2028, 2, 29)]
        assert len(days("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1", date(2026, 12, 1))) == 5

    def test_names_every_day_once_where_clocks_change(self):
        """A day is a day, whatever the clocks of a place do in its night."""
        found = days("FREQ=DAILY", date(2027, 3, 1))
        assert found == [date(2027, 3, 1) + timedelta(days=number) for number in range(60)]

    @pytest.mark.parametrize(
        "text",
        [
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
            "FREQ=DAILY;UNTIL=20200101", "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=5", "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
        ],
    )  # fmt: skip
    def test_may_name_none(self, text):
        assert days(text, date(2026, 12, 1)) == []


class TestReadRule:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("", "empty"), ("  ;", "empty"), ("毎月1日", "unreadable"), ("FREQ=", "unreadable"),
            ("FREQ=FORTNIGHTLY", "unreadable"), ("BYMONTHDAY=1", "no_frequency"), ("FREQ=SECONDLY", "clock"),
            ("FREQ=HOURLY;COUNT=2", "clock"), ("FREQ=DAILY;BYSECOND=1", "clock"),
            ("FREQ=DAILY;BYHOUR=9", "clock"), ("FREQ=DAILY;FREQ=DAILY", "twice"), ("FREQ=DAILY;X-A=1", "unknown"),
            ("FREQ=DAILY;INTERVAL=0", "interval"), ("FREQ=DAILY;INTERVAL=1000", "interval"),
            ("FREQ=DAILY;INTERVAL=-1", "interval"), ("FREQ=DAILY;INTERVAL=²", "interval"),
            ("FREQ=DAILY;COUNT=0", "count"), ("FREQ=DAILY;COUNT=61", "count"),
            ("FREQ=DAILY;COUNT=99999999999999999999", "count"),
            ("FREQ=DAILY;UNTIL=20270101T000000Z", "until"), ("FREQ=DAILY;UNTIL=20270230", "until"),
            ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "two_ends"), ("FREQ=DAILY;BYMONTH=13", "range"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "range"), ("FREQ=MONTHLY;BYMONTHDAY=32", "range"),
            ("FREQ=DAILY;BYMONTH=-1", "range"), ("FREQ=MONTHLY;BYDAY=6MO", "range"),
            ("FREQ=WEEKLY;BYDAY=2MO", "range"), ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=2MO", "range"),
            ("FREQ=MONTHLY;BYDAY=XX", "unreadable"), ("FREQ=WEEKLY;BYMONTHDAY=1", "misfit"),
            ("FREQ=MONTHLY;BYWEEKNO=3", "misfit"), ("FREQ=DAILY;BYYEARDAY=3", "misfit"),
            ("FREQ=DAILY;BYSETPOS=1", "lonely_position"), ("FREQ=DAILY;WKST=XX", "unreadable"),
            ("FREQ=DAILY;" + "BYMONTH=1," * 40, "too_long"),
        ],
    )  # fmt: skip
    def test_refuses_what_is_no_rule_of_days(self, text, kind):
        with pytest.raises(RuleRefused) as refused:
            read_rule(text, most=MOST)
        assert refused.value.kind == kind
        sentence = sentence_of(refused.value, most=MOST)
        assert sentence.endswith("ください。")
        assert refused.value.piece in sentence

    def test_keeps_one_spelling(self):
        assert read_rule("rrule:freq=monthly ; bymonthday=1", most=MOST).text == "FREQ=MONTHLY;BYMONTHDAY=1"


FREQUENCY = st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
PART = st.one_of(
    st.integers(1, 40).map("INTERVAL={}".format),
    st.integers(1, 60).map("COUNT={}".format),
    st.lists(st.integers(1, 12), min_size=1, max_size=3).map(
        lambda months: f"BYMONTH={','.join(map(str, months))}"
    ),
    st.lists(st.integers(-31, 31), min_size=1, max_size=3).map(
        lambda numbers: f"BYMONTHDAY={','.join(map(str, numbers))}"
    ),
    st.lists(st.sampled_from(["MO", "2TU", "-1FR", "SA", "SU"]), min_size=1, max_size=3).map(
        lambda names: f"BYDAY={','.join(names)}"
    ),
    st.integers(-3, 3).map("BYSETPOS={}".format),
    st.integers(-53, 53).map("BYWEEKNO={}".format),
    st.integers(-366, 366).map("BYYEARDAY={}".format),
    st.sampled_from(["WKST=SU", "WKST=MO"]),
)
RULES = st.builds(
    lambda frequency, parts: ";".join([f"FREQ={frequency}", *parts]), FREQUENCY, st.lists(PART, max_size=3)
)
DAYS = st.dates(date(1990, 1, 1), date(2140, 12, 31))


class TestAnyRule:
    @given(st.text(max_size=80))
    def test_is_read_or_refused(self, text):
        try:
            said = words_of(read_rule(text, most=MOST))
        except RuleRefused as refusal:
            said = sentence_of(refusal, most=MOST)
        assert said

    @given(RULES, DAYS)
    def test_names_days_in_order_within_its_bounds(self, text, first):
        try:
            found = days(text, first)
        except RuleRefused:
            return
        assert found == sorted(set(found))
        assert len(found) <= MOST
        assert all(first <= day < date(first.year + YEARS, 12, 31) for day in found)

    @given(RULES, st.dates(date(2020, 1, 1), date(2040, 12, 31)))
    def test_names_the_days_that_dateutil_names_in_our_own_years(self, text, first):
        try:
            found = days(text, first, most=5)
        except RuleRefused:
            return
        start = datetime(first.year, first.month, first.day)
        theirs = [moment.date() for moment in islice(rrulestr(text, dtstart=start), len(found))]
        assert found == theirs

    @given(RULES, DAYS)
    def test_is_said_in_words_and_comes_back_from_its_choices(self, text, first):
        try:
            rule = read_rule(text, most=MOST)
        except RuleRefused:
            return
        assert words_of(rule)
        choices = choices_of(rule)
        if choices is not None:
            again = read_rule(choices.text, most=MOST)
            bare = {name: value for name, value in rule.parts.items() if name not in {"COUNT", "UNTIL"}}
            assert list(again.days(first, most=9, years=YEARS)) == list(
                type(rule)(bare).days(first, most=9, years=YEARS)
            )


class TestWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("FREQ=DAILY", "毎日"), ("FREQ=DAILY;INTERVAL=3", "3日ごと"),
            ("FREQ=WEEKLY;BYDAY=TH,MO", "毎週月・木曜日"), ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2週間ごとの月曜日"),
            ("FREQ=MONTHLY;BYMONTHDAY=1", "毎月1日"), ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1", "3か月ごとの末日"),
            ("FREQ=MONTHLY;BYDAY=2TU", "毎月第2火曜日"), ("FREQ=MONTHLY;BYDAY=-1FR", "毎月最後の金曜日"),
            ("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", "毎年4月1日"),
            ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1"),
        ],
    )  # fmt: skip
    def test_say_the_rule(self, text, words):
        with translation.override("ja"):
            assert words_of(read_rule(text, most=MOST)) == words

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("FREQ=WEEKLY;BYDAY=TH,MO", "Weekly on Mon, Thu"),
            ("FREQ=MONTHLY;BYDAY=2TU", "Monthly on the 2nd Tue"), ("FREQ=MONTHLY;BYDAY=-1FR", "Monthly on the last Fri"),
            ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", "Every 3 months on the 1st Mon"),
            ("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=-1", "Yearly on the last day of Apr"),
        ],
    )  # fmt: skip
    def test_say_it_in_english(self, text, words):
        with translation.override("en"):
            assert words_of(read_rule(text, most=MOST)) == words

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("FREQ=DAILY", "60回または5年まで"), ("FREQ=DAILY;COUNT=4", "4回"),
            ("FREQ=DAILY;UNTIL=20271231", "2027/12/31（金）まで"),
        ],
    )  # fmt: skip
    def test_say_its_end(self, text, words):
        with translation.override("ja"):
            assert end_of(read_rule(text, most=MOST), most=MOST, years=YEARS) == words


WEEKS = st.lists(st.sampled_from([(), SHIFT]), min_size=7, max_size=7).filter(any).map(tuple)
OFF = st.lists(st.dates(date(2026, 12, 1), date(2027, 2, 28)), max_size=12)
WINTER = st.dates(date(2026, 12, 1), date(2027, 2, 28))
RULE = RecurringProject.HolidayRule


class TestMoved:
    def test_takes_new_year_to_the_fourth(self):
        closed = [date(2026, 12, 29) + timedelta(days=number) for number in range(6)]
        assert moved(date(2027, 1, 1), RULE.AFTER, calendar(*closed)) == date(2027, 1, 4)
        assert moved(date(2027, 1, 1), RULE.BEFORE, calendar(*closed)) == date(2026, 12, 28)
        assert moved(date(2027, 1, 1), RULE.KEEP, calendar(*closed)) == date(2027, 1, 1)

    @given(WINTER, WEEKS, OFF)
    def test_never_lands_on_a_day_off_nor_farther_than_it_must(self, day, week, off):
        days = calendar(*off, week=week)
        after, before = moved(day, RULE.AFTER, days), moved(day, RULE.BEFORE, days)
        assert days.works(after)
        assert days.works(before)
        assert before <= day <= after
        passed = [before + timedelta(days=number) for number in range(1, (after - before).days)]
        assert not any(days.works(each) for each in passed)
        assert (before == after) == days.works(day)


class TestWorkingDays:
    def test_counts_the_last_day(self):
        assert calendar().last_of(date(2027, 1, 4), 5) == date(2027, 1, 8)
        assert calendar(date(2027, 1, 6)).last_of(date(2027, 1, 4), 5) == date(2027, 1, 11)

    @given(WINTER, st.integers(1, 40), WEEKS, OFF)
    def test_last_so_many_days_of_work(self, first, count, week, off):
        days = calendar(*off, week=week)
        last = days.last_of(first, count)
        span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        assert sum(map(days.works, span)) == count
        assert days.works(last)


class TestShift:
    def shift(self, start: date, new_start: date, *off: date) -> Shift:
        exceptions = tuple(CalendarException(day_number(day), day_number(day), ()) for day in off)
        clock = Calendars([CalendarRules(id=1, week=OFFICE, exceptions=exceptions)]).calendar(1)
        return Shift(clock, start=start, new_start=new_start)

    def test_keeps_days_of_work_and_the_time_of_day(self):
        shift = self.shift(date(2026, 4, 6), date(2026, 6, 1))
        assert shift.start(minute_of(date(2026, 4, 16), 540)) == minute_of(date(2026, 6, 11), 540)
        assert shift.finish(minute_of(date(2026, 4, 18))) == minute_of(
            date(2026, 6, 13)
        )  # midnight after Friday
        assert shift.day(date(2026, 4, 3)) == date(2026, 5, 29)  # before the start, too

    @given(WINTER, WINTER, WINTER, OFF)
    def test_keeps_the_number_of_days_of_work(self, start, new_start, day, off):
        shift, days = self.shift(start, new_start, *off), calendar(*off)
        assert days.works(shift.day(day))
        if not days.works(day):
            return
        assert self.between(days, days.at_or_after(start), day) == self.between(
            days, days.at_or_after(new_start), shift.day(day)
        )

    @given(WINTER, WINTER, OFF, st.lists(WINTER, min_size=2, max_size=6))
    def test_keeps_the_order(self, start, new_start, off, asked):
        shift = self.shift(start, new_start, *off)
        there = [shift.day(day) for day in sorted(asked)]
        assert there == sorted(there)

    def between(self, days: WorkingDays, first: date, last: date) -> int:
        """Days of work from one to another, negative when the other comes first."""
        if last < first:
            return -self.between(days, last, first)
        return sum(days.works(first + timedelta(days=number)) for number in range((last - first).days))
