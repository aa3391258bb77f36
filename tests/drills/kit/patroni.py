"""Two or three PostgreSQL that Patroni keeps, with the files of `ops/patroni`: etcd, HAProxy, the pool and the product before them."""

from __future__ import annotations

import os
import secrets
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psycopg
import yaml

from tests.drills.kit import packages, pgbouncer, postgres, redis
from tests.drills.kit.postgres import Cluster
from tests.drills.kit.programs import SERVANT, Program, Room, family, free_port, wait_until
from tests.drills.kit.site import Installation
from tests.ops.files import ROOT

NAMES: Final = ("postgres-1", "postgres-2", "postgres-3")
UNLIMITED: Final = {f"LIMIT_{name}": "100000/minute" for name in ("API_USER", "API_GLOBAL", "FRAGMENTS")}
#: Ways in which a node comes back.
REWOUND, RECOVERED = "pg_rewind", "its own recovery"
#: The file's own.
POLICY: Final[dict[str, Any]] = yaml.safe_load((ROOT / "ops/patroni/patroni.yml").read_text())["bootstrap"][
    "dcs"
]
#: Seconds between two looks at who is the primary.
EVERY: Final = 0.05
#: A user who may write, and a task of theirs.
_KNOWN: Final = """
import json
from projects.rls import scope as tenancy
from projects.models import OrganizationMember
from tasks.models import Task
chosen = max(OrganizationMember.objects.filter(role="admin").select_related("user", "organization").order_by("pk"),
    key=lambda one: one.organization.memberships.count())
with tenancy.scope([chosen.organization_id]):
    print(json.dumps([chosen.user.username, Task.objects.filter(is_summary=False).order_by("pk").first().pk]))
"""


class Etcd:
    """Where the nodes write down who is the primary; production has three of them."""

    def __init__(self, room: Room) -> None:
        self.port = free_port()
        here, peers = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{free_port()}"
        command = [
            packages.need("etcd")["etcd"], "--name", "etcd-1", "--data-dir", str(room.folder("etcd", user=SERVANT) / "data"),
            "--listen-client-urls", here, "--advertise-client-urls", here, "--listen-peer-urls", peers,
            "--initial-advertise-peer-urls", peers, "--initial-cluster", f"etcd-1={peers}",
        ]  # fmt: skip
        self.program = room.program("etcd", command, user=SERVANT)


class Node(Cluster):
    """One machine: Patroni, and the PostgreSQL that it starts."""

    def __init__(self, room: Room, name: str, passwords: dict[str, str], etcd: Etcd) -> None:
        super().__init__(room, name, passwords, postgres.SMALLER | postgres.NO_ARCHIVE)
        self.rest, self.settings = free_port(), self.configuration / "patroni.yml"
        text = (ROOT / "ops/patroni/patroni.yml").read_text(encoding="utf-8")
        for before, after in {
            "sh /etc/postgresql/roles.sh": f"sh {ROOT / 'ops/postgres/roles.sh'}",
            "/etc/postgresql": str(self.configuration),
            "/var/run/postgresql": str(self.folder),
            "    restore_command: pgbackrest --stanza=itdo archive-get %f \"%p\"": "    {}",
        }.items():  # fmt: skip
            assert before in text, before
            text = text.replace(before, after)
        self.settings.write_text(text)
        self.variables = os.environ | self._variables(etcd)
        room.endings.append(self.kill)

    def _variables(self, etcd: Etcd) -> dict[str, str]:
        programs = str(Path(packages.postgres("postgres")).parent)
        of_roles = {f"DATABASE_{role.upper()}_PASSWORD": self.passwords[role] for role in postgres.ROLES}
        return of_roles | {
            "PATRONI_NAME": self.name, "PATRONI_ETCD3_HOSTS": f"127.0.0.1:{etcd.port}",
            "PATRONI_RESTAPI_LISTEN": f"127.0.0.1:{self.rest}",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": f"127.0.0.1:{self.rest}",
            "PATRONI_RESTAPI_USERNAME": "patroni", "PATRONI_RESTAPI_PASSWORD": self.passwords["watcher"],
            "PATRONI_POSTGRESQL_LISTEN": f"127.0.0.1:{self.port}",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"127.0.0.1:{self.port}",
            "PATRONI_POSTGRESQL_DATA_DIR": str(self.data), "PATRONI_POSTGRESQL_BIN_DIR": programs,
            "PATRONI_POSTGRESQL_PGPASS": str(self.folder / "pgpass"),
            "PATRONI_REPLICATION_PASSWORD": self.passwords["replicator"],
            "PATRONI_REWIND_PASSWORD": self.passwords["replicator"],
            "PATRONI_SUPERUSER_PASSWORD": self.passwords["postgres"],
            "PGHOST": str(self.folder), "PGPORT": str(self.port), "HOME": str(self.folder),
            "PATH": f"{programs}:{os.environ['PATH']}",
        }  # fmt: skip

    def watch_over(self) -> None:
        """Start Patroni, the first time or again; it starts PostgreSQL."""
        if self.program is None:
            command = [packages.need("patroni")["patroni"], str(self.settings)]
            self.program = self.room.program(self.name, command, user=SERVANT, env=self.variables)
        else:
            self.program.start()

    def kill(self) -> None:
        """kill -9 of Patroni and of PostgreSQL: the machine is gone."""
        self.kill_patroni()
        self.kill_server()

    def kill_patroni(self) -> None:
        """kill -9 of Patroni; its server runs on."""
        if self.program:
            self.program.kill()

    def kill_server(self) -> None:
        """kill -9 of PostgreSQL and all its processes."""
        with suppress(OSError, ValueError, IndexError):
            for pid in family(int((self.data / "postmaster.pid").read_text().splitlines()[0])):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def kill_with_a_secret(self) -> None:
        """The machine is gone while it has changes that it has told no one of: its sender is held for a moment before."""
        for sender in str(self.ask("SELECT string_agg(pid::text, ' ') FROM pg_stat_replication")).split():
            os.kill(int(sender), signal.SIGSTOP)
        time.sleep(0.3)
        self.kill()

    def is_primary(self) -> bool:
        """Whether it answers, and as a primary."""
        with suppress(psycopg.Error):
            return bool(self.ask("SELECT NOT pg_is_in_recovery()"))
        return False

    def last_words(self) -> str:
        """The end of what Patroni and its server have said."""
        return self.program.words()[-3_000:] if self.program else ""

    def way_back(self) -> str:
        """How it became a standby, the last time that Patroni started or demoted it."""
        words = self.program.words() if self.program else ""
        since = max(words.rfind(mark) for mark in ("Selected new etcd server", "Demoting self"))
        rest = words[since:]
        if "replica has been created" in rest:
            return "a new copy"
        return REWOUND if "pg_rewind exit code=0" in rest else RECOVERED


class Kept:
    """All of it, running, with two nodes until the third is added."""

    def __init__(self, room: Room) -> None:
        packages.need("postgres", "patroni", "etcd", "haproxy", "pgbouncer", "redis-server")
        packages.need_module("etcd", "python3-etcd")
        self.room, self.etcd = room, Etcd(room)
        self.passwords = {role: secrets.token_hex(16) for role in (*postgres.ROLES, "postgres")}
        self.all = [Node(room, name, self.passwords, self.etcd) for name in NAMES]
        self.nodes = self.all[:2]
        # What HAProxy leads to, as if each were a server: the primary, whichever it is, and the replicas.
        self.door, self.readers = (Cluster(room, name, self.passwords, {}) for name in ("door", "readers"))
        self.haproxy = self._start_haproxy()
        for node in self.nodes:
            node.watch_over()
        self.wait_until_well(seconds=120)
        self.pool = pgbouncer.start(room, self.door, replica=self.readers)
        self.watch = Watch(self.nodes)
        self.installation, self.user, self.task = self._install()

    def _start_haproxy(self) -> Program:
        text = (ROOT / "ops/patroni/haproxy.cfg").read_text(encoding="utf-8")
        for node in self.all:
            address = f"127.0.0.1:{node.port} check port {node.rest}"
            text = text.replace(f"{node.name}:5432 check port 8008", address)
        text = text.replace("bind :5000", f"bind 127.0.0.1:{self.door.port}")
        text = text.replace("bind :5001", f"bind 127.0.0.1:{self.readers.port}")
        file = self.room.folder("haproxy") / "haproxy.cfg"
        file.write_text(text)
        command = [packages.need("haproxy")["haproxy"], "-W", "-f", str(file)]
        return self.room.program("haproxy", command, user=SERVANT)

    def _install(self) -> tuple[Installation, str, int]:
        cache, broker = redis.start(self.room, "cache"), redis.start(self.room, "broker")
        installation = Installation(
            self.room, database=self.pool.url(), owner=self.door.url("owner"),
            replica=self.pool.url(database="itdo_erp_replica"), cache=cache.url, broker=broker.url,
            **UNLIMITED,  # type: ignore[arg-type]  # none of them is called root
        )  # fmt: skip
        installation.prepare("--projects", "10", "--seed", "1")
        known: Any = installation.evaluate(_KNOWN)
        return installation, str(known[0]), int(known[1])

    def primary(self) -> Node:
        """Who it is now."""
        found = [node for node in self.nodes if node.is_primary()]
        assert len(found) == 1, [node.name for node in found]
        return found[0]

    def standby(self) -> Node:
        """The one that commits wait for."""
        name = self.door.ask("SELECT application_name FROM pg_stat_replication WHERE sync_state = 'sync'")
        return next(node for node in self.nodes if node.name == name)

    def is_well(self) -> bool:
        """All other nodes follow the primary behind HAProxy, and commits wait for one of them."""
        with suppress(psycopg.Error):
            with self.door.connect(connect_timeout=5) as door:
                states = [state for (state,) in door.execute("SELECT sync_state FROM pg_stat_replication")]
            return "sync" in states and len(states) == len(self.nodes) - 1
        return False

    def add(self) -> None:
        """The third machine."""
        self.nodes.append(self.all[2])
        self.all[2].watch_over()
        self.wait_until_well(seconds=120)

    def wait_until_well(self, *, seconds: float = 90) -> float:
        """How long that took, in seconds; what Patroni says when it does not come."""
        try:
            return wait_until(self.is_well, "a primary with a synchronous standby", seconds=seconds)
        except AssertionError as failure:
            words = [f"{node.name}: {node.last_words()}" for node in self.nodes]
            raise AssertionError("\n\n".join([str(failure), self.members(), *words])) from None

    def pool_serves(self) -> bool:
        """Whether the pool has a server; the first who asks after a fault is refused with what it remembers."""
        with suppress(psycopg.Error), psycopg.connect(self.pool.url(), connect_timeout=5) as pool:
            return bool(pool.execute("SELECT true").fetchone())
        return False

    def wait_for(self, node: Node, *, seconds: float = 60) -> float:
        """Until a node is the primary; how long that took, in seconds."""
        return wait_until(node.is_primary, f"{node.name} as the primary", seconds=seconds)

    def members(self) -> str:
        """Who is what, in Patroni's words; nothing while it cannot say."""
        try:
            return self.control("list")
        except AssertionError:
            return ""

    def change(self, name: str, value: str) -> None:
        """Another policy, on all nodes at their next look."""
        self.control("edit-config", "itdo", "--set", f"{name}={value}", "--force")
        wait_until(lambda: f"{name}: {value}" in self.control("show-config", "itdo"), "another policy")
        time.sleep(POLICY["loop_wait"] * 2)

    def control(self, *arguments: str) -> str:
        """`patronictl …`, and what it said."""
        node = self.nodes[0]
        path = str(Path(packages.need("patroni")["patroni"]).with_name("patronictl"))
        return self.room.run([path, "-c", node.settings, *arguments], env=node.variables, user=SERVANT).stdout


class Watch:
    """Asks all nodes every 50 ms whether they are the primary."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes, self.samples, self.slowest = nodes, 0, 0.0
        self._began = time.monotonic()
        #: Moments at which more than one said yes.
        self.doubles: list[float] = []
        self._connections: dict[str, psycopg.Connection[Any]] = {}
        threading.Thread(target=self._look, daemon=True).start()

    @property
    def mean(self) -> float:
        """Seconds between two looks."""
        return (time.monotonic() - self._began) / max(1, self.samples)

    def _look(self) -> None:
        before = time.monotonic()
        while True:
            time.sleep(max(0.0, before + EVERY - time.monotonic()))
            now = time.monotonic()
            self.slowest, before = max(self.slowest, now - before), now
            found = [node for node in self.nodes if self._is_primary(node)]
            # Asked one after the other: only when the first still says so they were it at the same time.
            if len(found) > 1 and self._is_primary(found[0]):
                self.doubles.append(now)
            self.samples += 1

    def _is_primary(self, node: Node) -> bool:
        try:
            if node.name not in self._connections:
                self._connections[node.name] = node.connect(connect_timeout=2)
            row = self._connections[node.name].execute("SELECT NOT pg_is_in_recovery()").fetchone()
        except psycopg.Error:
            self._connections.pop(node.name, None)
            return False
        return bool(row and row[0])
