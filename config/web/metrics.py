"""Figures that the site's own processes count while they work; `config.observability` gives them to Prometheus.

Names are those that rules and dashboard use (`ops/prometheus/rules`). Labels are names of addresses, methods and statuses
of a short list, never what a visitor types: each new pair would be kept for ever.
"""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    REGISTRY,
    Counter,
    Histogram,
    values,
)

#: Set by gunicorn (ops/gunicorn): a folder in which the processes of one site add up what each of them has counted.
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"

_process = "main"


def name_process(name: str) -> None:
    """Say whose figures these are from now on; a process that takes another's place goes on where it ended.

    By process number, as the library would have it, each of the thousands that a site starts in its life would leave files.
    """
    global _process  # noqa: PLW0603  # the library asks a function without arguments
    _process = name


if FOLDER in os.environ:
    values.ValueClass = values.MultiProcessValue(lambda: _process)  # type: ignore[no-untyped-call]

# Ours and those of django-prometheus are in the library's one registry, which refuses a name that is there already: nothing is
# counted twice. What that registry says of a process by itself is left out, since whichever process answers would say its own.
for collector in (GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR):
    REGISTRY.unregister(collector)

REQUEST_SECONDS: Final = Histogram(
    "django_http_requests_latency_seconds_by_view_method",
    "Seconds from the first line of a request to its answer.",
    ["view", "method"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
)
RESPONSES: Final = Counter("django_http_responses_total_by_status", "Answers by their status.", ["status"])
QUEUE_SECONDS: Final = Histogram(
    "itdo_queue_seconds",
    "Seconds that a request waited between nginx and a worker.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
)
SCHEDULING_SECONDS: Final = Histogram(
    "itdo_scheduling_seconds",
    "Seconds that one computation of a plan took: loading, the engine, storing what moved.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
)
