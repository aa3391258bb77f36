"""Every figure that a rule or the dashboard asks for is given by the site, or by an exporter that is asked."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from django_prometheus import db
from django_prometheus.cache import metrics as cache
from prometheus_client.parser import text_string_to_metric_families

from config.observability import figures, job_seconds, prometheus
from config.web.metrics import FOLDER, REQUEST_SECONDS, RESPONSES
from config.web.queues import Queue
from tests.ops import promql
from tests.ops.files import ROOT

#: Whose figures begin how, and the job of Prometheus that asks it; None: it comes with the cluster (k8s/cluster).
EXPORTERS = {
    "itdo_edge_": "edge", "probe_": "probe", "pg_": "postgres", "pgbouncer_": "pgbouncer", "redis_": "redis", "node_": "node",
    "kube_": None, "container_": None, "kubelet_": None,
}  # fmt: skip
#: Prometheus' own.
OWN = {"up", "ALERTS"}
EVERYTHING = figures.SiteFigures(
    marks={"backup": 1.0, "clock": 1.0, "asked": 1.0, "uploads": 1.0, "record": 1.0}, dead_jobs=0, stray_rows=0, missing_partitions=0, summary_seconds=1.0,
    queues={"soon": 0},
)  # fmt: skip


def given_by_site(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names on its page, when everything is known and a page was asked for."""
    # Not from the folder that another test's gunicorn may have named.
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.setattr(prometheus, "figures", lambda: EVERYTHING)
    monkeypatch.setattr(job_seconds, "_read", lambda: {("send_digests", "success"): {"0.1": 1.0, "sum": 0.1}})
    REQUEST_SECONDS.labels("reports:project_list", "GET").observe(0.1)
    RESPONSES.labels(200).inc()
    for found in (db.connections_total, db.connection_errors_total, db.execute_total, db.execute_many_total):
        found.labels("default", "postgresql")
    db.query_duration_seconds.labels("default", "postgresql")
    db.errors_total.labels("default", "postgresql", "IntegrityError")
    for found in (
        cache.django_cache_get_total,
        cache.django_cache_hits_total,
        cache.django_cache_misses_total,
        cache.django_cache_get_fail_total,
    ):
        found.labels("redis")
    text = prometheus.page().content.decode()
    return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}


class TestNames:
    def test_are_read_as_prometheus_does(self) -> None:
        expression = 'sum by (le, view) (rate(a_bucket{job="b"}[5m])) / (max(c{state!="idle"}) > 26 * 3600 or vector(0)) and d:e'
        assert promql.names(expression) == {"a_bucket", "c", "d:e"}

    def test_are_all_given(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = promql.asked()
        assert len(asked) > 30
        recorded = {rule["record"] for rule in promql.rules() if "record" in rule}
        left = asked - recorded - OWN - given_by_site(monkeypatch)
        assert {name for name in left if not name.startswith(tuple(EXPORTERS))} == set()

    def test_begin_as_those_of_exporters_that_are_asked(self) -> None:
        jobs = yaml.safe_load((ROOT / "ops/prometheus/prometheus.yml").read_text())["scrape_configs"]
        asked = {job["job_name"] for job in jobs}
        for name in promql.asked():
            for begin, job in EXPORTERS.items():
                assert not name.startswith(begin) or job is None or job in asked, name

    def test_are_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # A figure that is not looked at is a figure that is not missed.
        parts = ("_total", "_bucket", "_sum", "_count", "_created")
        ours = {
            re.sub("|".join(f"{part}$" for part in parts), "", name) for name in given_by_site(monkeypatch)
        }
        asked = {re.sub("(_total|_bucket|_count)$", "", name) for name in promql.asked()}
        assert ours <= asked

    def test_of_the_dashboard_are_of_panels_that_show_something(self) -> None:
        assert len(list(promql.dashboard())) > 15


class TestAdapter:
    def test_gives_workers_the_lengths_that_they_are_scaled_by(self) -> None:
        (rule,) = yaml.safe_load((ROOT / "ops/prometheus/adapter.yaml").read_text())["rules"]["external"]
        workers = list(yaml.safe_load_all((ROOT / "k8s/base/worker.yaml").read_text()))
        asked, taken = {}, {}
        for found in workers:
            if found["kind"] == "HorizontalPodAutoscaler":
                metric = found["spec"]["metrics"][0]["external"]["metric"]
                assert metric["name"] == rule["name"]["as"] == rule["seriesQuery"]
                (queues,) = metric["selector"]["matchExpressions"]
                asked[found["spec"]["scaleTargetRef"]["name"]] = set(queues["values"])
            elif found["kind"] == "Deployment":
                arguments = found["spec"]["template"]["spec"]["containers"][0]["args"]
                taken[found["metadata"]["name"]] = set(arguments[-1].split(","))
        # Each queue scales those who take it, and one kind of worker alone.
        assert set().union(*asked.values()) == {queue.value for queue in Queue}
        assert sum(map(len, asked.values())) == len(Queue)
        assert all(queues <= taken[name] for name, queues in asked.items())


#: One page, between the parts of the site that count and that show what was counted; it needs no tables.
APP = """
import os
import django
from django.conf import settings
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.http import HttpResponse
from django.urls import path
from config.web.metrics import SCHEDULING_SECONDS
settings.MIDDLEWARE = [
    "config.web.request_metrics.RequestMetrics", "config.web.addresses.TrustedProxies", "config.observability.inside.Inside",
]
settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "counting", ["*"]
django.setup()
def page(request):
    SCHEDULING_SECONDS.observe(0.02)
    cache.get("no-such-name")
    with connections["default"].cursor() as cursor:
        cursor.executemany("SELECT %s", [[1], [2]])
    return HttpResponse(str(os.getpid()))
urlpatterns = [path("", page)]
app = WSGIHandler()
"""
#: What one request of it adds.
EACH = {
    "django_http_responses_total_by_status_total": 1, "django_http_requests_latency_seconds_by_view_method_count": 1,
    "itdo_scheduling_seconds_count": 1, "django_cache_get_total": 1, "django_cache_get_misses_total": 1,
    "django_db_execute_many_total": 2,
}  # fmt: skip


class Served:
    """The small application above, by gunicorn as a container runs it."""

    def __init__(self, folder: Path, *options: str) -> None:
        (folder / "counting.py").write_text(APP)
        self.folder, self.socket = folder / "tmp", folder / "log"
        self.folder.mkdir()
        with socket_of_a_free_port() as port:
            self.address = f"http://127.0.0.1:{port}"
        variables = os.environ | {
            "TMPDIR": str(self.folder), "WEB_CONCURRENCY": "2", "PYTHONPATH": f"{folder}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "ops/gunicorn/gunicorn.conf.py")]
        self.process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", *options, "counting:app"], env=variables, cwd=ROOT
        )
        deadline = time.monotonic() + 60
        while True:
            with suppress(OSError):
                self.ask("/")
                break
            assert time.monotonic() < deadline, "gunicorn did not start"
            time.sleep(0.1)

    def ask(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return answer.read().decode()

    def counted(self) -> float:
        """Requests until now, in which all figures agree."""
        samples = {
            sample.name: sample.value
            for family in text_string_to_metric_families(self.ask("/metrics"))
            for sample in family.samples
        }
        (requests,) = {samples[name] / each for name, each in EACH.items()}
        return requests

    def files(self) -> list[Path]:
        return list(self.folder.rglob("*.db"))


def socket_of_a_free_port() -> Any:
    import socket
    from contextlib import contextmanager

    @contextmanager
    def find() -> Iterator[int]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            yield probe.getsockname()[1]

    return find()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path, "--max-requests", "10", "--max-requests-jitter", "0")
    yield made
    made.process.send_signal(signal.SIGKILL)
    made.process.wait(10)


class TestProcessesOfOneSite:
    def test_are_counted_together_however_often_they_start_anew(self, served: Served) -> None:
        before = served.counted()
        seen = set()
        for _request in range(100):
            seen.add(served.ask("/"))
        assert len(seen) >= 5  # started anew after ten requests each
        assert served.counted() == before + 100
        # Two workers, two kinds of figures; some files are those of the process that loads.
        assert len(served.files()) <= 3 * 2

    def test_lose_nothing_with_one_that_is_killed(self, served: Served) -> None:
        before = served.counted()
        victim = int(served.ask("/"))
        os.kill(victim, signal.SIGKILL)
        for _request in range(8):
            served.ask("/")
        assert served.counted() == before + 9

    def test_leave_nothing_behind(self, served: Served) -> None:
        assert served.files()
        served.process.terminate()
        served.process.wait(30)
        assert list(served.folder.iterdir()) == []
