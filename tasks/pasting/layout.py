"""Which column of a pasted table is which, and the rows that it holds then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tasks.pasting.clipboard.levels import (
    MOST_STAIRS,
    by_indents,
    indent_of,
    of_code,
    of_figure,
    stairs_of,
    stand_like_stairs,
)
from tasks.pasting.clipboard.values import day_of_serial
from tasks.pasting.headers import CODE, LEVEL, NUMBER, STAIRS, heads_of
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.columns.registry import registry

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tasks.pasting.clipboard.table import Table

NAME: Final = "name"
#: They say something of a row, and are not written.
TELLING: Final = frozenset({LEVEL, CODE, NUMBER, STAIRS})
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")
_PART: Final = re.compile(r"(?:0?\.\d{1,6}|[01](?:\.0{1,6})?)")


@dataclass(frozen=True)
class Layout:
    """Whether the first row names the columns, and what each column of the table is; "" is left out."""

    has_head: bool
    columns: tuple[str, ...]


@dataclass(slots=True)
class PastedRow:
    """A row of the plan to be, as its cells were pasted."""

    #: The row of the table that it comes from.
    source: int
    level: int | None
    #: Texts by columns of the plan, and the columns of the table that they stand in.
    cells: dict[str, str]
    places: dict[str, int]
    #: How the pasted table calls the row itself.
    number: str = ""
    code: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(text.strip() for text in self.cells.values())


def guess(
    table: Table, shown: Sequence[str], offered: Collection[str], has_head: bool | None = None
) -> Layout:
    """By the heads of a table; without any its columns are those that are `shown` from the cell on that it is pasted into."""
    heads = heads_of(table[0])
    filled = sum(1 for text in table[0] if text.strip())
    known = sum(1 for name in heads if name)
    if has_head is None:
        has_head = len(table) > 1 and known >= 2 and 2 * known >= filled
    if has_head:
        return Layout(True, _offered(_with_stairs(table, heads), offered))
    stairs = stand_like_stairs(table, len(table[0])) if shown[:1] == [NAME] else 0
    names = [*[STAIRS] * stairs, *shown[1:]] if stairs else list(shown)
    names += [""] * len(table[0])
    return Layout(False, _offered(names[: len(table[0])], offered))


def _offered(names: Sequence[str], offered: Collection[str]) -> tuple[str, ...]:
    return tuple(name if name in offered or name in TELLING else "" for name in names)


def _with_stairs(table: Table, heads: list[str]) -> list[str]:
    """A head over several columns, of which only the first has a text: an outline that is spread over them."""
    if NAME not in heads or STAIRS in heads:
        return heads
    first = heads.index(NAME)
    last = first
    while last + 1 < len(heads) and not table[0][last + 1].strip() and last - first < MOST_STAIRS - 1:
        last += 1
    if last > first:
        heads[first : last + 1] = [STAIRS] * (last - first + 1)
    return heads


def rows_of(table: Table, layout: Layout) -> list[PastedRow]:
    """The rows of a table; levels where it tells them."""
    body = table[1:] if layout.has_head else table
    offset = len(table) - len(body)
    stairs = [at for at, name in enumerate(layout.columns) if name == STAIRS]
    rows = [_row(cells, source, layout.columns) for source, cells in enumerate(body, offset)]
    if stairs:
        rows = _along_stairs(body, rows, stairs, offset)
    _tell_levels(rows, layout.columns, table)
    for column in {name for row in rows for name in row.cells}:
        _spell(rows, column)
    return rows


def _row(cells: Sequence[str], source: int, columns: Sequence[str]) -> PastedRow:
    row = PastedRow(source, None, {}, {})
    for at, name in enumerate(columns):
        if name == NUMBER:
            row.number = cells[at].strip()
        elif name == CODE:
            row.code = cells[at].strip()
        elif name and name not in TELLING:
            row.cells[name], row.places[name] = cells[at], at
    return row


def _along_stairs(
    body: Table, rows: Sequence[PastedRow], stairs: Sequence[int], offset: int
) -> list[PastedRow]:
    found = []
    for stair in stairs_of(body, stairs):
        beside = rows[stair.source]
        at = stairs[stair.level - 1]
        if stair.is_last:
            cells, places = {NAME: stair.name, **beside.cells}, {NAME: at, **beside.places}
            found.append(PastedRow(beside.source, stair.level, cells, places, beside.number, beside.code))
        else:
            found.append(PastedRow(stair.source + offset, stair.level, {NAME: stair.name}, {NAME: at}))
    return found


def _tell_levels(rows: Sequence[PastedRow], columns: Sequence[str], table: Table) -> None:
    """By a column that says it, by codes, or by the spaces before names."""
    widths = []
    for row in rows:
        width, bare = indent_of(row.cells.get(NAME, ""))
        if NAME in row.cells:
            row.cells[NAME] = bare
        widths.append(width)
    if STAIRS in columns:
        return
    if LEVEL in columns:
        at = columns.index(LEVEL)
        said = [of_figure(table[row.source][at]) for row in rows]
    elif CODE in columns:
        said = [of_code(row.code) for row in rows]
    elif NAME in columns and len(set(widths)) > 1:
        said = list(by_indents(widths))
    else:
        return
    before = next((level for level in said if level is not None), None)
    for row, level in zip(rows, said, strict=True):
        before = row.level = level if level is not None else before


def _spell(rows: Sequence[PastedRow], column: str) -> None:
    """As the column reads it: days that stand as figures, shares of one, lines where the column has none."""
    kind = registry[column].kind
    texts = [row.cells.get(column, "").strip() for row in rows]
    if kind is ValueKind.DAY:
        texts = [_day(text) for text in texts]
    elif kind is ValueKind.PERCENT and any("." in text for text in texts):
        figures = [text for text in texts if text and not text.endswith("%")]
        if figures and all(_PART.fullmatch(text) for text in figures):
            texts = [f"{float(text) * 100:g}%" if text in figures else text for text in texts]
    if column not in {"description", "assignees", "predecessors"}:
        texts = [" ".join(text.split("\n")) if "\n" in text else text for text in texts]
    for row, text in zip(rows, texts, strict=True):
        if column in row.cells:
            row.cells[column] = text


def _day(text: str) -> str:
    day = day_of_serial(float(text)) if _SERIAL.fullmatch(text) else None
    return text if day is None else f"{day:%Y/%m/%d}"
