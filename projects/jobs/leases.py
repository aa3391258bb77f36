"""What a worker holds of a job: the right to work on it, how far it is, and its end, as long as no other has taken it over."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from projects.models import AskedJob

if TYPE_CHECKING:
    from django.db.models import QuerySet


class StoppedError(Exception):
    """The job is not this worker's any more: cancelled, or taken over after a silence."""


class TooLongError(Exception):
    """The job has taken longer than it may."""


@dataclass(slots=True)
class Lease:
    """One run of one job by one worker."""

    job_id: str
    #: Which run of the job it is, counted from 1: a worker that was taken over holds an older one.
    run: int
    #: On the clock `time.monotonic`; after it the heart stops, so that a worker that hangs is taken over.
    ends_at: float = math.inf

    def _rows(self) -> QuerySet[AskedJob]:
        return AskedJob.objects.filter(pk=self.job_id, run_count=self.run, ended_at__isnull=True)

    def progress(self, step: str, percentage: int) -> None:
        """Say what is done now and how far that is (0-100), for pages to show.

        Raises TooLongError after the time that the job has, and StoppedError when the result is not wanted from this worker any more.
        """
        if time.monotonic() > self.ends_at:
            raise TooLongError
        if not self._rows().update(step=step, progress_percentage=percentage, alive_at=timezone.now()):
            raise StoppedError

    def is_known(self) -> bool:
        """Whether the database that is read has heard of this run, and so of all that was committed before it began."""
        return AskedJob.objects.filter(pk=self.job_id, run_count=self.run).exists()

    def beat(self) -> bool:
        """One heartbeat, from a thread beside the work; False when there is nothing to keep alive any more."""
        return time.monotonic() < self.ends_at and bool(self._rows().update(alive_at=timezone.now()))

    def end(self) -> bool:
        """Write down that the job is done; False when it has ended already or is another worker's."""
        return bool(self._rows().update(ended_at=timezone.now(), outcome=AskedJob.Outcome.DONE))

    @contextmanager
    def ending(self) -> Iterator[None]:
        """A transaction in which the block writes the result and the job ends: both once, or neither. Raises StoppedError before it."""
        with transaction.atomic():
            if not self.end():
                raise StoppedError
            yield
