"""Databases of the tests: migrated once as a template, cloned by the tests that need one.

The owner makes them; tests and journeys work in them as the app role, so that row-level security holds there too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "test_itdo_"


def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "projects/rls/tables.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _maintenance(what: str = "itdo test databases") -> Iterator[Any]:
    """The owner's connection to the `postgres` database, one process at a time."""
    owner = connections["owner"].settings_dict
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"] or None, user=owner["USER"], password=owner["PASSWORD"],
        dbname="postgres", autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [what])
        yield connection


def _run(connection: Any, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def point_to(name: str) -> None:
    """Let this process work in another database."""
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def make_clone(purpose: str = "unit", *, of: str = "") -> str:
    """A database of this process, migrated and empty or as the one that is named; returns its name."""
    template = f"{PREFIX}{_digest()}"
    clone = f"{template}_{purpose}_{os.getpid()}"
    with _maintenance() as connection:
        _sweep(connection, keep=template)
        if not _is_there(connection, template):
            _make_template(connection, template)
        _drop(connection, clone)
        _run(connection, "CREATE DATABASE {} TEMPLATE {}", clone, of or template)
        # What a crash of the machine would lose of it is made anew by the next run. The server's own settings stay:
        # bin/run works in the same one.
        _run(connection, "ALTER DATABASE {} SET synchronous_commit = off", clone)
    return clone


def make_filled(purpose: str, fill: Callable[[str], None]) -> str:
    """A database that all processes of this run clone, filled by the first that needs it; returns its name.

    It is named by the process that started them, so that it goes when that is gone.
    """
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    name = f"{PREFIX}{_digest()}_{purpose}_{run}"
    with _maintenance(f"itdo test {purpose}") as connection:
        if not _is_there(connection, name):
            making = make_clone(f"{purpose}making")
            fill(making)
            _run(connection, "ALTER DATABASE {} RENAME TO {}", making, name)
    return name


def _is_there(connection: Any, name: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def drop(name: str) -> None:
    """Remove a clone."""
    for alias in connections:
        connections[alias].close()
    with _maintenance() as connection:
        _drop(connection, name)


def drop_if_left() -> None:
    """Remove the clone this process works in, unless a thread of a test still looks at it: the next run sweeps."""
    name = connections["default"].settings_dict["NAME"]
    for alias in connections:
        connections[alias].close()
    with _maintenance() as connection:
        looking = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL"
        if connection.execute(looking, [name]).fetchone()[0] == 0:
            _drop(connection, name)


def count_on_from(number: int) -> None:
    """Let ids begin here: what caches and files hold of rows of an earlier clone must not be found by their ids."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s) FROM pg_sequences"
            " WHERE schemaname = 'public' AND data_type = 'bigint'::regtype",
            [number],
        )


def _drop(connection: Any, name: str) -> None:
    """Remove a database; one that is still looked at stays until the next sweep.

    FORCE ends sessions of the owner only: not the server's own autovacuum, and not the last breath of a site.
    """
    try:
        _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    except psycopg.errors.InsufficientPrivilege:
        with suppress(psycopg.errors.ObjectInUse):
            _run(connection, "DROP DATABASE IF EXISTS {}", name)


def _sweep(connection: Any, *, keep: str) -> None:
    """Remove templates of other migrations, and clones whose process has been killed."""
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
    ).fetchall()
    for (name,) in rows:
        pid = name.rpartition("_")[2]
        is_clone = name.count("_") > PREFIX.count("_")
        if name != keep and not (is_clone and pid.isdigit() and Path(f"/proc/{pid}").exists()):
            _drop(connection, name)


def _make_template(connection: Any, template: str) -> None:
    making = f"{template}_making_{os.getpid()}"
    _run(connection, "CREATE DATABASE {}", making)
    before = connections["owner"].settings_dict["NAME"]
    point_to(making)
    call_command("migrate", verbosity=0)
    point_to(before)
    _run(connection, "ALTER DATABASE {} RENAME TO {}", making, template)
