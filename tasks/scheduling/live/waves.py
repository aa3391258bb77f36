"""Steps that an edit makes necessary, found while they are taken.

The passes take one step after the other from these and do not know that there are few of them: after each step its
wave looks whether dates came out that differ, and goes on to the rows that depend on them.
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from tasks.scheduling.live.order import Ranks, last_step
from tasks.scheduling.reference.grid import Grid
from tasks.scheduling.reference.passes import Passes


class Wave:
    """Steps that wait, lowest rank first; ``sign`` -1 for the highest one first."""

    def __init__(self, ranks: Ranks, steps: set[int], sign: int = 1) -> None:
        self._ranks = ranks
        self._sign = sign
        self._waiting = steps
        self._heap = [(sign * ranks.of(step), step) for step in steps]
        heapify(self._heap)

    def push(self, step: int) -> None:
        if step not in self._waiting:
            self._waiting.add(step)
            heappush(self._heap, (self._sign * self._ranks.of(step), step))

    def __iter__(self) -> Iterator[int]:
        while self._heap:
            step = heappop(self._heap)[1]
            self._waiting.discard(step)
            yield step


class Ripples:
    """What has to be looked at again, and what came of it."""

    def __init__(self) -> None:
        self.early: set[int] = set()  # steps of the forward pass
        self.late: set[int] = set()  # and of the backward pass
        self.changed: set[int] = set()  # rows on whose own fields others depend, whatever their dates do
        self.moved: set[int] = set()  # rows with other early dates
        self.slack: set[int] = set()  # rows to measure


def forward_steps(grid: Grid, ranks: Ranks, passes: Passes, ripples: Ripples) -> Iterator[int]:
    """The steps of the forward pass, from those that an edit touched on as far as dates change."""
    early = passes.early
    starts, finishes = early.starts, early.finishes
    wave = Wave(ranks, ripples.early)
    for step in wave:
        row = step if step >= 0 else ~step
        if step >= 0 and grid.children[row]:
            asked = early.bounds[row], early.reach[row]
            yield step
            if (early.bounds[row], early.reach[row]) != asked:
                for child in grid.children[row]:
                    wave.push(child)
            continue
        before = starts[row], finishes[row]
        early.forget(row)
        yield step
        ripples.slack.add(row)
        now = starts[row], finishes[row]
        if now == before and row not in ripples.changed:
            continue
        if now != before:
            ripples.moved.add(row)
        touch_late(grid, row, ripples)
        for arrow in grid.outgoing[row]:
            wave.push(arrow[1])
        above = grid.parent[row]
        if above >= 0 and not _inside(before, now, starts[above], finishes[above]):
            wave.push(~above)


def touch_late(grid: Grid, row: int, ripples: Ripples) -> None:
    """The early dates of a row are part of its late dates where it has begun, and of its predecessors' free slack."""
    if not grid.is_plain[row]:
        ripples.late.add(last_step(grid, row))
    ripples.slack.update([arrow[0] for arrow in grid.incoming[row]])


def backward_steps(grid: Grid, ranks: Ranks, passes: Passes, ripples: Ripples) -> Iterator[int]:
    """The steps of the backward pass, as long as late dates change."""
    late = passes.late
    starts, finishes = late.starts, late.finishes
    wave = Wave(ranks, ripples.late, -1)
    for step in wave:
        row = step if step >= 0 else ~step
        if step < 0:
            bound = late.bounds[row]
            yield step
            if late.bounds[row] != bound:
                for child in grid.children[row]:
                    wave.push(last_step(grid, child))
            continue
        before = starts[row], finishes[row]
        yield step
        ripples.slack.add(row)
        now = starts[row], finishes[row]
        if now == before:
            continue
        for arrow in grid.incoming[row]:
            wave.push(last_step(grid, arrow[0]))
        above = grid.parent[row]
        if above >= 0 and not _inside(before, now, starts[above], finishes[above]):
            wave.push(above)


def _inside(before: tuple[int, int], now: tuple[int, int], start: int, finish: int) -> bool:
    """A row that lay and lies within its summary, and touches neither end, does not change what the summary spans."""
    return min(before[0], now[0]) > start and max(before[1], now[1]) < finish
