"""What is kept has the keys and the lifetimes of the infrastructure design."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from django.core.cache import cache
from django.test import Client

from projects import caching
from resources.models import Resource
from tasks.editing.fields import set_assignees

SECONDS: Final = {"project:list": 300, "project:detail": 600, "gantt": 180, "resource:utilization": 900}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The lifetime of everything that pages keep, by key."""
    found: dict[str, int] = {}

    class Watched:
        """The cache, and what is put there."""

        def __getattr__(self, name: str) -> Any:
            return getattr(cache, name)

        def set(self, key: str, value: Any, timeout: int) -> None:
            found[key] = timeout
            cache.set(key, value, timeout)

    monkeypatch.setattr(caching, "cache", Watched())
    return found


def test_keys_are_the_designs(
    admin_client: Client, chain: dict[str, Any], project: Any, cast: Any, kept: dict[str, int]
) -> None:
    person = Resource.objects.create(organization=project.organization, name="浅葱 れん")
    set_assignees(task=chain["設計"], units={person.pk: 50}, actor=cast.planner)
    pages = {
        "/projects/": (f"project:list:{project.organization_id}:", 300),
        f"/projects/{project.pk}/": (f"project:detail:{project.pk}:", 600),
        f"/projects/{project.pk}/gantt/": (rf"gantt:{project.pk}:\d+\.\.\d+:", 180),
        f"/utilization/{person.pk}/w/2026-04-06/": (
            rf"resource:utilization:{person.pk}:2026-04-06\.\.2026-04-12:", 900,
        ),
    }  # fmt: skip
    for page, (key, seconds) in pages.items():
        kept.clear()
        assert admin_client.get(page).status_code == 200, page
        named = {each: lifetime for each, lifetime in kept.items() if re.match(key, each)}
        assert set(named.values()) == {seconds}, (page, kept)


def test_everything_of_a_kind_lives_as_long_as_the_design_says(
    admin_client: Client, chain: dict[str, Any], project: Any, kept: dict[str, int]
) -> None:
    for page in ("", "dashboard/", "late-tasks/", "utilization/", "portfolio/", f"projects/{project.pk}/"):
        admin_client.get(f"/{page}", follow=True)
    kinds = {key: kind for key in kept for kind in SECONDS if key.startswith(f"{kind}:")}
    assert set(kinds.values()) == {"project:list", "project:detail", "resource:utilization"}
    assert all(kept[key] == SECONDS[kind] for key, kind in kinds.items())
