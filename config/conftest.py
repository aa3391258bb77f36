"""A part of the real Redis for one test."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from config.env import engine_urls

#: Where nothing listens.
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def real_redis(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Limits in the server that is running, under names of this test's own."""
    from config.ratelimit.windows import windows

    backend = {
        "BACKEND": "django_prometheus.cache.backends.redis.RedisCache",
        "LOCATION": engine_urls()["REDIS_URL"],
        "KEY_PREFIX": f"test-{secrets.token_hex(6)}",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.5, "SOCKET_TIMEOUT": 0.5, "IGNORE_EXCEPTIONS": True},
    }
    settings.CACHES = {"default": backend}
    monkeypatch.setattr(windows, "_rests_until", 0.0)
    return settings


@pytest.fixture
def no_redis(real_redis: Any) -> Any:
    """The same with the server away."""
    backend = real_redis.CACHES["default"] | {"LOCATION": NOWHERE}
    real_redis.CACHES = {"default": backend}
    return real_redis
