"""The order of steps while links and rows come and go.

Every step has a rank, lower than those of the steps that need it. A new link that runs against the ranks moves what
follows it behind its beginning, and nothing else; walking there it finds out whether the link closes a circle.
"""

from collections.abc import Iterator
from math import inf

from tasks.scheduling.errors import CircularLinks
from tasks.scheduling.reference.grid import Grid
from tasks.scheduling.reference.order import named_circle

SMALLEST_GAP = 1e-6


class Ranks:
    """By row: of its first step, and of the one that closes a summary (of other rows the same)."""

    def __init__(self, grid: Grid, order: list[int]) -> None:
        self.grid = grid
        self.opens = [0.0] * len(grid.tasks)
        self.closes = [0.0] * len(grid.tasks)
        self._number(order)

    def _number(self, order: list[int]) -> None:
        for rank, step in enumerate(order):
            if step >= 0:
                self.opens[step] = float(rank)
            if step < 0 or not self.grid.children[step]:
                self.closes[step if step >= 0 else ~step] = float(rank)

    def of(self, step: int) -> float:
        """A step's rank."""
        return self.opens[step] if step >= 0 else self.closes[~step]

    def order(self) -> list[int]:
        """All steps of what is still there, each after what it needs."""
        children = self.grid.children
        rows = self.grid.row_of.values()
        steps = [*rows, *(~row for row in rows if children[row])]
        return sorted(steps, key=self.of)

    def add(self, above: int) -> None:
        """One more row, the last one, under a summary or at the top."""
        rank = (self.opens[above] + self.closes[above]) / 2 if above >= 0 else 0.0
        self.opens.append(rank)
        self.closes.append(rank)

    def make_way(self, before: int, after: int) -> None:
        """Let a link run from one row to another, or refuse the circle."""
        source = last_step(self.grid, before)
        while self.of(source) >= self.opens[after]:
            found, ceiling = self._followers(source, after)
            gap = (ceiling - self.of(source)) / (len(found) + 1) if ceiling < inf else 1.0
            if gap < SMALLEST_GAP:
                self._number(self.order())
                continue
            for number, step in enumerate(sorted(found, key=self.of), 1):
                self._set(step, self.of(source) + gap * number)

    def _set(self, step: int, rank: float) -> None:
        row = step if step >= 0 else ~step
        if step >= 0:
            self.opens[row] = rank
        if step < 0 or not self.grid.children[row]:
            self.closes[row] = rank

    def _followers(self, source: int, after: int) -> tuple[dict[int, int], float]:
        """Steps behind ``after`` that rank no higher than the source, with whom they follow, and the next rank."""
        high = self.of(source)
        ceiling = inf
        found = {after: after}
        stack = [after]
        while stack:
            step = stack.pop()
            for follower in _steps_after(self.grid, step):
                rank = self.of(follower)
                if rank > high:
                    ceiling = min(ceiling, rank)
                elif follower not in found:
                    found[follower] = step
                    stack.append(follower)
        if source in found:
            raise CircularLinks(named_circle(self.grid, _path(found, source, after)))
        return found, ceiling


def last_step(grid: Grid, row: int) -> int:
    """The step after which a row has its dates."""
    return ~row if grid.children[row] else row


def _steps_after(grid: Grid, step: int) -> Iterator[int]:
    row = step if step >= 0 else ~step
    if step >= 0 and grid.children[row]:
        yield from grid.children[row]
        return
    for arrow in grid.outgoing[row]:
        yield arrow[1]
    if grid.parent[row] >= 0:
        yield ~grid.parent[row]


def _path(found: dict[int, int], end: int, start: int) -> list[int]:
    path = [end]
    while path[-1] != start:
        path.append(found[path[-1]])
    return path[::-1]
