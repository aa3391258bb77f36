"""In which order rows are placed: each after what it waits for, the first by key of those that can be."""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush

from tasks.scheduling.reference.grid import Grid

Key = tuple[int, int, int, int]


class Turns:
    """Steps as the engine names them: a row, and ``~row`` where a summary closes. Notes when a row was ready and when placed."""

    def __init__(self, grid: Grid, key: Callable[[int], Key]) -> None:
        self.grid, self.key = grid, key
        self.turn = 0
        #: The steps as they were taken.
        self.taken: list[int] = []
        self.ready_at = [0] * len(grid.tasks)
        self.placed_at = [0] * len(grid.tasks)
        self._waits = [
            len(arrows) + (above >= 0) for arrows, above in zip(grid.incoming, grid.parent, strict=True)
        ]
        self._open = [len(rows) for rows in grid.children]

    def __iter__(self) -> Iterator[int]:
        """All steps of a plan without circles, once."""
        ready: list[tuple[Key, int]] = []
        for row, count in enumerate(self._waits):
            if not count:
                heappush(ready, (self.key(row), row))
        while ready:
            _, step = heappop(ready)
            self.turn += 1
            self.taken.append(step)
            yield step
            if step >= 0:
                self.placed_at[step] = self.turn
            for freed in self._freed(step):
                if freed >= 0:
                    self.ready_at[freed] = self.turn
                heappush(ready, (self.key(freed), freed))

    def _freed(self, step: int) -> list[int]:
        """The steps that only waited for this one."""
        grid, freed = self.grid, []
        row = step if step >= 0 else ~step
        opens = step >= 0 and bool(grid.children[row])
        for one in grid.children[row] if opens else [arrow[1] for arrow in grid.outgoing[row]]:
            self._waits[one] -= 1
            if not self._waits[one]:
                freed.append(one)
        above = grid.parent[row]
        if not opens and above >= 0:
            self._open[above] -= 1
            if not self._open[above]:
                freed.append(~above)
        return freed
