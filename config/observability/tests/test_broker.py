"""What the queue's Redis says of itself, asked of real ones."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured

from config.observability import broker
from config.observability.asking import broker_client


@pytest.fixture
def client(real_redis: Any) -> redis.Redis:
    """The client through which it asks."""
    found = broker_client()
    assert found is not None
    return found


class TestEviction:
    def test_is_read_without_config_which_managed_services_forbid(
        self, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(client, "config_get", None)
        assert broker.eviction() == "noeviction"

    def test_is_not_known_where_info_is_forbidden_too(
        self, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refused(_section: str) -> None:
            raise redis.exceptions.NoPermissionError("this user has no permissions to run the 'info' command")

        monkeypatch.setattr(client, "info", refused)
        assert broker.eviction() == ""
        broker.refuse_one_that_evicts()

    def test_is_none_of_one_that_is_away(self, settings: Any) -> None:
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        assert broker.eviction() is None
        broker.refuse_one_that_evicts()

    def test_is_none_where_jobs_have_no_broker(self, settings: Any) -> None:
        settings.CELERY_BROKER_URL = "memory://"
        assert broker.eviction() is None

    def test_keeps_the_site_from_starting_when_jobs_would_be_lost(
        self, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broker.refuse_one_that_evicts()
        # Not told to the server itself: other tests ask the same one at the same moment.
        monkeypatch.setattr(client, "info", lambda _section: {"maxmemory_policy": "allkeys-lru"})
        with pytest.raises(ImproperlyConfigured, match="whose maxmemory-policy is allkeys-lru"):
            broker.refuse_one_that_evicts()
