"""First start and last finish of a plan whose dates change one by one."""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from tasks.scheduling.reference.early import Early
from tasks.scheduling.reference.grid import Grid


class Ends:
    """A heap of finishes, in which old ones stay until they come up."""

    def __init__(self, grid: Grid, early: Early) -> None:
        self._grid = grid
        self._early = early
        self._heap: list[tuple[int, int]] = []
        self._fill()

    def _fill(self) -> None:
        finishes = self._early.finishes
        self._heap = [
            (-finishes[row], row) for row in self._grid.row_of.values() if self._grid.is_active[row]
        ]
        heapify(self._heap)

    def note(self, rows: Iterable[int]) -> None:
        """These rows have other dates."""
        for row in rows:
            if self._grid.is_active[row]:
                heappush(self._heap, (-self._early.finishes[row], row))
        if len(self._heap) > 2 * len(self._grid.row_of) + 1000:
            self._fill()

    def finish(self) -> int:
        """The largest early finish of what is active."""
        while self._heap:
            finish, row = self._heap[0]
            if self._grid.is_active[row] and self._early.finishes[row] == -finish:
                return -finish
            heappop(self._heap)
        return self._grid.project.start_minute
