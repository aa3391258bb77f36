"""How long everything takes in every run: Latin hypercube samples, from a seed.

Each thing that varies takes every one of N equally likely values once in N runs, in an order of its own: the middles of N
strata. Which stratum it is in which run is all that chance says; so the numbers of strata are the ranks of what was drawn.
"""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from tasks.scheduling.columns import Real, Whole
from tasks.scheduling.compiled.kernel import Array, kernel
from tasks.scheduling.risk.uncertain import Shape, Uncertainty

AT_ONCE = 256
"""So many things are drawn at once: what chance says of them is looked at while it is near."""
PARTS = 1000
"""The most likely value is known to a thousandth of its range."""
GRID = 4096


class Drawn(NamedTuple):
    """What chance says of some rows."""

    #: By row that varies and by run.
    strata: Array
    #: By run and row that varies, in minutes.
    minutes: Array
    #: By risk driver and run, what it multiplies by; 1 where it does not happen.
    factors: Array


def draw(uncertainty: Uncertainty, rows: Whole, runs: int, seed: int) -> Drawn:
    """Sample the rows that vary."""
    chance = np.random.Generator(np.random.PCG64(seed))
    factors = _factors(uncertainty, runs, chance)
    count = len(uncertainty.correlation)
    shared = _shuffled(count, runs, chance)
    strata = _shuffled(len(rows), runs, chance)
    if uncertainty.group is not None and count:
        _correlate(strata, shared, uncertainty.group[rows], np.array(uncertainty.correlation))
    low = uncertainty.optimistic[rows].astype(np.float64)
    span = uncertainty.pessimistic[rows] - low
    place = np.rint(PARTS * (uncertainty.likely[rows] - low) / np.where(span > 0, span, 1)).astype(np.int64)
    used, shape = np.unique(place, return_inverse=True)
    tables = np.stack([quantiles(uncertainty.shape, int(each), runs) for each in used])
    first, driver = _drivers_by_row(uncertainty, rows)
    minutes = np.empty((runs, len(rows)), np.int32)
    lengths(strata, low, span, shape.reshape(-1), tables, first, driver, factors, minutes)
    return Drawn(strata, minutes, factors)


def middles(runs: int) -> Real:
    """The middles of all strata."""
    return (np.arange(runs) + 0.5) / runs


def quantiles(shape: Shape, place: int, runs: int) -> Real:
    """The value of each stratum between 0 and 1, for a most likely value at so many thousandths."""
    top, chances = place / PARTS, middles(runs)
    if shape == "triangular":
        rising = np.sqrt(chances * top)
        return np.where(chances < top, rising, 1 - np.sqrt((1 - chances) * (1 - top)))
    # Beta with a mean of (optimistic + 4 likely + pessimistic) / 6: its distribution is added up on a grid.
    at = np.linspace(0, 1, GRID + 1)
    density = at ** (4 * top) * (1 - at) ** (4 * (1 - top))
    total = np.concatenate(([0.0], np.cumsum(density[1:] + density[:-1])))
    return np.interp(chances, total / total[-1], at)


def _factors(uncertainty: Uncertainty, runs: int, chance: np.random.Generator) -> Real:
    drivers, at = uncertainty.drivers, middles(runs)
    happens, amount = _shuffled(len(drivers), runs, chance), _shuffled(len(drivers), runs, chance)
    factors = np.ones((len(drivers), runs))
    for number, one in enumerate(drivers):
        is_so = at[happens[number]] < one.probability
        factors[number][is_so] = one.low + (one.high - one.low) * at[amount[number][is_so]]
    return factors


def _drivers_by_row(uncertainty: Uncertainty, rows: Whole) -> tuple[Whole, Whole]:
    """Which drivers act on each of the rows that vary, those of one after those of another, and where each begins."""
    pairs = sorted(
        {
            (int(place), number)
            for number, one in enumerate(uncertainty.drivers)
            for place in np.flatnonzero(np.isin(rows, one.rows))
        }
    )
    counts = (
        np.bincount([place for place, _ in pairs], minlength=len(rows))
        if pairs
        else np.zeros(len(rows), np.int64)
    )
    first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return first, np.array([number for _, number in pairs], np.int64)


def _shuffled(count: int, runs: int, chance: np.random.Generator) -> Array:
    strata = np.empty((count, runs), np.int32)
    strata[:] = np.arange(runs, dtype=np.int32)
    for first in range(0, count, AT_ONCE):
        some = strata[first : first + AT_ONCE]
        shuffle(some, chance.random(some.shape))
    return strata


@kernel
def shuffle(strata: Array, chances: Array) -> None:
    """Every order of strata is equally likely."""
    for row in range(strata.shape[0]):
        for last in range(strata.shape[1] - 1, 0, -1):
            other = min(last, int(chances[row, last] * (last + 1)))
            kept = strata[row, last]
            strata[row, last] = strata[row, other]
            strata[row, other] = kept


def _correlate(strata: Array, shared: Array, group: Whole, correlation: Real) -> None:
    """One normal factor a group (a Gaussian copula): the order of sums says which stratum comes in which run.

    So each row still takes every stratum once.
    """
    runs = strata.shape[1]
    usual = NormalDist()
    scores = np.array([usual.inv_cdf(at) for at in middles(runs).tolist()])
    for number, share in enumerate(correlation.tolist()):
        rows = np.flatnonzero(group == number)
        common = np.sqrt(share) * scores[shared[number]]
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            order = np.argsort(common + np.sqrt(1 - share) * scores[strata[some]], axis=1, kind="stable")
            ranked = np.empty_like(strata[some])
            np.put_along_axis(ranked, order, np.arange(runs, dtype=np.int32)[None, :], axis=1)
            strata[some] = ranked


@kernel
def lengths(
    strata: Array,
    low: Array,
    span: Array,
    shape: Array,
    tables: Array,
    first: Array,
    driver: Array,
    factors: Array,
    minutes: Array,
) -> None:
    """What each stratum means in minutes, times what has happened; never nothing."""
    runs, count = minutes.shape
    for begin in range(0, count, 16):  # a line of the cache of what is written
        for run in range(runs):
            for place in range(begin, min(begin + 16, count)):
                value = low[place] + span[place] * tables[shape[place], strata[place, run]]
                for number in range(first[place], first[place + 1]):
                    value *= factors[driver[number], run]
                minutes[run, place] = max(1, int(np.floor(value + 0.5)))
