"""A backup: the database, the uploads and the ends of the record's chains as they were at one moment, in one sealed file.

Order is what makes them fit together: uploads get their second names, then the database's moment is taken (a snapshot that
the dump reads from), then uploads that came meanwhile get theirs. Bytes never change under a name, so every file that a row
of that moment speaks of is there, whatever the site does until the backup is written.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final

from django.conf import settings

from projects.audit.heads import heads
from projects.backups import moment, packing, uploads
from projects.backups.errors import BackupError
from projects.backups.programs import Programs, find_programs, server_version
from projects.backups.reading import verify_backup
from projects.backups.sealing import SealedWriter
from projects.operations import marks

#: A user who signed out after the backup must not be signed in by its restore; and a backup needs no tokens.
WITHOUT_ROWS: Final = ("user_sessions", "provider_sessions", "django_session")
NAME: Final = "itdo-%Y%m%dT%H%M%SZ.backup"

Say = Callable[[str], None]


def make_backup(*, folder: Path, keep_days: int, now: datetime, say: Say) -> Path:
    """Write it, read it back, give it its name, forget older ones; the name is there only when all of it is good.

    Raises BackupError with a sentence; nothing half-made is left.
    """
    tools = find_programs(server_version())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / now.astimezone(UTC).strftime(NAME)
    draft = path.with_name(f".{path.name}.new")
    with moment.one_at_a_time():
        _sweep(folder)
        try:
            with open(draft, "xb", opener=_private) as file:
                _write(file, tools, now, say)
                os.fsync(file.fileno())
            found = verify_backup(draft, say=say)
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
    size = path.stat().st_size
    marks.note("backup", way="manage.py backup", bytes=size, uploads=found.uploads)
    if settings.ATTACHMENTS_BUCKET:
        say(
            f"Attachments lie in the bucket {settings.ATTACHMENTS_BUCKET} and are not in it: keep versions there, and a copy elsewhere."
        )
    else:
        marks.note("uploads", way="manage.py backup", uploads=found.uploads)
    removed = forget_old(folder, keep_days=keep_days, now=now)
    say(
        f"{path}: {packing.megabytes(size)}, read back and good. {removed} made more than {keep_days} days ago removed."
    )
    return path


def forget_old(folder: Path, *, keep_days: int, now: datetime) -> int:
    """Remove backups made more than so many days ago, by the moment in their names; the newest stays in any case."""
    made = sorted(_made(folder))
    old = [path for made_at, path in made[:-1] if now - made_at > timedelta(days=keep_days)]
    for path in old:
        path.unlink()
    return len(old)


def _made(folder: Path) -> Iterator[tuple[datetime, Path]]:
    for path in folder.glob("itdo-*.backup"):
        # A copy under another name is not ours to remove.
        with contextlib.suppress(ValueError):
            yield datetime.strptime(path.name, NAME).replace(tzinfo=UTC), path


def _sweep(folder: Path) -> None:
    """Remove what a killed run has left; the lock says that no other run is at it."""
    for left in folder.glob(".itdo-*.backup.new"):
        left.unlink()
    uploads.sweep()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write(file: IO[bytes], tools: Programs, now: datetime, say: Say) -> None:
    made_at = now.astimezone(UTC).isoformat(timespec="seconds")
    packer = packing.Packer(SealedWriter(file, settings.BACKUP_KEYS[0], made_at))
    with uploads.room(uploads.HELD) as held:
        uploads.hold(uploads.media(), held / "uploads")
        # Not again after the moment: a later night would speak of lines that are not in the dump.
        uploads.hold(Path(settings.AUDIT_HEADS_FOLDER), held / "nights")
        with moment.snapshot() as snapshot:
            about = moment.describe(made_at=made_at, server=server_version(), dumped_by=tools.version)
            packer.add(packing.ABOUT, json.dumps(about).encode())
            packer.add(
                packing.HEADS, "".join(f"{json.dumps(head)}\n" for head in heads(using="owner")).encode()
            )
            uploads.hold(uploads.media(), held / "uploads")
            _dump(packer, tools, snapshot)
        say(f"Database: {packing.megabytes(packer.sums.dump_bytes)}")
        packer.add_files(packing.NIGHTS, held / "nights")
        packer.add_files(packing.UPLOADS, held / "uploads")
    say(f"Uploads: {packer.sums.uploads} files, {packing.megabytes(packer.sums.upload_bytes)}")
    packer.finish()


def _dump(packer: packing.Packer, tools: Programs, snapshot: str) -> None:
    without = [f"--exclude-table-data=public.{table}" for table in WITHOUT_ROWS]
    with tempfile.TemporaryFile() as errors:
        dump = tools.start(
            "pg_dump", "--format=custom", "--no-owner", "--no-acl", "--schema=public", f"--snapshot={snapshot}", *without,
            errors=errors, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )  # fmt: skip
        with dump:
            assert dump.stdout is not None
            try:
                packer.add_dump(dump.stdout)
            except BaseException:
                dump.kill()
                raise
        if dump.returncode:
            errors.seek(0)
            words = errors.read().decode(errors="replace").strip()
            raise BackupError(f"pg_dump failed, and nothing is kept of it:\n{words}")
