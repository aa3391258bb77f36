"""A database and a cache of the bench's own, so that no other data is touched or measured."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
#: The logical database of Redis that the bench uses; the product uses 0 and 1.
REDIS_DATABASE = "9"
#: What a database says of itself once all data is in it.
FILLED = "filled"


def environment(name: str) -> dict[str, str]:
    """The variables that point the product at a database of this name on the servers that are running."""
    from config import embedded

    configured = {key: os.environ[key] for key in ("DATABASE_URL", "REDIS_URL") if os.environ.get(key)}
    urls = {**(embedded.environment() if len(configured) < 2 else {}), **configured}
    owner = os.environ.get("DATABASE_OWNER_URL") or urls.get("DATABASE_OWNER_URL") or urls["DATABASE_URL"]
    return {
        "DATABASE_URL": _with_path(urls["DATABASE_URL"], name),
        "DATABASE_OWNER_URL": _with_path(owner, name),
        "REDIS_URL": _with_path(urls["REDIS_URL"], REDIS_DATABASE),
        "REDIS_BROKER_URL": _with_path(urls["REDIS_URL"], REDIS_DATABASE),
    }


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def schema_name() -> str:
    """A name that changes with the tables and with what the bench fills them with."""
    digest = hashlib.sha256()
    files = [
        *ROOT.glob("*/migrations/*.py"),
        ROOT / "projects/rls/tables.py",
        *ROOT.glob("tasks/demo/*.py"),
    ]
    for path in sorted([*files, ROOT / "bench/data.py"]):
        digest.update(path.read_bytes())
    return f"bench_{digest.hexdigest()[:12]}"


def create(name: str) -> bool:
    """Make the database unless it is there and was filled to the end, and drop all others; whether it is new."""
    with _owner(name) as owner:
        found = owner.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE 'bench\\_%'"
        ).fetchall()
        if (name, FILLED) in found:
            return False
        for other, _ in found:
            _drop(owner, other)
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    manage("migrate", "--no-input", name=name)
    return True


def create_empty(name: str) -> None:
    """Make a database anew, with its tables; the caller drops it."""
    with _owner(name) as owner:
        _drop(owner, name)
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    manage("migrate", "--no-input", name=name)


def mark_filled(name: str) -> None:
    """From now on the database is used again as it is."""
    with _owner(name) as owner:
        words = {"name": sql.Identifier(name), "filled": sql.Literal(FILLED)}
        owner.execute(sql.SQL("COMMENT ON DATABASE {name} IS {filled}").format(**words))


def _owner(name: str) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(_with_path(environment(name)["DATABASE_OWNER_URL"], "postgres"), autocommit=True)


def _drop(owner: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop(name: str) -> None:
    """Remove a database of the bench."""
    with _owner(name) as owner:
        _drop(owner, name)


def manage(*arguments: str, name: str) -> None:
    """Run a management command on a database of the bench."""
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=os.environ | environment(name),
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
