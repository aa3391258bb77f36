"""The tree of a plan as a list of (id, level): indent, outdent, move, and the codes that follow from it.

Pure: a list of `Line` in row order goes in, another comes out; `tasks/editing/tree.py` stores it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    for index, line in enumerate(lines):
        if line.task_id in task_ids and index >= end:
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


def moved(lines: Sequence[OutlineRow], index: int, *, before: int, level: int) -> list[OutlineRow]:
    """The rows with one subtree put in front of the row at `before` (len = the end), at another level."""
    end = subtree(lines, index)
    by = level - lines[index].level
    branch = [OutlineRow(line.task_id, line.level + by) for line in lines[index:end]]
    rest = [*lines[:index], *lines[end:]]
    at = before if before <= index else before - (end - index)
    return [*rest[:at], *branch, *rest[at:]]


def settled(lines: Sequence[OutlineRow]) -> list[OutlineRow]:
    """Levels without jumps: a row is at most one deeper than the row above it."""
    result: list[OutlineRow] = []
    above = 0
    for line in lines:
        level = max(1, min(line.level, above + 1))
        result.append(OutlineRow(line.task_id, level))
        above = level
    return result


def places(lines: Sequence[OutlineRow]) -> list[Place]:
    """Parents, codes and counts of every row, in one walk from top to bottom and one back."""
    counts = [0] * len(lines)
    ancestors: list[int] = []  # indexes of the open rows, outermost first
    numbers: list[int] = [0]  # how many rows each open level has had
    codes: list[str] = []
    parents: list[int | None] = []
    for index, (_task_id, level) in enumerate(lines):
        del ancestors[level - 1 :]
        del numbers[level:]
        if len(numbers) < level:
            numbers.append(0)
        numbers[level - 1] += 1
        parent = ancestors[-1] if ancestors else None
        parents.append(parent)
        codes.append(f"{codes[parent]}.{numbers[-1]}" if parent is not None else str(numbers[-1]))
        ancestors.append(index)
    for index in range(len(lines) - 1, -1, -1):
        above = parents[index]
        if above is not None:
            counts[above] += counts[index] + 1
    return [
        Place(
            line.task_id, lines[parent].task_id if (parent := parents[i]) is not None else None, i + 1,
            line.level, codes[i], counts[i], counts[i] > 0,
        )
        for i, line in enumerate(lines)
    ]  # fmt: skip
