"""Which rows of a plan changed places, and how they are put back where other rows have come, gone or moved since.

Pure: rows in order go in, runs come out. A run is rows that stood one behind the other: the row before them, the row behind
them (None at the ends of the plan; neither of them has moved), and each row with its level and the row it stood under.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypedDict

from tasks.plan.outline import OutlineRow, parents_of

Run = Sequence[Any]
"""[row before, row behind, [[id, level, parent], …]], as JSON keeps it."""


class Order(TypedDict):
    """The same rows before and after; one that came or went is on one side only."""

    before: list[Run]
    after: list[Run]


def order_changed(before: Sequence[OutlineRow], after: Sequence[OutlineRow]) -> Order | None:
    """The fewest rows that have to be moved from one order into the other; None where they are the same."""
    if list(before) == list(after):
        return None
    moved = _moved(before, after)
    return {"before": _runs(before, moved), "after": _runs(after, moved)}


def _moved(before: Sequence[OutlineRow], after: Sequence[OutlineRow]) -> set[int]:
    """Rows that are not part of the longest row of rows which kept their order and their levels."""
    first, last = 0, 0
    shortest = min(len(before), len(after))
    while first < shortest and before[first] == after[first]:
        first += 1
    while last < shortest - first and before[-1 - last] == after[-1 - last]:
        last += 1
    old = before[first : len(before) - last]
    new = after[first : len(after) - last]
    place = {row: index for index, row in enumerate(old)}
    kept = _longest_rising([(place[row], row.task_id) for row in new if row in place])
    return {row.task_id for row in (*old, *new)} - kept


def _longest_rising(rows: Sequence[tuple[int, int]]) -> set[int]:
    """The ids of the longest rows whose places rise."""
    ends: list[int] = []
    at: list[int] = []
    came_from: list[int] = []
    for index, (place, _id) in enumerate(rows):
        length = bisect_left(ends, place)
        came_from.append(at[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place)
            at.append(index)
        else:
            ends[length], at[length] = place, index
    found: set[int] = set()
    index = at[-1] if at else -1
    while index >= 0:
        found.add(rows[index][1])
        index = came_from[index]
    return found


def _runs(lines: Sequence[OutlineRow], moved: Collection[int]) -> list[Run]:
    runs: list[Run] = []
    above: int | None = None
    open_run: list[list[Any]] = []
    for line, parent in zip((*lines, None), (*parents_of(lines), None), strict=True):
        if line is not None and line.task_id in moved:
            open_run.append([line.task_id, line.level, parent])
            continue
        behind = line.task_id if line else None
        if open_run:
            runs.append([above, behind, open_run])
            open_run = []
        above = behind
    return runs


def rows_of(runs: Iterable[Run]) -> list[Sequence[Any]]:
    """The rows of some runs: id, level, parent."""
    return [row for _above, _behind, rows in runs for row in rows]


def put_back(
    lines: Sequence[OutlineRow], order: Order, is_there: Collection[int] | Mapping[int, Any]
) -> list[OutlineRow]:
    """The rows with those of `order` where they were before; of these only the ones in `is_there`.

    Behind the row that they stood behind; where that is gone, in front of the row that they stood before. Rows that came
    between as children of the row above stay with it. The levels may jump: see `outline.settled`.
    """
    moved = {row[0] for row in (*rows_of(order["before"]), *rows_of(order["after"]))}
    left = [line for line in lines if line.task_id not in moved]
    index = {line.task_id: at for at, line in enumerate(left)}
    coming: dict[int, list[OutlineRow]] = {}
    for above, behind, rows in order["before"]:
        run = [OutlineRow(row[0], row[1]) for row in rows if row[0] in is_there]
        if run:
            coming.setdefault(_place(left, index, above, behind, run[0].level), []).extend(run)
    found: list[OutlineRow] = []
    last = 0
    for at in sorted(coming):
        found += left[last:at] + coming[at]
        last = at
    return found + left[last:]


def _place(
    lines: Sequence[OutlineRow], index: Mapping[int, int], above: int | None, behind: int | None, level: int
) -> int:
    if above is not None and above not in index:
        return index.get(behind, len(lines)) if behind is not None else len(lines)
    at = 0 if above is None else index[above] + 1
    while at < len(lines) and lines[at].level > level and lines[at].task_id != behind:
        at += 1
    return at


def has_moved_since(lines: Sequence[OutlineRow], order: Order) -> list[int]:
    """The rows that no longer stand where the step has put them: under another row, or past the rows beside them."""
    parents = parents_of(lines)
    index = {line.task_id: at for at, line in enumerate(lines)}
    found = []
    for above, behind, rows in order["after"]:
        for task_id, level, parent in rows:
            at = index.get(task_id)
            if at is None:
                continue
            is_past = any(
                (index[other] < at) is not is_before
                for other, is_before in ((above, True), (behind, False))
                if other in index
            )
            if (lines[at].level, parents[at]) != (level, parent) or is_past:
                found.append(task_id)
    return found
