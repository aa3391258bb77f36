"""What keeps jobs from being forgotten, every minute; and clears away those that are long over, every night."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from celery.exceptions import NotRegistered
from django.db.models import F, Q

from config.web.queues import Queue
from projects.jobs.dead_letters import add_dead_letter
from projects.jobs.outbox import is_lost_since
from projects.jobs.running import STALE
from projects.jobs.sending import OutgoingMessage, declared, empty_queues, send
from projects.models import AskedJob, DeadJob

#: How many of them at once.
MOST: Final = 1000
#: Longer than any pause before a retry.
MOST_AHEAD: Final = timedelta(hours=1)
KEEP_ENDED: Final = timedelta(days=1)
KEEP_DEAD: Final = timedelta(days=90)


def requeue_lost(*, now: datetime) -> int:
    """Send messages for rows that wait without one, and for those whose worker is silent."""
    lost, empty = Q(sent_at__isnull=True), empty_queues()
    for queue in Queue:
        lost |= Q(queue=queue, sent_at__lt=is_lost_since(queue, now, is_empty=queue in empty))
    lost |= Q(sent_at__lt=is_lost_since("", now)) & ~Q(queue__in=[*Queue])
    # Ahead of every retry: written by a clock that was ahead. Until that time comes the message would never count as lost.
    lost |= Q(sent_at__gt=now + MOST_AHEAD)
    waits = Q(alive_at__isnull=True) & lost
    # Sent before the last sign, so not yet sent for the sake of the silence.
    silent = (Q(alive_at__lt=now - STALE) | Q(alive_at__gt=now + STALE)) & (
        lost | Q(sent_at__lt=F("alive_at"))
    )
    rows = AskedJob.objects.filter(waits | silent, ended_at__isnull=True).order_by("asked_at", "pk")[:MOST]
    messages = [message for row in rows if (message := _message(row, now))]
    send(messages)
    return len(messages)


def _message(row: AskedJob, now: datetime) -> OutgoingMessage | None:
    """Who marks the row first sends it."""
    try:
        declared(row.name)
    except NotRegistered as problem:
        add_dead_letter(
            row.name,
            row.arguments,
            queue=row.queue,
            reason=DeadJob.Reason.ERROR,
            now=now,
            job_id=row.pk,
            error=problem,
        )
        return None
    same = AskedJob.objects.filter(pk=row.pk, sent_at=row.sent_at, run_count=row.run_count)
    if not same.update(sent_at=now):
        return None
    return OutgoingMessage(row.pk, row.name, row.queue, row.arguments, row.request_id)


def discard_old(*, now: datetime) -> None:
    """Delete rows of jobs that ended yesterday, and of failures that are a season old."""
    AskedJob.objects.filter(ended_at__lt=now - KEEP_ENDED).delete()
    DeadJob.objects.filter(last_failed_at__lt=now - KEEP_DEAD).delete()
