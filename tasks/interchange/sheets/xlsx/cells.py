"""The cells of one sheet, row by row, as its part is unpacked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from tasks.interchange.refusals import TooManyCells, TooManyColumns
from tasks.interchange.sheets.grid import Cell, Merge, Sheet, Style, Value
from tasks.interchange.sheets.xlsx.package import Package, feed, local
from tasks.interchange.sheets.xlsx.styles import Styles

#: Of all sheets of a workbook together; each takes some 200 bytes.
MOST_CELLS: Final = 1_000_000
MOST_COLUMNS: Final = 16_384
MOST_ROWS: Final = 1_048_576
MOST_MERGES: Final = 200_000
#: Behind so many rows without content a sheet is taken to be at its end.
LONGEST_GAP: Final = 5_000
#: Characters of one cell; Excel itself takes 32,767.
MOST_TEXT: Final = 40_000
_PLACE: Final = re.compile(r"([A-Za-z]{1,7})(\d{1,9})")
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ZERO: Final = date(1899, 12, 30)
_ZERO_1904: Final = date(1904, 1, 1)
_FIRST_SERIAL, _LAST_SERIAL = 1, 2_958_465


class _Enough(Exception):
    """The rest of the rows is empty."""


class Count:
    """How many cells may still be read of a workbook."""

    def __init__(self) -> None:
        self.left = MOST_CELLS


@lru_cache(maxsize=MOST_COLUMNS)
def column_of(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def day_of(serial: float, is_1904: bool) -> date | None:
    """The day of a number; Excel's 1900 has a 29 February, so that numbers below 60 are one day on."""
    if not _FIRST_SERIAL <= serial <= _LAST_SERIAL and not (is_1904 and 0 <= serial <= _LAST_SERIAL):
        return None
    days = int(serial)
    try:
        if is_1904:
            return _ZERO_1904 + timedelta(days)
        return _ZERO + timedelta(days + (1 if days < 60 else 0))
    except OverflowError:
        return None


class SheetReader:
    """Reads the part of a sheet into `sheet`."""

    def __init__(
        self, sheet: Sheet, strings: Sequence[str], styles: Styles, is_1904: bool, count: Count,
        *, with_fills: bool = True,
    ) -> None:  # fmt: skip
        self.sheet, self._with_fills = sheet, with_fills
        self._strings, self._styles, self._is_1904, self._count = strings, styles, is_1904, count
        self._row = self._column = 0
        self._cells: dict[int, Cell] = {}
        self._kind, self._style, self._has_formula = "", 0, False
        self._parts: list[str] | None = None
        self._text: str | None = None
        self._is_phonetic = False
        self._last_full = 0
        self._root = "worksheet"
        self._depth = 0

    def read(self, package: Package, part: str) -> None:
        """All of the part; rows behind the last content are passed over, what stands behind the rows is read."""
        pieces = package.pieces(part)
        try:
            feed(pieces, part, self._start, self._end, self._data)
        except _Enough:
            self.sheet.passed_over = max(1, self._row - self._last_full)
            rest = _behind_rows(pieces)
            if rest is not None:
                opened = f"<{self._root}>".encode()
                feed(_joined(opened, rest, pieces), part, self._start, self._end, self._data)
        self.sheet.rows = {row: cells for row, cells in self.sheet.rows.items() if row <= self._last_full}

    # -- elements ------------------------------------------------------------------------------------------------

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "v":
            self._parts = []
        elif tag == "row":
            self._begin_row(attributes)
        elif tag != "f":
            self._other(local(tag), tag, attributes)
        else:
            self._has_formula = True

    def _other(self, name: str, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if name != tag and name in ("c", "v", "row", "f"):
            self._depth -= 1
            self._start(name, attributes)
        elif name == "t":
            self._parts = [] if not self._is_phonetic else None
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "conditionalFormatting":
            self.sheet.has_conditions = True
        elif self._depth == 1:
            self._root = tag

    def _end(self, tag: str) -> None:
        if tag == "c":
            self._end_cell()
        elif tag == "v":
            self._text, self._parts = "".join(self._parts or ()), None
        elif tag == "row":
            self._end_row()
        elif tag != "f":
            name = local(tag)
            if name != tag and name in ("c", "v", "row", "f"):
                self._end(name)
                return
            self._depth -= 1
            if name == "t" and self._parts is not None:
                self._text, self._parts = (self._text or "") + "".join(self._parts), None
            elif name == "rPh":
                self._is_phonetic = False

    def _data(self, data: str) -> None:
        if self._parts is not None:
            self._parts.append(data)

    # -- rows and cells ------------------------------------------------------------------------------------------

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
        self._column = 0
        self._cells = {}
        level = attributes.get("outlineLevel")
        if level and level.isdecimal() and level != "0":
            self.sheet.outline[self._row] = min(int(level), 7)
        if attributes.get("hidden") in ("1", "true"):
            self.sheet.hidden_rows.add(self._row)

    def _end_row(self) -> None:
        if self._row > MOST_ROWS:
            return
        if self._cells:
            self.sheet.rows.setdefault(self._row, {}).update(self._cells)
        if self._row - self._last_full > LONGEST_GAP and self._last_full:
            raise _Enough
        if not self._last_full and self._row > 20 * LONGEST_GAP:
            raise _Enough

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        self._column = column_of(place[1]) if place else self._column + 1
        if self._column > MOST_COLUMNS:
            raise TooManyColumns(limit=MOST_COLUMNS)
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdecimal() and len(style) < 8 else 0
        self._kind = attributes.get("t", "n")
        self._text, self._has_formula = None, False

    def _end_cell(self) -> None:
        style = self._styles[self._style]
        value = None if self._text is None else self._value(self._text, style)
        if value is None and not self._has_formula and not (style.fill and self._with_fills):
            return
        self._count.left -= 1
        if self._count.left < 0:
            raise TooManyCells(limit=f"{MOST_CELLS:,}")
        if value is not None:
            self._last_full = self._row
        self._cells[self._column] = Cell(value, style, self._has_formula and value is None)

    def _value(self, text: str, style: Style) -> Value:
        kind = self._kind
        if kind == "s":
            number = int(text) if text.strip().isdecimal() else -1
            text = self._strings[number] if 0 <= number < len(self._strings) else ""
        elif kind == "n":
            return self._number(text, style)
        elif kind == "b":
            return text.strip() == "1"
        elif kind == "d":
            found = _ISO.match(text)
            return _made(*map(int, found.groups())) if found else text
        return text[:MOST_TEXT] or None

    def _number(self, text: str, style: Style) -> Value:
        try:
            number = float(text)
        except ValueError:
            return text[:MOST_TEXT] or None
        if style.shows == "d":
            return day_of(number, self._is_1904) or number
        return number if abs(number) < 1e300 else None

    def _merge(self, reference: str) -> None:
        if len(self.sheet.merges) >= MOST_MERGES:
            return
        first, _, last = reference.partition(":")
        start, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last or first)
        if start and end:
            self.sheet.merges.append(
                Merge(int(start[2]), column_of(start[1]), int(end[2]), column_of(end[1]))
            )


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _behind_rows(pieces: Iterator[bytes]) -> bytes | None:
    """What follows the last row, of a part that is no longer parsed."""
    tail = b""
    for piece in pieces:
        tail += piece
        at = tail.find(b"sheetData>")
        if at >= 0:
            return tail[at + len(b"sheetData>") :]
        tail = tail[-16:]
    return None


def _joined(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest
