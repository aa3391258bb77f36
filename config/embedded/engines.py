"""Starting and stopping both engines together, safely from several processes at once."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from config.embedded import logs, places, state
from config.embedded.places import STATE, LauncherError
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey


def start(*, keep: bool = False) -> dict[str, str]:
    """Bring both up and answer their addresses; `keep` leaves them running when their users are gone."""
    account = places.engine_account()
    folder = places.prepare_state(account)
    with state.exclusive(folder, account):
        engines = state.load(folder)
        engines.is_kept = engines.is_kept or keep
        _bound_logs(folder)
        try:
            # The quick one first: after a crash PostgreSQL may need seconds.
            Valkey(folder, account).start(engines)
            Postgres(folder, account).start(engines)
        finally:
            state.save(engines, folder, account)
    return engines.urls()


def bound_logs() -> None:
    """Cut logs that have grown too long while the engines go on."""
    with contextlib.suppress(OSError):
        _bound_logs(STATE.resolve())


def _bound_logs(folder: Path) -> None:
    for log in (folder / "postgres.log", folder / "valkey" / "valkey.log"):
        logs.bound(log)


def stop() -> None:
    """End both."""
    if not STATE.exists():
        return
    account = places.engine_account()
    folder = places.prepare_state(account)
    with state.exclusive(folder, account):
        engines = state.load(folder)
        Postgres(folder, account).stop()
        _remove_if_apart(Path(engines.socket_folder), folder)
        Valkey(folder, account).stop(engines)
        engines.is_kept = False
        state.save(engines, folder, account)


def _remove_if_apart(socket_folder: Path, folder: Path) -> None:
    """A socket folder outside of the state has nothing in it once the server is gone."""
    if socket_folder.is_absolute() and not socket_folder.is_relative_to(folder):
        with contextlib.suppress(OSError):
            socket_folder.rmdir()


def reset() -> None:
    """End both and forget everything they held, unless they are in use."""
    if not STATE.exists():
        return
    account = places.engine_account()
    folder = places.prepare_state(account)
    with state.open_lock(folder / "users", account) as users:
        if not _is_last(users):
            raise LauncherError("This clone's data is in use by another bin/run or bin/test; end that first.")
        stop()
        for entry in folder.iterdir():
            if entry.name in {"lock", "users"}:
                continue
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        if is_fallback():
            # Deleting the clone, no one would think of a folder elsewhere.
            shutil.rmtree(folder)
            STATE.unlink()


@contextlib.contextmanager
def running() -> Iterator[dict[str, str]]:
    """Both engines for as long as they are needed: the last user stops what was not asked to be kept."""
    account = places.engine_account()
    folder = places.prepare_state(account)
    with state.open_lock(folder / "users", account) as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield start()
        finally:
            if _is_last(users) and not state.load(folder).is_kept:
                stop()


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def is_fallback() -> bool:
    """Whether the state had to leave the project's own folder."""
    return STATE.is_symlink()
