"""Days as planners type them: figures of any office, eras, and words that hang on today."""

from __future__ import annotations

from datetime import date

import pytest

from tasks.sheet.day_text import moved, read_day
from tasks.sheet.parsing import UnreadableError

NEAR = date(2026, 11, 24)
#: A Wednesday.
TODAY = date(2026, 11, 18)


class TestReadDay:
    @pytest.mark.parametrize(
        "text",
        [
            "2026/11/24", "2026-11-24", "2026.11.24", "２０２６年１１月２４日", "20261124", "11/24", "11月24日", "24日",
            "2026/11/24（火）", "2026/11/24 (Tue)", "11/24 火曜日", "26/11/24 (火)", "26/11/24", "11/24/26", "Tue 11/24/26",
            "11/24/2026", "令和8年11月24日", "令和８年11月24日（火）", "R8.11.24", "r8/11/24", "R08-11-24", "令8.11.24",
            "2026/11/24 9:00", "2026-11-24T17:30:00", "2026-11-24 09:00:00", "11/24 9時", "2026年11月24日 9時30分",
            "Nov 24", "24 Nov 2026", "November 24, 2026", "24-Nov-26", "Nov. 24th", "Tuesday, November 24, 2026", " 11 月 24 日 ".replace(" ", ""),
        ],
    )  # fmt: skip
    def test_reads_figures_of_any_office(self, text: str) -> None:
        assert read_day(text, NEAR, TODAY) == NEAR

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("令和元年5月1日", date(2019, 5, 1)), ("平成31年4月30日", date(2019, 4, 30)), ("H31.4.30", date(2019, 4, 30)),
            ("昭和64年1月7日", date(1989, 1, 7)), ("S63.4.1", date(1988, 4, 1)),
        ],
    )  # fmt: skip
    def test_reads_eras(self, text: str, day: date) -> None:
        assert read_day(text, NEAR) == day

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("今日", 18), ("本日", 18), ("today", 18), ("明日", 19), ("あさって", 20), ("昨日", 17), ("水曜", 18), ("月曜日", 23), ("金", 20),
            ("今週金曜", 20), ("今週の月曜", 16), ("来週月曜", 23), ("来週の水曜日", 25), ("来週", 23), ("先週火曜", 10), ("next mon", 23),
            ("this Friday", 20), ("月末", 30), ("今月末", 30), ("今月初", 1), ("3日後", 21), ("三日前", 15), ("1週間後", 25), ("今月25日", 25),
        ],
    )  # fmt: skip
    def test_reads_words_of_this_month(self, text: str, day: int) -> None:
        assert read_day(text, date(2020, 1, 1), TODAY) == date(2026, 11, day)

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("再来週月曜", date(2026, 11, 30)), ("来月1日", date(2026, 12, 1)), ("来月末", date(2026, 12, 31)), ("再来月末", date(2027, 1, 31)),
            ("先月末", date(2026, 10, 31)), ("年末", date(2026, 12, 31)), ("年度末", date(2027, 3, 31)), ("3か月後", date(2027, 2, 18)),
        ],
    )  # fmt: skip
    def test_reads_words_of_other_months(self, text: str, day: date) -> None:
        assert read_day(text, NEAR, TODAY) == day

    def test_takes_the_year_that_lies_nearest(self) -> None:
        assert read_day("1/8", NEAR) == date(2027, 1, 8)
        assert read_day("12/20", date(2027, 1, 8)) == date(2026, 12, 20)
        assert read_day("2/29", date(2027, 3, 1)) == date(2028, 2, 29)
        assert read_day("30日", date(2026, 2, 27)) == date(2026, 1, 30)

    @pytest.mark.parametrize(
        "text",
        [
            "", "2026/02/30", "13/1", "1969/12/31", "9999/01/01", "13/13/2026", "0", "5", "5日後の朝", "来世", "火星", "Nov", "24", "Novemb 24",
            "令和8年", "X8.1.1", "2026/11", "来週8日", "99999999", "来月32日", "9999年後", "11/24 25",
        ],
    )  # fmt: skip
    def test_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(UnreadableError):
            read_day(text, NEAR, TODAY)

    def test_reads_no_words_where_no_day_is_today(self) -> None:
        with pytest.raises(UnreadableError):
            read_day("明日", NEAR)


class TestMoved:
    def test_ends_with_a_month_that_is_shorter(self) -> None:
        assert moved(date(2026, 1, 31), 1, "mo") == date(2026, 2, 28)

    def test_knows_no_day_beyond_all_years(self) -> None:
        assert moved(date(2026, 1, 31), 10**9, "w") is None
        assert moved(date(2026, 1, 31), 10**9, "mo") is None
