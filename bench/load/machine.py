"""What a load costs: processor time of each part, and what the database and Redis did for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import connection

from bench import memory


class Reading(NamedTuple):
    """The counters of one moment."""

    #: Seconds of work by part; `machine` is all processors together.
    worked: dict[str, float]
    #: Bytes of the log of the database, rows written, transactions.
    log: int
    rows: int
    transactions: int
    #: Commands that Redis has answered, and bytes that it holds.
    commands: int
    held: int


class Machine:
    """Reads the counters of the processes that take part."""

    def __init__(self, site: Sequence[int], worker: int, generator: int) -> None:
        self.redis: Any = cache.client.get_client()  # type: ignore[attr-defined]  # django-redis has it
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        self.pids = {
            "site": [*site],
            "worker": [worker],
            "generator": [generator],
            "database": [_parent(backend)],
            "redis": [int(self.redis.info("server")["process_id"])],
        }

    def read(self) -> Reading:
        """All of them, now."""
        worked = {name: sum(map(memory.family, pids)) for name, pids in self.pids.items()}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_current_wal_lsn() - '0/0', tup_inserted + tup_updated + tup_deleted, xact_commit"
                " FROM pg_stat_database WHERE datname = current_database()"
            )
            log, rows, transactions = (int(value) for value in cursor.fetchone())
        info = self.redis.info()
        return Reading(
            worked | {"machine": memory.busy()},
            log, rows, transactions, int(info["total_commands_processed"]), int(info["used_memory"]),
        )  # fmt: skip


def _parent(pid: int) -> int:
    """Of a database session: the server. On another machine there is nothing to be read of it."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        raise SystemExit("The database is on another machine, where its processor time cannot be read.")
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("PPid:"))


def others() -> str:
    """How much the machine has to do beside: processes that want to run, on the average of a minute."""
    return f"{os.getloadavg()[0]:.2f} on {os.cpu_count()} cores"
