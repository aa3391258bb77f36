"""Requests, statements and questions to the cache stand on the page once each."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, connections, transaction
from django.test import Client
from prometheus_client import Histogram
from prometheus_client.parser import text_string_to_metric_families

from config.web.metrics import REQUEST_SECONDS

Samples = dict[tuple[str, tuple[str, ...]], float]


def page() -> Samples:
    """What Prometheus reads, without the buckets; values of labels in the order of their names."""
    text = Client().get("/metrics", REMOTE_ADDR="10.1.2.3").content.decode()
    return {
        (sample.name, tuple(value for _name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith(("_bucket", "_created", "_sum"))
    }


def since(before: Samples) -> Samples:
    """What was counted meanwhile."""
    return {
        key: value - before.get(key, 0.0) for key, value in page().items() if value != before.get(key, 0.0)
    }


@pytest.fixture
def _no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page asks for itself is left alone."""
    from config.observability import figures, prometheus

    monkeypatch.setattr(prometheus, "figures", figures.SiteFigures)


@pytest.mark.django_db
@pytest.mark.usefixtures("_no_figures")
class TestPage:
    def test_counts_statements_once(self) -> None:
        before = page()
        with connections["default"].cursor() as cursor:
            for number in range(3):
                cursor.execute("SELECT %s", [number])
            cursor.executemany("SELECT %s", [[4], [5]])
        assert since(before) == {
            ("django_db_execute_total", ("default", "postgresql")): 5,
            ("django_db_execute_many_total", ("default", "postgresql")): 2,
            ("django_db_query_duration_seconds_count", ("default", "postgresql")): 4,
        }

    def test_counts_errors_by_their_kind(self) -> None:
        before = page()
        with pytest.raises(ProgrammingError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("SELECT no_such_column")
        found = since(before)
        assert found["django_db_errors_total", ("default", "UndefinedColumn", "postgresql")] == 1

    def test_counts_hits_and_misses_once(self, real_redis: Any) -> None:
        before = page()
        cache.set("figures:test", 1, 10)
        for name in ("figures:test", "figures:test", "figures:nothing"):
            cache.get(name)
        assert since(before) == {
            ("django_cache_get_total", ("redis",)): 3,
            ("django_cache_get_hits_total", ("redis",)): 2,
            ("django_cache_get_misses_total", ("redis",)): 1,
        }

    def test_counts_a_cache_that_is_away(self, no_redis: Any) -> None:
        before = page()
        assert cache.get("figures:test", "nothing") == "nothing"
        assert since(before) == {
            ("django_cache_get_total", ("redis",)): 1,
            ("django_cache_get_fail_total", ("redis",)): 1,
        }

    def test_counts_100_requests_as_100(self, client: Client) -> None:
        before = page()
        for number in range(100):
            client.get(f"/no/such/page/{number}/")
        found = {key: value for key, value in since(before).items() if key[0].startswith("django_http")}
        assert found == {
            ("django_http_responses_total_by_status_total", ("404",)): 100,
            ("django_http_requests_latency_seconds_by_view_method_count", ("GET", "-")): 100,
        }

    def test_has_no_place_for_the_same_name_twice(self) -> None:
        # What the library's own request middleware would do when it is loaded.
        with pytest.raises(ValueError, match="Duplicated timeseries"):
            Histogram(REQUEST_SECONDS._name, "Again.", ["view", "method"])
