"""The database alone keeps companies apart: with every check of the application switched off, nothing comes out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db.models import QuerySet

from projects import permissions
from projects.permissions import Right
from tests.access.table import ADDRESSES, NEVER
from tests.access.test_matrix import ask
from tests.access.world import make_world

#: Words that only the other company's rows hold.
OURS = re.compile("新システム導入|木賊|要件定義|月次保守|plan.xml|progress.csv")


@pytest.fixture
def no_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody may do everything, and every row is visible to everybody: what a fault in the application would do."""
    seen = 0
    for model in apps.get_models():
        manager = getattr(model, "objects", None)
        kind = type(manager.all()) if manager is not None else QuerySet
        for name in ("visible_to", "known_to"):
            if hasattr(kind, name):
                monkeypatch.setattr(kind, name, lambda self, *_: self.all())
                seen += 1
    assert seen >= 10
    everything = frozenset(Right)
    monkeypatch.setattr(permissions, "rights_in_organization", lambda *_: everything)
    monkeypatch.setattr(
        permissions,
        "rights_in_each",
        lambda _user, projects: {project.pk: everything for project in projects},
    )


class TestRowLevelSecurity:
    @pytest.mark.parametrize("part", range(4))
    def test_holds_alone(self, no_first_wall: None, project: Any, chain: dict[str, Any], part: int) -> None:
        world = make_world(project, chain)
        stranger = next(actor for actor in world.actors if actor.name == "stranger-admin").client()
        leaks = []
        for name in sorted(ADDRESSES)[part::4]:
            access = ADDRESSES[name]
            if name == "tasks:calendar_feed":  # the holder of the secret is the person
                continue
            for method, need in (("get", access.safe), ("post", access.unsafe)):
                if need == NEVER:
                    continue
                answer = ask(stranger, world, name, method)
                body = b"".join(answer) if answer.streaming else answer.content
                found = OURS.findall(body.decode())
                if found:
                    leaks.append(f"{method} {name}: {answer.status_code} {found[:3]}")
        assert not leaks, "\n".join(leaks)

    def test_would_find_what_the_walls_let_through(
        self, no_first_wall: None, project: Any, chain: Any
    ) -> None:
        world = make_world(project, chain)
        insider = next(actor for actor in world.actors if actor.name.startswith("guest-none")).client()
        assert OURS.search(ask(insider, world, "tasks:wbs", "get").content.decode())
