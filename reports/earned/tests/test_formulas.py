"""Figures of earned value with their arithmetic; what has no meaning is None."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from reports.earned.earned_schedule import earned_schedule
from reports.earned.formulas import EarnedValue, shown
from reports.earned.rules import Progress, earned_share


def these(*values: Any) -> tuple[Any, ...]:
    """Figures beside each other; whole numbers may be fractions."""
    return values


class TestFormulas:
    LATE = EarnedValue(bac=1000, pv=500, ev=400, ac=450)

    def test_variances_and_indices(self):
        assert these(self.LATE.sv, self.LATE.cv) == (-100, -50)
        assert these(self.LATE.sv_percent, self.LATE.cv_percent) == (-20, Fraction(-25, 2))
        assert these(self.LATE.spi, self.LATE.cpi) == (Fraction(4, 5), Fraction(8, 9))
        assert these(self.LATE.percent_complete, self.LATE.percent_spent) == (40, 45)

    def test_three_forecasts(self):
        eac = self.LATE.eac
        assert these(eac.cpi, eac.budget_rate, eac.cpi_spi) == (1125, 1050, Fraction(5175, 4))
        assert self.LATE.etc.cpi == 675
        assert self.LATE.vac.cpi_spi == Fraction(-1175, 4)
        assert self.LATE.tcpi_bac == Fraction(600, 550)
        assert self.LATE.tcpi_eac == Fraction(600, 675)

    def test_without_baseline_and_cost_nothing_is_0_by_accident(self):
        empty = EarnedValue(0, 0, 0, 0)
        for figure in (
            empty.spi,
            empty.cpi,
            empty.sv_percent,
            empty.cv_percent,
            empty.eac.cpi,
            empty.tcpi_bac,
        ):
            assert figure is None

    def test_nothing_earned_has_no_forecast_by_index(self):
        begun = EarnedValue(1400, 600, 0, 250)
        assert these(begun.cpi, begun.spi) == (0, 0)
        assert these(begun.eac.cpi, begun.eac.budget_rate, begun.eac.cpi_spi) == (None, 1650, None)
        assert these(begun.etc.cpi, begun.vac.cpi_spi, begun.tcpi_eac) == (None, None, None)

    def test_indices_of_a_sum_are_of_sums(self):
        both = EarnedValue(100, 100, 50, 100) + EarnedValue(900, 0, 450, 300)
        assert both.cpi == Fraction(500, 400)

    @pytest.mark.parametrize(
        ("value", "digits", "text"),
        [
            (Fraction(1, 8), 2, "0.13"),
            (Fraction(-1, 8), 2, "-0.13"),
            (Fraction(5, 2), 0, "3"),
            (7, 2, "7.00"),
        ],
    )
    def test_are_shown_half_away_from_zero(self, value, digits, text):
        assert shown(value, digits) == Decimal(text)
        assert shown(None, digits) is None


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "progress", "share"),
        [
            ("percent", Progress(percent=40, physical=10), Fraction(2, 5)),
            ("physical", Progress(percent=80, physical=50), Fraction(1, 2)),
            ("work", Progress(work_done=3, work=9), Fraction(1, 3)),
            ("work", Progress(), 0),
            ("none_or_all", Progress(percent=99, has_begun=True), 0),
            ("none_or_all", Progress(is_done=True), 1),
            ("half_at_start", Progress(has_begun=True), Fraction(1, 2)),
            ("half_at_start", Progress(), 0),
            ("steps", Progress(steps_passed=(10, 60)), Fraction(3, 5)),
            ("units", Progress(units_done=7, units=20), Fraction(7, 20)),
            ("units", Progress(units_done=30, units=20), 1),
        ],
    )
    def test_share(self, rule, progress, share):
        assert earned_share(rule, progress) == share


class TestEarnedSchedule:
    PLANNED = (100, 300, 600, 600, 1000)

    def test_lies_within_a_period(self):
        # 450 are earned after four periods; they were planned half way through the third: 2.5
        found = earned_schedule(self.PLANNED, 450, 4)
        assert these(found.earned, found.sv, found.spi) == (Fraction(5, 2), Fraction(-3, 2), Fraction(5, 8))

    def test_skips_periods_in_which_nothing_was_planned(self):
        assert earned_schedule(self.PLANNED, 600, 4).earned == 4
        assert earned_schedule(self.PLANNED, 800, 4).earned == Fraction(9, 2)

    def test_of_a_finished_plan_still_says_how_late_it_was(self):
        # All is earned after seven periods instead of five: SPI is 1, SPI(t) is not.
        found = earned_schedule((*self.PLANNED, 1000, 1000), 1000, 7)
        assert these(found.earned, found.sv, found.spi) == (5, -2, Fraction(5, 7))

    def test_is_undefined_without_a_plan_or_time(self):
        assert earned_schedule((), 0, 0) is None
        assert earned_schedule((0, 0), 0, 1) is None
        assert earned_schedule(self.PLANNED, 0, 0).spi is None
        assert earned_schedule(self.PLANNED, 0, 2).earned == 0
