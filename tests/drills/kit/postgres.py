"""PostgreSQL as compose and Kubernetes start it: the files of `ops/postgres`, smaller in memory, on a port of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.drills.kit import packages
from tests.drills.kit.programs import SERVANT, Program, Room, free_port, wait_until
from tests.ops.files import ROOT

DATABASE: Final = "itdo_erp"
ROLES: Final = ("owner", "app", "operator", "replicator", "watcher")
#: What a machine of many drills cannot give; everything else is as it stands in `ops`.
SMALLER: Final = {
    "shared_buffers = 2GB": "shared_buffers = 256MB",
    "maintenance_work_mem = 512MB": "maintenance_work_mem = 64MB",
}
#: Segments go nowhere, and come from the receiver alone.
NO_ARCHIVE: Final = {
    "archive_command = 'pgbackrest --stanza=itdo archive-push %p'": "archive_command = 'true'",
    'pgbackrest --stanza=itdo archive-get %f "%p" || ': "",
}


class Cluster:
    """One server, primary or replica."""

    def __init__(
        self, room: Room, name: str, passwords: Mapping[str, str], changes: Mapping[str, str]
    ) -> None:
        self.room, self.name, self.passwords = room, name, dict(passwords)
        self.port, self.host = free_port(), "127.0.0.1"
        self.folder = room.folder(name, user=SERVANT)
        self.data = self.folder / "data"
        self.configuration = room.folder(f"{name}-files")
        self.program: Program | None = None
        for file in ("postgresql.conf", "primary.conf", "replica.conf", "pg_hba.conf"):
            text = (ROOT / "ops/postgres" / file).read_text(encoding="utf-8")
            for before, after in changes.items():
                text = text.replace(before, after)
            text = text.replace("/var/lib/postgresql/received", str(room.place / "received"))
            (self.configuration / file).write_text(text)

    def options(self, role: str) -> list[str]:
        """What the server is told beside its files."""
        return [
            *("-D", str(self.data), "-c", f"config_file={self.configuration / role}.conf"),
            *("-c", f"hba_file={self.configuration / 'pg_hba.conf'}", "-c", f"port={self.port}"),
            *("-c", f"unix_socket_directories={self.folder}", "-c", "listen_addresses=127.0.0.1"),
        ]

    def start(self, role: str = "primary", *more: str, env: Mapping[str, str] | None = None) -> None:
        """Start it (again) and wait until it answers; `more` is told to the server."""
        command = [packages.postgres("postgres"), *self.options(role), *more]
        self.program = self.room.program(self.name, command, user=SERVANT, env=env)
        self.wait()

    def wait(self, *, seconds: float = 60) -> float:
        """Until it takes connections, in seconds."""
        return wait_until(self.answers, f"PostgreSQL {self.name}", seconds=seconds)

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            self.connect(connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, role: str = "app", *, database: str = DATABASE) -> str:
        """An address for a role: app, owner, operator, watcher, or postgres (the superuser)."""
        user = role if role == "postgres" else f"itdo_{role}"
        return f"postgres://{user}:{self.passwords[role]}@{self.host}:{self.port}/{database}"

    def connect(
        self, role: str = "postgres", *, database: str = "", **options: Any
    ) -> psycopg.Connection[Any]:
        """A connection that commits each statement."""
        name = database or ("postgres" if role == "postgres" else DATABASE)
        return psycopg.connect(self.url(role, database=name), autocommit=True, **options)

    def ask(self, statement: Any, *arguments: object, database: str = "") -> Any:
        """The first value that the superuser gets for an answer."""
        with self.connect(database=database) as connection:
            cursor = connection.execute(statement, arguments or None)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def processor_seconds(self) -> float:
        """What the server has used so far: itself, and its sessions that have ended."""
        assert self.program is not None
        fields = Path(f"/proc/{self.program.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """kill -9 of the server and all its processes."""
        assert self.program is not None
        self.program.kill()

    def freeze(self) -> None:
        """SIGSTOP of all its processes."""
        assert self.program is not None
        self.program.freeze()

    def thaw(self) -> None:
        """SIGCONT."""
        assert self.program is not None
        self.program.thaw()

    def end(self) -> None:
        """The quick and clean way."""
        assert self.program is not None
        self.program.end(signal.SIGINT)

    def promote(self) -> float:
        """Make a replica the primary; how long that took, in seconds."""
        self.room.run([packages.postgres("pg_ctl"), "promote", "-W", "-D", self.data], user=SERVANT)
        return wait_until(
            lambda: self.ask("SELECT NOT pg_is_in_recovery()"), "a promoted replica", every=0.01
        )


def make_primary(
    room: Room, *, synchronous: bool = False, name: str = "postgres", changes: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
) -> Cluster:  # fmt: skip
    """A new cluster with roles and database; without `synchronous` it waits for no replica.

    `changes` replaces text in its files; without any the archive goes nowhere.
    """
    passwords = {role: secrets.token_hex(16) for role in (*ROLES, "postgres")}
    cluster = Cluster(room, name, passwords, SMALLER | (NO_ARCHIVE if changes is None else dict(changes)))
    secret = cluster.folder / "password"
    secret.write_text(passwords["postgres"])
    command: list[str | Path] = [
        packages.postgres("initdb"),
        "-D",
        cluster.data,
        "-U",
        "postgres",
        "--pwfile",
        secret,
    ]
    secret.chmod(0o644)
    room.run(
        [*command, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"], user=SERVANT
    )
    secret.unlink()
    alone = [] if synchronous else ["-c", "synchronous_standby_names="]
    cluster.start("primary", *alone, env=env)
    make_roles(cluster)
    return cluster


def make_roles(cluster: Cluster) -> None:
    """As the image of PostgreSQL does at its first start."""
    words = {f"DATABASE_{role.upper()}_PASSWORD": cluster.passwords[role] for role in ROLES}
    superuser = {
        "PGHOST": cluster.host,
        "PGPORT": str(cluster.port),
        "PGPASSWORD": cluster.passwords["postgres"],
    }
    path = f"{Path(packages.postgres('psql')).parent}:{os.environ['PATH']}"
    cluster.room.run(
        ["sh", ROOT / "ops/postgres/roles.sh"], env=os.environ | words | superuser | {"PATH": path}
    )


def make_replica(
    room: Room, primary: Cluster, *, name: str = "replica", env: Mapping[str, str] | None = None
) -> Cluster:
    """A streaming copy, made by `server.sh`."""
    cluster = Cluster(room, name, primary.passwords, SMALLER | NO_ARCHIVE)
    cluster.folder.joinpath("home").mkdir()
    if os.geteuid() == 0:
        shutil.chown(cluster.folder / "home", SERVANT, SERVANT)
    variables = (os.environ if env is None else dict(env)) | {
        "PGDATA": str(cluster.data), "HOME": str(cluster.folder / "home"), "BEGINS_AS": "replica", "PEER": primary.host,
        "PEER_PORT": str(primary.port), "CONFIGURATION": str(cluster.configuration),
        "DATABASE_REPLICATOR_PASSWORD": primary.passwords["replicator"],
        "PATH": f"{Path(packages.postgres('postgres')).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    cluster.program = room.program(
        name,
        ["sh", ROOT / "ops/postgres/server.sh", *cluster.options("replica")],
        user=SERVANT,
        env=variables,
    )
    cluster.wait()
    return cluster
