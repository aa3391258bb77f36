"""The parts of a workbook, each within limits: what a hostile archive unpacks to is never held."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final
from xml.parsers import expat

from tasks.interchange.refusals import (
    BrokenArchive,
    BrokenWorkbook,
    EmptyFile,
    FileTooLarge,
    ForbiddenInWorkbook,
    LockedWorkbook,
    UnsupportedSheetFormat,
)

MOST_UNPACKED: Final = 400 * 2**20
MOST_PARTS: Final = 20_000
_LONGEST_TOKEN: Final = 2**20
_PIECE: Final = 2**16
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def local(tag: str) -> str:
    """The name without its prefix."""
    return tag.rpartition(":")[2]


class Package:
    """A workbook's archive. Raises a PlanFileRefused for whatever is none."""

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(8)
        stream.seek(0)
        if not head:
            raise EmptyFile()
        if head.startswith(_OLE):
            raise _old_or_locked(stream)
        try:
            self._zip = zipfile.ZipFile(stream)
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            EOFError,
            NotImplementedError,
            struct_error,
        ) as error:
            raise BrokenArchive() from error
        names = self._zip.namelist()
        if len(names) > MOST_PARTS:
            raise BrokenArchive()
        self._names = {name.lstrip("/").lower(): name for name in names}
        self._left = MOST_UNPACKED

    def has(self, part: str) -> bool:
        """Whether there is such a part; names are compared without case, as Excel does."""
        return part.lower() in self._names

    def parts(self) -> Iterator[str]:
        """The names of all parts, in small letters."""
        return iter(self._names)

    def pieces(self, part: str) -> Iterator[bytes]:
        """The bytes of a part as they are unpacked; raises FileTooLarge when all parts together are."""
        try:
            with self._zip.open(self._names[part.lower()]) as stream:
                while piece := stream.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise FileTooLarge(limit_mb=MOST_UNPACKED // 2**20)
                    yield piece
        except RuntimeError as error:  # what zipfile raises for a part with a password
            raise LockedWorkbook() from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise BrokenArchive() from error

    def parse(self, part: str, start: Start, end: End | None = None, text: Text | None = None) -> None:
        """Read a part of XML. Raises ForbiddenInWorkbook for entities, BrokenWorkbook for what is no XML."""
        feed(self.pieces(part), part, start, end, text)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: type's last word and the part, by the id of the reference."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "").replace("\\", "/")
                path = (
                    target.lstrip("/")
                    if target.startswith("/")
                    else posixpath.normpath(posixpath.join(folder, target))
                )
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)

        file = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.has(file):
            self.parse(file, start)
        return found


struct_error: Final = __import__("struct").error


def _old_or_locked(stream: BinaryIO) -> Exception:
    """A workbook with a password is an archive of the old kind around the new one."""
    head = stream.read(2**20)
    if "EncryptedPackage".encode("utf-16-le") in head:
        return LockedWorkbook()
    kind = "Excel 97-2003 (.xls)" if "Workbook".encode("utf-16-le") in head else "Office 97-2003"
    return UnsupportedSheetFormat(format=kind)


def feed(pieces: Iterator[bytes], part: str, start: Start, end: End | None, text: Text | None) -> None:
    """Give pieces of XML to handlers; the parser is let go of whatever happens."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text

    def forbid(*_: object) -> None:
        raise ForbiddenInWorkbook(part=part)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = forbid
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            # A tag without an end is scanned from its beginning with every piece.
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise BrokenWorkbook(part=part)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BrokenWorkbook(part=part) from error
    finally:
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = None
