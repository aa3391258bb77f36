"""Every row of a database, to be held against another one's; and people who write rows all the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import psycopg
from psycopg import sql

from tests.drills.kit.postgres import DATABASE, Cluster

#: A table that makes the database as big as a company's; its rows are compared in blocks of a thousand.
BALLAST: Final = "ballast"
FILL: Final = sql.SQL(
    "CREATE TABLE ballast AS SELECT number AS id, {} AS words FROM generate_series(1, {}) AS number"
)
WRITES: Final = "CREATE TABLE writes (writer int, number int, at timestamptz DEFAULT clock_timestamp(), PRIMARY KEY (writer, number))"


def fill(cluster: Cluster, *, rows: int) -> None:
    """So many rows of a kilobyte that does not compress away."""
    pieces = sql.SQL(" || ").join(sql.SQL("md5({}::text || number)").format(piece) for piece in range(31))
    with cluster.connect("owner") as connection:
        connection.execute(FILL.format(pieces, rows))
        connection.execute("ALTER TABLE ballast ADD PRIMARY KEY (id)")


def gigabytes(cluster: Cluster) -> float:
    """How big the product's database is."""
    return int(cluster.ask("SELECT pg_database_size(%s)", DATABASE)) / 1e9


def all_rows(cluster: Cluster) -> dict[str, list[str]]:
    """Each table's rows as text, in an order of their own."""
    found = {}
    with cluster.connect(database=DATABASE) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm') ORDER BY 1"
        ).fetchall()
        for (table,) in tables:
            statement = sql.SQL(
                "SELECT id / 1000 || ':' || count(*) || ':' || sum(hashtextextended(t::text, 0)) FROM {} t GROUP BY id / 1000 ORDER BY 1"
                if table == BALLAST
                else "SELECT t::text FROM {} t ORDER BY 1"
            )
            found[table] = [row for (row,) in connection.execute(statement.format(sql.Identifier(table)))]
    return found


def differences(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> int:
    """Rows that are in one of both only."""
    count = 0
    for table in before.keys() | after.keys():
        count += len(set(before.get(table, [])) ^ set(after.get(table, [])))
        count += abs(len(before.get(table, [])) - len(after.get(table, [])))
    return count


class Writers:
    """People who write; each write that was acknowledged is remembered with its moment (`time.time()`)."""

    def __init__(self, cluster: Cluster, *, people: int = 4, pause: float = 0.01) -> None:
        self._cluster, self._pause, self._stop = cluster, pause, threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(person,), daemon=True) for person in range(people)
        ]
        self.acknowledged: dict[tuple[int, int], float] = {}
        for thread in self._threads:
            thread.start()

    def _write(self, person: int) -> None:
        with self._cluster.connect("owner") as connection:
            first = connection.execute(
                "SELECT coalesce(max(number), 0) + 1 FROM writes WHERE writer = %s", [person]
            ).fetchone()
            number = int(first[0]) if first else 1
            # The server went away: so be it.
            with suppress(psycopg.OperationalError):
                while not self._stop.is_set():
                    with connection.transaction():
                        connection.execute(
                            "INSERT INTO writes (writer, number) VALUES (%s, %s)", [person, number]
                        )
                        # A row of the product, too.
                        connection.execute(
                            "UPDATE projects SET revision = revision + 1 WHERE id = (SELECT min(id) + %s FROM projects)",
                            [person],
                        )
                    self.acknowledged[person, number] = time.time()
                    number += 1
                    time.sleep(self._pause)

    def stop(self) -> None:
        """Let them end what they are at."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
