"""A pasted table: rows of texts, of the same width, within limits that keep a hostile clipboard small."""

from __future__ import annotations

from typing import Final

#: A header row comes on top of them.
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 200
MOST_CELLS: Final = 100_000
#: In one cell, as in the form of a cell.
LONGEST_TEXT: Final = 5_000
#: Of the whole clipboard, in characters.
LONGEST_CLIPBOARD: Final = 4_500_000

Table = list[list[str]]
"""Rows of texts; each row is as long as the others."""


class TooLargeError(ValueError):
    """More was pasted than is taken at once; `limit` is the name of what was broken: rows, columns, cells, text or size."""

    def __init__(self, limit: str) -> None:
        super().__init__(f"too many {limit}")
        self.limit = limit


def trimmed(rows: Table) -> Table:
    """Without the empty rows at the end and the empty columns at the right; all rows of one width. Raises TooLargeError."""
    while rows and not any(text.strip() for text in rows[-1]):
        rows.pop()
    width = 0
    for row in rows:
        # Only what stands right of all that was found so far can make the table wider.
        while len(row) > width and not row[-1].strip():
            row.pop()
        width = max(width, len(row))
    check_size(len(rows), width)
    if any(len(text) > LONGEST_TEXT for row in rows for text in row):
        raise TooLargeError("text")
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def check_size(rows: int, columns: int) -> None:
    """Raises TooLargeError."""
    if rows > MOST_ROWS + 1:
        raise TooLargeError("rows")
    if columns > MOST_COLUMNS:
        raise TooLargeError("columns")
    if rows * columns > MOST_CELLS:
        raise TooLargeError("cells")
