"""What Celery says of a job that did not end well: it is tried again, or becomes a dead letter."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded
from celery import signals
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from projects.jobs.dead_letters import add_dead_letter
from projects.jobs.running import put_back
from projects.jobs.sending import queue_of
from projects.models import DeadJob

log = logging.getLogger(__name__)


def listen() -> None:
    """Once, where the worker is put together."""
    signals.task_retry.connect(_note_retry, dispatch_uid="jobs.retry")
    signals.task_failure.connect(_note_failure, dispatch_uid="jobs.failure")


def _note_retry(request: Any, reason: Any, **_kwargs: Any) -> None:
    when = reason.when
    if not isinstance(when, datetime):
        when = timezone.now() + timedelta(seconds=float(when or 0))
    try:
        put_back(request.id, sent_at=when)
    except (DatabaseError, InterfaceError):
        connection.close()  # most likely why it is tried again; the row is found silent later


def _arguments(task: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    try:
        arguments: dict[str, Any] = task.named(args or (), kwargs or {})
    except TypeError:
        return dict(kwargs or {})  # why it failed
    return arguments


def _note_failure(
    sender: Any,
    task_id: str,
    exception: BaseException,
    args: Any,
    kwargs: Any,
    traceback: Any = None,
    **_more: Any,
) -> None:
    is_late = isinstance(exception, SoftTimeLimitExceeded | TimeLimitExceeded)
    try:
        add_dead_letter(
            sender.name, _arguments(sender, args, kwargs), queue=queue_of(sender.name), job_id=task_id, error=exception,
            reason=DeadJob.Reason.TOO_LONG if is_late else DeadJob.Reason.ERROR, now=timezone.now(),
            frames=exception.__traceback__,
        )  # fmt: skip
    except (DatabaseError, InterfaceError):
        log.warning("%s %s failed, and the database does not take the word", sender.name, task_id)
        connection.close()  # the row is found silent, and the job is tried again
