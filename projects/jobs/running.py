"""A worker takes a row, does the job and says that it is done. Killed at any point, the row is taken again; never by two at once.

Between the work and the word that it is done a worker may still die, so a job is written to be run twice without harm.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from config.web.logs import current_request_id
from projects.jobs.dead_letters import add_dead_letter
from projects.jobs.heartbeat import heartbeat
from projects.jobs.leases import Lease
from projects.jobs.outbox import key_of
from projects.models import AskedJob, DeadJob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)
#: Without a sign for so long, a worker is taken for gone.
STALE: Final = timedelta(seconds=60)
#: A job over which so many workers died is given up: it kills them, for want of memory or by a fault of a library.
MOST_DEATHS: Final = 5


@dataclass(frozen=True, slots=True)
class JobMessage:
    """What came from the broker."""

    id: str
    retries: int = 0
    #: The worker that had this message is gone, or its children are.
    is_redelivered: bool = False
    queue: str = ""

    @classmethod
    def of(cls, request: Any) -> JobMessage:
        """From Celery's request."""
        info = request.delivery_info or {}
        queue = info.get("routing_key") or ""
        return cls(request.id, request.retries or 0, bool(info.get("redelivered")), queue[:20])


def run(
    name: str, message: JobMessage, arguments: dict[str, Any], work: Callable[[Lease], None], *,
    ends_at: float = math.inf,
) -> None:  # fmt: skip
    """Do the work unless another worker does or has done it."""
    lease = take(name, message, arguments, ends_at=ends_at)
    if lease is None:
        log.info("%s %s: done already, or under way", name, message.id)
        return
    with heartbeat(lease.beat):
        work(lease)
    lease.end()


def take(
    name: str, message: JobMessage, arguments: dict[str, Any], *, ends_at: float = math.inf
) -> Lease | None:
    """The lease of this run, or None when there is nothing to do."""
    with transaction.atomic():
        row = _row(name, message, arguments)
        now = timezone.now()
        if row is None or row.ended_at is not None or not _may_take(row, message, now):
            return None
        if row.alive_at is not None and message.retries <= row.retry_count:
            row.death_count += 1
        if row.death_count >= MOST_DEATHS:
            add_dead_letter(
                name, arguments, queue=row.queue, reason=DeadJob.Reason.KILLED, job_id=row.pk, now=now
            )
            return None
        row.started_at, row.alive_at = row.started_at or now, now
        row.run_count += 1
        row.step, row.progress_percentage = "", 0
        row.retry_count = max(row.retry_count, message.retries)
        row.save(update_fields=[
            "started_at", "alive_at", "run_count", "retry_count", "death_count", "step", "progress_percentage",
        ])  # fmt: skip
        return Lease(message.id, row.run_count, ends_at)


def open_jobs(ids: Iterable[str]) -> dict[str, AskedJob]:
    """Those of these jobs that have not ended, by number: they wait or run, or wait to be taken over."""
    return AskedJob.objects.filter(ended_at__isnull=True).in_bulk([*ids])


def is_alive(job: AskedJob, now: datetime) -> bool:
    """Whether a worker has the job and gives signs; one that lies ahead is of a clock that was ahead, and says nothing."""
    return job.ended_at is None and job.alive_at is not None and abs(job.alive_at - now) <= STALE


def put_back(job_id: str, *, sent_at: datetime) -> None:
    """It failed for a reason that passes: its next message comes by itself at this moment."""
    AskedJob.objects.filter(pk=job_id, ended_at__isnull=True).update(alive_at=None, sent_at=sent_at)


def _may_take(row: AskedJob, message: JobMessage, now: datetime) -> bool:
    is_again = message.is_redelivered or message.retries > row.retry_count
    return is_again or not is_alive(row, now)


def _row(name: str, message: JobMessage, arguments: dict[str, Any]) -> AskedJob | None:
    """The row of the message, locked; a new one for a message that came from elsewhere."""
    rows = AskedJob.objects.select_for_update()
    row = rows.filter(pk=message.id).first()
    if row is None:
        now = timezone.now()
        # Begun at once, so that it is no obstacle to the same job enqueued meanwhile.
        asked = AskedJob(
            id=message.id, name=name, arguments=arguments, key=key_of(name, arguments, message.queue), queue=message.queue,
            request_id=current_request_id()[:64], asked_at=now, sent_at=now, started_at=now,
        )  # fmt: skip
        AskedJob.objects.bulk_create([asked], ignore_conflicts=True)
        row = rows.filter(pk=message.id).first()
    return row
