"""Latin hypercube samples."""

import numpy as np
import pytest

from tasks.scheduling.risk.sampling import draw, quantiles
from tasks.scheduling.risk.tests.plans import ranges

ROWS = np.arange(300)


class TestDraw:
    def test_takes_every_stratum_once_in_each_row(self):
        drawn = draw(ranges(300, 10, 20, 40), ROWS, 50, 1)
        assert (np.sort(drawn.strata, axis=1) == np.arange(50)).all()

    def test_takes_every_stratum_once_also_where_rows_go_together(self):
        group = np.where(ROWS < 280, ROWS % 2, -1)
        drawn = draw(ranges(300, 10, 20, 40, group=group, correlation=(0.8, 0.0)), ROWS, 50, 1)
        assert (np.sort(drawn.strata, axis=1) == np.arange(50)).all()
        alike = np.corrcoef(drawn.strata)
        assert alike[0, 2:280:2].mean() == pytest.approx(0.79, abs=0.05)
        assert abs(alike[1, 3:280:2].mean()) < 0.05
        assert abs(alike[0, 280:].mean()) < 0.1

    def test_is_the_same_for_the_same_seed_only(self):
        some = [draw(ranges(300, 10, 20, 40), ROWS, 50, seed) for seed in (7, 7, 8)]
        assert some[0].minutes.tobytes() == some[1].minutes.tobytes()
        assert some[0].minutes.tobytes() != some[2].minutes.tobytes()

    def test_orders_are_all_alike(self):
        """Each stratum comes as often first as any other."""
        drawn = draw(ranges(3000, 1, 2, 3), np.arange(3000), 5, 3)
        counts = np.bincount(drawn.strata[:, 0], minlength=5)
        assert abs(counts - 600).max() <= 4 * np.sqrt(3000 * 0.2 * 0.8)

    def test_never_gives_nothing(self):
        assert draw(ranges(300, 1, 1, 2), ROWS, 50, 1).minutes.min() == 1

    def test_stays_within_its_range(self):
        minutes = draw(ranges(300, 100, 100, 400), ROWS, 500, 1).minutes
        assert 100 <= minutes.min() < 102
        assert 390 < minutes.max() <= 400


class TestQuantiles:
    @pytest.mark.parametrize("shape", ["triangular", "pert"])
    @pytest.mark.parametrize("place", [0, 250, 500, 1000])
    def test_rise_from_0_to_1(self, shape, place):
        some = quantiles(shape, place, 1000)
        assert (np.diff(some) > 0).all()
        assert 0 < some[0] < 0.22
        assert 0.78 < some[-1] < 1

    def test_of_pert_are_those_of_beta(self):
        """Beta(1, 5): 1 − (1 − x)⁵; Beta(5, 1): x⁵; Beta(3, 3): symmetric."""
        at = (np.arange(1000) + 0.5) / 1000
        assert quantiles("pert", 0, 1000) == pytest.approx(1 - (1 - at) ** 0.2, abs=1e-5)
        assert quantiles("pert", 1000, 1000) == pytest.approx(at**0.2, abs=1e-3)
        even = quantiles("pert", 500, 1000)
        assert even + even[::-1] == pytest.approx(np.ones(1000), abs=1e-6)
