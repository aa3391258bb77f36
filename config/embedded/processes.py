"""Starting programs as the engines' account, untouched by what the caller's shell has set."""

import os
import subprocess
from pathlib import Path
from typing import Any

from config.embedded.places import Account, LauncherError


def clean_environment() -> dict[str, str]:
    """No LANG that was never generated, no PGHOST of another server."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "PG")) and name not in {"LANG", "LANGUAGE"}
    }
    return kept | {"LC_ALL": "C.UTF-8"}


def quietly(account: Account) -> dict[str, Any]:
    """Arguments for subprocess: this account, no terminal, no output, a folder that always exists."""
    arguments: dict[str, Any] = {
        "env": clean_environment(),
        "cwd": "/",
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    if os.geteuid() == 0 and account.uid != 0:
        arguments |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return arguments


def run(command: list[str | Path], account: Account) -> None:
    """Run to the end; what the program said becomes the error."""
    arguments = quietly(account) | {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    result = subprocess.run(command, check=False, text=True, **arguments)
    if result.returncode != 0:
        name = Path(command[0]).name
        raise LauncherError(f"{name} ended with code {result.returncode}:\n{result.stdout.strip()}")


def succeeds(command: list[str | Path], account: Account) -> bool:
    """Whether a program says yes."""
    return subprocess.run(command, check=False, **quietly(account)).returncode == 0


def lives_in(pid: int, folder: Path) -> bool:
    """Whether a process works in that folder: a zombie or a stranger with a reused number does not."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False
