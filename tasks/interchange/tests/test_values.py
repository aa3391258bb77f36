from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.interchange.mspdi import values


class TestParseMoment:
    @pytest.mark.parametrize(
        ("text", "minute"),
        [
            ("1970-01-01T00:00:00", 0),
            ("1970-01-02T08:30:00", 1440 + 510),
            ("1970-01-01", 0),
            ("1969-12-31T23:59:00", -1),
            ("1970-01-01T24:00:00", 1440),
            ("1970-01-01T00:00:29", 0),
            ("1970-01-01T00:00:30", 1),
            ("1970-01-01T00:00:29.999", 0),
            ("1970-01-01T08:00:00+09:00", 480),
            ("1970-01-01T08:00:00Z", 480),
        ],
    )
    def test_counts_minutes_of_the_wall_clock(self, text, minute):
        assert values.parse_moment(text) == minute

    @pytest.mark.parametrize(
        "text", ["NA", "", "2026-13-01T00:00:00", "2026-02-30", "2026/01/01", "2026-01-01T25:00:00"]
    )
    def test_refuses_what_is_no_date(self, text):
        with pytest.raises(ValueError, match=r".*"):
            values.parse_moment(text)

    @pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "1949-12-31", "2201-01-01", "9999-12-31"])
    def test_tells_dates_that_no_plan_reaches(self, text):
        with pytest.raises(values.OutOfRange):
            values.parse_moment(text)

    @given(st.integers(-7_000_000, 120_000_000))
    def test_reads_what_is_written(self, minute):
        assert values.parse_moment(values.format_moment(minute)) == minute


class TestParseAmount:
    @pytest.mark.parametrize(
        ("text", "minutes"),
        [
            ("PT8H0M0S", 480),
            ("PT0H0M0S", 0),
            ("PT1M", 1),
            ("P1D", 1440),
            ("P1DT2H", 1560),
            ("PT0H0M29S", 0),
            ("PT0H0M30S", 1),
            ("PT0H0M30.4S", 1),
            ("-PT8H0M0S", -480),
        ],
    )
    def test_rounds_half_a_minute_up(self, text, minutes):
        assert values.parse_amount(text) == minutes

    @pytest.mark.parametrize("text", ["", "eight hours", "P", "PT", "8", "P1Y", "PT1H2"])
    def test_refuses_what_is_no_amount(self, text):
        with pytest.raises(ValueError, match=r".*"):
            values.parse_amount(text)

    @pytest.mark.parametrize("text", ["PT999999999H0M0S", "PT9999999999999999999999H"])
    def test_tells_amounts_that_no_plan_has(self, text):
        with pytest.raises(values.OutOfRange):
            values.parse_amount(text)

    @given(st.integers(-values.LONGEST_MINUTES, values.LONGEST_MINUTES))
    def test_reads_what_is_written(self, minutes):
        assert values.parse_amount(values.format_amount(minutes)) == minutes


class TestParseNumbers:
    @pytest.mark.parametrize(
        ("text", "minutes"), [("4800", 480), ("4", 0), ("5", 1), ("-5", -1), ("14.9", 1)]
    )
    def test_takes_tenths_of_minutes(self, text, minutes):
        assert values.parse_tenths(text) == minutes

    @pytest.mark.parametrize("text", ["1e300", "nan", "inf", "-inf", "9" * 30])
    def test_bounds_every_number(self, text):
        for parse in (values.parse_tenths, values.parse_number, values.parse_float, values.parse_decimal):
            with pytest.raises((ValueError, OverflowError)):
                parse(text)

    def test_takes_money_in_hundredths(self):
        assert values.parse_money("720050") == Decimal("7200.5")

    @given(st.decimals(-(10**12), 10**12, places=4))
    def test_reads_the_money_that_is_written(self, amount):
        assert values.parse_money(values.format_money(amount)) == amount

    @pytest.mark.parametrize(("text", "minute"), [("08:00:00", 480), ("00:00", 0), ("24:00:00", 1440)])
    def test_reads_times_of_the_day(self, text, minute):
        assert values.parse_time(text) == minute

    @pytest.mark.parametrize("text", ["", "8 Uhr", "25:00:00", "08:61:00"])
    def test_refuses_what_is_no_time(self, text):
        with pytest.raises(ValueError, match=r".*"):
            values.parse_time(text)

    @pytest.mark.parametrize(
        ("text", "flag"), [("1", True), ("true", True), ("0", False), ("False", False), ("", False)]
    )
    def test_reads_flags(self, text, flag):
        assert values.parse_flag(text) is flag

    def test_refuses_what_is_no_flag(self):
        with pytest.raises(ValueError, match="maybe"):
            values.parse_flag("maybe")
