"""Reading a backup from its first byte to its last: what was not read back is a hope."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, NamedTuple

from django.conf import settings

from projects.backups import packing
from projects.backups.errors import BackupError, DamagedError
from projects.backups.programs import Programs, find_programs
from projects.backups.sealing import PIECE, SealedReader

READ_DUMP: Final = ("--file=-", "--no-owner", "--no-acl", "--schema=public")


class Contents(NamedTuple):
    """What was found in a backup that is whole."""

    about: dict[str, Any]
    heads: list[dict[str, Any]]
    uploads: int


def verify_backup(path: Path, *, say: Callable[[str], None], files_to: Path | None = None) -> Contents:
    """Open every seal, read every file and let pg_restore read the dump to its end; DamagedError and its like otherwise.

    `files_to` is a folder that gets `uploads` and `audit-heads` on the way.
    """
    say(f"Reading back {packing.megabytes(path.stat().st_size)}")
    about = read_about(path)
    try:
        programs = find_programs(about["dumped_by"])
    except BackupError as error:
        say(f"The dump was compared with its sum, but not read: {error}")
        return read_backup(path, lambda part: None, files_to)
    with reading_dump(programs, stdout=subprocess.DEVNULL) as take:
        return read_backup(path, take, files_to)


def read_backup(path: Path, take: Callable[[bytes], object], files_to: Path | None) -> Contents:
    """From the first byte to the last: the dump is handed over part by part. DamagedError where a seal or a sum is wrong, even at the end."""
    sums, said = packing.Sums(), dict[str, Any]()
    about, heads = dict[str, Any](), list[dict[str, Any]]()
    with _members(path) as members:
        for member, file in members:
            if member.name == packing.ABOUT:
                about = json.load(file)
            elif member.name == packing.HEADS:
                heads = [json.loads(line) for line in file]
            elif member.name.startswith(packing.DATABASE):
                part = file.read()
                sums.dump(part)
                take(part)
            elif member.name == packing.END:
                said = json.load(file)
            else:
                _take_file(member, file, sums, files_to)
    if said != sums.as_dict():
        raise DamagedError(
            "The backup is damaged: its sums are not those of what is in it. Take another one."
        )
    return Contents(about, heads, sums.uploads)


def read_about(path: Path) -> dict[str, Any]:
    """What a backup says of itself; opens its beginning only."""
    with _members(path) as members:
        member, file = next(members, (None, None))
        if member is None or file is None or member.name != packing.ABOUT:
            raise DamagedError("The backup does not begin with what it is. Take another one.")
        about: dict[str, Any] = json.load(file)
        return about


@contextmanager
def reading_dump(programs: Programs, *, stdout: Any) -> Iterator[Callable[[bytes], object]]:
    """pg_restore, which takes a dump and answers with SQL; DamagedError with its words when it does not like it."""
    with tempfile.TemporaryFile() as errors:
        reader = programs.start("pg_restore", *READ_DUMP, errors=errors, stdin=subprocess.PIPE, stdout=stdout)
        assert reader.stdin is not None
        is_broken = False
        try:
            yield reader.stdin.write
            reader.stdin.close()
            reader.wait()
        except BrokenPipeError:
            # It gave up before the end; its words below say why.
            is_broken = True
        finally:
            reader.kill()
            with suppress(BrokenPipeError):
                reader.stdin.close()
            reader.wait()
        if is_broken or reader.returncode:
            errors.seek(0)
            words = errors.read().decode(errors="replace").strip()
            raise DamagedError(f"pg_restore cannot read the database in the backup:\n{words}")


@contextmanager
def _members(path: Path) -> Iterator[Iterator[tuple[tarfile.TarInfo, IO[bytes]]]]:
    """Members in their order, each with its bytes; sealed bytes that are wrong, or no tar, are a DamagedError."""
    with _opened(path) as file:
        sealed = SealedReader(file, settings.BACKUP_KEYS)
        try:
            with tarfile.open(fileobj=sealed, mode="r|", bufsize=PIECE) as tar:
                yield ((member, tar.extractfile(member) or io.BytesIO()) for member in tar)
        except tarfile.TarError as error:
            raise DamagedError(
                f"The backup is damaged: what is in it is no archive ({error}). Take another one."
            ) from error


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from error


def _take_file(member: tarfile.TarInfo, file: IO[bytes], sums: packing.Sums, folder: Path | None) -> None:
    """Read a file to its end, and write it where the files go."""
    name = PurePosixPath(member.name)
    if not member.name.startswith((packing.UPLOADS, packing.NIGHTS)) or ".." in name.parts:
        raise DamagedError(f"The backup has a file that would lie elsewhere: {name}.")
    watched = packing.Hashing(file)
    if folder:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    with open(folder / name if folder else os.devnull, "wb") as target:
        while data := watched.read(PIECE):
            target.write(data)
    sums.file(member.name, member.size, watched.digest.hexdigest())
