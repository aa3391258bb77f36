"""Programs that the tests of the files of production ask: those of Debian where root may install, those of PyPI in .venv/ops.

What cannot be had is said, and the tests that need it are skipped with a word; nothing else hangs on it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
FOLDER: Final = Path(sys.prefix) / "ops"
STAMP: Final = FOLDER / "installed"
#: A program, and the package of Debian that brings it.
PROGRAMS: Final = {
    "nginx": "nginx-light",
    "promtool": "prometheus",
    "amtool": "prometheus-alertmanager",
    "kubectl": "kubectl",
    "shellcheck": "shellcheck",
    "pgbouncer": "pgbouncer",
    "redis-server": "redis-server",
    "pgbackrest": "pgbackrest",
}
SECONDS: Final = 300


def main() -> None:
    """Install what is missing and may be installed, then say what is still missing."""
    install_programs()
    install_packages()
    missing = [name for name in PROGRAMS if not find(name)]
    if missing:
        sys.stdout.write(f"not here: {', '.join(missing)}; the tests that ask them will be skipped\n")


def find(name: str) -> str | None:
    """A program: of .venv/ops, or of the machine, where daemons lie beside the path of ordinary users."""
    path = os.pathsep.join([str(FOLDER / "bin"), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return shutil.which(name, path=path)


def install_programs() -> None:
    """With apt, and without starting any of them."""
    packages = [package for name, package in PROGRAMS.items() if not find(name)]
    if not packages or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    known = [name for name in packages if _run(["apt-cache", "show", name], environment)]
    if len(known) < len(packages):
        _run(["apt-get", "--quiet", "update"], environment)
        known = [name for name in packages if _run(["apt-cache", "show", name], environment)]
    if known:
        _run(["apt-get", "--quiet", "install", "--yes", "--no-install-recommends", *known], environment)


def install_packages() -> None:
    """As the lock file says, every file checked against its hash."""
    lock = HERE / "requirements.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == digest:
        return
    venv.create(FOLDER, with_pip=True, clear=True)
    pip = [
        str(FOLDER / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    # hadolint's package fetches its program when it is built, so it comes as the wheel for this kind of machine or not at all.
    if _run([*pip, "--requirement", str(lock)], dict(os.environ)):
        STAMP.write_text(digest)


def _run(command: list[str], environment: dict[str, str]) -> bool:
    try:
        result = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


if __name__ == "__main__":
    main()
