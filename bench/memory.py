"""What a process holds (MiB) and has worked (seconds), from /proc."""

from __future__ import annotations

import os
from pathlib import Path


def resident(pid: int) -> float:
    """All that is in memory, shared pages too."""
    return _field(Path(f"/proc/{pid}/status"), "VmRSS")


def own(pid: int) -> float:
    """What would be free again if it ended."""
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    return _field(rollup, "Private_Clean") + _field(rollup, "Private_Dirty")


def proportional(pid: int) -> float:
    """Its own, and its share of what it has in common with others."""
    return _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss")


def worked(pid: int) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Processes that it has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _field(path: Path, name: str) -> float:
    for line in path.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"{path} does not say {name}")


def family(pid: int) -> float:
    """Seconds of processor time of a process, of all that it has started, and of those among them that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    own = sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(family(child) for child in children(pid))


def busy() -> float:
    """Seconds that all processors of the machine have worked."""
    user, nice, system, _idle, _waiting, *more = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    return sum(map(int, [user, nice, system, *more[:2]])) / os.sysconf("SC_CLK_TCK")
