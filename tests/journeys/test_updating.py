"""計画の更新 from the sheet: the rows that are selected, what would move, the change, and its undo."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.hand import begin_plan
from tests.journeys.wbs_page import row, wait_for_keys

pytestmark = pytest.mark.browser

ADMIN = "山吹 いつき"


class TestUpdate:
    def test_shows_what_moves_and_is_taken_back(self, sign_in: SignIn) -> None:
        page = sign_in(ADMIN)
        begin_plan(page, "更新する計画", dates=("2026/04/06", "2028/03/31"))
        for name in ("調査", "設計"):
            page.keyboard.type(name)
            page.keyboard.press("Enter")
            expect(row(page, name)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#wbs tr.row--new")).to_have_count(0)
        self.opens_for_all(page)
        self.opens_for_the_selected_row(page)
        self.shows_what_moves(page)
        self.updates_and_takes_back(page)

    def opens_for_all(self, page: Page) -> None:
        page.locator("#wbs-tools").get_by_role("button", name="計画の更新").click()
        expect(page.get_by_role("heading", name="計画の更新")).to_be_visible()
        expect(page.get_by_label("行", exact=True)).to_have_value("")
        page.go_back()

    def opens_for_the_selected_row(self, page: Page) -> None:
        wait_for_keys(page)
        row(page, "設計").locator("[data-column=status]").click()
        page.keyboard.press("Shift+Space")
        page.locator("#wbs-tools").get_by_role("button", name="計画の更新").click()
        expect(page.get_by_label("行", exact=True)).to_have_value("2")

    def shows_what_moves(self, page: Page) -> None:
        page.get_by_label("基準日").fill("2026/04/10")
        page.get_by_label("更新の内容").select_option("move")
        page.get_by_role("button", name="何が動くかを見る").click()
        moved = page.get_by_role("region", name="動くタスク").get_by_role("row", name="設計")
        expect(moved).to_contain_text("2026/04/06–2026/04/06")
        expect(moved).to_contain_text("2026/04/13–2026/04/13")
        expect(page.get_by_role("main")).to_contain_text("1件のタスクの残りを")
        assert violations_of(page) == []

    def updates_and_takes_back(self, page: Page) -> None:
        page.get_by_role("button", name="更新する", exact=True).click()
        start = row(page, "設計").locator("[data-column=start]")
        expect(start).to_have_text("2026/04/13")
        expect(row(page, "調査").locator("[data-column=start]")).to_have_text("2026/04/06")
        page.locator("#wbs-tools [data-turn=undo]").click()
        expect(start).to_have_text("2026/04/06")
