"""What is well and what is not, said in time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connections

from config.observability import broker, health
from config.observability.asking import asking
from config.observability.figures import SiteFigures

WELL = SiteFigures(
    marks={"backup": 3600.0, "clock": 30.0, "asked": 60.0}, dead_jobs=0, stray_rows=0, missing_partitions=0,
    summary_seconds=60.0, queues={"soon": 3},
)  # fmt: skip


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, db: None) -> Any:
    """Lets the database be elsewhere."""

    def move(port: int) -> None:
        monkeypatch.setitem(connections["default"].settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connections["default"].settings_dict, "PORT", str(port))

    return move


class TestReady:
    def test_is_503_at_once_when_the_database_is_down(self, database: Any) -> None:
        database(1)
        begun = time.monotonic()
        answer = health.ready()
        assert time.monotonic() - begun < 1
        assert answer.response(with_parts=False).status_code == 503
        assert answer.parts["database"] == "does not answer (OperationalError)"

    def test_is_503_in_three_seconds_when_the_database_stands_still(self, database: Any, frozen: int) -> None:
        database(frozen)
        begun = time.monotonic()
        assert health.ready().status == "unavailable"
        assert time.monotonic() - begun < 3

    def test_is_200_without_redis_and_says_so(self, settings: Any, frozen: int, db: None) -> None:
        for address in ("redis://127.0.0.1:1/0", f"redis://127.0.0.1:{frozen}/0"):
            settings.CACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": address}}
            begun = time.monotonic()
            answer = health.ready()
            assert time.monotonic() - begun < 1.5
            assert answer.response(with_parts=True).status_code == 200
            assert answer.status == "degraded"
            assert answer.parts["cache"].startswith("does not answer")

    def test_says_no_address_of_a_server(self, database: Any) -> None:
        database(1)
        assert b"127.0.0.1" not in health.ready().response(with_parts=True).content


class TestWhole:
    @pytest.fixture
    def figures(self, monkeypatch: pytest.MonkeyPatch, db: None) -> Any:
        def give(**differ: Any) -> None:
            monkeypatch.setattr(health, "fresh", lambda: WELL._replace(**differ))

        return give

    def test_is_ok_when_everything_is(self, figures: Any, real_redis: Any) -> None:
        figures()
        assert set(health.whole().parts.values()) == {"ok"}

    @pytest.mark.parametrize(
        ("differ", "part", "words"),
        [
            ({"marks": {"clock": 30.0}}, "backup", "none yet"),
            ({"marks": {"backup": 27 * 3600.0, "clock": 1.0}}, "backup", "27 h old"),
            ({"marks": {"backup": 1.0, "clock": 1200.0}}, "clock", "20 min old"),
            ({"marks": None}, "clock", "none yet"),
            ({"marks": {"clock": 1.0, "asked": 1200.0}}, "clock_asks", "20 min old"),
            ({"dead_jobs": 2}, "jobs", "2 failed for good"),
            ({"queues": {"soon": 400, "night": 101}}, "queue", "501 jobs wait"),
            ({"stray_rows": 7}, "partitions", "7 rows in none"),
            ({"missing_partitions": 1, "stray_rows": 7}, "partitions", "1 missing"),
            ({"summary_seconds": 7200.0}, "summary", "2 h old"),
        ],
    )
    def test_says_what_is_not_well_and_goes_on(
        self, figures: Any, real_redis: Any, differ: dict[str, Any], part: str, words: str
    ) -> None:
        figures(**differ)
        answer = health.whole()
        assert answer.parts[part] == words
        assert (answer.status, answer.response(with_parts=True).status_code) == ("degraded", 200)

    def test_is_503_without_a_broker(self, figures: Any, real_redis: Any) -> None:
        figures()
        real_redis.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        answer = health.whole()
        assert answer.parts["broker"].startswith("does not answer")
        assert answer.response(with_parts=False).status_code == 503

    @pytest.mark.parametrize(
        ("policy", "words"),
        [
            ("allkeys-lru", "allkeys-lru: jobs are thrown away when the broker is full"),
            ("", "unknown: the broker refuses INFO; see that its maxmemory-policy is noeviction"),
        ],
    )
    def test_warns_of_a_broker_that_may_lose_jobs(
        self, figures: Any, real_redis: Any, monkeypatch: pytest.MonkeyPatch, policy: str, words: str
    ) -> None:
        figures()
        monkeypatch.setattr(broker, "eviction", lambda: policy)
        answer = health.whole()
        assert answer.parts["eviction"] == words
        assert (answer.status, answer.response(with_parts=True).status_code) == ("degraded", 200)

    def test_looks_at_the_replica_where_there_is_one(
        self, figures: Any, real_redis: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        figures()
        monkeypatch.setattr(health, "connections", ["default", "owner", "replica"])
        # In its place the database itself, which is not behind any other.
        monkeypatch.setattr(health, "asking", lambda *_: asking("default"))
        assert health.whole().parts["replica"] == "ok"
        monkeypatch.setattr(health, "LAG", "SELECT 90.0::float8")
        real_redis.REPLICA_MAX_LAG = 60
        assert health.whole().parts["replica"] == "2 min behind"
