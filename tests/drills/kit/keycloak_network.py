"""A network of the drill's own on this machine: services have the addresses and the names that they have with compose."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

_NEW_MOUNTS, _NEW_NETWORK = 0x0002_0000, 0x4000_0000
#: One of those that engines give to their networks.
PREFIX: Final = "172.31.89"


def enter(folder: Path, hosts: Mapping[str, set[str]]) -> None:
    """Let this process, and all that it starts from now on, live in a network where nothing else is; names by address.

    It ends with the process: nothing of it stays on the machine.
    """
    if os.geteuid() != 0:
        pytest.skip("not run: a network of its own needs root")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS | _NEW_NETWORK) != 0:
        pytest.skip(f"not run: this machine gives no network of its own ({os.strerror(ctypes.get_errno())})")
    lines = [
        "127.0.0.1 localhost",
        *(f"{address} {' '.join(sorted(names))}" for address, names in hosts.items()),
    ]
    (folder / "hosts").write_text("\n".join(lines) + "\n")
    for command in (
        "mount --make-rprivate /",
        f"mount --bind {folder / 'hosts'} /etc/hosts",
        "ip link set lo up",
        *(f"ip address add {address}/32 dev lo" for address in hosts),
    ):
        subprocess.run(command.split(), check=True, capture_output=True, stdin=subprocess.DEVNULL)


def address(number: int) -> str:
    """Of the service with this number."""
    return f"{PREFIX}.{number}"
