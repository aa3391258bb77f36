"""`.venv` with the pinned packages: runs on any Python 3.11 or later, before anything is installed."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config.launch import pango
from config.launch.progress import complain, step

PROJECT: Final = Path(__file__).resolve().parents[2]
VENV: Final = PROJECT / ".venv"
PYTHON: Final = VENV / "bin" / "python"
STAMP: Final = VENV / "installed.json"
RUN: Final = ("requirements.txt", "requirements-embedded.txt")
TEST: Final = (*RUN, "requirements-dev.txt")
NO_NETWORK: Final = (
    "connection",
    "name resolution",
    "timed out",
    "Network is unreachable",
    "from versions: none",
)


class CannotInstallError(Exception):
    """What a person has to do first."""


def main() -> int:
    """Make sure that what `run` or `test` needs is there."""
    files: tuple[str, ...] = TEST if sys.argv[1:] == ["test"] else RUN
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        files = tuple(name for name in files if name != "requirements-embedded.txt")
    try:
        with _one_at_a_time():
            install(files)
            pango.ensure(VENV / "pango")
    except CannotInstallError as error:
        complain(f"\n{error}")
        return 1
    return 0


def install(files: tuple[str, ...]) -> None:
    """Bring the environment up to date; nothing to do when no pin has changed."""
    if not _works():
        with step("Python environment (.venv)"):
            _make()
    wanted = {name: _digest(PROJECT / name) for name in files}
    present = _installed()
    missing = [name for name in files if present.get(name) != wanted[name]]
    if missing:
        with step("Packages"):
            _pip_install(missing)
        _stamp(present | wanted)


def _stamp(installed: dict[str, str]) -> None:
    """In a new file under the old name: a copy of the environment by hard links shares files with this one."""
    new = STAMP.with_suffix(".new")
    new.write_text(json.dumps(installed))
    new.replace(STAMP)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """bin/run and bin/test may start together; the folder itself is the lock, so nothing is left behind."""
    handle = os.open(PROJECT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _works() -> bool:
    """Whether the environment's Python still starts (the one it came from may have been upgraded away)."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make() -> None:
    if not _has_venv():
        _apt_install_venv()
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    result = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotInstallError(f"python -m venv failed:\n{result.stdout}{result.stderr}")


def _has_venv() -> bool:
    """Asked of a new process: after an installation by apt this one would not see the new modules."""
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _apt_install_venv() -> None:
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
            subprocess.run(["apt-get", "-q", *command], env=environment, capture_output=True, check=False)
    if not _has_venv():
        raise CannotInstallError(
            f"{sys.executable} has no venv module. On Debian or Ubuntu type: sudo apt install {package}"
        )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    try:
        content = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _pip_install(names: list[str]) -> None:
    # The files name every package there is to install, so there is nothing to resolve.
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--retries", "2"]
    command += ["--disable-pip-version-check"]
    command += ["--require-hashes", "--no-deps"]
    for name in names:
        command += ["-r", PROJECT / name]
    result = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
    if result.returncode == 0:
        return
    said = (result.stdout + result.stderr).strip()
    if any(sign in said for sign in NO_NETWORK):
        raise CannotInstallError(
            "pip could not fetch the packages: no package index answers. Connect to the network, or let pip know "
            f"of a mirror or proxy (PIP_INDEX_URL, HTTPS_PROXY), and start again. Its last words:\n{_tail(said)}"
        )
    if "hash" in said.lower():
        raise CannotInstallError(
            f"A package is not the one that was pinned; nothing was installed.\n{_tail(said)}"
        )
    raise CannotInstallError(f"pip could not install the packages:\n{_tail(said)}")


def _tail(text: str) -> str:
    errors = [line for line in text.splitlines() if not line.startswith("WARNING: Retrying")]
    return "\n".join(f"  {line}" for line in errors[-6:])


if __name__ == "__main__":
    sys.exit(main())
