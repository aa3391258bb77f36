"""The columns of a chart and their heads."""

from __future__ import annotations

from datetime import date

import pytest

from projects.worktime.moments import day_number
from tasks.workbooks.axis import (
    DAYS,
    MONTHS,
    WEEKS,
    AxisWords,
    Head,
    axis_of,
    era_year,
    heads_of,
    office_year,
    usual_scale,
)

WORDS = AxisWords(
    lambda year, era: f"{year}年度（{era}度）",
    lambda day: f"{day.month}月",
    lambda day: f"{day.year}年{day.month}月",
    lambda day: "月火水木金土日"[day.weekday()],
    lambda name, year: f"{name}{year}年",
)


def number(year: int, month: int, day: int) -> int:
    return day_number(date(year, month, day))


class TestAxis:
    def test_begins_on_a_monday_and_goes_to_the_last_day(self) -> None:
        axis = axis_of(DAYS, number(2026, 4, 8), number(2026, 4, 10))
        assert [span.first for span in axis.spans] == list(range(number(2026, 4, 6), number(2026, 4, 11)))
        assert axis.at(number(2026, 4, 8)) == 2
        assert axis.at(number(2026, 4, 5)) == -1

    def test_has_whole_weeks_and_months(self) -> None:
        weeks = axis_of(WEEKS, number(2026, 4, 8), number(2026, 4, 20))
        assert [tuple(span) for span in weeks.spans] == [
            (number(2026, 4, day), number(2026, 4, day) + 6) for day in (6, 13, 20)
        ]
        months = axis_of(MONTHS, number(2026, 12, 31), number(2027, 2, 1))
        assert [tuple(span) for span in months.spans] == [
            (number(2026, 12, 1), number(2026, 12, 31)),
            (number(2027, 1, 1), number(2027, 1, 31)),
            (number(2027, 2, 1), number(2027, 2, 28)),
        ]

    def test_has_as_many_columns_as_are_needed(self) -> None:
        assert len(axis_of(MONTHS, 20_500, 20_501, least=6).spans) == 6

    def test_gives_way_to_weeks_where_there_were_too_many_days(self) -> None:
        assert axis_of(DAYS, number(2020, 1, 1), number(2030, 1, 1)).scale == WEEKS

    @pytest.mark.parametrize(("days", "scale"), [(200, DAYS), (201, WEEKS), (1_121, MONTHS)])
    def test_has_the_scale_of_its_length(self, days: int, scale: str) -> None:
        assert usual_scale(20_000, 20_000 + days - 1) == scale


class TestHeads:
    def test_merges_years_of_the_office_and_months(self) -> None:
        axis = axis_of(DAYS, number(2026, 3, 30), number(2026, 4, 3))
        years, months, days, weekdays = heads_of(axis, WORDS, first_month=4)
        assert years == [Head(0, 1, "2025年度（令和7年度）"), Head(2, 4, "2026年度（令和8年度）")]
        assert months == [Head(0, 1, "2026年3月"), Head(2, 4, "2026年4月")]
        assert [head.text for head in days[:2]] == [date(2026, 3, 30), date(2026, 3, 31)]
        assert "".join(str(head.text) for head in weekdays) == "月火水木金"

    def test_says_the_year_of_the_era_above_months(self) -> None:
        axis = axis_of(MONTHS, number(2026, 12, 1), number(2027, 1, 31))
        _years, eras, months = heads_of(axis, WORDS, first_month=1)
        assert [head.text for head in eras] == ["令和8年", "令和9年"]
        assert [head.text for head in months] == ["12月", "1月"]

    @pytest.mark.parametrize(
        ("day", "said"),
        [
            (date(2019, 4, 30), "平成31年"),
            (date(2019, 5, 1), "令和元年"),
            (date(1989, 1, 7), "昭和64年"),
            (date(1920, 1, 1), "1920"),
        ],
    )
    def test_knows_the_eras(self, day: date, said: str) -> None:
        assert era_year(day, WORDS.era) == said

    def test_counts_years_from_the_month_of_the_office(self) -> None:
        assert [office_year(date(2026, month, 1), 4) for month in (3, 4)] == [2025, 2026]
