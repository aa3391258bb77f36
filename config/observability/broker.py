"""Whether the queue's Redis keeps what it is given: one that evicts loses jobs when it is full, and says nothing."""

from __future__ import annotations

from typing import Final

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.observability.asking import broker_client

KEEPS: Final = "noeviction"


def eviction() -> str | None:
    """The broker's maxmemory-policy; empty where it may not be asked, None where it does not answer or jobs have none.

    Asked by INFO, which managed services allow while they forbid CONFIG; in half a second at most.
    """
    client = broker_client()
    if client is None:
        return None
    try:
        return str(client.info("memory").get("maxmemory_policy", ""))
    except redis.ResponseError:
        return ""
    except redis.RedisError:
        return None


def refuse_one_that_evicts() -> None:
    """ImproperlyConfigured when the broker says that it throws away; one that is away keeps no process from starting."""
    found = eviction()
    if found and found != KEEPS:
        raise ImproperlyConfigured(
            f"ENVIRONMENT={settings.ENVIRONMENT} does not start: REDIS_BROKER_URL leads to a Redis whose maxmemory-policy is {found}, "
            f"which throws jobs away when it is full. Give the queue a Redis of its own with {KEEPS} (ops/redis/broker.conf)."
        )
