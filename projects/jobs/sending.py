"""The message that tells a worker of a row. It is a hint and may fail: the row waits, and is sent again."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import kombu.exceptions
from celery import current_app
from celery.exceptions import NotRegistered
from kombu.pools import producers
from redis.exceptions import RedisError

from config.web.queues import Queue
from projects.models import AskedJob

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger(__name__)
#: The user waits for a page: a broker that does not answer at once is away for this request.
_TRANSPORT: Final = {
    "socket_connect_timeout": 0.4, "socket_timeout": 0.4, "retry_on_timeout": False,
    # Twice, at once; by itself the library would go on for seconds.
    "max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0,
}  # fmt: skip
#: So long this process does not try a broker that was away.
AWAY_SECONDS: Final = 10.0
_ERRORS: Final = (kombu.exceptions.KombuError, kombu.exceptions.OperationalError, RedisError, OSError)
_away = {"until": 0.0}
_QUEUES: tuple[str, ...] = tuple(Queue)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """What a message says."""

    id: str
    name: str
    queue: str
    arguments: dict[str, Any]
    request_id: str


def declared(name: str) -> Any:
    """The job of this name. Raises NotRegistered when there is none, or when it is a task that is no job of ours."""
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    task = current_app.tasks.get(name)
    if task is None or not hasattr(task, "urgency"):
        raise NotRegistered(name)
    return task


def queue_of(name: str) -> Queue:
    """Where a job usually waits. Raises NotRegistered."""
    return Queue(declared(name).urgency)


def send(messages: Iterable[OutgoingMessage]) -> None:
    """Send what can be sent; the others wait as rows that are not sent. Never raises for the broker's sake."""
    unsent = [message.id for message in messages if not _is_sent(message)]
    if unsent:
        AskedJob.objects.filter(pk__in=unsent, ended_at__isnull=True).update(sent_at=None)


def _is_sent(message: OutgoingMessage) -> bool:
    if time.monotonic() < _away["until"]:
        return False
    task = declared(message.name)
    options: dict[str, Any] = {
        "task_id": message.id, "queue": message.queue, "headers": {"request_id": message.request_id}
    }  # fmt: skip
    try:
        if current_app.conf.task_always_eager:
            task.apply_async(kwargs=message.arguments, **options)
            return True
        with producers[_connection()].acquire(block=True, timeout=1) as producer:
            task.apply_async(kwargs=message.arguments, producer=producer, retry=False, **options)
    except _ERRORS as error:
        _away["until"] = time.monotonic() + AWAY_SECONDS
        log.warning("the broker took no message (%s); jobs wait in the database", type(error).__name__)
        return False
    return True


def empty_queues() -> set[str]:
    """Those in which no message waits: what was sent there is in the hands of a worker, or was in those of one that is gone.

    None of them where the broker does not say.
    """
    if time.monotonic() < _away["until"]:
        return set()
    try:
        with producers[_connection()].acquire(block=True, timeout=1) as producer:
            return {queue for queue in _QUEUES if not _length(producer.channel, queue)}
    except _ERRORS as error:
        log.warning("the broker does not say what waits (%s)", type(error).__name__)
        return set()


def _length(channel: Any, queue: str) -> int:
    try:
        length: int = channel.queue_declare(queue=str(queue), passive=True).message_count
    except _connection().channel_errors:
        return 0  # to a broker of this kind a queue without messages does not exist
    return length


@cache
def _connection() -> Any:
    return current_app.connection_for_write(
        transport_options=current_app.conf.broker_transport_options | _TRANSPORT
    )
