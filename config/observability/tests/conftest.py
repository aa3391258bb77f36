"""Servers that stand still, and a Redis under names of one test's own."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from config.env import engine_urls
from config.observability import figures, job_seconds


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of the test before are not those of this one."""
    monkeypatch.setattr(figures, "_kept", (float("-inf"), figures.SiteFigures()))
    for module in (figures, job_seconds):
        monkeypatch.setattr(module, "KEY", f"test:{secrets.token_hex(6)}")


@pytest.fixture
def real_redis(settings: Any) -> Iterator[Any]:
    """The server that is running, as cache and as broker; keys of the test are taken away again."""
    address = engine_urls()["REDIS_URL"]
    options = {"IGNORE_EXCEPTIONS": True}
    settings.CACHES = {
        "default": {
            "BACKEND": "django_prometheus.cache.backends.redis.RedisCache",
            "LOCATION": address,
            "OPTIONS": options,
        }
    }
    settings.CELERY_BROKER_URL = engine_urls()["REDIS_BROKER_URL"]
    yield settings
    from config.observability.asking import cache_client

    cache_client().delete(figures.KEY, job_seconds.KEY)


@pytest.fixture
def no_redis(settings: Any) -> Any:
    """A cache whose server is away."""
    backend = "django_prometheus.cache.backends.redis.RedisCache"
    options = {"IGNORE_EXCEPTIONS": True}
    settings.CACHES = {
        "default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0", "OPTIONS": options}
    }
    return settings


@pytest.fixture
def frozen() -> Iterator[int]:
    """The port of a server that takes connections and says nothing, like one that was stopped."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
