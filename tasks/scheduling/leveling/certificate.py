"""A lower bound with the reason why it is one, in numbers that a person can add up."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tasks.scheduling.leveling.activities import Activities
from tasks.scheduling.leveling.bounds import (
    ORDER,
    PAIRS_UP_TO,
    PATH,
    WINDOW,
    never_at_once,
    refuted,
)

Reason = Literal["path", "order", "window"]
REASONS: dict[int, Reason] = {PATH: "path", ORDER: "order", WINDOW: "window"}


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan ends before ``finish``.

    ``path``: the longest chain of links is as long. ``order``: of rows that cannot run at once none can be the first, if
    the plan is to end sooner. ``window``: if it is to end sooner, then ``resource`` has ``work`` to do from ``begin`` to
    ``end``, and can do only ``room`` (units × time). The last five are set for a window only.
    """

    finish: int
    reason: Reason
    resource: int | None = None
    begin: int | None = None
    end: int | None = None
    work: int | None = None
    room: int | None = None


def lower_bound(activities: Activities, reached: int) -> Bound:
    """The best bound that is found up to ``reached``, the finish of some plan.

    Each refuted finish is a proof by itself; halving looks for the last one, and may miss one, which costs nothing but sharpness.
    """
    count = len(activities)
    pairs = never_at_once(activities.duration, activities.demand, activities.capacity)
    apart = pairs if count <= PAIRS_UP_TO else np.zeros((0, 0), np.bool_)
    best = Bound(0, "path")
    low, high = 0, reached
    while low < high:
        trial = (low + high) // 2
        proof = np.zeros(5, np.int64)
        by = refuted(network_of(activities), activities.order, activities.capacity, apart, trial, proof)
        if not by:
            high = trial
            continue
        low = trial + 1
        numbers = proof.tolist() if by == WINDOW else ()
        best = Bound(low, REASONS[by], *numbers)
    return best


def network_of(activities: Activities) -> tuple[Any, ...]:
    """The arrays that kernels hand to each other: links both ways, durations, and what each row needs (CSR)."""
    before, after, demand = activities.before, activities.after, activities.demand
    row, resource = np.nonzero(demand)
    at = np.searchsorted(row, np.arange(len(activities) + 1))
    needs = (at.astype(np.int64), resource.astype(np.int64), demand[row, resource])
    return before.at, before.row, after.at, after.row, activities.duration, needs
