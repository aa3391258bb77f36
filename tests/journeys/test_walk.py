"""A walk over every page of the demo: no violation, no fault, nothing that axe finds.

Every page is asked for. It is opened, and has to come to rest, where what is sent holds an element of a kind that no
page of its path has had yet; axe, which takes longest, is asked where this also holds of what scripts have made of it.
"""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.kinds import KINDS, form_of, has_new, links_of, path_of, read_page

pytestmark = pytest.mark.browser
#: Pages reached from links are walked once per form of address: numbers count as one.
MOST_PAGES = 150
#: No picture that comes to rest at all is still moving.
AT_REST = """() => document.readyState === 'complete' && document.getAnimations().every(each =>
    each.playState !== 'running' || each.effect.getComputedTiming().iterations === Infinity)"""
#: So long nothing is asked for before a page counts as whole, in ms; Playwright's own "networkidle" takes 500.
QUIET = 50
#: Pages of the whole organization.
OF_ALL = ("dashboard", "late-tasks", "utilization", "resources", "recurring", "reports", "notifications")


def walk(page: Page) -> tuple[list[str], list[str]]:
    """One page of each kind, found by following links: their addresses, and what axe finds on them."""
    seen: dict[str, str] = {}
    found: list[str] = []
    quiet = Quiet(page)
    waiting = ["/projects/"]
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if (
            form_of(address) in seen
            or address.startswith(("/static/", "/admin/"))
            or re.search(r"/export/|/file/$", address)
        ):
            continue
        read = read_page(page, address)
        waiting += read["links"]
        if has_new(("read", path_of(address)), read["kinds"]):
            found += barriers(quiet, address)
            waiting += links_of(page)
        seen[form_of(address)] = address
    return list(seen.values()), found


class Quiet:
    """Knows what a page is still waiting for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.waiting: set[Request] = set()
        page.on("request", self._asks)
        page.on("requestfinished", self._has)
        page.on("requestfailed", self._has)

    def _asks(self, request: Request) -> None:
        self.waiting.add(request)

    def _has(self, request: Request) -> None:
        self.waiting.discard(request)

    def wait(self) -> None:
        """Until all is there that the page has asked for by itself, and nothing moves."""
        self.page.wait_for_timeout(QUIET)
        deadline = time.monotonic() + 30
        while self.waiting:
            assert time.monotonic() < deadline, f"{self.page.url} still waits for {self.waiting}"
            self.page.wait_for_timeout(QUIET)
        self.page.wait_for_function(AT_REST)


def is_new(page: Page, address: str) -> bool:
    """Whether the page that is open holds a kind of element that its path has not had in this theme at this width."""
    look: Any = page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]")
    return has_new((path_of(address), *look), page.evaluate(f"({KINDS})(document)"))


def barriers(quiet: Quiet, address: str) -> list[str]:
    """What axe finds on a page that is there, one line each."""
    answer = quiet.page.goto(address)
    assert answer is not None
    assert answer.status == 200, f"{address} answers {answer.status}"
    quiet.wait()
    if not is_new(quiet.page, address):
        return []
    return [f"{address}: {rule} {targets}" for rule, targets in violations_of(quiet.page)]


@pytest.mark.parametrize("person", ["山吹 いつき", "藍沢 湊"])
class TestWalk:
    def test_finds_no_violation_and_no_barrier(self, sign_in: SignIn, person: str) -> None:
        page = sign_in(person)
        addresses, found = walk(page)
        assert len(addresses) > 10
        assert not found, "\n".join(found)


class TestThemes:
    @pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 390), ("dark", 390)])
    def test_hold_for_axe_at_every_width(self, sign_in: SignIn, scheme: str, width: int) -> None:
        page = sign_in("藍沢 湊", width=width, color_scheme=scheme)
        page.goto("/projects/")
        project = next(link for link in links_of(page) if form_of(link) == "/projects/N/")
        tails = ("", "wbs/", "gantt/", "members/", "milestones/", "history/")
        addresses = [*(project + tail for tail in tails), *(f"/{place}/" for place in OF_ALL)]
        quiet = Quiet(page)
        found = [line for address in addresses for line in barriers(quiet, address)]
        assert not found, "\n".join(found)
