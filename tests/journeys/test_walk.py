"""A walk over every page of the demo: no violation, no fault, nothing that axe finds."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import SignIn

pytestmark = pytest.mark.browser
#: Pages reached from links are walked once per form of address: numbers count as one.
MOST_PAGES = 150
#: Pages of the whole organization.
OF_ALL = ("dashboard", "late-tasks", "utilization", "resources", "recurring", "reports", "notifications")


def links_of(page: Page) -> list[str]:
    """Addresses of this site that the page links to, without their fragments."""
    return page.eval_on_selector_all(
        "a[href]",
        "links => links.map(a => new URL(a.getAttribute('href'), location.href)).filter(u => u.origin === location.origin).map(u => u.pathname + u.search)",
    )


def form_of(address: str) -> str:
    """An address with numbers and days taken out: pages of one kind are one page, whatever filters are combined."""
    path, _, query = address.partition("?")
    shape = "/".join("N" if part.replace("-", "").isdigit() else part for part in path.split("/"))
    keys = sorted({pair.partition("=")[0] for pair in query.split("&")})
    if not query:
        return shape
    return f"{shape}?{keys[0] if len(keys) == 1 else 'several'}"


def walk(page: Page) -> list[str]:
    """Addresses of one page of each kind, found by following links."""
    seen: dict[str, str] = {}
    waiting = ["/projects/"]
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if (
            form_of(address) in seen
            or address.startswith(("/static/", "/admin/"))
            or re.search(r"/export/|/file/$", address)
        ):
            continue
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address} answers {answer.status}"
        seen[form_of(address)] = address
        waiting += links_of(page)
    return list(seen.values())


def barriers(page: Page, address: str) -> list[str]:
    """What axe finds on a page, one line each."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    violations = Axe().run(page).response["violations"]
    return [
        f"{address}: {found['id']} {[node['target'] for node in found['nodes']][:3]}" for found in violations
    ]


@pytest.mark.parametrize("person", ["山吹 いつき", "藍沢 湊"])
class TestWalk:
    def test_finds_no_violation_and_no_barrier(self, sign_in: SignIn, person: str) -> None:
        page = sign_in(person)
        addresses = walk(page)
        assert len(addresses) > 10
        found = [line for address in addresses for line in barriers(page, address)]
        assert not found, "\n".join(found)


class TestThemes:
    @pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 390), ("dark", 390)])
    def test_hold_for_axe_at_every_width(self, sign_in: SignIn, scheme: str, width: int) -> None:
        page = sign_in("藍沢 湊", width=width, color_scheme=scheme)
        page.goto("/projects/")
        project = next(link for link in links_of(page) if form_of(link) == "/projects/N/")
        tails = ("", "wbs/", "gantt/", "members/", "milestones/", "history/")
        addresses = [*(project + tail for tail in tails), *(f"/{place}/" for place in OF_ALL)]
        found = [line for address in addresses for line in barriers(page, address)]
        assert not found, "\n".join(found)
