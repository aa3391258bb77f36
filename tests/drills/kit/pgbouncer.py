"""PgBouncer with the file of `ops/pgbouncer`, in front of a cluster of the drill."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Final

from tests.drills.kit import packages
from tests.drills.kit.postgres import DATABASE, Cluster
from tests.drills.kit.programs import SERVANT, Program, Room, free_port, wait_until
from tests.ops.files import ROOT

#: What came with a version; the site prepares no statements (config/databases.py), so that a pool without it serves it as well.
SINCE: Final = {"max_prepared_statements": (1, 21)}


def known_to(text: str) -> str:
    """The file without what this machine's PgBouncer is too old for, which would end its start."""
    program = packages.need("pgbouncer")["pgbouncer"]
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"PgBouncer (\d+)\.(\d+)", said)
    assert found, said
    too_new = [name for name, since in SINCE.items() if (int(found[1]), int(found[2])) < since]
    return "".join(line for line in text.splitlines(keepends=True) if line.partition(" ")[0] not in too_new)


class Pool:
    """A running PgBouncer."""

    def __init__(self, room: Room, primary: Cluster, replica: Cluster | None, pool: int) -> None:
        self.room, self.primary, self.replica, self.pool = room, primary, replica, pool
        self.port, self.folder = free_port(), room.folder("pgbouncer", user=SERVANT)
        self.write()
        command = [packages.need("pgbouncer")["pgbouncer"], str(self.folder / "pgbouncer.ini")]
        self.program: Program = room.program("pgbouncer", command, user=SERVANT)
        wait_until(self._answers, "PgBouncer")

    def write(self) -> None:
        """Its files, with the servers as they are now."""
        text = known_to((ROOT / "ops/pgbouncer/pgbouncer.ini").read_text(encoding="utf-8"))
        replica = self.replica or self.primary
        changes = {
            r"host=postgres-replica port=5432": f"host={replica.host} port={replica.port}",
            r"host=postgres port=5432": f"host={self.primary.host} port={self.primary.port}",
            r"listen_addr = .*": "listen_addr = 127.0.0.1",
            r"listen_port = .*": f"listen_port = {self.port}",
            r"auth_file = .*": f"auth_file = {self.folder / 'users.txt'}",
        }
        if self.pool:
            changes |= {r"default_pool_size = .*": f"default_pool_size = {self.pool}"}
            changes |= {r"reserve_pool_size = .*": "reserve_pool_size = 0"}
            changes |= {r"max_db_connections = .*": f"max_db_connections = {self.pool}"}
        for before, after in changes.items():
            text = re.sub(before, after, text)
        (self.folder / "pgbouncer.ini").write_text(text)
        path = f"{Path(packages.postgres('psql')).parent}:{os.environ['PATH']}"
        superuser = {"PGHOST": self.primary.host, "PGPORT": str(self.primary.port), "PATH": path}
        superuser["PGPASSWORD"] = self.primary.passwords["postgres"]
        users = self.room.run(["sh", ROOT / "ops/pgbouncer/users.sh"], env=os.environ | superuser).stdout
        (self.folder / "users.txt").write_text(users)

    def lead_to(self, primary: Cluster) -> None:
        """After a promotion: another server behind the same address."""
        self.primary = primary
        self.write()
        self.program.send(signal.SIGHUP)

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, role: str = "app", *, database: str = DATABASE) -> str:
        """As `Cluster.url`, through the pool; `itdo_erp_replica` leads to the replica."""
        return f"postgres://itdo_{role}:{self.primary.passwords[role]}@127.0.0.1:{self.port}/{database}"


def start(room: Room, primary: Cluster, *, replica: Cluster | None = None, pool: int = 0) -> Pool:
    """A pool of so many servers; without a figure as many as the file says."""
    return Pool(room, primary, replica, pool)
