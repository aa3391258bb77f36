"""One moment of the database, and one backup or restore at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings
from django.db import connections, transaction

from projects.backups.errors import BackupError
from projects.backups.sealing import mark

LOCK: Final = 20261126


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """The lock of backups and restores of a database; it ends with its session, so a killed run leaves none."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise BackupError("Another backup or restore of this database is under way. Wait for its end.")
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def snapshot() -> Iterator[str]:
    """A transaction of the owner that sees one moment, and the name by which others see the same one."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # It waits while the dump is written, and the server ends transactions that do nothing.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def applied_migrations() -> list[str]:
    """The tables as they are, in the words of the migrations that made them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations')")
        if cursor.fetchone()[0] is None:
            raise BackupError(
                "There are no tables yet, so there is nothing to save. Run manage.py migrate first."
            )
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def describe(*, made_at: str, server: int, dumped_by: int) -> dict[str, Any]:
    """What a backup says of itself; asked inside of the moment."""
    migrations = applied_migrations()
    return {
        "made_at": made_at,
        "server": server,
        "dumped_by": dumped_by,
        "schema": hashlib.sha256("\n".join(migrations).encode()).hexdigest(),
        "migrations": migrations,
        "fields_key": fields_keys()[0],
    }


def fields_keys() -> list[str]:
    """Marks of ENCRYPTION_KEY's keys, newest first: whether rates and tokens of a backup can be read here."""
    return [mark(key, b"fields") for key in settings.ENCRYPTION_KEYS]
