"""In which order rows can be computed: predecessors first, a summary around its children.

A summary is two steps: it opens before its children (what its links ask of them) and closes after them (what they
span). Steps are row numbers; the complement ``~row`` closes a summary.
"""

from tasks.scheduling.errors import CircularLinks, CircularOutline
from tasks.scheduling.reference.grid import Grid


def steps_in_order(grid: Grid) -> list[int]:
    """All steps, each after what it needs; a circle is refused by name."""
    return _as_rows_stand(grid) if grid.is_sorted else _sorted(grid)


def _as_rows_stand(grid: Grid) -> list[int]:
    """Most plans are written from top to bottom: the rows are in order, and a summary closes after its last row."""
    steps: list[int] = []
    family: list[int] = []
    for row, (above, rows) in enumerate(zip(grid.parent, grid.children, strict=True)):
        while family and family[-1] != above:
            steps.append(~family.pop())
        steps.append(row)
        if rows:
            family.append(row)
    return steps + [~row for row in reversed(family)]


def _sorted(grid: Grid) -> list[int]:
    children, parent, outgoing = grid.children, grid.parent, grid.outgoing
    count = len(parent)
    waits = [len(arrows) + (above >= 0) for arrows, above in zip(grid.incoming, parent, strict=True)]
    open_children = [len(rows) for rows in children]
    order = [row for row in range(count) if not waits[row]]
    for step in order:  # grows while it is walked
        if step >= 0 and children[step]:
            for row in children[step]:
                waits[row] -= 1
                if not waits[row]:
                    order.append(row)
            continue
        row = step if step >= 0 else ~step
        for arrow in outgoing[row]:
            after = arrow[1]
            waits[after] -= 1
            if not waits[after]:
                order.append(after)
        above = parent[row]
        if above >= 0:
            open_children[above] -= 1
            if not open_children[above]:
                order.append(~above)
    if len(order) < count + sum(1 for rows in children if rows):
        _refuse(grid, order)
    return order


def _refuse(grid: Grid, order: list[int]) -> None:
    """Walk back from a step that never came until a step repeats; that is a circle."""
    done = set(order)
    at = next(s for row in range(len(grid.parent)) for s in _steps_of(grid, row) if s not in done)
    seen: dict[int, int] = {}
    path: list[int] = []
    while at not in seen:
        seen[at] = len(path)
        path.append(at)
        at = next(step for step in _needs(grid, at) if step not in done)
    circle = path[seen[at] :][::-1]
    rows = {step if step >= 0 else ~step for step in circle}
    named = named_circle(grid, circle)
    if not any(arrow[0] in rows for row in rows for arrow in grid.incoming[row]):
        raise CircularOutline(named)
    raise CircularLinks(named)


def named_circle(grid: Grid, steps: list[int]) -> tuple[int, ...]:
    """The ids of the tasks of a circle in their order, the lowest one first."""
    ids = list(dict.fromkeys(grid.tasks[step if step >= 0 else ~step].id for step in steps))
    lowest = ids.index(min(ids))
    return tuple(ids[lowest:] + ids[:lowest])


def _steps_of(grid: Grid, row: int) -> list[int]:
    return [row, ~row] if grid.children[row] else [row]


def _needs(grid: Grid, step: int) -> list[int]:
    if step < 0:
        return [~child if grid.children[child] else child for child in grid.children[~step]]
    above = [grid.parent[step]] if grid.parent[step] >= 0 else []
    return above + [~arrow[0] if grid.children[arrow[0]] else arrow[0] for arrow in grid.incoming[step]]
