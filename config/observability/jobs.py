"""Lines and figures of jobs: the id of the request that asked, the job's name and number, how long it took."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from celery import Task, signals

from config.observability import job_seconds
from config.web.logs import current_request_id, set_job, set_request_id

log = logging.getLogger("itdo.job")
#: Loggers of Celery that say the same in their own words.
SAID_BY_US = ("celery.app.trace", "celery.worker.strategy")

_begun: dict[str, float] = {}


@signals.setup_logging.connect
def _keep_our_lines(**_kwargs: Any) -> None:
    """Who listens to this signal keeps Celery from setting up a log of its own over ours (`LOGGING`)."""
    for name in SAID_BY_US:
        logging.getLogger(name).setLevel(logging.WARNING)


@signals.before_task_publish.connect
def _send_request_id(headers: dict[str, Any], **_kwargs: Any) -> None:
    """The request that asks for a job gives it its id, so that one id runs through all logs."""
    headers["request_id"] = headers.get("request_id") or current_request_id()


@signals.task_prerun.connect
def _begin(task: Task[..., Any], task_id: str, **_kwargs: Any) -> None:
    set_request_id(getattr(task.request, "request_id", "") or task_id)
    set_job({"job": task.name, "task_id": task_id})
    _begun[task_id] = perf_counter()


@signals.task_postrun.connect
def _end(task: Task[..., Any], task_id: str, state: str | None = None, **_kwargs: Any) -> None:
    """How it ended: success, failure, retry. A job that took its worker along has no such line."""
    seconds = perf_counter() - _begun.pop(task_id, perf_counter())
    outcome = (state or "unknown").lower()
    log.info("job", extra={"fields": {"outcome": outcome, "duration_ms": round(seconds * 1000, 1)}})
    set_job({})
    if not task.request.is_eager:  # then a request goes on
        set_request_id("")
        job_seconds.count(task.name, outcome, seconds)
