"""Programs of Debian, installed where that is allowed; a drill without them is not run, and says so."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

#: A program, and the package that brings it; those that are not here are named as their package.
PACKAGES: Final = {
    "postgres": "postgresql",
    "pgbouncer": "pgbouncer",
    "pgbackrest": "pgbackrest",
    "patroni": "patroni",
    "etcd": "etcd-server",
    "haproxy": "haproxy",
    "nginx": "nginx-light",
    "redis-server": "redis-server",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "prometheus-postgres-exporter": "prometheus-postgres-exporter",
    "prometheus-redis-exporter": "prometheus-redis-exporter",
    "prometheus-node-exporter": "prometheus-node-exporter",
    "prometheus-pgbouncer-exporter": "prometheus-pgbouncer-exporter",
    "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
    "buildah": "buildah",
    "podman": "podman",
    "mmdebstrap": "mmdebstrap",
    "testssl": "testssl.sh",
    "sqlmap": "sqlmap",
    "npm": "npm",
    "clamd": "clamav-daemon",
}
SECONDS: Final = 600


def need(*programs: str) -> dict[str, str]:
    """Where the programs are; skips the drill when one of them cannot be had."""
    missing = [name for name in programs if not find(name)]
    if missing:
        _install([PACKAGES.get(name, name) for name in missing])
    found = {name: find(name) for name in programs}
    absent = [name for name, path in found.items() if path is None]
    if absent:
        why = "apt does not have it" if os.geteuid() == 0 else "only root may install it"
        packages = " ".join(PACKAGES.get(name, name) for name in absent)
        pytest.skip(f"not run: no {', '.join(absent)} here, and {why} (apt install {packages})")
    return {name: path for name, path in found.items() if path}


def need_module(module: str, package: str) -> None:
    """The same for what Debian's own Python imports, which no program shows."""
    for attempt in range(2):
        found = subprocess.run(
            ["/usr/bin/python3", "-c", f"import {module}"], capture_output=True, check=False
        )
        if found.returncode == 0:
            return
        if not attempt:
            _install([package])
    pytest.skip(f"not run: Debian's Python has no {module} (apt install {package})")


def find(name: str) -> str | None:
    """A program of the machine; servers lie beside the path of ordinary users, PostgreSQL's in a folder of its version."""
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    path = os.pathsep.join([*map(str, places), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return shutil.which(name, path=path)


def postgres(name: str) -> str:
    """One of PostgreSQL's own programs, beside its server: psql and pg_dump of the path only choose among versions."""
    return str(Path(need("postgres")["postgres"]).with_name(name))


def _install(packages: list[str]) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    # RUNLEVEL 1: nothing that is installed is started.
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300", *arguments],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
