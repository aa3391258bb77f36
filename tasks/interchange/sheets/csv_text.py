"""A table of text (CSV, TSV): its encoding, its delimiter and its quotes are found by what fits, and said."""

from __future__ import annotations

import codecs
import csv
import re
from io import StringIO
from typing import Final

from tasks.interchange.refusals import EmptyFile, TooManyCells, TooManyColumns, UnsupportedSheetFormat
from tasks.interchange.sheets.grid import Book, Cell, Sheet

MOST_CELLS: Final = 1_000_000
MOST_COLUMNS: Final = 16_384
MOST_FIELD: Final = 2**20
_DELIMITERS: Final = ",\t;|"
#: What a user may say that a file is, where what was found is not right.
ENCODINGS: Final = ("utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-le", "utf-16-be")
DELIMITERS: Final = tuple(_DELIMITERS)
_LINES_LOOKED_AT: Final = 200
_LOOKED_AT: Final = 10_000
_CONTROLS: Final = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_table(data: bytes, encoding: str = "", delimiter: str = "") -> Book:
    """A table as a book of one sheet, as it was said to be or else as it is found to be; raises a PlanFileRefused for what is none."""
    if not data:
        raise EmptyFile()
    encoding = encoding or encoding_of(data)
    text = data.decode(encoding, "replace")
    nul_bytes = text.count("\0")
    if nul_bytes:
        if nul_bytes > max(10, len(text) // 50):
            raise UnsupportedSheetFormat(format="binary")
        text = text.replace("\0", " ")
    if not text.strip():
        raise EmptyFile()
    if len(_CONTROLS.findall(text[:_LOOKED_AT])) > max(3, len(text[:_LOOKED_AT]) // 100):
        raise UnsupportedSheetFormat(format="binary")
    delimiter = delimiter or delimiter_of(text)
    sheet = _sheet(text, delimiter)
    book = Book([sheet], "csv", encoding=encoding, delimiter=delimiter, nul_bytes=nul_bytes)
    book.unreadable = text.count("\N{REPLACEMENT CHARACTER}")
    return book


def encoding_of(data: bytes) -> str:
    """The name of the encoding: by its mark, by NULs at every second place, or the first that fits."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    sample = data[:4000]
    if sample.count(0) * 3 > len(sample):
        return (
            "utf-16-le"
            if sample[1:2] == b"\0" or sample[1::2].count(0) > sample[::2].count(0)
            else "utf-16-be"
        )
    if b"\x1b$" in sample:
        return "iso2022_jp"
    for name in ("utf-8", "cp932", "euc_jp"):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return _likelier(data, name)
    return "cp932"


def _likelier(data: bytes, name: str) -> str:
    """EUC-JP often passes as CP932, as rows of half-width kana."""
    if name != "cp932":
        return name
    kana = sum("\uff61" <= sign <= "\uff9f" for sign in data.decode(name))
    try:
        other = data.decode("euc_jp")
    except UnicodeDecodeError:
        return name
    return "euc_jp" if kana * 4 > len(other) else name


def delimiter_of(text: str) -> str:
    """The sign that cuts most lines into the same number of pieces."""
    best, most = ",", 0.0
    head = text[:100_000]
    for sign in _DELIMITERS:
        if sign not in head:
            continue
        widths = [len(row) for row, _ in zip(_rows(head, sign), range(_LINES_LOOKED_AT), strict=False) if row]
        if not widths:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width) * (width > 1), width))
        worth = (usual > 1) * widths.count(usual) / len(widths) * (1 + min(usual, 30) / 30)
        if worth > most:
            best, most = sign, worth
    return best


def _rows(text: str, delimiter: str) -> csv.Reader:  # type: ignore[name-defined]  # its type has no public name
    csv.field_size_limit(MOST_FIELD)
    return csv.reader(StringIO(text, newline=""), delimiter=delimiter)


def _sheet(text: str, delimiter: str) -> Sheet:
    sheet = Sheet(None)
    left = MOST_CELLS
    try:
        for number, row in enumerate(_rows(text, delimiter), 1):
            if len(row) > MOST_COLUMNS:
                raise TooManyColumns(limit=MOST_COLUMNS)
            cells = {at: Cell(value) for at, value in enumerate(row, 1) if value.strip()}
            left -= len(cells)
            if left < 0:
                raise TooManyCells(limit=f"{MOST_CELLS:,}")
            if cells:
                sheet.rows[number] = cells
    except csv.Error as error:
        raise UnsupportedSheetFormat(format="text") from error
    return sheet
