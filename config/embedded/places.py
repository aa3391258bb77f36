"""Which account the engines run as, and which folder is theirs."""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]
STATE: Final = PROJECT / ".state"
FALLBACK_BASE: Final = Path("/var/lib")


class LauncherError(Exception):
    """Something a person has to put right before the engines can run; the text says what."""


@dataclass(frozen=True)
class Account:
    """Who the engines run as; PostgreSQL refuses root and any uid that has no name."""

    name: str
    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Whether this account may pass through every existing folder above a path."""
        return all(self._passes(parent) for parent in path.parents if parent.exists())

    def _passes(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def _named(uid: int) -> Account | None:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def engine_account() -> Account:
    """The current user; for root the owner of the data or of the project, else `nobody`."""
    if os.geteuid() != 0:
        own = _named(os.geteuid())
        if own is None:
            raise LauncherError(
                f"User id {os.geteuid()} has no entry in /etc/passwd, and PostgreSQL refuses to run as a user "
                "without a name. Run this as a named user, or set DATABASE_URL and REDIS_URL to servers of yours."
            )
        return own
    for folder in (STATE, PROJECT):
        owner = folder.stat().st_uid if folder.exists() else 0
        account = _named(owner) if owner else None
        if account:
            return account
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def clone_hash() -> str:
    """Names this clone among others on the machine."""
    return hashlib.sha256(str(PROJECT).encode()).hexdigest()[:12]


def fallback_folder() -> Path:
    """Where the state of this clone lives when the engines' account cannot reach the project."""
    return FALLBACK_BASE / f"itdo-{clone_hash()}"


def prepare_state(account: Account) -> Path:
    """Make the state folder, its owner's alone, and answer where it really is."""
    _drop_foreign_link()
    if not STATE.exists():
        # Another start may make it at the same moment.
        if account.reaches(STATE):
            STATE.mkdir(mode=0o700, exist_ok=True)
        else:
            fallback_folder().mkdir(mode=0o700, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                STATE.symlink_to(fallback_folder())
    elif not STATE.is_symlink() and not account.reaches(STATE) and STATE.stat().st_uid != 0:
        raise LauncherError(
            f"{STATE} belongs to {account.name}, who can no longer reach it: a folder above it was closed. "
            "Open that folder again, or move .state away to begin anew."
        )
    folder = STATE.resolve()
    _refuse_read_only(folder)
    if os.geteuid() == 0 and folder.stat().st_uid == 0:
        folder = _hand_over(folder, account)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise LauncherError(_why_closed(folder))
    folder.chmod(0o700)
    return folder


def _refuse_read_only(folder: Path) -> None:
    """What holds the data is never told to be removed."""
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        raise LauncherError(
            f"{folder} is on a disk that takes no writing now (mounted read-only, often after a fault of the disk). The data in "
            "it are as they were. Look at the disk, mount it for writing (mount -o remount,rw), and run this again."
        )


def _why_closed(folder: Path) -> str:
    status = folder.stat()
    if status.st_uid == os.geteuid():
        return f"{folder} is yours, and closed to you; the data in it are as they were. Open it with: chmod u+rwx {folder}"
    owner = _named(status.st_uid)
    return (
        f"{folder} holds the data of {owner.name if owner else status.st_uid}. Run this as that account; or, to begin anew "
        "beside them, move the folder to another place."
    )


def _drop_foreign_link() -> None:
    """A clone that was copied or moved carries the link of the place it came from."""
    if STATE.is_symlink() and (STATE.resolve() != fallback_folder() or not STATE.exists()):
        STATE.unlink()


def _hand_over(folder: Path, account: Account) -> Path:
    """Give a folder that root made to the engines' account, moving it if it is out of reach."""
    if not account.reaches(folder):
        target = fallback_folder()
        shutil.move(folder, target)
        STATE.symlink_to(target)
        folder = target
    give(folder, account)
    return folder


def give(path: Path, account: Account) -> None:
    """Make the engines' account the owner; nothing to do for an ordinary user."""
    if os.geteuid() == 0:
        os.chown(path, account.uid, account.gid)


def own_folder(path: Path, account: Account) -> Path:
    """A folder for the engines' account alone."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    give(path, account)
    path.chmod(0o700)
    return path
