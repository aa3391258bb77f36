"""Periods of a table, figures with their formulas, and warnings."""

from __future__ import annotations

import datetime as dt

import pytest

from reports.earned.formulas import EarnedValue
from reports.performance.sums import period_ends
from reports.performance.words import Unit, alerts, figures

WORK, MONEY = Unit(is_money=False), Unit(is_money=True)


class TestPeriods:
    def test_are_months_then_quarters_then_fiscal_years(self) -> None:
        first = dt.date(2026, 5, 11)
        assert period_ends(first, dt.date(2026, 7, 2))[:2] == [dt.date(2026, 5, 31), dt.date(2026, 6, 30)]
        assert period_ends(first, dt.date(2033, 7, 2))[0] == dt.date(2026, 6, 30)
        assert period_ends(first, dt.date(2060, 7, 2))[0] == dt.date(2027, 3, 31)
        for years in (1, 4, 14, 60, 300, 5_000):
            ends = period_ends(first, dt.date(2026 + years, 5, 10))
            assert len(ends) <= 62
            assert ends[-1] >= dt.date(2026 + years, 5, 10)


class TestWords:
    def test_say_every_figure_with_the_numbers_put_in(self) -> None:
        found = {each.letters: each for each in figures(EarnedValue(6000, 3000, 2400, 3000), WORK)}
        assert (found["SPI"].value, found["SPI"].formula) == ("0.80", "EV ÷ PV = 40h ÷ 50h")
        assert found["SPI"].is_bad
        assert found["CV"].formula == "EV − AC = 40h − 50h"
        assert found["CV"].value == "−10h"

    def test_have_a_dash_for_what_has_no_meaning(self) -> None:
        found = {each.letters: each.value for each in figures(EarnedValue(6000, 0, 0, 0), MONEY)}
        assert (found["SPI"], found["CPI"], found["SV%"], found["EAC"]) == ("—", "—", "—", "—")

    @pytest.mark.parametrize(
        ("value", "count"),
        [
            (EarnedValue(100, 50, 50, 50), 0), (EarnedValue(100, 50, 44, 44), 1), (EarnedValue(100, 50, 50, 60), 2),
            (EarnedValue(100, 50, 50, 30), 1), (EarnedValue(100, 0, 0, 0), 0),
        ],
    )  # fmt: skip
    def test_warn_of_what_calls_for_a_look(self, value: EarnedValue, count: int) -> None:
        assert len(alerts(value, WORK)) == count
