"""Lists are fresh after a change, also when the cache was away at that moment."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from projects import caching


@pytest.fixture(autouse=True)
def nothing_owed() -> None:
    cache.clear()
    caching._owed.clear()


@pytest.mark.django_db
def test_a_change_while_the_cache_is_away_is_counted_when_it_is_back(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = caching.generation(1)
    with monkeypatch.context() as away:
        # As the cache answers that ignores its connection's errors.
        away.setattr(cache, "add", lambda *_args, **_kwargs: None)
        away.setattr(cache, "incr", lambda *_args, **_kwargs: None)
        with django_capture_on_commit_callbacks(execute=True):
            caching.bump_on_commit(1)
        assert caching.generation(1) == before
    assert caching.generation(2) == 0  # who asks first, for whatever organization
    assert caching.generation(1) == 1
    assert caching.generation(1) == 1
