"""What many runs say of a plan: when it will be done, what decides that, and how sure these figures are.

Pages read what is kept of it; no kernel is imported for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tasks.scheduling.columns import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.scheduling.columns import Columns, Real, Whole
    from tasks.scheduling.compiled.kernel import Array
    from tasks.scheduling.risk.runs import Found
    from tasks.scheduling.risk.sampling import Drawn

SHARES = (10, 50, 80, 90)
"""Percent of the runs by which dates are said."""
AT_ONCE = 256


class Percentile(NamedTuple):
    """By when so many percent of the runs are done; the true moment lies between ``low`` and ``high`` in two of three cases."""

    share: int
    moment: int
    low: int
    high: int


class Chance(NamedTuple):
    """A probability and its standard error."""

    probability: float
    error: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """All runs of a plan. Moments are plan minutes; what is by row is in the order of the rows."""

    seed: int
    #: When the plan as it stands is done.
    planned: int
    #: By run, ascending.
    ends: Whole
    #: By share and row.
    finishes: Mapping[int, Whole]
    #: By row the share of runs in which it is done by its deadline; below 0 without one.
    in_time: Real
    #: By row the share of runs in which it lies on the path that decides the finish.
    criticality: Real
    #: By row the rank correlation of its length with the finish; 0 where it is certain.
    influence: Real
    #: By risk driver: the rank correlation of its factor with the finish, and in how many runs it happens.
    driver_influence: tuple[float, ...]
    driver_runs: tuple[int, ...]

    @property
    def runs(self) -> int:
        """How many."""
        return len(self.ends)

    def percentile(self, share: int) -> Percentile:
        """By when so many percent of the runs are done, with one standard error of the place in their order to both sides.

        The error is that of independent runs; stratified ones scatter less.
        """
        count = self.runs
        at, error = count * share / 100, sqrt(count * share * (100 - share)) / 100
        low, high = max(floor(at - error), 1), min(ceil(at + error), count)
        moments = [int(self.ends[place - 1]) for place in (place_of(share, count), low, high)]
        return Percentile(share, moments[0], min(moments[:2]), max(moments[::2]))

    def chance_by(self, moment: int) -> Chance:
        """How likely the plan is done by a moment."""
        share = float(np.searchsorted(self.ends, moment, side="right") / self.runs)
        return Chance(share, sqrt(share * (1 - share) / self.runs))


def place_of(share: int, count: int) -> int:
    """The number of the run, in order, by which so many percent are done; exact in whole numbers."""
    return max(1, -(-count * share // 100))


def outlook_of(columns: Columns, planned: int, rows: Whole, drawn: Drawn, found: Found, seed: int) -> Outlook:
    """Sum up the runs."""
    ranks = doubled_ranks(found.end)
    influence = np.zeros(len(columns.tasks))
    influence[rows] = _correlations(drawn.strata, ranks)
    finishes, in_time = _by_row(columns.tasks.deadline_minute, found.finish)
    return Outlook(
        seed=seed,
        planned=planned,
        ends=np.sort(found.end),
        finishes=finishes,
        in_time=in_time,
        criticality=found.on_path / len(found.end),
        influence=influence,
        driver_influence=tuple(
            float(_correlations(doubled_ranks(factors)[None, :], ranks)[0]) for factors in drawn.factors
        ),
        driver_runs=tuple(np.count_nonzero(drawn.factors != 1, axis=1).tolist()),
    )


def doubled_ranks(values: Array) -> Whole:
    """Twice the rank of each value, from 0 on; equal ones share the middle of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    behind = np.cumsum(counts)
    ranks: Whole = (2 * behind - counts - 1)[place.reshape(-1)]
    return ranks


def _correlations(some: Array, ranks: Whole) -> Real:
    """Of some rows of ranks with another one, in whole numbers: the same on every machine."""
    count, result = len(ranks), np.zeros(len(some))
    total, spread = int(ranks.sum()), _spread(ranks)
    for first in range(0, len(some), AT_ONCE):
        rows = some[first : first + AT_ONCE].astype(np.int64)
        both = count * (rows @ ranks) - rows.sum(axis=1) * total
        size = np.sqrt(_spread(rows).astype(np.float64) * float(spread))
        result[first : first + AT_ONCE] = np.divide(both, size, out=np.zeros(len(rows)), where=size > 0)
    return result


def _spread(ranks: Array) -> Array:
    return ranks.shape[-1] * (ranks * ranks).sum(axis=-1) - ranks.sum(axis=-1) ** 2


def _by_row(deadlines: Whole, finish: Array) -> tuple[dict[int, Whole], Real]:
    """Percentiles and deadlines, some rows at once: their runs are brought together and sorted."""
    runs, count = finish.shape
    found = {share: np.empty(count, np.int64) for share in SHARES}
    in_time = np.full(count, -1.0)
    for first in range(0, count, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        ends = np.sort(np.ascontiguousarray(finish[:, some].T), axis=1)
        for share in SHARES:
            found[share][some] = ends[:, place_of(share, runs) - 1]
        deadline = deadlines[some]
        done = np.count_nonzero(ends <= deadline[:, None], axis=1) / runs
        in_time[some] = np.where(deadline == NOTHING, -1.0, done)
    return found, in_time
