"""A table of a sheet: where it stands and what each of its columns means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tasks.interchange.sheets.grid import Sheet
from tasks.interchange.sheets.timeline import Timeline, Years

#: What a column means, a user has said.
CHOSEN: Final = "chosen"


@dataclass(slots=True)
class Column:
    """A column and what it was taken for."""

    at: int
    head: str
    meaning: str = ""
    unit: str = ""
    rank: float = 0
    basis: str = "head"
    #: The column that holds where this one is blank: the first plan, of one that was revised.
    instead: Column | None = None


@dataclass(slots=True)
class Table:
    """A table of a sheet; rows from 1 on."""

    sheet: Sheet
    head_rows: list[int]
    columns: list[Column]
    rows: list[int]
    timeline: Timeline | None
    years: Years
    #: Columns in which names stand, the outermost first; the last of `stairs` is the name's own.
    stairs: list[int] = field(default_factory=list)
    #: Names set in over columns below one head: what is written there is one outline.
    worth: float = 0.0

    def column(self, meaning: str) -> Column | None:
        """The best column of a meaning."""
        found = [column for column in self.columns if column.meaning == meaning]
        return min(found, key=lambda column: column.rank, default=None)
