"""Questions that never wait long: to a database that stands still, or a Redis that does.

A statement's own timeout is kept by the server, and a server that was frozen, or whose host is gone, keeps none.
So this connection is one of its own and counts the seconds on this side.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

import psycopg
import redis
from django.conf import settings
from django.db import connections
from redis.backoff import NoBackoff
from redis.retry import Retry

#: Seconds for one question, connecting included; ready answers within three.
SECONDS: Final = 2.0
#: Seconds for connecting to Redis, and for its answer.
REDIS_SECONDS: Final = 0.5


class BoundedConnection(psycopg.Connection[Any]):
    """Gives up at its deadline, whatever the server does; what it gave up on must be closed."""

    deadline = float("inf")

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Raises OperationalError at the deadline."""
        return super().wait(gen, interval, timeout=max(self.deadline - monotonic(), 0.001))


@contextmanager
def asking(alias: str = "default", *, seconds: float = SECONDS) -> Iterator[BoundedConnection]:
    """A connection for a few short statements, each a transaction of its own."""
    parameters = connections[alias].get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    deadline = monotonic() + seconds
    connection = BoundedConnection.connect(
        **parameters | {"connect_timeout": max(int(seconds), 1)}, autocommit=True, prepare_threshold=None
    )
    connection.deadline = deadline
    try:
        yield connection
    finally:
        connection.pgconn.finish()  # not close(): there is nothing to say goodbye to


def cache_client() -> redis.Redis | None:
    """Redis that may forget; None where the cache is none."""
    return _client(str(settings.CACHES["default"].get("LOCATION", "")))


def broker_client() -> redis.Redis | None:
    """Redis that may not forget; None where jobs have no broker."""
    return _client(settings.CELERY_BROKER_URL)


@functools.lru_cache(maxsize=4)
def _client(address: str) -> redis.Redis | None:
    """Asks once: the library would try for seconds, and a caller here wants to hear that it is away."""
    if not address.startswith(("redis:", "rediss:", "unix:", "redis+socket:")):
        return None
    return redis.Redis.from_url(
        address.replace("redis+socket:", "unix:"),
        socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=Retry(NoBackoff(), 0),
    )  # fmt: skip
