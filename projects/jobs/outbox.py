"""The outbox: a row in the transaction of the change that a job is for, and a message once that is committed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from config.web.logs import current_request_id
from config.web.queues import SEND_AGAIN_AFTER, SEND_AGAIN_WHEN_EMPTY, Queue
from projects.jobs.sending import OutgoingMessage, queue_of, send
from projects.models import AskedJob

if TYPE_CHECKING:
    from collections.abc import Iterable

# A row that waits is locked until we commit: a worker that takes it then sees what we have changed. Locks are taken in the
# order of keys, so that two transactions with many jobs don't wait for each other.
_INSERT: Final = """
INSERT INTO asked_jobs (id, name, arguments, key, occasion, queue, request_id, asked_at, sent_at,
                        outcome, run_count, retry_count, death_count)
SELECT id, %(name)s, arguments::jsonb, key, %(occasion)s, %(queue)s, %(request_id)s, %(now)s, %(now)s, '', 0, 0, 0
  FROM unnest(%(ids)s::text[], %(arguments)s::text[], %(keys)s::text[]) AS asked (id, arguments, key)
 ORDER BY key
ON CONFLICT (key) WHERE started_at IS NULL AND ended_at IS NULL DO UPDATE
   SET asked_at = excluded.asked_at,
       occasion = coalesce(excluded.occasion, asked_jobs.occasion),
       sent_at = CASE WHEN asked_jobs.sent_at >= %(lost)s THEN asked_jobs.sent_at ELSE excluded.sent_at END
RETURNING id, arguments::text, sent_at
"""


def enqueue(name: str, **arguments: Any) -> str:
    """Have a job done once this transaction is committed; with the broker away it is sent later. Returns the number of the job.

    The same job, enqueued again before it has begun, is this one. Raises NotRegistered for a name that is no job's.
    """
    (job_id,) = _insert(name, [arguments], queue=queue_of(name))
    return job_id


def enqueue_each(name: str, each: Iterable[dict[str, Any]], *, queue: Queue | None = None) -> None:
    """The same job for many things; `queue` where it is less urgent than usual."""
    _insert(name, list(each), queue=queue or queue_of(name))


def cancel(job_id: str) -> bool:
    """Have a job not done: one that waits is not begun, one that runs is stopped at its next step. False when it has ended."""
    rows = AskedJob.objects.filter(pk=job_id, ended_at__isnull=True)
    return bool(rows.update(ended_at=timezone.now(), outcome=AskedJob.Outcome.CANCELLED))


def enqueue_on_occasion(name: str, arguments: dict[str, Any], occasion: str) -> bool:
    """Have a job done for an occasion of the clock; False when it was asked for before, by whichever clock."""
    if AskedJob.objects.filter(occasion=occasion).exists():
        return False
    try:
        with transaction.atomic():
            _insert(name, [arguments], queue=queue_of(name), occasion=occasion)
    except IntegrityError:
        return False  # another clock, at this very moment
    return True


def release_occasions(begin: str, *, after: str) -> None:
    """Let jobs be asked for again for occasions that begin so and come later in the order of texts: that time has not come yet."""
    AskedJob.objects.filter(occasion__startswith=begin, occasion__gt=after).update(occasion=None)


def key_of(name: str, arguments: dict[str, Any], queue: str = "") -> str:
    """What makes two jobs the same."""
    text = json.dumps([name, arguments, queue], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def is_lost_since(queue: str, now: datetime, *, is_empty: bool = False) -> datetime:
    """Messages of this queue that were sent before and led to nothing are sent again; sooner, where none waits in it."""
    wait = SEND_AGAIN_AFTER[Queue(queue)] if queue in set(Queue) else timedelta(minutes=5)
    return now - (min(wait, SEND_AGAIN_WHEN_EMPTY) if is_empty else wait)


def _insert(name: str, each: list[dict[str, Any]], *, queue: Queue, occasion: str | None = None) -> list[str]:
    """The numbers of the jobs, in no order."""
    now, request_id = timezone.now(), current_request_id()[:64]
    asked = {key_of(name, arguments, queue): json.dumps(arguments) for arguments in each}
    if not asked:
        return []
    values = {
        "name": name, "queue": queue.value, "request_id": request_id, "now": now, "occasion": occasion,
        "lost": is_lost_since(queue, now), "ids": [str(uuid4()) for _key in asked],
        "keys": list(asked), "arguments": list(asked.values()),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        rows = cursor.fetchall()
        messages = [
            OutgoingMessage(pk, name, queue, json.loads(arguments), request_id)
            for pk, arguments, sent_at in rows
            if sent_at == now
        ]
        transaction.on_commit(lambda: send(messages), robust=True)
    return [pk for pk, _arguments, _sent_at in rows]
