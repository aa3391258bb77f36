"""The heartbeat of a job that runs, every few seconds: a report that takes a minute must not be taken over."""

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
def heartbeat(beat: Callable[[], bool], *, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Call `beat` again and again from a thread until the block ends or it answers False."""
    ended = threading.Event()
    thread = threading.Thread(target=_keep_beating, args=(beat, ended, every), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _keep_beating(beat: Callable[[], bool], ended: threading.Event, every: float) -> None:
    try:
        while not ended.wait(every):
            try:
                if not beat():
                    return
            except DatabaseError:
                log.warning("no heartbeat: the database does not answer")
                connection.close()
    finally:
        # The thread's own connection; the block's is another.
        connection.close()
