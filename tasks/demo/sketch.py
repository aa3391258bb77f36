"""Plans written down as text, one row a line. Pure.

    検討
      plan: 計画書の作成 | 5 | | 藍沢, 鈍色 50
      ◆計画の承認 | | ^ | 藍沢 | approver=鈍色 deliverable=計画書

Indentation is the tree. The columns are name (with a key before the colon), days, predecessors as on the WBS
page but with keys in place of row numbers (`^` is the last task above, over the head of a phase), people with percent, and traits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

INDENT = 2
_KEY = re.compile(r"(?P<key>[a-z][a-z0-9_]*): ")
_LINK = re.compile(r"(?P<key>\^|[a-z][a-z0-9_]*)(?P<rest>(?:FS|SS|FF|SF)?(?:[+-].*)?)")


@dataclass(frozen=True, slots=True)
class Sketch:
    """One row; `after` names rows by their number, `traits` are words that the builder knows."""

    level: int
    name: str
    days: float = 1.0
    is_milestone: bool = False
    after: str = ""
    people: tuple[tuple[str, int], ...] = ()
    traits: Mapping[str, str] = field(default_factory=dict)


def read_sketch(text: str) -> list[Sketch]:
    """The rows of a text; raises ValueError for a key that is not there."""
    lines = [line for line in text.splitlines() if line.strip()]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    keys = {}
    for number, row in enumerate(cells, 1):
        if found := _KEY.match(row[0]):
            keys[found["key"]] = number
            row[0] = row[0][found.end() :]
    rows: list[Sketch] = []
    above = 0  # the row that `^` means
    levels = [(len(line) - len(line.lstrip())) // INDENT + 1 for line in lines]
    for number, (level, row) in enumerate(zip(levels, cells, strict=True), 1):
        rows.append(_row(level, row, keys | {"^": above}))
        if number == len(levels) or levels[number] <= level:
            above = number
    return rows


def _row(level: int, cells: list[str], keys: Mapping[str, int]) -> Sketch:
    name, days, after, people, traits = (cells + [""] * 5)[:5]
    return Sketch(
        level=level,
        name=name.removeprefix("◆"),
        days=float(days) if days else 0.0,
        is_milestone=name.startswith("◆"),
        after=", ".join(_link(piece.strip(), keys) for piece in after.split(",") if piece.strip()),
        people=tuple(_person(piece.strip()) for piece in people.split(",") if piece.strip()),
        traits=dict(trait.split("=", 1) for trait in traits.split()),
    )


def _link(piece: str, keys: Mapping[str, int]) -> str:
    found = _LINK.fullmatch(piece)
    if not found or not keys.get(found["key"]):
        raise ValueError(f"{piece!r} names no row")
    return f"{keys[found['key']]}{found['rest']}"


def _person(piece: str) -> tuple[str, int]:
    name, _, percent = piece.partition(" ")
    return name, int(percent or 100)
