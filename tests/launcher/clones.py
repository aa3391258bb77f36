"""Copies of the project to start, break and throw away."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.embedded.places import PROJECT, Account

IS_ROOT = os.geteuid() == 0
#: What is compiled of the engine, beside its source.
COMPILED = Path("tasks/scheduling/compiled/__pycache__")


@dataclass(frozen=True)
class Clone:
    """A project folder of its own, with engines of its own."""

    folder: Path
    user: str | None = None

    def variables(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """No server is configured, and modules are those of the clone."""
        left_out = {
            "ENVIRONMENT",
            "DATABASE_URL",
            "DATABASE_OWNER_URL",
            "DATABASE_OPERATOR_URL",
            "REDIS_URL",
            "REDIS_BROKER_URL",
        }
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        paths = f"{self.folder}:{sysconfig.get_path('purelib')}"
        return kept | {"PYTHONPATH": paths} | dict(extra or {})

    def as_user(self) -> dict[str, Any]:
        """Arguments for subprocess."""
        if self.user is None:
            return {}
        entry = pwd.getpwnam(self.user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def engines(
        self, command: str, extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`python -m config.embedded COMMAND` in this clone."""
        return subprocess.run(
            [python_for(self.user), "-m", "config.embedded", command],
            cwd=self.folder,
            env=self.variables(extra),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.as_user(),
        )

    def urls(self) -> dict[str, str]:
        """Addresses of the running engines."""
        lines = self.engines("env").stdout.splitlines()
        pairs = (line.removeprefix("export ").partition("=") for line in lines)
        return {name: url.strip("'") for name, _, url in pairs if name.endswith("_URL")}

    @property
    def state(self) -> Path:
        """Where its state really is."""
        return (self.folder / ".state").resolve()

    def postgres_pid(self) -> int:
        """The server's process."""
        return int((self.state / "postgres" / "postmaster.pid").read_text().split()[0])


def python_for(user: str | None) -> str:
    """A Python of this version that the user may execute: the one in use may be in root's home."""
    if user is None:
        return sys.executable
    entry = pwd.getpwnam(user)
    account = Account(user, entry.pw_uid, entry.pw_gid)
    system = f"/usr/bin/python3.{sys.version_info.minor}"
    candidates = [Path(sys.executable).resolve(), Path(system)]
    packages = Path(sysconfig.get_path("purelib")) / "psycopg"
    for path in candidates:
        if path.exists() and account.reaches(path) and account.reaches(packages):
            return str(path)
    pytest.skip(
        f"{user} can reach no Python {sys.version_info.major}.{sys.version_info.minor} with our packages"
    )


@contextmanager
def parent_folder(mode: int = 0o755) -> Iterator[Path]:
    """A folder that other accounts may pass through, unless told otherwise (pytest's own are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="itdo-drill-"))
    folder.chmod(mode)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def launcher_only(parent: Path, name: str = "clone", user: str | None = None) -> Iterator[Clone]:
    """A clone that holds the launcher and nothing else."""
    folder = parent / name
    shutil.copytree(PROJECT / "config" / "embedded", folder / "config" / "embedded")
    shutil.copy(PROJECT / "config" / "__init__.py", folder / "config")
    with _disposable(Clone(folder, user)) as clone:
        yield clone


@contextmanager
def whole_project(parent: Path, name: str = "clone") -> Iterator[Clone]:
    """The project as it is now, with the packages that are installed already."""
    folder = parent / name
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    for line in listed.stdout.splitlines():
        if (PROJECT / line).is_file():
            (folder / line).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / line, folder / line)
    # It fits files of the same time. Without it each start would compile anew, and be ended before that is done.
    if (PROJECT / COMPILED).is_dir():
        shutil.copytree(PROJECT / COMPILED, folder / COMPILED)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    with _disposable(Clone(folder)) as clone:
        yield clone


@contextmanager
def _disposable(clone: Clone) -> Iterator[Clone]:
    if clone.user:
        entry = pwd.getpwnam(clone.user)
        for path in [clone.folder, *clone.folder.rglob("*")]:
            os.chown(path, entry.pw_uid, entry.pw_gid)
    try:
        yield clone
    finally:
        link = clone.folder / ".state"
        if link.exists():
            reset = clone.engines("reset")
            assert reset.returncode == 0, reset.stderr
        if link.is_symlink():
            shutil.rmtree(link.resolve(), ignore_errors=True)


def mode_of(path: Path) -> int:
    """Its permission bits."""
    return stat.S_IMODE(path.stat().st_mode)
