"""The worker and the clock: `celery -A config worker`, `celery -A config beat`."""

import os
from typing import Any

from celery import Celery, signals

from config.web.logs import current_request_id, set_request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("itdo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@signals.import_modules.connect
def _listen(**_kwargs: Any) -> None:
    """Jobs that fail are tried again or buried; here, since Django's models are there by now."""
    from projects.later import ending

    ending.listen()


@signals.worker_init.connect
def _load_passes(**_kwargs: Any) -> None:
    """Once for all processes of the worker; sites load theirs in `config.wsgi`."""
    from tasks.scheduling.compiled import ready

    ready.load_or_expect()


@signals.before_task_publish.connect
def _send_request_id(headers: dict[str, Any], **_kwargs: Any) -> None:
    """The request that asks for a job gives it its id, so that one id runs through all logs."""
    headers["request_id"] = headers.get("request_id") or current_request_id()


@signals.task_prerun.connect
def _take_request_id(task: Any, task_id: str, **_kwargs: Any) -> None:
    set_request_id(getattr(task.request, "request_id", "") or task_id)
