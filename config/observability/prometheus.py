"""The page that Prometheus reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from django.http import HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from config.observability import job_seconds
from config.observability.figures import SiteFigures, figures
from config.web.metrics import FOLDER

#: Name → what it means, and where it stands; seconds since something went well are marks.
GAUGES: Final = {
    "itdo_asked_age_seconds": "Seconds since the clock last asked for a job.",
    "itdo_backup_age_seconds": "Seconds since the last whole backup ended.",
    "itdo_clock_age_seconds": "Seconds since the clock last looked whether a job is due.",
    "itdo_dead_jobs": "Jobs that failed for good and are not resolved.",
    "itdo_default_partition_rows": "Rows of progress whose year has no partition; 1,000 stands for more.",
    "itdo_missing_partitions": "Partitions of this year and the next that are missing.",
    "itdo_record_age_seconds": "Seconds since the record of changes was found whole.",
    "itdo_summary_age_seconds": "Seconds since the summary of projects was refreshed.",
    "itdo_uploads_backup_age_seconds": "Seconds since the last backup of the uploads ended.",
}


def page() -> HttpResponse:
    """All figures: of all processes of this site, and of what they share."""
    text = b"".join(
        generate_latest(each) for each in (_counted(), _asked(_Asked()), _asked(job_seconds.Collector()))
    )
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _counted() -> CollectorRegistry:
    """What this process has counted, or all processes that share the folder."""
    if FOLDER not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _asked(collector: object) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector)  # type: ignore[arg-type]  # it has collect(), which is all that is asked of one
    return registry


class _Asked:
    """What is not known is left out: an alert about its absence is better than a nought."""

    def collect(self) -> Iterator[Metric]:
        """One family for each figure that is known."""
        found = figures()
        for name, value in _values(found).items():
            if value is not None:
                yield GaugeMetricFamily(name, GAUGES[name], value=value)
        waiting = GaugeMetricFamily("itdo_queue_length", "Jobs that wait, by queue.", labels=["queue"])
        for queue, length in (found.queues or {}).items():
            waiting.add_metric([queue], length)
        yield waiting


def _values(found: SiteFigures) -> dict[str, float | None]:
    marks = found.marks or {}
    return {
        "itdo_asked_age_seconds": marks.get("asked"),
        "itdo_backup_age_seconds": marks.get("backup"),
        "itdo_clock_age_seconds": marks.get("clock"),
        "itdo_dead_jobs": found.dead_jobs,
        "itdo_default_partition_rows": found.stray_rows,
        "itdo_missing_partitions": found.missing_partitions,
        "itdo_record_age_seconds": marks.get("record"),
        "itdo_summary_age_seconds": found.summary_seconds,
        "itdo_uploads_backup_age_seconds": marks.get("uploads"),
    }
