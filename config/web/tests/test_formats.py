"""Figures as Japanese offices write them, and their English variant."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from config.web import formats

TUESDAY = dt.date(2026, 11, 24)
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(autouse=True)
def japanese():
    with translation.override("ja"):
        yield


class TestDays:
    def test_carry_their_weekday(self):
        assert formats.day(TUESDAY) == "2026/11/24（火）"

    def test_carry_it_in_english_too(self):
        with translation.override("en"):
            assert formats.day(TUESDAY) == "2026/11/24 (Tue)"

    def test_are_read_from_plan_minutes(self):
        assert formats.day_plain((TUESDAY.toordinal() - formats.EPOCH_ORDINAL) * 1440 + 1020) == "2026/11/24"

    def test_are_short_in_dense_columns(self):
        assert formats.day_dense(TUESDAY) == "11/24"

    def test_make_a_range(self):
        assert formats.day_range(dt.date(2026, 7, 1), dt.date(2027, 5, 14)) == "2026/07/01–2027/05/14"

    def test_leave_one_side_of_a_range_open(self):
        assert formats.day_range(dt.date(2026, 7, 1), None) == "2026/07/01–"

    @pytest.mark.parametrize("write", [formats.day, formats.day_plain, formats.day_dense, formats.moment])
    def test_are_a_dash_when_there_is_none(self, write):
        assert write(None) == "—"


class TestMoment:
    @pytest.mark.parametrize(
        ("when", "words"),
        [
            (dt.datetime(2026, 11, 24, 9, 42, tzinfo=TOKYO), "今日 9:42"),
            (dt.datetime(2026, 11, 23, 17, 5, tzinfo=TOKYO), "昨日 17:05"),
            (dt.datetime(2026, 11, 20, 17, 5, tzinfo=TOKYO), "11/20（金）17:05"),
            (dt.datetime(2025, 11, 20, 17, 5, tzinfo=TOKYO), "2025/11/20（木）17:05"),
            (dt.datetime(2026, 11, 23, 15, 30, tzinfo=dt.UTC), "今日 0:30"),
        ],
    )
    def test_is_told_from_today(self, when, words):
        assert formats.moment(when, today=TUESDAY) == words


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (formats.yen(12_000_000), "¥12,000,000"),
            (formats.yen(-500), "−¥500"),
            (formats.hours(19_200), "320h"),
            (formats.hours(90), "1.5h"),
            (formats.days(13 * 480), "13日"),
            (formats.days(240), "0.5日"),
            (formats.days(100), "1.7h"),
            (formats.days(0), "0日"),
            (formats.person_days(40 * 480, 480), "40人日"),
            (formats.person_months(19_200, 9_600), "2.0人月"),
            (formats.percent(Decimal("45.5")), "46%"),
            (formats.points(-5), "−5 pt"),
            (formats.points(3), "+3 pt"),
            (formats.points(0), "±0 pt"),
            (formats.number(1234), "1,234"),
            (formats.number(None), "—"),
        ],
    )
    def test_are_written_with_their_unit(self, text, words):
        assert text == words


class TestFileSize:
    @pytest.mark.parametrize(
        ("count", "text"),
        [(0, "0 B"), (1023, "1,023 B"), (1024, "1 KB"), (1536, "1.5 KB"), (25 * 2**20, "25 MB"), (150 * 2**10, "150 KB"), (3 * 2**40, "3,072 GB")],
    )  # fmt: skip
    def test_is_short(self, count: int, text: str) -> None:
        assert formats.file_size(count) == text
