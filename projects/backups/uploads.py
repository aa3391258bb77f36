"""Files as they are at one moment: a second name for each, which stays when the site takes the first one away."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings

#: Folders of ours in MEDIA_ROOT begin so; they are never part of a backup.
HELD: Final = ".backup-"
STAGED: Final = ".restore-"
REPLACED: Final = ".replaced-"
OURS: Final = (HELD, STAGED, REPLACED)


def media() -> Path:
    """Where uploads lie."""
    return Path(settings.MEDIA_ROOT)


def files(folder: Path) -> Iterator[Path]:
    """Every file, as a path within the folder, in an order that is the same every time."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not (Path(place) == folder and name.startswith(OURS)))
        for name in sorted(names):
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder)


def sweep() -> None:
    """Remove what a killed run has left; no other run is at work, since the database's lock is ours.

    What a restore has put aside stays: it may be all there is of the uploads.
    """
    for beginning in (HELD, STAGED):
        for left in media().glob(f"{beginning}*"):
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def room(beginning: str) -> Iterator[Path]:
    """A folder of ours beside the uploads, gone at the end."""
    media().mkdir(parents=True, exist_ok=True, mode=0o750)
    folder = media() / f"{beginning}{secrets.token_hex(6)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_empty() -> bool:
    """Whether there is no upload yet."""
    return next(files(media()), None) is None


def hold(source: Path, target: Path) -> None:
    """Give every file that has none yet a second name; where the disk knows no such thing, a copy."""
    for path in files(source):
        if not (target / path).exists():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            # Gone since we looked: its row is gone as well, or it was a draft.
            with suppress(FileNotFoundError):
                _link(source / path, target / path)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(source, target)


def put_in_place(staged: Path) -> None:
    """Exchange what lies in MEDIA_ROOT with what was taken out of a backup: by names alone, in a moment.

    The folder itself may be a mount, which cannot be renamed; so its entries are.
    """
    replaced = media() / f"{REPLACED}{secrets.token_hex(6)}"
    replaced.mkdir(mode=0o700)
    _own(staged)
    for entry in [entry for entry in media().iterdir() if not entry.name.startswith(OURS)]:
        entry.rename(replaced / entry.name)
    if staged.exists():
        for entry in list(staged.iterdir()):
            entry.rename(media() / entry.name)
    shutil.rmtree(replaced, ignore_errors=True)


def add_heads(staged: Path) -> None:
    """Ends of the record's chains that this machine has none of; those it has are witnesses and stay."""
    folder = Path(settings.AUDIT_HEADS_FOLDER)
    for path in files(staged):
        if not (folder / path).exists():
            (folder / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(staged / path, folder / path)


def _own(staged: Path) -> None:
    """Root restores for the account of the site, whose folder it is."""
    if os.geteuid() == 0:
        owner = media().stat()
        for path in staged.rglob("*"):
            os.chown(path, owner.st_uid, owner.st_gid)
