"""A file of whatever kind as a plan: Microsoft Project XML is read here, workbooks and tables of text in a process with limits.

What a file is, its bytes tell and not its name. One way in for the page, the job and the command.
"""

from __future__ import annotations

import gzip
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

from projects.worktime.errors import WorktimeError
from tasks.importing.reading import MOST_TASKS, PlanFileError, check_size, read_plan_file, unschedulable
from tasks.interchange.plan_file import PlanFile, PlanProject
from tasks.interchange.refusals import BrokenArchive, FileTooLarge, PlanFileRefused
from tasks.interchange.sheets.apart import read_apart
from tasks.interchange.sheets.as_plan_file import plan_file_of
from tasks.interchange.sheets.choices import NO_CHOICES, Choices
from tasks.interchange.sheets.limits import MOST_BYTES
from tasks.interchange.sniff import format_of_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tasks.interchange.sheets.as_json import Json
    from tasks.interchange.sheets.frame import Frame

_GZIP: Final = b"\x1f\x8b"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_TEXT: Final = "text table (CSV) or plain text"
#: In so much of a file of the old kind stands what is in it.
_LOOKED_AT: Final = 2**20
_PIECE: Final = 2**16


class Source(NamedTuple):
    """The plan of a file; of a workbook or a table also what was read, with its doubts and columns."""

    plan_file: PlanFile
    table: Json | None = None
    frame: Frame | None = None


def read_source(
    stream: BinaryIO,
    frame_for: Callable[[], Frame],
    choices: Choices = NO_CHOICES,
    *,
    most_tasks: int = MOST_TASKS,
) -> Source:
    """What a file says, of a table read for a project that is asked for then. Raises PlanFileError for whatever cannot be read."""
    if not is_table(stream):
        return Source(read_plan_file(stream, most_tasks=most_tasks))
    try:
        read = _read_table(stream, choices)
    except PlanFileRefused as refusal:
        raise PlanFileError(refusal.code, str(refusal), **refusal.params) from refusal
    frame = frame_for()
    try:
        plan_file = plan_file_of(read, frame)
    except WorktimeError as error:
        empty = PlanFile(PlanProject(), calendars=frame.calendars)
        raise unschedulable(empty, error) from error
    check_size(plan_file, most_tasks)
    return Source(plan_file, read, frame)


def is_table(stream: BinaryIO) -> bool:
    """Whether a file is for the reader of sheets; the stream stands at its beginning again."""
    try:
        head = _unpacked(stream).read(_LOOKED_AT)
    except (OSError, EOFError, zlib.error):
        head = b""  # said by the reader of XML, which knows packed files
    stream.seek(0)
    if head.startswith(_OLE):
        return any(word.encode("utf-16-le") in head for word in ("EncryptedPackage", "Workbook"))
    kind = format_of_bytes(head[:4096])
    is_bare_utf_16 = head[1:2] == b"\0" and kind is not None
    return bool(head) and (head.startswith(_ZIP) or kind == _TEXT or is_bare_utf_16)


def _unpacked(stream: BinaryIO) -> BinaryIO:
    is_packed = stream.read(2) == _GZIP
    stream.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb")) if is_packed else stream


def _read_table(stream: BinaryIO, choices: Choices) -> Json:
    """The process that reads has the file in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="plan-") as folder:
        path = Path(folder) / "table"
        left = MOST_BYTES
        try:
            with path.open("wb") as target:
                source = _unpacked(stream)
                while piece := source.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise FileTooLarge(limit_mb=MOST_BYTES // 2**20)
                    target.write(piece)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise BrokenArchive() from error
        return read_apart(path, choices)
