"""Figures of the database and the queue, and what Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from config.observability import figures, job_seconds
from config.observability.asking import asking, broker_client
from projects.operations import marks
from projects.rls import scope
from tasks.progress.services import report_progress


def page() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What Prometheus reads of it."""
    text = Client().get("/metrics").content.decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@contextmanager
def _here() -> Iterator[Any]:
    """The test's own connection in the place of another one, which would not see what is not committed."""
    connection.ensure_connection()
    yield connection.connection


@pytest.mark.django_db
class TestOfTheDatabase:
    @pytest.fixture(autouse=True)
    def _same_transaction(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(figures, "asking", _here)

    def test_ages_of_marks_and_of_the_summary(self) -> None:
        marks.note("backup")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE operations_marks SET at = at - interval '3 hours'")
        found = page()
        assert 3 * 3600 <= found["itdo_backup_age_seconds", ()] < 4 * 3600
        assert found["itdo_summary_age_seconds", ()] >= 0
        assert found["itdo_missing_partitions", ()] == 0
        assert ("itdo_clock_age_seconds", ()) not in found  # not known, and not nought

    def test_rows_without_a_partition_though_row_policies_hide_them(self, chain: Any, cast: Any) -> None:
        day = date(1999, 12, 31)
        report_progress(task=chain["設計"], percentage=10, actor=cast.planner, recorded_on=day)
        with scope.scope([]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM task_progress_default")
            assert cursor.fetchone()[0] == 0
            assert page()["itdo_default_partition_rows", ()] == 1

    def test_dead_jobs_that_are_not_resolved(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO dead_jobs (name, arguments, key, queue, reason, error, message, place, request_id, times,"
                " first_failed_at, last_failed_at, resolution) VALUES"
                " ('generate_project_report', '{}', 'k', 'now', 'error', '', '', '', '', 1, now(), now(), '')"
            )
        assert page()["itdo_dead_jobs", ()] == 1


def _count(asked: list[int]) -> figures.SiteFigures:
    asked.append(1)
    return figures.SiteFigures(dead_jobs=4)


@pytest.mark.django_db
class TestKept:
    def test_are_asked_once_for_all_processes(self, real_redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[int] = []
        monkeypatch.setattr(figures, "fresh", lambda: _count(asked))
        for _process in range(3):
            monkeypatch.setattr(figures, "_kept", (float("-inf"), figures.SiteFigures()))
            assert figures.figures().dead_jobs == 4
        assert len(asked) == 1

    def test_are_asked_once_in_some_seconds_without_redis(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.CACHES = {
            "default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
        }
        asked: list[int] = []
        monkeypatch.setattr(figures, "fresh", lambda: _count(asked))
        for _scrape in range(3):
            figures.figures()
        assert len(asked) == 1

    def test_say_nothing_of_what_does_not_answer(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(connections["default"].settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connections["default"].settings_dict, "PORT", "1")
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        assert figures.fresh() == figures.SiteFigures()

    def test_know_tables_of_yesterday(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(figures, "DEAD_JOBS", "SELECT count(*) FROM not_made_yet")
        found = figures.fresh()
        assert found.dead_jobs is None
        assert found.summary_seconds is not None


@pytest.mark.django_db
class TestOfTheQueue:
    def test_length_of_each_queue(self, real_redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        queue = "test-watching"
        monkeypatch.setattr(figures, "current_app", SimpleNamespace(amqp=SimpleNamespace(queues=[queue])))
        client = broker_client()
        client.rpush(queue, "a", "b")
        try:
            assert page()["itdo_queue_length", (("queue", queue),)] == 2
        finally:
            client.delete(queue)


@pytest.mark.django_db
class TestJobSeconds:
    def test_are_a_histogram_of_all_workers(self, real_redis: Any) -> None:
        for seconds in (0.05, 0.2, 400.0):
            job_seconds.count("send_digests", "success", seconds)
        job_seconds.count("send_digests", "failure", 1.5)
        found = page()
        job = (("name", "send_digests"), ("outcome", "success"))
        below = {
            dict(labels)["le"]: value
            for (name, labels), value in found.items()
            if name == "itdo_job_seconds_bucket" and ("outcome", "success") in labels
        }
        assert (below["0.1"], below["0.5"], below["300.0"], below["+Inf"]) == (1, 2, 2, 3)
        assert found["itdo_job_seconds_count", job] == 3
        assert found["itdo_job_seconds_sum", job] == pytest.approx(400.25)

    def test_cost_a_job_nothing_but_the_count_when_redis_is_away(self, settings: Any) -> None:
        settings.CACHES = {
            "default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
        }
        job_seconds.count("send_digests", "success", 1.0)


@pytest.mark.django_db
class TestAsking:
    def test_gives_up_at_its_deadline(self) -> None:
        with pytest.raises(Exception, match="wait timeout"), asking(seconds=0.3) as connection_of_its_own:
            connection_of_its_own.execute("SELECT pg_sleep(30)")
