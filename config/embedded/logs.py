"""Logs of the engines, which they do not turn over themselves: they may not fill the disk of who lets bin/run go on for months."""

import os
import stat
from pathlib import Path
from typing import Final

#: A log that is longer loses what is older than its end, which lies beside it (`.1`).
MOST_BYTES: Final = 8 * 2**20
END_BYTES: Final = 2**20


def bound(log: Path) -> None:
    """Cut a log that has grown too long. Its writer goes on at its beginning, since both engines append."""
    try:
        found = log.lstat()
    except FileNotFoundError:
        return
    if found.st_size <= MOST_BYTES or not stat.S_ISREG(found.st_mode):
        return
    with log.open("rb") as file:
        file.seek(-END_BYTES, os.SEEK_END)
        end = file.read()
    older = log.with_name(f"{log.name}.1")
    older.unlink(missing_ok=True)
    with open(os.open(older, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        os.chown(kept.fileno(), found.st_uid, found.st_gid)
        kept.write(end)
    # What comes between the two is lost; a log that was moved away would be written to for ever.
    os.truncate(log, 0)
