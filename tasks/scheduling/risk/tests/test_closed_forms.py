"""What can be computed on paper: runs have to come to the same within three standard errors."""

from math import pi, sqrt

import numpy as np
import pytest

from tasks.scheduling.compiled.kernel import KERNELS
from tasks.scheduling.network import Link, Task
from tasks.scheduling.risk.outlook import SHARES
from tasks.scheduling.risk.simulate import simulate
from tasks.scheduling.risk.tests.plans import START, chains, plan_of, ranges
from tasks.scheduling.risk.uncertain import RiskDriver

RUNS = 4000 if KERNELS else 1000
LOW, LIKELY, HIGH = 600, 1000, 2000
MEAN = (LOW + LIKELY + HIGH) / 3
DEVIATION = sqrt((LOW**2 + LIKELY**2 + HIGH**2 - LOW * LIKELY - LOW * HIGH - LIKELY * HIGH) / 18)


def ends_of(columns, uncertainty, **more):
    return simulate(columns, uncertainty, runs=RUNS, **more).ends - START


def below(moments, low=LOW, likely=LIKELY, high=HIGH):
    """How likely one triangular length is no longer."""
    x = np.clip(moments, low, high).astype(np.float64)
    rising = (x - low) ** 2 / ((high - low) * (likely - low))
    return np.where(x < likely, rising, 1 - (high - x) ** 2 / ((high - low) * (high - likely)))


def assert_distributed(ends, distribution, shares=(5, 10, 25, 50, 75, 80, 90, 95)):
    """The share of runs up to the moment of each percentile is what the distribution says."""
    for share in shares:
        moment = ends[len(ends) * share // 100 - 1]
        wanted = distribution(moment)
        error = sqrt(wanted * (1 - wanted) / len(ends))
        found = np.searchsorted(ends, moment, side="right") / len(ends)
        assert abs(found - wanted) <= 3 * error, share


class TestOneTask:
    def test_is_distributed_as_its_range_says(self):
        ends = ends_of(chains(1), ranges(1, LOW, LIKELY, HIGH))
        assert_distributed(ends, lambda moment: below(moment + 0.5))

    def test_has_the_mean_and_deviation_of_pert(self):
        ends = ends_of(chains(1), ranges(1, LOW, LIKELY, HIGH, shape="pert"))
        mean = (LOW + 4 * LIKELY + HIGH) / 6
        deviation = sqrt((mean - LOW) * (HIGH - mean) / 7)
        assert abs(ends.mean() - mean) <= 3 * deviation / sqrt(RUNS)
        assert ends.std() == pytest.approx(deviation, rel=0.02)


@pytest.mark.many
class TestSeries:
    def test_adds_means_and_variances(self):
        count = 25
        ends = ends_of(chains(count), ranges(count, LOW, LIKELY, HIGH))
        deviation = DEVIATION * sqrt(count)
        assert abs(ends.mean() - count * MEAN) <= 3 * deviation / sqrt(RUNS)
        assert abs(ends.var() / deviation**2 - 1) <= 3 * sqrt(2 / RUNS)

    def test_that_goes_well_or_badly_together_adds_deviations(self):
        count = 9
        group = np.zeros(count, np.int64)
        ends = ends_of(chains(count), ranges(count, LOW, LIKELY, HIGH, group=group, correlation=(1.0,)))
        assert abs(ends.mean() - count * MEAN) <= 3 * count * DEVIATION / sqrt(RUNS)
        assert ends.std() == pytest.approx(count * DEVIATION, rel=0.01)

    def test_that_goes_together_in_part_adds_covariances(self):
        """Of normal scores with a correlation of one half the lengths have one a little below it."""
        count, share = 10, 0.5
        group = np.zeros(count, np.int64)
        # Nearly a symmetric range: the correlation of triangular lengths is close to 6/π · asin(share/2).
        even = ranges(count, 500, 1000, 1500, group=group, correlation=(share,))
        ends = ends_of(chains(count), even)
        variance = 500**2 / 6
        together = 6 / pi * np.arcsin(share / 2)
        wanted = variance * count * (1 + (count - 1) * together)
        assert abs(ends.var() / wanted - 1) <= 3 * sqrt(2 / RUNS) + 0.02

    def test_is_the_convolution_of_its_lengths(self):
        columns, count = chains(3, minutes=5), 3
        ends = ends_of(columns, ranges(count, 2, 5, 12))
        at = np.arange(1, 14)
        one = below(at + 0.5, 2, 5, 12) - below(at - 0.5, 2, 5, 12)
        total = np.convolve(np.convolve(one, one), one)
        done = np.cumsum(total)
        for moment in range(15, 33):
            wanted = done[moment - 3]
            found = np.count_nonzero(ends <= moment) / RUNS
            assert abs(found - wanted) <= 3 * sqrt(wanted * (1 - wanted) / RUNS), moment


@pytest.mark.many
class TestParallel:
    def test_ends_with_the_last(self):
        count = 8
        ends = ends_of(chains(*[1] * count), ranges(count, LOW, LIKELY, HIGH))
        assert_distributed(ends, lambda moment: below(moment + 0.5) ** count)

    def test_chains_end_as_the_larger_of_two_normals(self):
        """Sums of many are nearly normal; the mean of the larger of two is σ/√π above theirs."""
        count = 30
        ends = ends_of(chains(count, count), ranges(2 * count, 500, 1000, 1500))
        sigma = sqrt(count * 500**2 / 6)
        assert abs(ends.mean() - count * 1000 - sigma / sqrt(pi)) <= 3 * sigma / sqrt(RUNS)

    def test_before_one_after_is_the_product_and_then_the_sum(self):
        columns = plan_of(
            Task(1, 5), Task(2, 5), Task(3, 5), Task(4, 0),
            links=(Link(1, 4), Link(2, 4), Link(4, 3)),
        )  # fmt: skip
        ends = ends_of(columns, ranges(4, 2, 5, 12))
        at = np.arange(1, 14)
        both = np.diff(below(np.arange(0, 14) + 0.5, 2, 5, 12) ** 2)
        one = below(at + 0.5, 2, 5, 12) - below(at - 0.5, 2, 5, 12)
        done = np.cumsum(np.convolve(both, one))
        for moment in range(10, 23):
            wanted = done[moment - 2]
            found = np.count_nonzero(ends <= moment) / RUNS
            assert abs(found - wanted) <= 3 * sqrt(wanted * (1 - wanted) / RUNS), moment

    def test_tasks_alike_decide_the_finish_alike_often(self):
        found = simulate(chains(1, 1, 1, 1), ranges(4, LOW, LIKELY, HIGH), runs=RUNS)
        assert found.criticality.sum() == pytest.approx(1)
        assert all(abs(each - 0.25) <= 3 * sqrt(0.25 * 0.75 / RUNS) for each in found.criticality)


class TestDrivers:
    def test_happen_in_their_share_of_the_runs(self):
        risk = RiskDriver("手戻り", 0.3, 2.0, 2.0, (0, 1))
        found = simulate(chains(2), ranges(2, 1000, 1000, 1000, drivers=(risk,)), runs=RUNS)
        assert found.driver_runs == (RUNS * 3 // 10,)
        assert np.array_equal(np.unique(found.ends - START), [2000, 4000])
        assert np.count_nonzero(found.ends - START == 4000) == RUNS * 3 // 10
        assert found.driver_influence[0] == pytest.approx(1)

    def test_multiply_each_other(self):
        risks = tuple(
            RiskDriver(name, 1.0, factor, factor, (0,)) for name, factor in (("a", 2.0), ("b", 0.5))
        )
        found = simulate(chains(2), ranges(2, 1000, 1000, 1000, drivers=risks), runs=20)
        assert set(found.ends - START) == {2000}

    def test_scatter_as_their_range_says(self):
        risk = RiskDriver("天候", 1.0, 1.0, 1.5, (0,))
        found = simulate(chains(1), ranges(1, 1000, 1000, 1000, drivers=(risk,)), runs=RUNS)
        assert found.ends.mean() - START == pytest.approx(1250, abs=1)


class TestErrors:
    @pytest.mark.many
    def test_of_percentiles_hold_the_true_value_in_two_of_three_cases_or_more(self):
        """Over many seeds; the truth is known of the last of eight."""
        count, hits, tries = 8, 0, 60 if KERNELS else 20
        for seed in range(1, tries + 1):
            found = simulate(chains(*[1] * count), ranges(count, LOW, LIKELY, HIGH), runs=200, seed=seed)
            for share in SHARES:
                truth = np.searchsorted(below(np.arange(0, 2001) + 0.5) ** count, share / 100)
                some = found.percentile(share)
                assert some.low <= some.moment <= some.high
                hits += int(some.low <= START + truth <= some.high)
        assert hits >= tries * len(SHARES) * 0.6

    def test_of_a_probability_are_those_of_a_share(self):
        found = simulate(chains(1), ranges(1, LOW, LIKELY, HIGH), runs=100)
        middle = found.percentile(50).moment
        assert found.chance_by(middle) == (0.5, 0.05)
        assert found.chance_by(START).probability == 0
        assert found.chance_by(START + HIGH) == (1, 0)
