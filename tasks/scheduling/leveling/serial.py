"""Serial generation: an order of the activities becomes a plan, each at the first moment at which all that it needs is free.

What is free is a table of time × resource. A kernel finds it full and leaves it full, so that it is filled once a search.
"""

import numpy as np

from tasks.scheduling.compiled.kernel import Array, kernel, maker


@kernel
def place(
    order: Array, at: Array, before: Array, duration: Array, needs: Array, free: Array, start: Array
) -> int:
    """Place all rows in an order that has each row after its ``before``; the finish of the last."""
    finish = 0
    for place_ in range(len(order)):
        row = order[place_]
        moment = 0
        for one in range(at[row], at[row + 1]):
            ended = start[before[one]] + duration[before[one]]
            moment = max(moment, ended)
        if duration[row] > 0:
            moment = first_fit(row, moment, duration[row], needs, free)
            take(row, moment, duration[row], needs, free, 1)
        start[row] = moment
        finish = max(finish, moment + duration[row])
    for row in range(len(order)):
        take(row, start[row], duration[row], needs, free, -1)
    return finish


@kernel
def first_fit(row: int, moment: int, length: int, needs: Array, free: Array) -> int:
    """The first moment from ``moment`` on from which the row finds what it needs for all its length.

    A stretch is looked at from its end: what is in the way there moves it furthest. What lay behind is known to be free.
    """
    at, resource, units = needs
    known = moment
    place_ = moment + length - 1
    while place_ >= known:
        for one in range(at[row], at[row + 1]):
            if units[one] > free[place_, resource[one]]:
                known = moment + length
                moment = place_ + 1
                place_ = moment + length
                break
        place_ -= 1
    return moment


@kernel
def take(row: int, moment: int, length: int, needs: Array, free: Array, sign: int) -> None:
    """Take what a row needs from what is free, or give it back (``sign`` −1)."""
    at, resource, units = needs
    for place_ in range(moment, moment + length):
        for one in range(at[row], at[row + 1]):
            free[place_, resource[one]] -= sign * units[one]


@maker
def by_key(key: Array, order: Array) -> None:
    """Rows by ascending key; no two keys are the same."""
    order[:] = np.argsort(key)


@maker
def justify(network: Array, rank: Array, free: Array, finish: int, order: Array, start: Array) -> Array:
    """Push all rows to the end of the plan, then back to its beginning, as long as it gets shorter; finish and passes.

    Forward-backward improvement (Li and Willis 1992; Valls, Ballestín and Quintanilla 2005): backward in descending order
    of finishes, forward in ascending order of the starts so found. ``order`` and ``start`` become the better plan's.
    """
    at, before, after_at, after, duration, needs = network
    count = len(order)
    key, other = np.empty(count, np.int64), np.empty(count, np.int64)
    late, early = np.empty(count, np.int64), np.empty(count, np.int64)
    passes = 0
    while True:
        for row in range(count):
            key[row] = -(start[row] + duration[row]) * count - rank[row]
        by_key(key, other)
        length = place(other, after_at, after, duration, needs, free, late)
        for row in range(count):
            key[row] = (length - late[row] - duration[row]) * count + rank[row]
        by_key(key, other)
        found = place(other, at, before, duration, needs, free, early)
        passes += 2
        shorter = found < finish  # it never is longer
        finish = found
        order[:] = other
        start[:] = early
        if not shorter:
            break
    return finish, passes
