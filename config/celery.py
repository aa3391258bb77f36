"""The worker and the clock: `celery -A config worker`, `celery -A config beat`."""

import os
from typing import Any

from celery import Celery, signals

import config.observability.jobs  # noqa: F401  # lines and figures of jobs: its functions listen to signals
from config import env
from tasks.scheduling.compiled import ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("itdo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
# `projects/jobs` is the machine for all of them, so that the jobs of the base itself stand in a module of it.
app.autodiscover_tasks(["projects.jobs"], related_name="registered")


@signals.import_modules.connect
def _listen(**_kwargs: Any) -> None:
    """Jobs that fail are tried again or become dead letters."""
    from projects.jobs import ending  # noqa: PLC0415  # its models are known only now

    ending.listen()


@signals.worker_init.connect
@signals.beat_init.connect
def _see_that_jobs_are_kept(**_kwargs: Any) -> None:
    """Where the site is deployed, with a broker that loses none."""
    if env.IS_DEPLOYED:
        from config.observability import broker  # noqa: PLC0415  # it asks the settings, which are read by now

        broker.refuse_one_that_evicts()


@signals.worker_init.connect
def _load_passes(**_kwargs: Any) -> None:
    """Once for all processes of the worker; sites load theirs in `config.wsgi`."""
    ready.load_or_expect()
