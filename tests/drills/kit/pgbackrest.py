"""Backups as compose makes them: `pgbackrest.conf` and `backup.sh` as they stand, the repository in a folder of the drill.

The object storage of production is a folder here, since there is none to be had; encryption, compression, bundles, retention
and the way of every segment are those of the file.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.drills.kit import packages
from tests.drills.kit.postgres import SMALLER, Cluster, make_primary
from tests.drills.kit.programs import SERVANT, Room, wait_until
from tests.ops.files import ROOT

#: What `backup.sh` calls: PostgreSQL's container is this machine, and so is restic's.
DOCKER: Final = """#!/bin/sh
while [ "$1" != exec ] && [ "$1" != run ]; do shift; done
how=$1; shift
while [ "$1" != postgres ] && [ "$1" != uploads ]; do shift; done
[ "$how" = exec ] && { shift; exec setpriv --reuid=%(user)s --regid=%(user)s --clear-groups env "$@"; }
shift
# Each container has a name of its own.
exec unshare --uts sh -c 'hostname "container-$$"; exec restic "$@"' sh $(echo "$@" | sed 's#/srv/media#%(media)s#; s#/srv/audit#%(nights)s#')
"""


class Backrest:
    """The repository of one installation, and the way to it from whichever machine has its files."""

    def __init__(self, room: Room, *, name: str = "repository") -> None:
        found = packages.need("postgres", "pgbackrest", "restic", "setpriv")
        self.room, self.program = room, found["pgbackrest"]
        self.repository = room.folder(name, user=SERVANT)
        self.passphrase = "a passphrase of the drill"  # pragma: allowlist secret
        self.uploads = room.folder("uploads-repository")
        self._clock: dict[str, str] = {}

    def variables(self, cluster: Cluster | None = None, **more: str) -> dict[str, str]:
        """What `.env` gives the container, and where this machine's copy of the file is."""
        name = cluster.name if cluster else "postgres"
        path = f"{Path(packages.postgres('postgres')).parent}:{os.environ['PATH']}"
        return {
            "PATH": path, "LC_ALL": "C.UTF-8", "PGBACKREST_CONFIG": str(self.room.place / f"{name}-pgbackrest.conf"),
            "PGBACKREST_REPO1_CIPHER_PASS": self.passphrase, **self._clock, **more,
        }  # fmt: skip

    def set_back(self, days: int) -> None:
        """Another day for PostgreSQL and pgBackRest; a server that was started after the first time follows each later one."""
        library = Path("/usr/lib", f"{platform.machine()}-linux-gnu", "faketime/libfaketime.so.1")
        packages.need("faketime")
        told = self.room.place / "days"
        told.write_text(f"-{days}d\n" if days else "+0\n")
        told.chmod(0o644)
        self._clock = {
            "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(told), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip

    def make_primary(self, name: str = "postgres") -> Cluster:
        """A new primary that archives into this repository with the archive command of `postgresql.conf`."""
        self.configure(name, Path("/nowhere"), 1, Path("/nowhere"))
        cluster = make_primary(
            self.room, name=name, changes={}, env=self.variables() | {"PGBACKREST_CONFIG": self._file(name)}
        )
        self.configure(name, cluster.data, cluster.port, cluster.folder)
        self.run(cluster, "stanza-create")
        return cluster

    def _file(self, name: str) -> str:
        return str(self.room.place / f"{name}-pgbackrest.conf")

    def configure(self, name: str, data: Path, port: int, socket: Path) -> None:
        """The file of production with this machine's places in it."""
        text = (ROOT / "ops/pgbackrest/pgbackrest.conf").read_text(encoding="utf-8")
        spool = self.room.folder(f"{name}-spool", user=SERVANT)
        for line, here in {
            "repo1-type=s3": "repo1-type=posix",
            "repo1-path=/itdo": f"repo1-path={self.repository}",
            "spool-path=/var/spool/pgbackrest": f"spool-path={spool}",
            "lock-path=/tmp/pgbackrest": f"lock-path={spool}/lock",
            "pg1-path=/var/lib/postgresql/data": f"pg1-path={data}",
            "pg1-port=5432": f"pg1-port={port}\npg1-socket-path={socket}",
        }.items():
            assert f"\n{line}\n" in text, f"pgbackrest.conf has no line {line}"
            text = text.replace(f"\n{line}\n", f"\n{here}\n")
        Path(self._file(name)).write_text(text)

    def run(
        self, cluster: Cluster, *arguments: str, check: bool = True, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """`pgbackrest --stanza=itdo …` on a cluster's machine."""
        return self.room.run(
            [self.program, "--stanza=itdo", *arguments],
            user=SERVANT,
            check=check,
            env=self.variables(cluster, **more),
        )

    def backup_sh(
        self, cluster: Cluster, media: Path, *, check: bool = True, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """`ops/pgbackrest/backup.sh` itself; its `docker compose` leads to the programs of this machine."""
        programs = self.room.folder("programs")
        docker = programs / "docker"
        docker.write_text(DOCKER % {"user": SERVANT, "media": media, "nights": self.room.folder("nights")})
        docker.chmod(0o755)
        superuser = {"PGHOST": str(cluster.folder), "PGPORT": str(cluster.port)}
        variables = self.variables(cluster, **superuser) | dict(self.restic()) | more
        variables["PATH"] = f"{programs}:{variables['PATH']}"
        return self.room.run(["sh", ROOT / "ops/pgbackrest/backup.sh"], env=variables, check=check)

    def restic(self) -> Mapping[str, str]:
        """Where uploads are kept, and by which passphrase."""
        return {
            "RESTIC_REPOSITORY": str(self.uploads), "RESTIC_PASSWORD": self.passphrase, "HOME": str(self.room.place),
            "RESTIC_CACHE_DIR": str(self.room.folder("restic-cache")),
        }  # fmt: skip

    def restic_days(self) -> list[int]:
        """Ages of the uploads' snapshots in whole days, newest first."""
        words = self.room.run(
            [packages.need("restic")["restic"], "snapshots", "--json", "--tag", "uploads"],
            env=self.variables() | dict(self.restic()),
        ).stdout
        now = datetime.now(UTC)
        moments = [datetime.fromisoformat(found["time"]) for found in json.loads(words)]
        return sorted((now - moment).days for moment in moments)

    def restore_uploads(self, saved: Path, target: Path) -> None:
        """As docs/operations.md says."""
        command = [packages.need("restic")["restic"], "restore", f"latest:{saved}", "--tag", "uploads"]
        self.room.run([*command, "--target", str(target)], env=self.variables() | dict(self.restic()))

    def new_machine(self, cluster: Cluster, name: str) -> Cluster:
        """Another machine with the same secrets and files, and nothing in its data folder."""
        other = Cluster(self.room, name, cluster.passwords, SMALLER)
        self.configure(name, other.data, other.port, other.folder)
        return other

    def restore(self, cluster: Cluster, *how: str) -> None:
        """Fill a machine's data folder."""
        self.room.folder(str(cluster.data.relative_to(self.room.place)), user=SERVANT).chmod(0o700)
        self.run(cluster, *how, "restore")

    def start_restored(self, cluster: Cluster, *, seconds: float = 600) -> float:
        """Start it, wait for the end of recovery, and answer how long that took; it waits for no replica."""
        command = [
            packages.postgres("postgres"),
            *cluster.options("primary"),
            "-c",
            "synchronous_standby_names=",
        ]
        cluster.program = self.room.program(cluster.name, command, user=SERVANT, env=self.variables(cluster))
        return wait_until(
            lambda: cluster.answers() and cluster.ask("SELECT NOT pg_is_in_recovery()"),
            "a restored PostgreSQL",
            seconds=seconds,
        )

    def files(self) -> list[Path]:
        """Everything in the repository."""
        return [path for path in self.repository.rglob("*") if path.is_file() and not path.is_symlink()]

    def labels(self, cluster: Cluster) -> list[str]:
        """Names of the backups that are there, oldest first."""
        words = self.run(cluster, "info").stdout
        return re.findall(r"full backup: (\S+)", words)
