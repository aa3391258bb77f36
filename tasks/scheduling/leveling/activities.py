"""Activities that share resources: what lists, bounds and the checker read (the resource-constrained project problem).

Time is whole and without a unit of its own: a day, an hour, a minute, whatever the durations are given in. An activity is
known by its row. It begins after all rows that it waits for have ended, runs without a pause, and needs some of each
resource while it runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.scheduling.columns import Whole

LONGEST = 2_000_000
"""The sum of all durations: what is free is kept for each unit of time up to it."""


class ActivitiesRefused(ValueError):
    """The activities cannot be planned at all; says which row and why."""


@dataclass(frozen=True, slots=True)
class Rows:
    """For each row some other rows: those of row ``i`` are ``row[at[i]:at[i + 1]]``."""

    at: Whole
    row: Whole


@dataclass(frozen=True, slots=True)
class Activities:
    """All activities; ``order`` has each row after those that it waits for, ``rank`` the place of each row in it."""

    duration: Whole
    demand: Whole  # rows × resources
    capacity: Whole
    before: Rows
    after: Rows
    order: Whole
    rank: Whole

    def __len__(self) -> int:
        return len(self.duration)

    @property
    def horizon(self) -> int:
        """No list needs longer: one activity after the other."""
        return int(self.duration.sum())


def activities_of(
    duration: Sequence[int],
    demand: Sequence[Sequence[int]],
    capacity: Sequence[int],
    successors: Sequence[Sequence[int]],
) -> Activities:
    """Activities from lists, one entry a row; raises ActivitiesRefused where no plan can be."""
    count = len(duration)
    if len(demand) != count or len(successors) != count or any(len(row) != len(capacity) for row in demand):
        raise ActivitiesRefused("Durations, demands, capacities and successors do not belong together.")
    for row in range(count):
        _check(row, duration[row], demand[row], capacity, successors[row], count)
    if sum(duration) > LONGEST:
        raise ActivitiesRefused(f"All durations together are longer than {LONGEST}.")
    predecessors: list[list[int]] = [[] for _ in range(count)]
    for row, followers in enumerate(successors):
        for follower in followers:
            predecessors[follower].append(row)
    order = _in_order(predecessors, successors)
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    return Activities(
        np.array(duration, np.int64),
        np.array(demand, np.int64).reshape(count, len(capacity)),
        np.array(capacity, np.int64),
        _rows(predecessors),
        _rows(successors),
        np.array(order, np.int64),
        rank,
    )


def _check(
    row: int,
    duration: int,
    demand: Sequence[int],
    capacity: Sequence[int],
    successors: Sequence[int],
    count: int,
) -> None:
    if duration < 0 or min(demand, default=0) < 0:
        raise ActivitiesRefused(f"Row {row} has a negative duration or demand.")
    if any(follower < 0 or follower >= count for follower in successors):
        raise ActivitiesRefused(f"Row {row} is followed by a row that is not there.")
    if duration and any(need > there for need, there in zip(demand, capacity, strict=True)):
        raise ActivitiesRefused(f"Row {row} needs more of a resource than there is.")


def _in_order(predecessors: Sequence[Sequence[int]], successors: Sequence[Sequence[int]]) -> list[int]:
    waits = [len(rows) for rows in predecessors]
    order = [row for row, count in enumerate(waits) if not count]
    for row in order:  # it grows while it is walked
        for follower in successors[row]:
            waits[follower] -= 1
            if not waits[follower]:
                order.append(follower)
    if len(order) < len(waits):
        raise ActivitiesRefused("Some rows wait for each other in a circle.")
    return order


def _rows(lists: Sequence[Sequence[int]]) -> Rows:
    at = np.zeros(len(lists) + 1, np.int64)
    at[1:] = np.cumsum([len(rows) for rows in lists])
    return Rows(at, np.array([row for rows in lists for row in rows], np.int64))
