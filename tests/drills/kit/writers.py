"""People and programs that write without a pause, and remember what was acknowledged to them."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

import psycopg

from tests.drills.kit.pgbouncer import Pool
from tests.drills.kit.postgres import DATABASE, Cluster
from tests.drills.kit.programs import wait_until
from tests.drills.kit.site import Site

SITE_WRITERS: Final = 3
POOL_WRITERS: Final = 5
#: No two writers of a drill write the same.
NUMBERS: Final = itertools.count(1)


def prepare(primary: Cluster) -> None:
    """Where the programs at the pool write."""
    with primary.connect("owner") as owner:
        owner.execute("CREATE TABLE acknowledged (number int PRIMARY KEY)")
        owner.execute("GRANT INSERT, SELECT ON acknowledged TO itdo_app")


class Writers:
    """People at the site, and programs at the pool; what was acknowledged is remembered, with its moment."""

    def __init__(self, pool: Pool, site: Site, session: str, task: int) -> None:
        self.pool, self.site, self.session, self.task = pool, site, session, task
        self.comments: dict[str, float] = {}
        self.rows: dict[int, float] = {}
        self.refused: list[int] = []
        #: Sessions and requests that ended without an answer.
        self.broken = 0
        self._stop = threading.Event()
        works = [self._comment] * SITE_WRITERS + [self._insert] * POOL_WRITERS
        self._threads = [
            threading.Thread(target=self._until_the_end, args=(work,), daemon=True) for work in works
        ]
        for thread in self._threads:
            thread.start()
        wait_until(lambda: len(self.comments) > 5 and len(self.rows) > 100, "people who write", seconds=60)

    def _until_the_end(self, work: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                work()
            except (psycopg.Error, OSError, http.client.HTTPException):
                self.broken += 1
            # Who was refused tries again, as people and programs do.
            time.sleep(0.02)

    def _comment(self) -> None:
        words = f"word {next(NUMBERS)}"
        answer = self.site.ask(
            f"/tasks/{self.task}/comments/", session=self.session, form={"body": words}, seconds=30
        )
        if answer.status in {200, 302}:
            self.comments[words] = time.monotonic()
        else:
            self.refused.append(answer.status)

    def _insert(self) -> None:
        with psycopg.connect(
            self.pool.url(), connect_timeout=5, prepare_threshold=None, autocommit=True
        ) as pool:
            while not self._stop.is_set():
                number = next(NUMBERS)
                pool.execute("INSERT INTO acknowledged VALUES (%s)", [number])
                self.rows[number] = time.monotonic()

    def first_after(self, moment: float) -> tuple[float, float]:
        """When the first comment and the first row were kept after a moment; endless when there was none."""
        return _first(list(self.comments.values()), moment), _first(list(self.rows.values()), moment)

    def longest_pauses(self, since: float) -> tuple[float, float]:
        """For how long no comment and no row was kept at most, from a moment until now, in seconds."""
        return _longest(list(self.comments.values()), since), _longest(list(self.rows.values()), since)

    def stop(self) -> None:
        """They go home."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    @property
    def count(self) -> int:
        """How much was acknowledged."""
        return len(self.comments) + len(self.rows)

    def lost(self, cluster: Cluster) -> int:
        """How much of that a server does not have."""
        words = {
            words for (words,) in _all(cluster, "SELECT body FROM task_comments WHERE body LIKE 'word %'")
        }
        numbers = {number for (number,) in _all(cluster, "SELECT number FROM acknowledged")}
        return len(self.comments.keys() - words) + len(self.rows.keys() - numbers)


def _first(moments: Iterable[float], after: float) -> float:
    return min((at for at in moments if at > after), default=float("inf"))


def _longest(moments: Iterable[float], since: float) -> float:
    known = sorted([since, *(at for at in moments if at > since), time.monotonic()])
    return max(later - earlier for earlier, later in itertools.pairwise(known))


def _all(cluster: Cluster, statement: Any) -> list[tuple[Any, ...]]:
    with cluster.connect(database=DATABASE) as connection:
        return connection.execute(statement).fetchall()


class Stranger:
    """A program that leads to one server past the pool and HAProxy, and writes there as long as it may."""

    def __init__(self, server: Cluster) -> None:
        self.server, self.kept = server, set[int]()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()
        wait_until(lambda: self.kept, "a stranger who writes")

    def _write(self) -> None:
        with suppress(psycopg.Error), self.server.connect("app") as connection:
            while True:
                number = next(NUMBERS)
                connection.execute("INSERT INTO acknowledged VALUES (%s)", [number])
                self.kept.add(number)

    def tries(self) -> bool:
        """Whether the session is still there."""
        return self._thread.is_alive()

    def missing(self, cluster: Cluster) -> int:
        """How much of what they were told a server does not have."""
        return len(self.kept - {number for (number,) in _all(cluster, "SELECT number FROM acknowledged")})
