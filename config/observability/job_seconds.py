"""How long jobs take and how they end, counted in Redis: workers have no address that Prometheus could ask.

The cache may forget the counters; Prometheus takes that for what it is, a restart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import redis
from prometheus_client.core import HistogramMetricFamily, Metric

from config.observability.asking import cache_client

KEY: Final = "itdo:watching:job_seconds"
BUCKETS: Final = ("0.1", "0.5", "1.0", "5.0", "15.0", "60.0", "300.0", "+Inf")
#: One field of the hash: job, how it ended, and a bucket or the sum.
_FIELD: Final = re.compile(r"(?P<job>[^|]+)\|(?P<outcome>[a-z]+)\|(?P<part>[0-9.+Inf]+|sum)")


def count(job: str, outcome: str, seconds: float) -> None:
    """Enter one job; without Redis it is not counted, and goes on."""
    client = cache_client()
    if client is None:
        return
    bucket = next(each for each in BUCKETS if seconds <= float(each))
    with suppress(redis.RedisError), client.pipeline(transaction=False) as pipe:
        pipe.hincrby(KEY, f"{job}|{outcome}|{bucket}", 1)
        pipe.hincrbyfloat(KEY, f"{job}|{outcome}|sum", seconds)
        pipe.execute()


class Collector:
    """The counters as a histogram."""

    def collect(self) -> Iterator[Metric]:
        """One family, of all jobs that ran since the cache was emptied."""
        family = HistogramMetricFamily(
            "itdo_job_seconds", "Seconds that jobs took, by how they ended.", labels=["name", "outcome"]
        )
        for (job, outcome), parts in sorted(_read().items()):
            below, buckets = 0.0, []
            for bucket in BUCKETS:
                below += parts.get(bucket, 0.0)
                buckets.append((bucket, below))
            family.add_metric([job, outcome], buckets, parts.get("sum", 0.0))
        yield family


def _read() -> dict[tuple[str, str], dict[str, float]]:
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    client = cache_client()
    with suppress(redis.RedisError):
        for field, value in (client.hgetall(KEY) if client else {}).items():
            if match := _FIELD.fullmatch(_text(field)):
                found[match["job"], match["outcome"]][match["part"]] = float(value)
    return found


def _text(field: bytes | str) -> str:
    return field.decode() if isinstance(field, bytes) else field
