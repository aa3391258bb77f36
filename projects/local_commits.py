"""Commits that wait for no standby: of what may be lost, so that people read on while no standby is there.

What is acknowledged to a user is on two machines (ops/postgres/primary.conf), and a commit waits for the second one. When a
session was used last, or that the clock ticks, is worth no waiting: at a failover it is a minute older, or the user
signs in once more. Never for what ends or changes something, such as the end of a session: that must not come back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction


@contextmanager
def local_commit(*, using: str = "default") -> Iterator[None]:
    """A transaction that is kept once this server has it on its disk. Within another one, that one's way holds."""
    connection = connections[using]
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = local")
        yield
