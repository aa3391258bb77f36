"""Small cases drawn at random, and the shortest plan of one found by trying everything."""

from collections.abc import Sequence
from random import Random

from tasks.scheduling.leveling.activities import Activities, activities_of

Case = tuple[list[int], list[list[int]], list[int], list[list[int]]]


def small_case(random: Random, most: int = 6) -> Case:
    """Durations, demands, capacities and successors; some take no time, some need nothing."""
    count, resources = random.randint(2, most), random.randint(1, 3)
    capacity = [random.randint(1, 4) for _ in range(resources)]
    return (
        [random.randint(0, 5) for _ in range(count)],
        [[random.randint(0, there) for there in capacity] for _ in range(count)],
        capacity,
        [[other for other in range(row + 1, count) if random.random() < 0.25] for row in range(count)],
    )


def made(case: Case) -> Activities:
    return activities_of(*case)


def shortest(case: Case) -> int:
    """The finish of the best plan: every order is tried, each row at its first moment (some shortest plan is among these)."""
    duration, demand, capacity, successors = case
    before = [[one for one, rows in enumerate(successors) if row in rows] for row in range(len(duration))]
    best = sum(duration)

    def fits(placed: dict[int, int], row: int, moment: int) -> bool:
        return all(
            demand[row][resource]
            + sum(demand[one][resource] for one, at in placed.items() if at <= time < at + duration[one])
            <= there
            for time in range(moment, moment + duration[row])
            for resource, there in enumerate(capacity)
        )

    def go_on(placed: dict[int, int], finish: int) -> None:
        nonlocal best
        if finish >= best and len(placed) < len(duration):
            return
        if len(placed) == len(duration):
            best = min(best, finish)
        for row in _ready(before, placed):
            moment = max((placed[one] + duration[one] for one in before[row]), default=0)
            while not fits(placed, row, moment):
                moment += 1
            go_on(placed | {row: moment}, max(finish, moment + duration[row]))

    go_on({}, 0)
    return best


def _ready(before: Sequence[Sequence[int]], placed: dict[int, int]) -> list[int]:
    return [
        row for row, rows in enumerate(before) if row not in placed and all(one in placed for one in rows)
    ]
