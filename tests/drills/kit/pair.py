"""A primary with its replica and its receiver, the pool in front, and the product reading from the replica."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, Final

import psycopg

from tests.drills.kit import packages, pgbouncer, postgres, redis
from tests.drills.kit.programs import Room, wait_until
from tests.drills.kit.receiver import Receiver
from tests.drills.kit.site import CSRF, SESSION, TOKEN, Answer, Installation, Site
from tests.drills.kit.wire import Wire

#: As much as a drill asks, which is more than a person.
UNLIMITED: Final = {f"LIMIT_{name}": "100000/minute" for name in ("API_USER", "API_GLOBAL", "FRAGMENTS")}
_KNOWN: Final = """
import json
from projects.rls import scope as tenancy
from projects.models import OrganizationMember, Project
from resources.models import Skill
from resources.services.skills import add_skill
members = OrganizationMember.objects.select_related("user", "organization")
chosen = max(members.filter(role="admin").order_by("pk"), key=lambda one: one.organization.memberships.count())
people = members.filter(organization=chosen.organization, role="pmo").order_by("pk")
with tenancy.scope([chosen.organization_id]):
    skills = [add_skill(organization=chosen.organization, name=f"drill-{number}", actor=chosen.user).pk for number in range(16)]
    projects = list(Project.objects.alive().filter(task_count__gt=3).order_by("pk").values_list("pk", flat=True)[:6])
print(json.dumps({"admin": chosen.user.username, "reader": people[0].user.username, "skills": skills, "projects": projects}))
"""


class Pair:
    """All of it, running; commits wait as `primary.conf` says. `wired`: what they say to each other goes by wires that can be cut."""

    def __init__(self, room: Room, *, pool: int = 0, wired: bool = False) -> None:
        packages.need("postgres", "pgbouncer", "redis-server")
        self.room, self.is_wired = room, wired
        self.wires: dict[str, Wire] = {}
        self.primary = postgres.make_primary(room, synchronous=True)
        self.replica = postgres.make_replica(room, self._by_wire("replica to primary", self.primary))
        self.receiver = Receiver(room, self.primary, self.replica)
        to_primary = self._by_wire("pool to primary", self.primary)
        to_replica = self._by_wire("pool to replica", self.replica)
        self.pool = pgbouncer.start(room, to_primary, replica=to_replica, pool=pool)
        self.cache, self.broker = redis.start(room, "cache"), redis.start(room, "broker")
        to_cache = self.cache.url
        if wired:
            self.wires["site to cache"] = Wire(room, self.cache.port)
            to_cache = f"redis://127.0.0.1:{self.wires['site to cache'].port}/0"
        self.installation = Installation(
            room, database=self.pool.url(), owner=self.primary.url("owner"),
            replica=self.pool.url(database="itdo_erp_replica"), cache=to_cache, broker=self.broker.url,
            **UNLIMITED,  # type: ignore[arg-type]  # none of them is called root
        )  # fmt: skip
        wait_until(lambda: len(standbys(self.primary)) == 2, "a replica and a receiver")
        self.installation.prepare("--projects", "10", "--seed", "1")
        self.known: Any = self.installation.evaluate(_KNOWN)
        self.wait_for_replica()

    def _by_wire(self, name: str, server: postgres.Cluster) -> postgres.Cluster:
        """The same server, at the end of a wire where there are any."""
        if not self.is_wired:
            return server
        self.wires[name] = Wire(self.room, server.port)
        there = copy.copy(server)
        there.port = self.wires[name].port
        return there

    def wait_for_replica(self) -> float:
        """Until it has all that the primary has; how long that took."""
        end = self.primary.ask("SELECT pg_current_wal_lsn()::text")
        statement = "SELECT coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, false)"
        return wait_until(
            lambda: self.replica.ask(statement, end), "a replica that has everything", seconds=60
        )

    def pages(self) -> list[str]:
        """What people look at."""
        first = self.known["projects"]
        kinds = ("/projects/{}/wbs/", "/projects/{}/gantt/", "/projects/{}/", "/projects/{}/members/")
        return ["/projects/", "/my-tasks/", *(kind.format(pk) for pk in first[:3] for kind in kinds)]


@contextmanager
def commit_under_way(cluster: postgres.Cluster) -> Iterator[Event]:
    """A change that is on its way to a server from the beginning of the block; the event is set when it is acknowledged."""
    acknowledged = Event()

    def commit() -> None:
        with suppress(psycopg.Error), cluster.connect(database=postgres.DATABASE) as connection:
            connection.execute("SELECT pg_logical_emit_message(true, 'drill', '')")
            acknowledged.set()

    thread = Thread(target=commit, daemon=True)
    thread.start()
    yield acknowledged
    thread.join(30)


def standbys(primary: postgres.Cluster) -> dict[str, str]:
    """Who follows a primary, and whether commits wait for them (`sync`) or would if another one were away (`potential`)."""
    with primary.connect() as connection:
        return dict(
            connection.execute("SELECT application_name, sync_state FROM pg_stat_replication").fetchall()
        )


class Browser:
    """A user's browser: it keeps the cookie of what they have written."""

    def __init__(self, site: Site, session: str, *, forgets: bool = False) -> None:
        self.site, self.session, self.forgets, self.written = site, session, forgets, ""

    def ask(self, path: str, **options: Any) -> Answer:
        """One request."""
        cookie = f"{SESSION}={self.session}; {CSRF}={TOKEN}"
        if self.written and not self.forgets:
            cookie += f"; __Host-written={self.written}"
        answer = self.site.ask(path, Cookie=cookie, **options)
        found = re.search(r"__Host-written=([0-9a-f]+)", str(answer.headers.get("Set-Cookie", "")))
        self.written = found[1] if found else self.written
        return answer


def commits(cluster: postgres.Cluster, *, is_exact: bool = False) -> int:
    """Transactions that this server's product database has seen end well.

    A session tells them a second late, and the last of them when it has been idle for ten: only then the count is exact.
    """
    time.sleep(11 if is_exact else 1.5)
    return int(cluster.ask("SELECT xact_commit FROM pg_stat_database WHERE datname = %s", postgres.DATABASE))
