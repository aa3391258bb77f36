"""The heat map as a planner uses it: with the keyboard, what is behind a cell, and a proposal taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignIn

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement.getAttribute('href')"
STOPS = "document.querySelectorAll('[data-heat] a.heat__cell[tabindex=\"0\"]').length"


@pytest.fixture
def heat_map(sign_in: SignIn) -> Page:
    """The page as the company's administrator sees it."""
    page = sign_in("山吹 いつき")
    page.goto("/utilization/")
    page.wait_for_load_state("networkidle")
    return page


class TestHeatMap:
    def test_is_walked_with_arrows_and_opened_with_enter(self, heat_map: Page) -> None:
        page = heat_map
        page.locator("[data-heat] a.heat__cell").first.focus()
        first = page.evaluate(FOCUSED)
        for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft"):
            page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == first
        page.keyboard.press("End")
        last = page.evaluate(FOCUSED)
        assert last != first
        assert page.evaluate(STOPS) == 1
        page.keyboard.press("Enter")
        expect(page.locator("#drill")).to_be_visible()
        expect(page.locator("#drill tfoot")).to_contain_text("合計")
        page.keyboard.press("Escape")
        expect(page.locator("#drill")).to_be_hidden()
        assert page.evaluate(FOCUSED) == last

    def test_brings_further_people_as_one_scrolls(self, heat_map: Page) -> None:
        page = heat_map
        page.goto("/utilization/?grain=d&columns=56")
        before = page.locator("[data-heat] tbody tr").count()
        page.locator(".table-scroll").evaluate("box => box.scrollTo(0, box.scrollHeight)")
        expect(page.locator("#utilization-more")).to_have_count(0)
        assert page.locator("[data-heat] tbody tr").count() > before
        assert page.evaluate(STOPS) == 1

    def test_shows_the_same_without_scripts(self, sign_in: SignIn) -> None:
        page = sign_in("山吹 いつき", java_script_enabled=False)
        page.goto("/utilization/?grain=m")
        page.locator("a.heat__cell").first.click()
        expect(page.locator("tfoot")).to_contain_text("合計")

    def test_applies_a_proposal_and_takes_it_back(self, heat_map: Page) -> None:
        page = heat_map
        page.get_by_role("link", name="調整案を見る").click()
        page.wait_for_load_state("networkidle")
        buttons = page.get_by_role("button", name="適用する")
        while not buttons.count():
            page.locator("a[rel=next]").click()
            page.wait_for_load_state("networkidle")
        buttons.first.click()
        page.get_by_role("button", name="元に戻す").click()
        expect(page.locator(".toast").last).to_contain_text("を元に戻しました")
