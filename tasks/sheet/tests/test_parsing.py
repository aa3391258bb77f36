"""Texts of cells as planners type them, in either width and language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from projects.person_time import PersonTime
from tasks.sheet.parsing import (
    TypedShare,
    UnitMinutes,
    UnreadableError,
    folded,
    read_day,
    read_duration,
    read_people,
    read_percent,
    read_work,
)

SIZES = UnitMinutes(day=480, week=2400, month=9600)
NEAR = date(2026, 11, 24)


class TestReadDuration:
    @pytest.mark.parametrize(
        ("text", "minutes"),
        [
            ("5", 2400), ("5d", 2400), ("5日", 2400), ("５日", 2400), ("0.5日", 240), ("3h", 180), ("3時間", 180),
            ("90m", 90), ("2週", 4800), ("1mo", 9600), ("1か月", 9600), ("5日?", 2400), ("1,000h", 60_000),
        ],
    )  # fmt: skip
    def test_counts_working_time(self, text: str, minutes: int) -> None:
        assert read_duration(text, SIZES) == (minutes, False)

    @pytest.mark.parametrize("text", ["2ed", "2経過日", "経過2日", "48eh", "elapsed 2d"])
    def test_counts_time_on_the_clock(self, text: str) -> None:
        assert read_duration(text, SIZES) == (2880, True)

    @pytest.mark.parametrize("text", ["", "日", "-1d", "5x", "5d 3h", "1e9d", "٣日x"])
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(UnreadableError):
            read_duration(text, SIZES)


class TestReadWork:
    @pytest.mark.parametrize(
        ("text", "minutes"),
        [
            ("16", 960), ("16h", 960), ("2人日", 960), ("0.5人月", 4800), ("1 person-day", 480), ("1,200h", 72_000),
            ("", 0), ("—", 0), ("30分", 30),
        ],
    )  # fmt: skip
    def test_reads_hours_days_and_months_of_people(self, text: str, minutes: int) -> None:
        assert read_work(text, PersonTime()) == minutes

    @pytest.mark.parametrize(
        ("text", "minutes"), [("2人日", 900), ("2日", 900), ("0.5人月", 4050), ("1h", 60)]
    )
    def test_counts_as_the_organization_does(self, text: str, minutes: int) -> None:
        assert read_work(text, PersonTime(minutes_per_day=450, days_per_month=18)) == minutes

    @pytest.mark.parametrize("text", ["-4h", "4人", "四時間", "1h2"])
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(UnreadableError):
            read_work(text, PersonTime())


class TestReadDay:
    @pytest.mark.parametrize(
        "text",
        [
            "2026/11/24", "2026-11-24", "2026.11.24", "２０２６年１１月２４日", "20261124", "11/24", "11月24日",
            "2026/11/24（火）", "2026/11/24 (Tue)",
        ],
    )  # fmt: skip
    def test_reads_the_spellings_of_offices(self, text: str) -> None:
        assert read_day(text, NEAR) == NEAR

    def test_takes_the_year_that_lies_nearest(self) -> None:
        assert read_day("1/8", NEAR) == date(2027, 1, 8)
        assert read_day("12/20", date(2027, 1, 8)) == date(2026, 12, 20)
        assert read_day("2/29", date(2027, 3, 1)) == date(2028, 2, 29)

    @pytest.mark.parametrize(
        "text", ["", "2026/02/30", "13/1", "明日", "1969/12/31", "9999/01/01", "2/29/2028"]
    )
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(UnreadableError):
            read_day(text, NEAR)


class TestReadPercent:
    def test_reads_a_share_in_either_width(self) -> None:
        assert [read_percent(text) for text in ("46", "46%", "４６％", " 100 % ")] == [46, 46, 46, 100]

    @pytest.mark.parametrize("text", ["", "4.5", "-1", "半分"])
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(UnreadableError):
            read_percent(text)


class TestReadPeople:
    def test_reads_names_with_their_share(self) -> None:
        assert read_people("藍沢 湊、茜部 陽斗［５０％］, Ann Lee [12.5 %]") == [
            TypedShare("藍沢 湊"), TypedShare("茜部 陽斗", Decimal(50)), TypedShare("Ann Lee", Decimal("12.5")),
        ]  # fmt: skip

    def test_reads_no_one(self) -> None:
        assert read_people(" ") == []

    def test_refuses_a_share_of_no_one(self) -> None:
        with pytest.raises(UnreadableError):
            read_people("[50%]")

    def test_finds_a_name_in_any_width(self) -> None:
        assert folded("藍沢　湊") == folded("藍沢湊")
        assert folded("ＡＮＮ Lee") == folded("ann lee")
