"""A workbook as grids: its sheets in their order, its texts, and what it holds beside cells."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from tasks.interchange.refusals import NoWorkbook, UnsupportedSheetFormat
from tasks.interchange.sheets.grid import Book, Sheet
from tasks.interchange.sheets.xlsx.cells import Count, SheetReader
from tasks.interchange.sheets.xlsx.package import Package, local
from tasks.interchange.sheets.xlsx.styles import Styles

MOST_SHEETS: Final = 300
MOST_STRINGS: Final = 2_000_000
_SHAPES: Final = frozenset({"sp", "cxnSp", "pic", "grpSp"})


def read_workbook(stream: BinaryIO, *, with_fills: bool = True) -> Book:
    """All sheets of a workbook (.xlsx, .xlsm). Raises a PlanFileRefused that says why it cannot be read.

    `with_fills` keeps cells in which nothing stands, but which have a colour.
    """
    package = Package(stream)
    part = _workbook_part(package)
    workbook = _Workbook()
    package.parse(part, workbook.start)
    relations = package.relations(part)
    named = dict(relations.values())
    strings = _strings(package, named.get("sharedStrings"))
    styles = Styles(package, named.get("styles"))
    count = Count()
    book = Book([], "xlsm" if any(name.endswith("vbaproject.bin") for name in package.parts()) else "xlsx")
    book.has_macros = book.kind == "xlsm"
    book.has_external_links = any(name.startswith("xl/externallinks/") for name in package.parts())
    book.saved_in = _saved_in(package)
    for name, is_hidden, reference in workbook.sheets[:MOST_SHEETS]:
        kind, path = relations.get(reference, ("", ""))
        if kind != "worksheet" or not package.has(path):
            continue
        sheet = Sheet(name, is_hidden=is_hidden)
        SheetReader(sheet, strings, styles, workbook.is_1904, count, with_fills=with_fills).read(
            package, path
        )
        _count_drawings(package, path, sheet)
        book.sheets.append(sheet)
    if not book.sheets:
        raise NoWorkbook()
    return book


def _workbook_part(package: Package) -> str:
    for kind, path in package.relations("").values():
        if kind == "officeDocument" and package.has(path):
            if path.lower().endswith(".bin"):
                raise UnsupportedSheetFormat(format="Excel Binary (.xlsb)")
            if not path.lower().startswith(("word/", "ppt/")):
                return path
    if package.has("xl/workbook.xml"):
        return "xl/workbook.xml"
    if package.has("content.xml"):
        raise UnsupportedSheetFormat(format="OpenDocument (.ods)")
    raise NoWorkbook()


class _Workbook:
    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.is_1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            reference = next((value for key, value in attributes.items() if local(key) == "id"), "")
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", "")[:255], is_hidden, reference))


class _Strings:
    """Shared texts; readings of kanji (rPh) are no part of them."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._is_text = self._is_phonetic = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "si":
            self._parts = []
        elif name == "t":
            self._is_text = not self._is_phonetic
        elif name == "rPh":
            self._is_phonetic = True

    def end(self, tag: str) -> None:
        name = local(tag)
        if name == "si" and len(self.found) < MOST_STRINGS:
            self.found.append("".join(self._parts))
        elif name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_phonetic = False

    def text(self, data: str) -> None:
        if self._is_text:
            self._parts.append(data)


def _strings(package: Package, part: str | None) -> list[str]:
    strings = _Strings()
    if part and package.has(part):
        package.parse(part, strings.start, strings.end, strings.text)
    return strings.found


def _count_drawings(package: Package, part: str, sheet: Sheet) -> None:
    """Shapes are not read, only counted: what they mean stands in no cell."""

    def start(tag: str, _attributes: dict[str, str]) -> None:
        sheet.shapes += local(tag) in _SHAPES

    def comment(tag: str, _attributes: dict[str, str]) -> None:
        sheet.comments += local(tag) == "comment"

    for kind, path in package.relations(part).values():
        if kind == "drawing" and package.has(path):
            package.parse(path, start)
        elif kind == "comments" and package.has(path):
            package.parse(path, comment)


def _saved_in(package: Package) -> int | None:
    parts: list[str] = []
    if package.has("docProps/core.xml"):
        package.parse("docProps/core.xml", lambda *_: None, None, parts.append)
    years = [int(found) for found in re.findall(r"(?<!\d)(\d{4})-\d\d-\d\dT", " ".join(parts))]
    return max(years, default=None)
