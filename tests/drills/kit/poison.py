"""Jobs of a drill: one that takes its worker along, and one that is fine."""

from __future__ import annotations

import os
import signal
import time

from projects.jobs import Queue, job


@job("drill_poison", queue=Queue.NOW)
def poison(*, number: int) -> None:
    """As the kernel does when there is no memory left."""
    os.kill(os.getpid(), signal.SIGKILL)


@job("drill_fine", queue=Queue.NOW)
def fine(*, number: int) -> None:
    """Nothing."""


@job("drill_tick", queue=Queue.NOW)
def tick(*, entry: str) -> None:
    """A line for each time that it is done."""
    with open(os.environ["DRILL_TICKS"], "a", encoding="utf-8") as file:
        file.write(f"{entry} {time.time():.3f}\n")
