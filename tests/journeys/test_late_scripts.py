"""Scripts that come when they are first used, on a slow connection: what is typed until then waits, and is done in its order."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import DURATION, LEADER, add_row, cell, expect_at, row

pytestmark = pytest.mark.browser


class Late:
    """Holds up a script of the sheet until it is let go."""

    def __init__(self, page: Page, name: str) -> None:
        self.routes: list[Route] = []
        self.page = page
        self.address = re.compile(rf"/js/(sheet|chart)/{name}\.[0-9a-f]+\.js")
        page.route(self.address, lambda route: self.routes.append(route))  # noqa: PLW0108  # it is asked how many arguments it takes

    def come(self) -> None:
        self.page.wait_for_timeout(500)
        assert self.routes, "nothing has asked for it"
        for route in self.routes:
            route.continue_()
        self.page.unroute(self.address)


class TestLateScript:
    def test_finds_keys_waiting_in_their_order(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        filling, find, edge = (Late(page, name) for name in ("filling", "find", "edge"))
        self.fills_what_was_meant(page, filling)
        self.finds_what_was_typed_meanwhile(page, find)
        self.moves_the_edge(page, edge)

    def fills_what_was_meant(self, page: Page, filling: Late) -> None:
        # What hands find in the table is on its way all the while, and typing does not wait for it.
        upper = add_row(page, "遅い台本の上の作業")
        page.keyboard.press("Enter")
        page.keyboard.type("遅い台本の下の作業")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        above, below = cell(upper, DURATION), cell(row(page, "遅い台本の下の作業"), DURATION)
        above.click()
        page.keyboard.type("3d")
        page.keyboard.press("Enter")
        expect(above).to_have_text("3日")
        expect_at(below)
        for key in ("Control+d", "ArrowUp", "8", "d", "Enter"):
            page.keyboard.press(key)
        expect_at(below)
        filling.come()
        expect(above).to_have_text("8日")
        expect(below).to_have_text("3日")

    def finds_what_was_typed_meanwhile(self, page: Page, find: Late) -> None:
        page.keyboard.press("Control+f")
        page.keyboard.type("Z81")
        page.keyboard.press("Backspace")
        page.keyboard.press("Enter")
        expect(page.locator("#wbs-find [name=text]")).to_be_focused()
        expect(page.locator("#wbs-find [name=text]")).to_have_value("")
        find.come()
        expect(page.locator("#wbs-find [name=text]")).to_have_value("Z8")
        expect(page.locator("#wbs-find output")).not_to_be_empty()
        page.keyboard.press("Escape")

    def moves_the_edge(self, page: Page, edge: Late) -> None:
        """Also what only the focus has asked for."""
        page.locator("#plan-edge").focus()
        page.keyboard.press("Home")
        edge.come()
        expect(page.locator("#gantt")).to_be_visible()
