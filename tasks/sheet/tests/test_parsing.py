"""Texts of cells as planners type them, in either width and language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from projects.person_time import PersonTime
from tasks.sheet.parsing import (
    TypedShare,
    UnitMinutes,
    UnreadableError,
    folded,
    read_duration,
    read_people,
    read_percent,
    read_work,
    sign_of,
)

SIZES = UnitMinutes(day=480, week=2400, month=9600)


class TestReadDuration:
    @pytest.mark.parametrize(
        ("text", "minutes"),
        [
            ("5", 2400), ("5d", 2400), ("5日", 2400), ("５日", 2400), ("0.5日", 240), ("3h", 180), ("3時間", 180),
            ("90m", 90), ("2週", 4800), ("1mo", 9600), ("1か月", 9600), ("5日?", 2400), ("1,000h", 60_000),
            ("５．５ｄ", 2640), ("5 days", 2400), ("1 day", 480), ("2 wks", 4800), ("1ヶ月", 9600), ("1カ月", 9600),
            ("2ヵ月間", 19_200), ("3営業日", 1440), ("2週間", 4800), ("2日4時間", 1200), ("5d 3h", 2580), ("1:30", 90),
            ("1時間半", 90), ("半日", 240), ("2日半", 1200), ("三日", 1440), ("十二日", 5760), ("二十日", 9600), ("0", 0),
            ("0d", 0), ("4 hrs.", 240), ("30分", 30),
        ],
    )  # fmt: skip
    def test_counts_working_time(self, text: str, minutes: int) -> None:
        assert read_duration(text, SIZES) == (minutes, False)

    @pytest.mark.parametrize(
        "text", ["2ed", "2経過日", "経過2日", "48eh", "elapsed 2d", "2 edays", "2880em", "経過48時間"]
    )
    def test_counts_time_on_the_clock(self, text: str) -> None:
        assert read_duration(text, SIZES) == (2880, True)

    @pytest.mark.parametrize(
        "text",
        ["", "日", "-1d", "5x", "5d 3", "1e9d", "٣日x", "5人日", "d5", "五六日", "999999999mo", "1d2d3d4d5d"],
    )
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(UnreadableError):
            read_duration(text, SIZES)


class TestReadWork:
    @pytest.mark.parametrize(
        ("text", "minutes"),
        [
            ("16", 960), ("16h", 960), ("2人日", 960), ("0.5人月", 4800), ("1 person-day", 480), ("1,200h", 72_000),
            ("", 0), ("—", 0), ("30分", 30), ("１６ｈ", 960), ("1人日4時間", 720), ("四時間", 240), ("半日", 240), ("1.5MM", 14_400),
            ("2 person-months", 19_200), ("2MD", 960), ("1:15", 75), ("0.5 人月", 4800),
        ],
    )  # fmt: skip
    def test_reads_hours_days_and_months_of_people(self, text: str, minutes: int) -> None:
        assert read_work(text, PersonTime()) == minutes

    @pytest.mark.parametrize(
        ("text", "minutes"), [("2人日", 900), ("2日", 900), ("0.5人月", 4050), ("1h", 60)]
    )
    def test_counts_as_the_organization_does(self, text: str, minutes: int) -> None:
        assert read_work(text, PersonTime(minutes_per_day=450, days_per_month=18)) == minutes

    @pytest.mark.parametrize("text", ["-4h", "4人", "1h2", "4週人", "1e400h", "999999999人月"])
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(UnreadableError):
            read_work(text, PersonTime())


class TestReadPercent:
    def test_reads_a_share_in_either_width(self) -> None:
        assert [read_percent(text) for text in ("46", "46%", "４６％", " 100 % ")] == [46, 46, 46, 100]
        assert [read_percent(text) for text in ("46.0%", "5割", "十割", "完了", "未着手", "Done")] == [
            46,
            50,
            100,
            100,
            0,
            100,
        ]

    @pytest.mark.parametrize("text", ["", "4.5", "-1", "半分"])
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(UnreadableError):
            read_percent(text)


class TestReadPeople:
    def test_reads_names_with_their_share(self) -> None:
        assert read_people("藍沢 湊、茜部 陽斗［５０％］, Ann Lee [12.5 %]") == [
            TypedShare("藍沢 湊"), TypedShare("茜部 陽斗", Decimal(50)), TypedShare("Ann Lee", Decimal("12.5")),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "text",
        [
            "山吹[50%]、鈍色さん",
            "山吹 50%; 鈍色",
            "山吹：50％，鈍色",
            "山吹（50%）\n鈍色",
            "山吹@50%\t鈍色様",
            "山吹[50]、 鈍色 、",
        ],
    )
    def test_reads_what_people_put_around_names(self, text: str) -> None:
        assert read_people(text) == [TypedShare("山吹", Decimal(50)), TypedShare("鈍色")]

    def test_reads_no_one(self) -> None:
        assert read_people(" ") == []

    def test_refuses_a_share_of_no_one(self) -> None:
        with pytest.raises(UnreadableError):
            read_people("[50%]")

    def test_finds_a_name_in_any_width(self) -> None:
        assert folded("藍沢　湊") == folded("藍沢湊")
        assert folded("ＡＮＮ Lee") == folded("ann lee")


class TestSignOf:
    def test_tells_what_adds_from_what_stands_for_itself(self) -> None:
        texts = ["+3d", "＋3日", "-1d", "−1d", "ー1d", "3d", "—", ""]
        assert [sign_of(text)[0] for text in texts] == [1, 1, -1, -1, -1, 0, 0, 0]
        assert sign_of("+ 3d")[1] == "3d"
