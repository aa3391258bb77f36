"""The clock of the jobs: entries come from the database, and only one clock ticks at a time."""

from typing import Any

import psycopg
from django.db import connections
from django_celery_beat.schedulers import DatabaseScheduler

#: Any number that nothing else in this database locks.
LOCK = 20_260_401


class SingleScheduler(DatabaseScheduler):  # type: ignore[misc]  # the library has no types
    """Waits at its start until no other beat holds the lock, so that a second one never fires twice.

    The lock belongs to a session of its own on a direct connection: when this process dies, however it dies,
    PostgreSQL ends the session and the next beat goes on.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not kwargs.get("lazy"):
            owner = connections["owner"].settings_dict
            self._session = psycopg.connect(
                host=owner["HOST"], port=owner["PORT"] or None, user=owner["USER"],
                password=owner["PASSWORD"], dbname=owner["NAME"], autocommit=True,
            )  # fmt: skip
            self._session.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        super().__init__(*args, **kwargs)
