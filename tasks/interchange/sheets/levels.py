"""How deep each task stands: by a column that says it, WBS codes, parents, columns, indents, groups of rows or numbers in names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.entries import Entry, has_data
from tasks.interchange.sheets.table import Table
from tasks.interchange.sheets.texts import folded, is_nothing, plain

_LEVEL: Final = re.compile(r"\D{0,12}(\d{1,2})\D{0,6}")
_CODE: Final = re.compile(r"([A-Za-z]{0,5}-?\d{0,5}|\d{1,6})((?:[.\-－]\d{1,6}){0,20})\.?")
_DIGITS: Final = str.maketrans("０１２３４５６７８９．（）－　", "0123456789.()- ")
_STYLES: Final = (
    # It stays in the name, of which it is a part.
    ("章", re.compile(r"第(\d{1,2})(?:章|部|編)")),
    ("m", re.compile(r"(\d{1,3}(?:[.\-]\d{1,3})+)[.)]?[\s:、]*(?=[^\d\s年月日/])")),
    ("1", re.compile(r"(\d{1,3})[.):、]\s*(?=[^\d\s])")),
    ("1", re.compile(r"(\d{1,3})\s+(?=[^\d\s])")),
    ("(1)", re.compile(r"\((\d{1,3})\)\s*(?=\S)")),
    ("①", re.compile(r"([①-⑳])\s*(?=\S)")),
    ("Ⅰ", re.compile(r"([Ⅰ-Ⅻ])[.、:]?\s*(?=\S)")),
    ("A", re.compile(r"([A-Z])[.):]\s*(?=\S)")),
    ("a", re.compile(r"\(?([a-z])[.)]\s*(?=\S)")),
    ("ア", re.compile(r"\(?([ア-ン])[.)]\s*(?=\S)")),
)


@dataclass(slots=True)
class Numbered:
    """A name without the number before it."""

    style: str
    number: str
    name: str


@dataclass(slots=True)
class Levels:
    """A level for each entry, from 1 on, and for which of them it is doubtful."""

    levels: list[int]
    by: str
    doubtful: set[int]
    #: Where parents are named, the order in which parents stand before their children.
    order: list[int] | None = None


def numbered(name: str) -> Numbered | None:
    """The number before a name, if there is one: 1.2 調査, (3) 確認, ① 準備."""
    clean = name.translate(_DIGITS)
    for style, pattern in _STYLES:
        found = pattern.match(clean)
        if found:
            if style == "章":
                return Numbered("m1", found[1], name)
            parts = len(re.split(r"[.\-]", found[1])) if style == "m" else 1
            kind = f"m{parts}" if style in ("m", "1") else style
            return Numbered(kind, found[1], name[found.end() :].strip())
    return None


def by_stack(keys: Sequence[tuple[float, ...]]) -> list[int]:
    """What is further in than the row above is one deeper, however wide the step is."""
    path: list[tuple[float, ...]] = []
    found = []
    for key in keys:
        while path and path[-1] >= key:
            path.pop()
        path.append(key)
        found.append(len(path))
    return found


def levels_of(
    table: Table, entries: Sequence[Entry], codes: Sequence[str], numbers: Sequence[Numbered | None]
) -> Levels:
    """By the surest sign that the table has."""
    rows = [entry.unit.row for entry in entries]
    said = _said(table, entries)
    if said:
        return Levels(said, "level", set())
    parts = [_parts(code) for code in codes]
    if any(len(part) > 1 for part in parts) and sum(bool(part) for part in parts) >= 0.5 * len(entries):
        return _by_codes(entries, parts)
    has_stairs = len({entry.stair for entry in entries}) > 1
    if has_stairs or (
        any(entry.indent for entry in entries) and len({entry.indent for entry in entries}) > 1
    ):
        return _by_places(table, entries)
    styles = [number.style if number else "" for number in numbers]
    if len({style for style in styles if style}) > 1:
        return _by_styles(styles)
    depths = [table.sheet.outline.get(row, 0) for row in rows]
    if len(set(depths)) > 1:
        doubtful = set(range(len(rows))) if depths[0] > min(depths) else set[int]()
        return Levels(by_stack([(float(depth),) for depth in depths]), "outline", doubtful)
    return _by_sections(table, entries)


def _said(table: Table, entries: Sequence[Entry]) -> list[int] | None:
    column = table.column(heads.LEVEL)
    if column is None:
        return None
    found = [_LEVEL.fullmatch(plain(table.sheet.text(entry.unit.row, column.at))) for entry in entries]
    if sum(bool(each) for each in found) < 0.9 * len(entries):
        return None
    depths: list[float] = []
    for each in found:
        depths.append(float(each[1]) if each else (depths[-1] if depths else 1.0))
    return by_stack([(depth,) for depth in depths])


def code_parts(code: str) -> tuple[str, ...]:
    """1.2.3 as its parts; 1.0 is 1. Nothing where it is no code."""
    return _parts(code)


def _parts(code: str) -> tuple[str, ...]:
    clean = plain(code)
    found = _CODE.fullmatch(clean)
    if not found or not clean:
        return ()
    parts = [part for part in re.split(r"[.\-－]", clean.rstrip(".")) if part]
    while len(parts) > 1 and not parts[-1].strip("0"):
        parts.pop()
    return tuple(part.lstrip("0") or "0" for part in parts)


def _by_codes(entries: Sequence[Entry], parts: Sequence[tuple[str, ...]]) -> Levels:
    """Below the nearest one above whose code begins the own one."""
    known: dict[tuple[str, ...], int] = {}
    found: list[int] = []
    doubtful: set[int] = set()
    least = min((len(part) for part in parts if part), default=1)
    for at, part in enumerate(parts):
        if not part:
            found.append(_between(entries, at, found))
            doubtful |= {at} if entries[at].has_row and at else set()
            continue
        level = next(
            (known[part[:size]] + 1 for size in range(len(part) - 1, 0, -1) if part[:size] in known),
            len(part) - least + 1,
        )
        level = min(level, (found[-1] if found else 0) + 1)
        known = {key: depth for key, depth in known.items() if depth < level} | {part: level}
        found.append(level)
    return Levels(found, "code", doubtful)


def _between(entries: Sequence[Entry], at: int, found: Sequence[int]) -> int:
    """Of a row without a code among rows that have one: a group's heading is above, else as the row before."""
    if not entries[at].has_row or not found:
        return 1
    return found[-1]


def _by_places(table: Table, entries: Sequence[Entry]) -> Levels:
    """By the column, then by the indent; a merged cell's group ends with it."""
    merged = {
        stair for stair, column in enumerate(table.stairs)
        if any(merge.left <= column <= merge.right and merge.bottom > merge.top and merge.top in table.rows for merge in table.sheet.merges)
    }  # fmt: skip
    path: list[tuple[tuple[float, float], int]] = []
    found = []
    for entry in entries:
        row = entry.unit.row
        while path and (path[-1][0] >= (entry.stair, entry.indent) or path[-1][1] < row):
            path.pop()
        is_ending = entry.stair in merged and entry.stair < len(table.stairs) - 1 and not entry.has_row
        path.append(((entry.stair, entry.indent), max(entry.reaches, row) if is_ending else 10**9))
        found.append(len(path))
    return Levels(found, "places", set())


def _by_styles(styles: Sequence[str]) -> Levels:
    """1. › (1) › ①: each kind of number is a level, in the order in which they come."""
    path: list[str] = []
    found = []
    doubtful = set()
    for at, style in enumerate(styles):
        if not style:
            doubtful.add(at)
            found.append(max(1, len(path)))
            continue
        if style in path:
            del path[path.index(style) :]
        while style.startswith("m") and path and path[-1].startswith("m") and path[-1] > style:
            path.pop()
        path.append(style)
        found.append(len(path))
    return Levels(found, "numbers", doubtful)


def _by_sections(table: Table, entries: Sequence[Entry]) -> Levels:
    """Names alone in a row are headings of those below, if they look like it; otherwise that is doubtful."""
    alone = [not has_data_beside(table, entry) for entry in entries]
    if not any(alone) or all(alone) or not alone[0]:
        return Levels([1] * len(entries), "flat", set())
    styled = [
        entry.is_bold or bool(entry.fill) or entry.mark[:1] in ("■", "【", "●", "◆", "▼", "□")
        for entry in entries
    ]
    usual = any(style and not is_alone for style, is_alone in zip(styled, alone, strict=True))
    if any(is_alone and following for is_alone, following in pairwise(alone)) or alone[-1]:
        return Levels([1] * len(entries), "flat", {at for at, is_alone in enumerate(alone) if is_alone})
    is_sure = all(style for style, is_alone in zip(styled, alone, strict=True) if is_alone) and not usual
    is_sure |= _are_unnumbered(table, entries, alone)
    doubtful = set() if is_sure else set(range(len(entries)))
    return Levels([1 if is_alone else 2 for is_alone in alone], "sections", doubtful)


def has_data_beside(table: Table, entry: Entry) -> bool:
    """Whether more than a name stands in its row."""
    line = table.timeline
    return has_data(table, entry.unit.row) or (line is not None and any(
        table.sheet.text(entry.unit.row, at) or table.sheet.cell(entry.unit.row, at).style.fill not in ("", entry.fill) for at in line.spans
    ))  # fmt: skip


def _are_unnumbered(table: Table, entries: Sequence[Entry], alone: Sequence[bool]) -> bool:
    column = table.column(heads.NUMBER)
    if column is None:
        return False
    return all(
        bool(table.sheet.text(entry.unit.row, column.at)) != is_alone
        for entry, is_alone in zip(entries, alone, strict=True)
    )


def by_parents(parents: Sequence[str], names: Sequence[Sequence[str]]) -> Levels | None:
    """By a column that names each task's parent; parents come before their children, whatever the order of the file."""
    known: dict[str, int] = {}
    for space in zip(*names, strict=True):
        for at, name in enumerate(space):
            if name:
                known.setdefault(folded(name).lstrip("#"), at)
    above = [
        known.get(folded(parent).lstrip("#")) if parent and not is_nothing(parent) else None
        for parent in parents
    ]
    if not any(each is not None for each in above):
        return None
    children: dict[int | None, list[int]] = {}
    for at, parent in enumerate(above):
        children.setdefault(parent if parent != at else None, []).append(at)
    levels, order = [1] * len(parents), list[int]()
    _walk(children, levels, order)
    lost = {
        at for at, parent in enumerate(parents) if parent and not is_nothing(parent) and above[at] is None
    }
    walked = set(order)
    in_circles = [at for at in range(len(parents)) if at not in walked]
    order += in_circles
    lost.update(in_circles)
    return Levels(levels, "parents", lost, order)


def _walk(children: dict[int | None, list[int]], levels: list[int], order: list[int]) -> None:
    open_ones = [(at, 1) for at in reversed(children.get(None, []))]
    while open_ones:
        at, level = open_ones.pop()
        levels[at] = level
        order.append(at)
        open_ones += [(child, level + 1) for child in reversed(children.get(at, []))]
