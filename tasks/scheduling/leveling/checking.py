"""The checker: whether a plan holds, found by walking it moment by moment. It shares nothing with the kernels."""

from collections import defaultdict
from collections.abc import Sequence


def faults_of(
    start: Sequence[int],
    duration: Sequence[int],
    demand: Sequence[Sequence[int]],
    capacity: Sequence[int],
    successors: Sequence[Sequence[int]],
) -> list[str]:
    """A sentence for each start before the beginning, link that is broken and resource that has too much to do."""
    faults = [f"Row {row} starts before the plan." for row, moment in enumerate(start) if moment < 0]
    for row, followers in enumerate(successors):
        ended = start[row] + duration[row]
        faults += [
            f"Row {follower} starts before row {row} has ended."
            for follower in followers
            if start[follower] < ended
        ]
    for resource, there in enumerate(capacity):
        used: defaultdict[int, int] = defaultdict(int)
        for row, moment in enumerate(start):
            for one in range(moment, moment + duration[row]):
                used[one] += demand[row][resource]
        over = sorted(moment for moment, sum_ in used.items() if sum_ > there)
        faults += [f"Resource {resource} has too much at {moment}." for moment in over[:1]]
    return faults
