"""Lists are fresh after a change, also when the cache was away at that moment."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from projects import caching
from projects.models import Holiday, Organization


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


def test_a_corrected_holiday_makes_charts_and_lists_fresh(
    operator_client: Client, organization: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    before = caching.generation(organization.pk)
    day = Holiday.objects.get(held_on="2026-11-23")
    sent = {"action": "delete_selected", "_selected_action": [day.pk], "post": "yes"}
    with django_capture_on_commit_callbacks(execute=True):
        operator_client.post(reverse("admin:projects_holiday_changelist"), sent)
    assert caching.generation(organization.pk) != before


@pytest.mark.parametrize(
    ("name", "key", "seconds"),
    [
        ("gantt:1..9:0-36", "gantt:7:1..9:0-36:r5:", 180),
        ("project:detail:curve:2026-04-06", "project:detail:7:curve:2026-04-06:r5:", 600),
    ],
)
def test_a_key_has_the_project_where_the_design_has_it(
    monkeypatch: pytest.MonkeyPatch, name: str, key: str, seconds: int
) -> None:
    kept: list[tuple[str, int]] = []
    nothing = SimpleNamespace(
        get=lambda _key: None, set=lambda each, _value, lifetime: kept.append((each, lifetime))
    )  # fmt: skip
    monkeypatch.setattr(caching, "cache", nothing)
    project: Any = SimpleNamespace(pk=7, revision=5)
    assert caching.per_revision(project, name, lambda: "value") == "value"
    assert [(each.startswith(key), lifetime) for each, lifetime in kept] == [(True, seconds)]


def test_a_value_of_no_kind_is_not_kept_at_all() -> None:
    with pytest.raises(KeyError):
        caching.per_revision(SimpleNamespace(pk=7, revision=5), "project:lists", lambda: 1)  # type: ignore[arg-type]  # a project's part
