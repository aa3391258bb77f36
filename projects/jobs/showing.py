"""Where a job has got to, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from projects.jobs.running import is_alive

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

    from projects.models import AskedJob

#: So long a job may wait before its owner is told that this is no usual wait.
USUAL_WAIT: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class JobProgress:
    """One job under way: its steps, each done, now or yet to come."""

    steps: list[tuple[str, str]]
    percentage: int = 0
    #: A worker has it, and gives signs.
    is_running: bool = False
    #: No worker has begun for longer than a queue usually takes.
    is_late: bool = False


def progress_of(
    job: AskedJob | None, steps: Mapping[str, Promise | str], *, since: datetime, now: datetime
) -> JobProgress:
    """How far a job is that was asked for at `since`; `steps` are the words of each, in their order."""
    names = list(steps)
    running = job if job is not None and is_alive(job, now) else None
    at = names.index(running.step) if running and running.step in names else -1
    states = ["done" if place < at else "now" if place == at else "next" for place in range(len(names))]
    return JobProgress(
        [(state, str(steps[name])) for state, name in zip(states, names, strict=True)],
        percentage=running.progress_percentage if running else 0,
        is_running=running is not None,
        is_late=running is None and now - since > USUAL_WAIT,
    )
