"""How a job is declared: under its own name, with how urgent it is, how long it may take, and what is done when it is given up."""

from __future__ import annotations

import inspect
import math
import time
from functools import wraps
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from celery import Task, shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError

from config.web.queues import Queue
from projects.jobs import running
from projects.jobs.running import JobMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from projects.jobs.leases import Lease

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
    #: Names of its arguments in their order, so that a message may say them by position: `calculate_critical_path.delay(42)`.
    parameters: tuple[str, ...] = ()
    #: Called with the number of the job and the reason, in the transaction in which it becomes a dead letter.
    on_dead: Callable[[str, str], None] | None = None

    def named(self, given: Iterable[Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
        """All arguments by name. Raises TypeError for one too many, or one that is said twice."""
        given = tuple(given)
        found = dict(zip(self.parameters, given, strict=False))
        if len(given) > len(self.parameters) or found.keys() & arguments.keys():
            raise TypeError(f"{self.name} takes {', '.join(self.parameters) or 'nothing'}")
        return found | dict(arguments)


def job(
    name: str, *, queue: Queue = Queue.SOON, feature: str = "", seconds: str = "",
    on_dead: Callable[[str, str], None] | None = None,
) -> Callable[[Callable[..., None]], Any]:  # fmt: skip
    """A function as a job: `@job("ensure_holidays", queue=Queue.NIGHT)`. It takes ids and can run twice without harm.

    One with a parameter `lease` is given its `Lease`, by which it says how far it is and ends; `seconds` names the setting that
    says how long that lasts. `on_dead` is told when the job is given up. A job of a feature that is switched off does nothing.
    """

    def decorate(function: Callable[..., None]) -> Any:
        names = tuple(inspect.signature(function).parameters)
        is_leased = "lease" in names

        @wraps(function)
        def guarded(task: Any, *given: Any, **named: Any) -> None:
            arguments = task.named(given, named)

            def work(lease: Lease | None) -> None:
                if not feature or settings.FEATURES[feature]:
                    function(**arguments, **({"lease": lease} if is_leased else {}))

            is_called = task.request.called_directly
            if is_called and not is_leased:
                work(None)
                return
            message = JobMessage(str(uuid4()), queue=queue) if is_called else JobMessage.of(task.request)
            ends_at = time.monotonic() + getattr(settings, seconds) if seconds else math.inf
            running.run(task.name, message, arguments, work, ends_at=ends_at)

        declared: Any = guarded  # the stubs know no wrapped function
        return shared_task(
            name=name, base=Job, bind=True, urgency=queue, parameters=tuple(each for each in names if each != "lease"), on_dead=staticmethod(on_dead) if on_dead else None,
            autoretry_for=TRANSIENT, max_retries=MOST_RETRIES, retry_backoff=FIRST_PAUSE, retry_backoff_max=LONGEST_PAUSE, retry_jitter=True,
        )(declared)  # fmt: skip

    return decorate
