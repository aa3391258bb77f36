"""What a report reads, at one moment: of a replica where there is one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from django.db import Error, connection, transaction

from projects.replicas import reading
from projects.rls import scope

T = TypeVar("T")
#: How often a replica is asked whether it has heard of the report by now, and how long it is given in between.
TRIES: Final = 10
PAUSE_SECONDS: Final = 0.1
#: As long as the primary lets a statement of ours run.
PATIENCE_SECONDS: Final = 60.0


@contextmanager
def snapshot(organization_id: int) -> Iterator[None]:
    """Read one organization as it stands at one moment: an edit meanwhile shows in no part of a report, or in all."""
    if connection.in_atomic_block:
        # A page, or a test: its transaction has begun, and its isolation can't be changed any more.
        with scope.scope([organization_id]):
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with scope.scope([organization_id]):
            yield


def read_at_one_moment(organization_id: int, read: Callable[[], T], *, is_known: Callable[[], bool]) -> T:
    """What `read` finds in one snapshot: of a replica where `is_known` there, else of the primary.

    What a worker has just committed must be visible: then so is everything that was committed before, in that very
    snapshot. A replica that fails on the way costs a second attempt, and no report.
    """
    if reading.may_be_read() and not connection.in_atomic_block:
        try:
            for attempt in range(TRIES):
                time.sleep(PAUSE_SECONDS if attempt else 0)
                with reading.standing_in(patience=PATIENCE_SECONDS), snapshot(organization_id):
                    if is_known():
                        return read()
        except Error as error:
            reading.note_failure(error, "a report")
    with snapshot(organization_id):
        return read()
