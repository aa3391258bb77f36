"""Search over lists: a population of orders that are crossed, shuffled and drawn anew, each justified both ways.

Random numbers are counted out by the kernel itself, from a seed: the same seed and number of passes give the same plan, on
any machine and with or without the compiler.
"""

import numpy as np

from tasks.scheduling.compiled.kernel import Array, kernel, maker
from tasks.scheduling.leveling.serial import justify, place

POPULATION = 40
DRAWN, PASSES, KEPT = 0, 1, 2
"""Places of the state: the random number last drawn, serial passes made, lists in the population."""
FRESH, SWAPPED = 100, 50
"""In a thousand: children that are drawn anew around the best plan; neighbours in a list that are swapped."""


@kernel
def drawn(state: Array, below: int) -> int:
    """A number from 0 to ``below`` − 1 (Park and Miller's generator, 48271 modulo 2³¹ − 1)."""
    state[DRAWN] = state[DRAWN] * 48_271 % 2_147_483_647
    number: int = state[DRAWN] % below
    return number


@maker
def draw(network: Array, key: Array, noise: int, state: Array, order: Array) -> None:
    """A list: of the rows that may be next the one with the smallest key, to each of which up to ``noise`` is added by chance."""
    at, _, after_at, after, _, _ = network
    count = len(order)
    value = np.empty(count, np.int64)
    for row in range(count):
        value[row] = key[row] + drawn(state, noise + 1)
    waits, ready = at[1:] - at[:-1], np.empty(count, np.int64)
    waiting = 0
    for row in range(count):
        if waits[row] == 0:
            ready[waiting] = row
            waiting += 1
    for place_ in range(count):
        best = 0
        for one in range(1, waiting):
            if value[ready[one]] < value[ready[best]]:
                best = one
        row = ready[best]
        waiting -= 1
        ready[best] = ready[waiting]
        order[place_] = row
        for one in range(after_at[row], after_at[row + 1]):
            waits[after[one]] -= 1
            if waits[after[one]] == 0:
                ready[waiting] = after[one]
                waiting += 1


@maker
def cross(first: Array, second: Array, state: Array, child: Array) -> None:
    """The order of the first before one place and behind another, that of the second between (two-point crossover)."""
    count = len(first)
    left, right = drawn(state, count), drawn(state, count)
    if left > right:
        left, right = right, left
    taken = np.zeros(count, np.bool_)
    child[:left] = first[:left]
    taken[first[:left]] = True
    length = left
    for place_ in range(count):
        row = second[place_]
        if length < right and not taken[row]:
            child[length] = row
            taken[row] = True
            length += 1
    for place_ in range(count):
        row = first[place_]
        if not taken[row]:
            child[length] = row
            length += 1


@kernel
def swap(network: Array, state: Array, order: Array) -> None:
    """Swap some neighbours of which the second does not wait for the first."""
    at, before, _, _, _, _ = network
    for place_ in range(len(order) - 1):
        if drawn(state, 1_000) >= SWAPPED:
            continue
        row, then = order[place_], order[place_ + 1]
        waits = False
        for one in range(at[then], at[then + 1]):
            waits = waits or before[one] == row
        if not waits:
            order[place_], order[place_ + 1] = then, row


@kernel
def better_of_two(finishes: Array, state: Array) -> int:
    """Of two lists of the population the one with the earlier finish."""
    one, other = drawn(state, len(finishes)), drawn(state, len(finishes))
    return one if finishes[one] <= finishes[other] else other


@maker
def breed(network: Array, lists: Array, starts: Array, finishes: Array, noise: int, state: Array) -> Array:
    """A list made of those of the population."""
    child = np.empty(lists.shape[1], np.int64)
    if drawn(state, 1_000) < FRESH:
        draw(network, starts[np.argmin(finishes)], noise // 3, state, child)
    else:
        first, second = better_of_two(finishes, state), better_of_two(finishes, state)
        cross(lists[first], lists[second], state, child)
        swap(network, state, child)
    return child


@maker
def is_new(finish: int, start: Array, finishes: Array, starts: Array) -> bool:
    """Whether no list of the population gives this plan."""
    known = False
    for one in range(len(finishes)):
        known = known or (finishes[one] == finish and np.array_equal(starts[one], start))
    return not known


@maker
def evolve(
    network: Array, rank: Array, latest: Array, free: Array, noise: int,
    lists: Array, starts: Array, finishes: Array, state: Array, goal: int, until: int,
) -> None:  # fmt: skip
    """Go on with the search until a plan ends at ``goal`` or ``until`` serial passes are made in all.

    The first list is in the order of latest finishes, the rest of the first population are drawn around it.
    """
    at, before, _, _, duration, needs = network
    start = np.empty(lists.shape[1], np.int64)
    while state[PASSES] < until and finishes.min() > goal:
        is_first = state[KEPT] < len(lists)
        if is_first:
            child = np.empty(lists.shape[1], np.int64)
            draw(network, latest, noise if state[PASSES] else 0, state, child)
            slot = state[KEPT]
            state[KEPT] += 1
        else:
            child = breed(network, lists, starts, finishes, noise, state)
            slot = np.argmax(finishes)
        finish = place(child, at, before, duration, needs, free, start)
        finish, passes = justify(network, rank, free, finish, child, start)
        state[PASSES] += passes + 1
        if is_first or (finish <= finishes[slot] and is_new(finish, start, finishes, starts)):
            lists[slot], starts[slot], finishes[slot] = child, start, finish
