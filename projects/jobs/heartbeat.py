"""A sign of life every few seconds while something long runs: a report that takes a minute must not be taken over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)
EVERY_SECONDS: Final = 10.0


@contextmanager
def signs_of_life(give: Callable[[], bool], *, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Call `give` again and again from a thread until the block ends or it answers False."""
    ended = threading.Event()
    thread = threading.Thread(target=_give, args=(give, ended, every), name="signs of life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _give(give: Callable[[], bool], ended: threading.Event, every: float) -> None:
    try:
        while not ended.wait(every):
            try:
                if not give():
                    return
            except DatabaseError:
                log.warning("no sign of life: the database does not answer")
                connection.close()
    finally:
        # The thread's own connection; the block's is another.
        connection.close()
