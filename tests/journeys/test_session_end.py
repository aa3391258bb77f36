"""A session ends in the middle of the work: the sign-in, and then the page that one was on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import SignIn
from tests.journeys.test_gantt import LEADER, WEEK, drag, open_at
from tests.journeys.wbs_page import DURATION, cell, open_wbs

pytestmark = pytest.mark.browser


def come_back(page: Page, to: str) -> None:
    """Through the sign-in to the page."""
    page.wait_for_url(re.compile(r"/sign-in/\?next="))
    page.get_by_role("button", name=LEADER).first.click()
    page.wait_for_url(re.compile(f"^http://[^/]+{to}"))


class TestSessionEnd:
    def test_while_a_bar_is_dragged_leads_back_to_the_chart(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        bar = open_at(page, "単体テスト")
        # What the page asks for by itself would lead away before the hand does.
        page.wait_for_load_state("networkidle")
        page.context.clear_cookies(name="sessionid")
        drag(page, bar, WEEK)
        come_back(page, r"/projects/\d+/gantt/")

    def test_while_a_cell_is_edited_leads_back_to_the_table(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        leaf = page.locator("#wbs tbody tr[id]:not([aria-expanded])").first
        cell(leaf, DURATION).dblclick()
        page.context.clear_cookies(name="sessionid")
        page.keyboard.type("3")
        page.keyboard.press("Enter")
        come_back(page, r"/projects/\d+/wbs/")
