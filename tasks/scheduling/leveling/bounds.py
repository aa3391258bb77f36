"""What no plan can be shorter than: a finish is tried, and shown to be impossible (destructive bounds).

For a trial finish each row has a first start (head) and a last start. They are drawn together by links and by pairs of rows
that cannot run at once; then, for each resource, windows of time are looked for in which more has to be done than it can
(energetic reasoning, Baptiste, Le Pape and Nuijten 1999: of each row the least part that must lie in the window). A finish
that is refuted so cannot be reached by any plan, hence the bound is one more. Not being refuted says nothing.
"""

import numpy as np

from tasks.scheduling.compiled.kernel import Array, kernel, maker

PAIRS_UP_TO = 600
"""Rows up to which pairs are looked at: their table is a square."""
WINDOWS = 60
"""Beginnings, and ends, of windows that are looked at for a trial: any choice of them is right, more refute more."""
NOT, PATH, ORDER, WINDOW = 0, 1, 2, 3
"""By what a trial finish is refuted."""


@kernel
def push_heads(network: Array, order: Array, head: Array) -> bool:
    """Heads by links; whether any was moved."""
    _, _, after_at, after, duration, _ = network
    moved = False
    for place_ in range(len(order)):
        row = order[place_]
        ended = head[row] + duration[row]
        for one in range(after_at[row], after_at[row + 1]):
            if head[after[one]] < ended:
                head[after[one]] = ended
                moved = True
    return moved


@kernel
def push_tails(network: Array, order: Array, last: Array) -> bool:
    """Last starts by links; whether any was moved."""
    at, before, _, _, duration, _ = network
    moved = False
    for place_ in range(len(order) - 1, -1, -1):
        row = order[place_]
        for one in range(at[row], at[row + 1]):
            earlier = last[row] - duration[before[one]]
            if last[before[one]] > earlier:
                last[before[one]] = earlier
                moved = True
    return moved


@maker
def never_at_once(duration: Array, demand: Array, capacity: Array) -> Array:
    """A table of rows that together need more of some resource than there is."""
    count = len(duration)
    apart = np.zeros((count, count), np.bool_)
    for row in range(count):
        for other in range(count):
            if row != other and duration[row] and duration[other]:
                apart[row, other] = np.any(demand[row] + demand[other] > capacity)
    return apart


@kernel
def push_apart(apart: Array, duration: Array, head: Array, last: Array) -> bool:
    """Where one of two rows cannot be first, the other is; whether any was moved."""
    moved = False
    for row in range(len(apart)):
        for other in range(len(apart)):
            if apart[row, other] and head[row] + duration[row] > last[other]:  # so the other one is first
                if head[other] + duration[other] > head[row]:
                    head[row] = head[other] + duration[other]
                    moved = True
                if last[row] - duration[other] < last[other]:
                    last[other] = last[row] - duration[other]
                    moved = True
                if head[row] > last[row] or head[other] > last[other]:
                    return False
    return moved


@kernel
def least_within(head: int, last: int, length: int, begin: int, end: int) -> int:
    """The least time for which a row runs between two moments, wherever it lies."""
    return max(0, min(length, end - begin, head + length - begin, end - last))


@maker
def some(moments: Array) -> Array:
    """At most ``WINDOWS`` of some moments, fewer of very many, evenly chosen."""
    distinct = np.unique(moments)
    most = WINDOWS if len(moments) <= PAIRS_UP_TO else WINDOWS // 3
    if len(distinct) <= most:
        return distinct
    return distinct[np.arange(most) * (len(distinct) - 1) // (most - 1)]


@maker
def overfull(network: Array, capacity: Array, head: Array, last: Array, proof: Array) -> bool:
    """Whether a resource has more to do in some window than it can; ``proof``: resource, window, work, room."""
    _, _, _, _, duration, (at, needed, units) = network
    begins, ends = some(head), some(last + duration)
    work = np.zeros(len(capacity), np.int64)
    for begin in begins:
        for end in ends[ends > begin]:
            work[:] = 0
            for row in range(len(head)):
                least = least_within(head[row], last[row], duration[row], begin, end)
                if least:
                    for one in range(at[row], at[row + 1]):
                        work[needed[one]] += units[one] * least
            for resource in range(len(capacity)):
                room = capacity[resource] * (end - begin)
                if work[resource] > room:
                    proof[:] = np.array([resource, begin, end, work[resource], room])
                    return True
    return False


@maker
def refuted(network: Array, order: Array, capacity: Array, apart: Array, finish: int, proof: Array) -> int:
    """By what a finish is shown to be impossible, or ``NOT``."""
    duration = network[4]
    head = np.zeros(len(order), np.int64)
    last = finish - duration
    push_heads(network, order, head)
    push_tails(network, order, last)
    if np.any(head > last):
        return PATH
    moved = True
    while moved:
        moved = push_apart(apart, duration, head, last)
        moved = push_heads(network, order, head) or moved
        moved = push_tails(network, order, last) or moved
        if np.any(head > last):
            return ORDER
    return WINDOW if overfull(network, capacity, head, last, proof) else NOT
