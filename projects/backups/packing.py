"""What lies in a sealed file: a tar of `about.json`, `heads.jsonl`, `database/…`, `audit-heads/…`, `uploads/…`, and `end.json`
with sums. `heads.jsonl` are the ends of the record's chains at the backup's moment, `audit-heads` those of the nights before.

The dump comes out of a pipe and its length is not known beforehand, so it is in numbered parts.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import IO, Any, Final

from projects.backups.sealing import PIECE, SealedWriter
from projects.backups.uploads import files

ABOUT: Final = "about.json"
HEADS: Final = "heads.jsonl"
DATABASE: Final = "database/"
NIGHTS: Final = "audit-heads/"
UPLOADS: Final = "uploads/"
END: Final = "end.json"
PART: Final = 8 * 2**20


class Sums:
    """Counted while writing and again while reading: both must come to the same."""

    def __init__(self) -> None:
        self.dump_bytes = self.uploads = self.upload_bytes = 0
        self._dump, self._files = hashlib.sha256(), hashlib.sha256()

    def dump(self, data: bytes) -> None:
        """A part of the dump."""
        self.dump_bytes += len(data)
        self._dump.update(data)

    def file(self, name: str, size: int, digest: str) -> None:
        """A file; the order counts too."""
        if name.startswith(UPLOADS):
            self.uploads += 1
            self.upload_bytes += size
        self._files.update(f"{digest} {name}\n".encode())

    def as_dict(self) -> dict[str, Any]:
        """What `end.json` says."""
        return {
            "dump": {"bytes": self.dump_bytes, "sha256": self._dump.hexdigest()},
            "uploads": {"count": self.uploads, "bytes": self.upload_bytes},
            "files": {"sha256": self._files.hexdigest()},
        }


class Packer:
    """Writes the members in their order; memory holds one part at most."""

    def __init__(self, sealed: SealedWriter) -> None:
        self._sealed, self.sums = sealed, Sums()
        # Closed by `finish` alone: a file that was given up must not get an end.
        self._tar = tarfile.open(fileobj=sealed, mode="w|", bufsize=PIECE, format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def add(self, name: str, data: bytes) -> None:
        """A small member."""
        self._tar.addfile(_member(name, len(data)), io.BytesIO(data))

    def add_dump(self, stream: IO[bytes]) -> None:
        """Everything that comes out of pg_dump."""
        number = 0
        while part := stream.read(PART):
            number += 1
            self.sums.dump(part)
            self.add(f"{DATABASE}{number:06}", part)

    def add_files(self, beginning: str, folder: Path) -> None:
        """All files of a folder, each read once."""
        for path in files(folder):
            name = f"{beginning}{path.as_posix()}"
            with open(folder / path, "rb") as file:
                watched, size = Hashing(file), os.fstat(file.fileno()).st_size
                self._tar.addfile(_member(name, size), watched)
            self.sums.file(name, size, watched.digest.hexdigest())

    def finish(self) -> None:
        """The sums, and the end of tar and seal."""
        self.add(END, json.dumps(self.sums.as_dict()).encode())
        self._tar.close()
        self._sealed.finish()


class Hashing(io.RawIOBase):
    """A file whose sum is known when it has been read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """As the file reads."""
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o640
    return member


def megabytes(size: int) -> str:
    """For people: "0.4 MB", "1,234.5 MB"."""
    return f"{size / 1e6:,.1f} MB"
