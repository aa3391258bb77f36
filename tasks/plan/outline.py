"""The tree of a plan as a list of (id, level): indent, outdent, move, and the codes that follow from it.

Pure: a list of `Line` in row order goes in, another comes out; `tasks/editing/tree.py` stores it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple


class OutlineRow(NamedTuple):
    """A row of the plan: its task and how deep it stands, 1 being outermost."""

    task_id: int
    level: int


class Place(NamedTuple):
    """Everything that follows from where a row stands."""

    task_id: int
    parent_id: int | None
    row_number: int
    outline_level: int
    wbs_code: str
    descendant_count: int
    is_summary: bool


class PlaceColumns(NamedTuple):
    """The places of all rows, a column each, in the order of the rows; a row under none has the parent 0."""

    task_ids: list[int]
    parents: list[int]
    numbers: list[int]
    levels: list[int]
    codes: list[str]
    counts: list[int]


def subtree(lines: Sequence[OutlineRow], index: int) -> int:
    """The index behind the last descendant of the row at `index`."""
    level = lines[index].level
    end = index + 1
    while end < len(lines) and lines[end].level > level:
        end += 1
    return end


def outermost(lines: Sequence[OutlineRow], task_ids: Collection[int]) -> list[int]:
    """Indexes of the chosen rows that stand under no other chosen row."""
    found: list[int] = []
    end = 0
    chosen = set(task_ids)
    for index, line in enumerate(lines):
        if line.task_id in chosen and index >= end:
            found.append(index)
            end = subtree(lines, index)
    return found


def can_indent(lines: Sequence[OutlineRow], index: int) -> bool:
    """Whether there is a row above to stand under."""
    return index > 0 and lines[index - 1].level >= lines[index].level


def shift(lines: list[OutlineRow], index: int, by: int) -> None:
    """Move one subtree in (+1) or out (-1), in place; rows after it keep their levels."""
    for at in range(index, subtree(lines, index)):
        lines[at] = OutlineRow(lines[at].task_id, lines[at].level + by)


def together(
    lines: Sequence[OutlineRow], task_ids: Collection[int], *, before: int, level: int
) -> list[OutlineRow]:
    """The rows with the chosen ones, each with all under it, put in front of the row at `before` (len = the end).

    They stay in their order, each at `level`. One walk, however many are chosen.
    """
    branches: list[OutlineRow] = []
    rest: list[OutlineRow] = []
    at, end = 0, 0
    for index in outermost(lines, task_ids):
        if end <= before <= index:
            at = len(rest) + before - end
        rest += lines[end:index]
        end = subtree(lines, index)
        by = level - lines[index].level
        branches += [OutlineRow(line.task_id, line.level + by) for line in lines[index:end]]
    if end <= before:
        at = len(rest) + before - end
    rest += lines[end:]
    return [*rest[:at], *branches, *rest[at:]]


def past_siblings(
    lines: Sequence[OutlineRow], task_ids: Collection[int], *, down: bool
) -> list[OutlineRow] | None:
    """The rows with each chosen branch past the sibling below or above it that is not chosen; None where one has none.

    Those that stand together stay together. One walk, however many are chosen.
    """
    moving = set(outermost(lines, task_ids))
    children = _children(lines)
    for siblings in children.values():
        if moving.isdisjoint(siblings):
            continue
        waiting: list[int] = []
        found: list[int] = []
        for index in siblings if down else reversed(siblings):
            if index in moving:
                waiting.append(index)
            else:
                found += [index, *waiting]
                waiting = []
        if waiting:
            return None
        siblings[:] = found if down else reversed(found)
    return _flat(lines, children)


def _children(lines: Sequence[OutlineRow]) -> dict[int, list[int]]:
    """The rows under each row, by index; those of -1 are outermost."""
    found: dict[int, list[int]] = {-1: []}
    above = [-1]
    for index, (_task_id, level) in enumerate(lines):
        del above[level:]
        found.setdefault(above[-1], []).append(index)
        above.append(index)
    return found


def _flat(lines: Sequence[OutlineRow], children: Mapping[int, list[int]]) -> list[OutlineRow]:
    found: list[OutlineRow] = []
    left = children[-1][::-1]
    while left:
        index = left.pop()
        found.append(lines[index])
        if index in children:
            left += reversed(children[index])
    return found


def settled(lines: Sequence[OutlineRow]) -> list[OutlineRow]:
    """Levels without jumps: a row is at most one deeper than the row above it."""
    result: list[OutlineRow] = []
    above = 0
    for line in lines:
        level = max(1, min(line.level, above + 1))
        result.append(line if level == line.level else OutlineRow(line.task_id, level))
        above = level
    return result


def parents_of(lines: Sequence[OutlineRow]) -> list[int | None]:
    """The task that each row stands under; levels have no jumps."""
    above: list[int | None] = [None]
    found: list[int | None] = []
    for task_id, level in lines:
        del above[level:]
        found.append(above[-1])
        above.append(task_id)
    return found


def place_columns(lines: Sequence[OutlineRow]) -> PlaceColumns:
    """Parents, codes and counts of every row, in one walk from top to bottom and one back; levels have no jumps."""
    counts = [0] * len(lines)
    above: list[int] = []  # indexes of the open rows, outermost first
    prefixes = [""]  # what the codes of rows on each open level begin with
    numbers: list[int] = []  # how many rows each open level has had
    codes: list[str] = []
    parents: list[int] = []
    for index, (_task_id, level) in enumerate(lines):
        if len(numbers) < level:
            numbers.append(0)
        else:
            del numbers[level:], above[level - 1 :], prefixes[level:]
        numbers[-1] += 1
        code = f"{prefixes[-1]}{numbers[-1]}"
        parents.append(above[-1] if above else -1)
        codes.append(code)
        above.append(index)
        prefixes.append(f"{code}.")
    for index in range(len(lines) - 1, -1, -1):
        if parents[index] >= 0:
            counts[parents[index]] += counts[index] + 1
    task_ids, levels = [line[0] for line in lines], [line[1] for line in lines]
    under = [0 if parent < 0 else task_ids[parent] for parent in parents]
    return PlaceColumns(task_ids, under, list(range(1, len(lines) + 1)), levels, codes, counts)


def columns_of(found: Iterable[Place]) -> PlaceColumns:
    """Places that have been counted, as columns; at least one."""
    task_ids, parents, numbers, levels, codes, counts, _summaries = map(list, zip(*found, strict=True))
    return PlaceColumns(task_ids, [parent or 0 for parent in parents], numbers, levels, codes, counts)


def places(lines: Sequence[OutlineRow]) -> list[Place]:
    """Parents, codes and counts of every row; levels have no jumps."""
    rows = zip(*place_columns(lines), strict=True)
    return [
        Place(pk, parent or None, number, level, code, count, count > 0)
        for pk, parent, number, level, code, count in rows
    ]
