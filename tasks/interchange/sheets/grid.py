"""A sheet as a grid of cells, whatever file it comes from: what stands in a cell, how it looks, which cells are one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

Value = str | float | bool | date | None
#: Merged cells reach no further than this many rows down; a longer one is a column's decoration.
MOST_MERGED_ROWS: Final = 5_000


class Style(NamedTuple):
    """What a cell's looks may say of a plan."""

    #: "d" a day, "%" a share, "t" a time of the day, or nothing.
    shows: str = ""
    #: What the number format writes behind a number: "日", "h", "人日".
    unit: str = ""
    #: "RRGGBB", a theme's or a palette's colour by its name, or "" for none and for white.
    fill: str = ""
    indent: int = 0
    bold: bool = False


PLAIN: Final = Style()


class Cell(NamedTuple):
    """One cell; the value is None where only its looks say something."""

    value: Value = None
    style: Style = PLAIN
    #: A formula whose result the file does not hold.
    is_uncounted: bool = False

    @property
    def text(self) -> str:
        """What a reader sees, without regard of width."""
        value = self.value
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, date):
            return value.isoformat()
        return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.10g}"


EMPTY: Final = Cell()
_NO_CELLS: Final[Mapping[int, Cell]] = MappingProxyType({})


class Merge(NamedTuple):
    """Cells that are one; rows and columns from 1 on, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """Rows and columns are counted from 1 on, as the file's own program does."""

    name: str | None
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    outline: dict[int, int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    is_hidden: bool = False
    #: Whether a group's heading stands below its rows, where the file says so.
    shapes: int = 0
    comments: int = 0
    has_conditions: bool = False
    #: How many rows of formatting without content were passed over.
    passed_over: int = 0
    #: Cells that a user has put right: what stands there counts, also within a merged area.
    mended: set[tuple[int, int]] = field(default_factory=set)
    _at: dict[int, list[Merge]] | None = None

    def cell(self, row: int, column: int) -> Cell:
        """What stands there itself; of merged cells only the first one has a value."""
        return self.rows.get(row, _NO_CELLS).get(column, EMPTY)

    def text(self, row: int, column: int) -> str:
        """The text of a cell, without spaces around it."""
        cell = self.rows.get(row, _NO_CELLS).get(column)
        return "" if cell is None else cell.text.strip()

    def merge_at(self, row: int, column: int) -> Merge | None:
        """The merged area that a cell belongs to."""
        if not self.merges:
            return None
        if self._at is None:
            self._at = self._by_row()
        for merge in self._at.get(row, ()):
            if merge.left <= column <= merge.right:
                return merge
        return None

    def merged_text(self, row: int, column: int) -> str:
        """The text that stands in a cell or in the merged area around it."""
        merge = None if (row, column) in self.mended else self.merge_at(row, column)
        return self.text(merge.top, merge.left) if merge else self.text(row, column)

    def merged_cell(self, row: int, column: int) -> Cell:
        """The cell, or the first one of the merged area around it."""
        merge = None if (row, column) in self.mended else self.merge_at(row, column)
        return self.cell(merge.top, merge.left) if merge else self.cell(row, column)

    def _by_row(self) -> dict[int, list[Merge]]:
        last = self.last_row()
        found: dict[int, list[Merge]] = {}
        for merge in self.merges:
            for row in range(merge.top, min(merge.bottom, last, merge.top + MOST_MERGED_ROWS) + 1):
                found.setdefault(row, []).append(merge)
        return found

    def last_row(self) -> int:
        """The last row in which anything stands; 0 of an empty sheet."""
        return max(self.rows, default=0)

    def last_column(self) -> int:
        """The last column in which a value stands."""
        return max(
            (
                column
                for cells in self.rows.values()
                for column, cell in cells.items()
                if cell.value is not None
            ),
            default=0,
        )

    def filled(self, row: int) -> Iterator[tuple[int, str]]:
        """Columns of a row with their texts, from left to right, where there is any."""
        cells = self.rows.get(row, {})
        for column in sorted(cells):
            text = cells[column].text.strip()
            if text:
                yield column, text


@dataclass(slots=True)
class Book:
    """All sheets of a file, and what it says of itself."""

    sheets: list[Sheet]
    #: "xlsx", "xlsm" or "csv".
    kind: str
    encoding: str = ""
    delimiter: str = ""
    has_macros: bool = False
    has_external_links: bool = False
    #: The year in which it was saved last, as its own properties say.
    saved_in: int | None = None
    #: Characters that could not be read in the encoding.
    unreadable: int = 0
    nul_bytes: int = 0


def column_name(number: int) -> str:
    """1 is A, 27 is AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def before(places: list[int], place: int) -> int | None:
    """The index of the last of ascending places that is not behind this one."""
    found = bisect_right(places, place) - 1
    return found if found >= 0 else None
