"""How a job is declared: under its own name, with how urgent it is, tried again when something else is away for a while."""

from __future__ import annotations

from functools import wraps
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any, Final

from celery import Task, shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError

from config.web.queues import Queue
from projects.jobs import running
from projects.jobs.running import JobMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    _Task = Task[..., None]
else:
    _Task = Task

#: What may be over in a while: the database, another machine, the mail server.
TRANSIENT: Final = (OperationalError, InterfaceError, ConnectionError, TimeoutError, SMTPException)
MOST_RETRIES: Final = 8
#: Seconds before the first retry, doubled each time up to the second figure, and then a part of that by chance, so that jobs
#: that failed together don't come back together. Some ten minutes in all.
FIRST_PAUSE, LONGEST_PAUSE = 4, 300


class Job(_Task):
    """A task of Celery that knows how urgent it is."""

    abstract = True
    urgency = Queue.SOON


def job(name: str, *, queue: Queue = Queue.SOON, feature: str = "") -> Callable[[Callable[..., None]], Any]:
    """A function as a job: `@job("ensure_holidays", queue=Queue.NIGHT)`. It takes ids by keyword and can run twice without harm.

    A job of a feature that is switched off does nothing.
    """

    def decorate(function: Callable[..., None]) -> Any:
        @wraps(function)
        def guarded(task: Any, **arguments: Any) -> None:
            def work() -> None:
                if not feature or settings.FEATURES[feature]:
                    function(**arguments)

            if task.request.called_directly:
                work()
            else:
                running.run(task.name, JobMessage.of(task.request), arguments, work)

        declared: Any = guarded  # the stubs know no wrapped function
        return shared_task(
            name=name, base=Job, bind=True, urgency=queue, autoretry_for=TRANSIENT, max_retries=MOST_RETRIES,
            retry_backoff=FIRST_PAUSE, retry_backoff_max=LONGEST_PAUSE, retry_jitter=True,
        )(declared)  # fmt: skip

    return decorate
