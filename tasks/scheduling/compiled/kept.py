"""Compiles the kernels of a package once for all processes of this machine, or finds them compiled.

What takes long (levelling, simulation) runs in processes of its own (a command, a job), never in a request, and no site loads its
kernels. numba keeps what it compiled but looks only at the file of a kernel, not at those that it calls: a stamp holds a digest of all
sources (as in ``compiled.ready``), and where it differs everything kept is thrown away.
"""

import fcntl
import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tasks.scheduling.compiled.kernel import KERNELS
from tasks.scheduling.compiled.warm import processor


def compile_once(name: str, home: Path, sources: Iterable[Path], work: Callable[[], object]) -> bool:
    """Have every kernel in a folder compiled of the sources as they are, by doing some work; False when they were."""
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or home / "__pycache__")
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / f"{name}-{_digest(sources)}-{processor()}.stamp"
    with open(folder / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists():
            return False
        for old in folder.glob(f"{name}-*.stamp"):
            old.unlink(missing_ok=True)
        _forget([one for one in KERNELS if Path(one.py_func.__code__.co_filename).parent == home])
        work()
        stamp.touch()
        return True


def _digest(sources: Iterable[Path]) -> str:
    is_off = os.environ.get("NUMBA_DISABLE_JIT", "")
    found = hashlib.sha256(f"{sys.version} {version('numba')} {version('numpy')} {is_off}".encode())
    for path in sources:
        found.update(path.name.encode() + path.read_bytes() + str(path.stat().st_mtime_ns).encode())
    return found.hexdigest()[:24]


def _forget(kernels: list[Any]) -> None:
    for kernel in kernels:
        source = Path(kernel.py_func.__code__.co_filename).stem
        with suppress(FileNotFoundError):
            for old in Path(kernel.stats.cache_path).glob(f"{source}.*.nb[ic]"):
                old.unlink(missing_ok=True)
