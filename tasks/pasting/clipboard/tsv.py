"""Texts with tabs between cells: a cell with a tab, a line break or a quote at its beginning stands in quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tasks.pasting.clipboard.table import LONGEST_CLIPBOARD, MOST_CELLS, TooLargeError, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tasks.pasting.clipboard.table import Table

_END: Final = re.compile(r"\t|\r\n|\n|\r")
_BREAK: Final = re.compile(r"\r\n|\n|\r")
_NEEDS_QUOTES: Final = re.compile(r'[\t\r\n]|^"')


def read_tsv(text: str) -> Table:
    """The table that a text is; a quote that is never closed is a sign like any other. Raises TooLargeError."""
    if len(text) > LONGEST_CLIPBOARD:
        raise TooLargeError("size")
    text = text.removesuffix("\0").removesuffix("\n").removesuffix("\r")
    if '"' not in text:
        lines = _BREAK.split(text)
        if len(lines) + text.count("\t") > MOST_CELLS:
            raise TooLargeError("cells")
        return trimmed([line.split("\t") for line in lines])
    rows: Table = [[]]
    at, count, is_open = 0, 0, True
    while is_open:
        cell, at = _cell(text, at)
        rows[-1].append(cell)
        count += 1
        if count > MOST_CELLS:
            raise TooLargeError("cells")
        end = _END.match(text, at)
        is_open = end is not None
        if end is not None:
            at = end.end()
            if end[0] != "\t":
                rows.append([])
    return trimmed(rows)


def _cell(text: str, at: int) -> tuple[str, int]:
    """A cell from a place on, and the place of what ends it."""
    if text.startswith('"', at):
        quoted = _quoted(text, at)
        if quoted is not None:
            return quoted
    end = _END.search(text, at)
    stop = end.start() if end else len(text)
    return text[at:stop], stop


def _quoted(text: str, at: int) -> tuple[str, int] | None:
    """What stands in quotes; doubled ones mean one."""
    begin, stop = at + 1, text.find('"', at + 1)
    while stop >= 0 and text.startswith('"', stop + 1):
        stop = text.find('"', stop + 2)
    if stop < 0 or not (stop + 1 == len(text) or _END.match(text, stop + 1)):
        return None
    return text[begin:stop].replace('""', '"').replace("\r\n", "\n"), stop + 1


def write_tsv(rows: Iterable[Sequence[str]]) -> str:
    """The text that reads as these rows."""
    return "\r\n".join(map(_line, rows))


def _line(row: Sequence[str]) -> str:
    line = "\t".join(row)
    is_plain = '"' not in line and "\n" not in line and "\r" not in line and line.count("\t") == len(row) - 1
    return line if is_plain else "\t".join(map(_spelled, row))


def _spelled(text: str) -> str:
    if not _NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'
