"""What a user says of a file that was read: which sheet, what its columns mean, and what should stand in some of its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tasks.interchange.sheets import heads
from tasks.interchange.sheets.columns import SINGLE
from tasks.interchange.sheets.csv_text import DELIMITERS, ENCODINGS
from tasks.interchange.sheets.grid import Cell, Sheet, column_name
from tasks.interchange.sheets.table import CHOSEN, Column

#: What a column may be said to be; IGNORED leaves it out.
MEANINGS: Final = (
    heads.NAME, heads.GROUP, heads.STAIR, heads.START, heads.FINISH, heads.PERIOD, heads.DURATION, heads.WORK, heads.PROGRESS, heads.STATUS,
    heads.PEOPLE, heads.PREDECESSORS, heads.SUCCESSORS, heads.RELATIONS, heads.DEADLINE, heads.MILESTONE, heads.KIND, heads.CODE,
    heads.NUMBER, heads.KEY, heads.LEVEL, heads.PARENT, heads.ACTUAL_START, heads.ACTUAL_FINISH, heads.ROW_KIND, heads.IGNORED,
)  # fmt: skip
#: Better than every word of a head, and no rank of a revised plan.
_RANK: Final = -99.0
_PLACE: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class Choices:
    """Places are counted from 1 on."""

    #: The place of the sheet in the file; None leaves it to the reader.
    sheet: int | None = None
    #: One of `MEANINGS` by the column.
    meanings: Mapping[int, str] = field(default_factory=dict)
    #: Texts by row and column.
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    #: Of a table of text, one of ENCODINGS and of DELIMITERS; nothing leaves them to the reader.
    encoding: str = ""
    delimiter: str = ""

    def mend(self, sheet: Sheet) -> None:
        """Let these texts stand in their cells; looks stay."""
        for (row, column), text in self.cells.items():
            there = sheet.cell(row, column)
            sheet.rows.setdefault(row, {})[column] = Cell(text or None, there.style)
        sheet.mended = set(self.cells)

    def mean(self, columns: list[Column]) -> None:
        """Let columns mean what was said; others that meant the same, of what a table has one, are left out."""
        for column in columns:
            if column.at in self.meanings:
                column.meaning, column.basis, column.rank = self.meanings[column.at], CHOSEN, _RANK
        taken = {column.meaning for column in columns if column.basis == CHOSEN} & {*SINGLE, heads.NAME}
        for column in columns:
            if column.meaning in taken and column.basis != CHOSEN:
                column.meaning = heads.IGNORED

    def as_json(self) -> dict[str, Any]:
        """The other way round of `choices_of`."""
        as_text = {"encoding": self.encoding, "delimiter": self.delimiter}
        return {
            **{name: said for name, said in as_text.items() if said},
            "sheet": self.sheet,
            "columns": {column_name(column): meaning for column, meaning in self.meanings.items()},
            "cells": {f"{column_name(column)}{row}": text for (row, column), text in self.cells.items()},
        }


NO_CHOICES: Final = Choices()


def choices_of(data: Mapping[str, Any]) -> Choices:
    """Of JSON: {"sheet": 2, "columns": {"D": "start"}, "cells": {"D5": "2026/4/1"}}. Raises ValueError for what is none."""
    meanings = {column_number(name): meaning for name, meaning in data.get("columns", {}).items()}
    if unknown := set(meanings.values()) - set(MEANINGS):
        raise ValueError(f"no column means {sorted(unknown)}")
    cells = {place_of(name): str(text) for name, text in data.get("cells", {}).items()}
    sheet = data.get("sheet")
    encoding, delimiter = data.get("encoding", ""), data.get("delimiter", "")
    if encoding not in ("", *ENCODINGS) or delimiter not in ("", *DELIMITERS):
        raise ValueError(f"no table is {encoding!r} with {delimiter!r}")
    return Choices(None if sheet is None else int(sheet), meanings, cells, encoding, delimiter)


def place_of(name: str) -> tuple[int, int]:
    """Row and column of a cell: D5 is (5, 4). Raises ValueError."""
    found = _PLACE.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is no cell")
    return int(found[2]), column_number(found[1])


def column_number(name: str) -> int:
    """A is 1, AA is 27. Raises ValueError."""
    if not re.fullmatch(r"[A-Z]{1,3}", name):
        raise ValueError(f"{name!r} is no column")
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number
