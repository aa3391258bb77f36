"""From activities to a short plan with a bound: construct, bound, search, check."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tasks.scheduling.columns import Whole
from tasks.scheduling.leveling.activities import Activities, Rows
from tasks.scheduling.leveling.certificate import Bound, lower_bound, network_of
from tasks.scheduling.leveling.checking import faults_of
from tasks.scheduling.leveling.search import DRAWN, KEPT, PASSES, POPULATION, evolve

CHUNK = 40_000
"""Rows placed between two looks at whether to go on: some hundredths of a second."""
PATIENCE = 40
"""Passes for each row without a shorter plan after which the population begins anew."""
LARGEST_SEED = 2_147_483_646
SPREADS = (15, 80, 40)
"""The chance in the lists that a population begins with, in hundredths of the longest chain: near the rule at first, which
large plans profit from, then far from it, which small plans need that the rule leads astray."""


class PlanRejected(AssertionError):
    """The checker found a plan of the search broken: a fault of the program, and no plan is given."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A plan that the checker has found right; ``bound.finish`` equals ``finish`` where no plan is shorter."""

    start: Whole
    finish: int
    bound: Bound
    passes: int


class Search:
    """A population of lists that gets better as long as it is asked to."""

    def __init__(self, activities: Activities, seed: int) -> None:
        count = len(activities)
        if not 1 <= seed <= LARGEST_SEED:
            raise ValueError(f"A seed is from 1 to {LARGEST_SEED}.")
        self.network = network_of(activities)
        self.rank = activities.rank
        self.latest = _latest_finishes(activities)
        self.populations = 0
        self.free = np.tile(activities.capacity, (activities.horizon + 1, 1))
        self.lists = np.zeros((POPULATION, count), np.int64)
        self.starts = np.zeros((POPULATION, count), np.int64)
        self.finishes = np.full(POPULATION, activities.horizon + 1, np.int64)
        self.state = np.zeros(3, np.int64)
        self.state[DRAWN] = seed
        self.chunk = max(4, CHUNK // max(1, count))
        self.finish, self.start = activities.horizon + 1, np.zeros(count, np.int64)
        self.improved_at = 0

    def go_on(self, passes: int, goal: int) -> None:
        """Make some serial passes more, or fewer when a plan ends at ``goal``."""
        evolve(
            self.network, self.rank, self.latest, self.free, self._noise(),
            self.lists, self.starts, self.finishes, self.state, goal, self.passes + passes,
        )  # fmt: skip
        one = int(self.finishes.argmin())
        if self.finishes[one] < self.finish:
            self.finish, self.start = int(self.finishes[one]), self.starts[one].copy()
            self.improved_at = self.passes
        elif self.passes - self.improved_at > PATIENCE * len(self.rank):
            self._begin_anew()

    def _noise(self) -> int:
        spread = SPREADS[self.populations % len(SPREADS)]
        return max(2, int(self.latest.max()) * spread // 100)

    def _begin_anew(self) -> None:
        """With other lists: those that are there have become alike. The best plan is kept aside."""
        self.populations += 1
        self.state[KEPT] = 0
        self.finishes[:] = np.iinfo(np.int64).max
        self.improved_at = self.passes

    @property
    def passes(self) -> int:
        """Serial passes made so far."""
        return int(self.state[PASSES])


def solve(
    activities: Activities,
    *,
    seed: int = 1,
    passes: int | None = None,
    keep_going: Callable[[], bool] = lambda: True,
) -> Solved:
    """The shortest plan found in about ``passes`` serial passes, or while ``keep_going``; at once where it equals the bound.

    The same seed and passes give the same plan. Without passes it goes on until the bound is reached or it is stopped,
    which it asks some times a second. Raises ValueError for a seed that is none.
    """
    if not len(activities):
        return Solved(np.zeros(0, np.int64), 0, Bound(0, "path"), 0)
    search = Search(activities, seed)
    search.go_on(1, 0)
    bound = lower_bound(activities, search.finish)
    while search.finish > bound.finish and keep_going():
        left = search.chunk if passes is None else min(search.chunk, passes - search.passes)
        if left <= 0:
            break
        search.go_on(left, bound.finish)
    _check(activities, search.start, search.finish)
    return Solved(search.start, search.finish, bound, search.passes)


def _check(activities: Activities, start: Whole, finish: int) -> None:
    faults = faults_of(
        start.tolist(),
        activities.duration.tolist(),
        activities.demand.tolist(),
        activities.capacity.tolist(),
        _lists(activities.after),
    )
    if faults or int((start + activities.duration).max()) != finish:
        raise PlanRejected(*faults)


def _lists(rows: Rows) -> list[list[int]]:
    ends = rows.at.tolist()
    return [rows.row[begin:end].tolist() for begin, end in pairwise(ends)]


def _latest_finishes(activities: Activities) -> Whole:
    """Of each row, in the plan of links alone; the order by it is the best simple rule (Kolisch 1996)."""
    tail = np.zeros(len(activities), np.int64)
    after = _lists(activities.after)
    for row in activities.order[::-1].tolist():
        tail[row] = max((tail[one] + activities.duration[one] for one in after[row]), default=0)
    latest: Whole = (tail + activities.duration).max(initial=0) - tail
    return latest
