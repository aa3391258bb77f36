"""Search for an order in which a plan with people ends sooner: keys of the best one so far changed by chance, placed anew.

Priorities, what leads to a task that may not move, and all rules of the plan hold in every order: only what goes first of equals is tried.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tasks.scheduling.leveling.construct import Construction
from tasks.scheduling.leveling.diagnose import LevelingRefused

SPREADS = (2, 5, 10, 20, 40)
"""By how much a key is changed at most, in hundredths of the length of the plan."""
SHARES = (1, 3, 10, 100)
"""How many rows are changed at once, in hundredths of all."""
LARGEST_SEED = 2_147_483_646


@dataclass(frozen=True, slots=True)
class Search:
    """How long it goes on: so many orders (``passes``), or as long as ``keep_going`` says. The same seed and passes give the same plan."""

    passes: int
    seed: int = 1
    keep_going: Callable[[], bool] = lambda: True

    def __post_init__(self) -> None:
        if not 1 <= self.seed <= LARGEST_SEED or self.passes < 0:
            raise ValueError(f"A seed is from 1 to {LARGEST_SEED}, and passes are not negative.")


def shortened(
    first: Construction, goal: int, place: Callable[[list[int]], Construction], search: Search
) -> Construction:
    """The best of all orders tried, the first one among them. It stops where the plan ends at ``goal``, when it would without people."""
    best, keys = first, list(first.latest)
    value = _value(first)
    span = max(1, first.finish - first.grid.project.start_minute)
    chance = Chance(search.seed)
    for _ in range(search.passes):
        if best.finish <= goal or not search.keep_going():
            break
        new = _changed(keys, span, chance)
        try:
            made = place(new)
        except LevelingRefused:  # in this order tasks as late as possible come to no rest
            continue
        if (found := _value(made)) <= value:
            best, keys, value = made, new, found
    return best


def _value(made: Construction) -> tuple[int, float]:
    """What is to be small: the finish, then all starts, so that plans that end together lead on."""
    return made.finish, sum(made.early.starts)


def _changed(keys: list[int], span: int, chance: "Chance") -> list[int]:
    most = max(1, span * SPREADS[chance.drawn(len(SPREADS))] // 100)
    share = SHARES[chance.drawn(len(SHARES))]
    return [key + chance.drawn(2 * most + 1) - most if chance.drawn(100) < share else key for key in keys]


class Chance:
    """Park and Miller's generator (48271 modulo 2³¹ − 1), so that a seed gives the same numbers anywhere."""

    def __init__(self, seed: int) -> None:
        self.last = seed

    def drawn(self, below: int) -> int:
        """A number from 0 to ``below`` − 1."""
        self.last = self.last * 48_271 % 2_147_483_647
        return self.last % below
