"""What menus offer can be opened: by every role, and with every feature switched off."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from django.conf import settings as configured
from django.test import Client

from tests.access.world import World

#: Pages of a project with most links to others.
PAGES: Final = ("", "wbs/", "members/", "report/?kind=wbs", "report/?kind=progress")
#: What each feature's own pages are called.
PLACES: Final = {
    "GANTT_CHART": r"/gantt/",
    "RESOURCE_MANAGEMENT": r"^/(utilization|resources)/",
    "RECURRING_PROJECTS": r"^/recurring/",
}


def links(page: str) -> set[str]:
    """Addresses that a page leads to."""
    return set(re.findall(r'<a [^>]*href="(/[^"]*)"', page.replace("\n", " ")))


def menu_of(page: str) -> set[str]:
    """Those of the rail and of the user's menu."""
    parts = re.findall(
        r'<nav class="rail".*?</nav>|<div class="menu" id="user-menu".*?</div>', page, re.DOTALL
    )
    assert len(parts) == 2
    return links(" ".join(parts))


class TestMenu:
    def test_leads_every_role_to_pages_that_open(self, world: World, project: Any) -> None:
        closed = []
        for actor in world.actors:
            if actor.user is None or actor.organization_role is None:
                continue
            client = actor.client()
            for address in menu_of(client.get("/projects/").content.decode()) - {"/admin/"}:
                status = client.get(address).status_code
                if status != 200:
                    closed.append(f"{address} answers {status} to {actor.name}")
        assert not closed, "\n".join(closed)

    @pytest.mark.parametrize("feature", PLACES)
    def test_leads_to_nothing_that_is_switched_off(
        self, feature: str, world: World, project: Any, settings: Any
    ) -> None:
        client = next(actor for actor in world.actors if actor.is_maker).client()

        def found() -> set[str]:
            pages = [client.get(f"/projects/{project.pk}/{tail}") for tail in PAGES]
            pages += [client.get(address) for address in ("/projects/", "/dashboard/", "/my-tasks/")]
            assert {page.status_code for page in pages} == {200}
            every = set().union(*(links(page.content.decode()) for page in pages))
            return {address for address in every if re.search(PLACES[feature], address)}

        assert found()
        settings.FEATURES = configured.FEATURES | {feature: False}
        client = _anew(client)
        assert found() == set()


def _anew(client: Client) -> Client:
    """Without what the browser has kept of the pages."""
    other = Client()
    other.cookies = client.cookies
    return other
