"""Whether the compiled passes are there. They are compiled by a command and loaded when a process starts: never by a request.

Loading takes half a second and a hundred megabytes, which forked workers share; compiling takes a quarter of a minute.
What was compiled is kept by numba (``NUMBA_CACHE_DIR``, or else beside the source); a stamp there says of which sources.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import sys
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from tasks.scheduling.errors import Unsuitable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tasks.scheduling.columns import Columns
    from tasks.scheduling.scheduled import ScheduledColumns

    Passes = Callable[[Columns], ScheduledColumns]

WORTH_IT = 20
"""Rows from which on the compiled passes are quicker: they need a millisecond for any plan."""

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
#: Modules outside whose constants are part of what is compiled.
CONSTANTS = (
    "columns.py",
    "constraint_types.py",
    "network.py",
    "plan.py",
    "reference/early.py",
    "reference/grid.py",
)


class LoadedPasses:
    """Holds the passes once they are loaded."""

    passes: Passes | None = None
    is_expected = False


def dates(columns: Columns) -> ScheduledColumns:
    """All dates of a plan by the compiled passes; ``Unsuitable`` where it is small, odd or wrong, or they are not there."""
    compiled = passes()
    if compiled is None or len(columns.tasks) < WORTH_IT:
        raise Unsuitable
    return compiled(columns)


def passes() -> Passes | None:
    """The compiled passes, where this process has loaded them; who is the first to miss them does not wait."""
    if LoadedPasses.is_expected:
        LoadedPasses.is_expected = False
        Thread(target=_load_in_turn, daemon=True).start()
    return LoadedPasses.passes


def load_or_expect() -> None:
    """Load the passes, or else look for them once more when they are first missed: they may be being compiled."""
    LoadedPasses.is_expected = not load()


def _load_in_turn() -> None:
    """As soon as no process compiles any more."""
    with suppress(OSError), _turn():
        load()


def load() -> bool:
    """Load the passes if they are compiled; whether they are there."""
    if LoadedPasses.passes is None and any(_stamps(digest())):
        try:
            _load()
        except Exception:  # whatever it is: a site does without them rather than not start
            log.exception("The compiled passes cannot be loaded; plans are computed without them.")
    return LoadedPasses.passes is not None


def _load() -> None:
    from tasks.scheduling.compiled import warm  # noqa: PLC0415  # numba: a process that finds nothing compiled spares it

    if stamp(warm.processor()).exists():
        warm.up()
        LoadedPasses.passes = warm.passes


def make() -> bool:
    """Compile the passes anew and load them; False when they were there already."""
    with _turn():
        if load():
            return False
        from tasks.scheduling.compiled import warm  # noqa: PLC0415  # numba, as in `_load`

        for old in _stamps("*"):
            old.unlink(missing_ok=True)
        warm.forget()
        warm.up()
        LoadedPasses.passes = warm.passes
        stamp(warm.processor()).touch()
        return True


@contextmanager
def _turn() -> Iterator[None]:
    """One process after the other."""
    _folder().mkdir(parents=True, exist_ok=True)
    with open(_folder() / "passes.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest() -> str:
    """Changes with all that the compiled passes are made of; numba looks at each file's time by itself."""
    is_off = os.environ.get("NUMBA_DISABLE_JIT", "")
    found = hashlib.sha256(f"{sys.version} {_version('numba')} {_version('numpy')} {is_off}".encode())
    for path in (*sorted(HERE.glob("*.py")), *(HERE.parent / name for name in CONSTANTS)):
        found.update(path.name.encode() + path.read_bytes() + str(path.stat().st_mtime_ns).encode())
    return found.hexdigest()[:24]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def stamp(processor: str) -> Path:
    """The file that says that what is kept was made of these sources for this processor."""
    return _folder() / f"passes-{digest()}-{processor}.stamp"


def _folder() -> Path:
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    return Path(chosen) if chosen else HERE / "__pycache__"


def _stamps(of: str) -> Iterator[Path]:
    return _folder().glob(f"passes-{of}-*.stamp")
