"""計画の設定: what would move is shown as fields change, saved as one change, and taken back in the sheet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.hand import begin_plan
from tests.journeys.wbs_page import row

pytestmark = pytest.mark.browser

ADMIN = "山吹 いつき"


class TestSettings:
    def test_show_what_moves_before_they_are_saved(self, sign_in: SignIn) -> None:
        page = sign_in(ADMIN)
        begin_plan(page, "設定を変える計画", dates=("2026/04/06", "2028/03/31"))
        page.keyboard.type("調査")
        page.keyboard.press("Enter")
        expect(row(page, "調査").locator("[data-column=start]")).to_have_text("2026/04/06")
        page.keyboard.press("Escape")
        self.opens_from_the_overview(page)
        self.says_what_moves(page)
        self.says_what_is_wrong(page)
        self.saves(page)

    def opens_from_the_overview(self, page: Page) -> None:
        page.get_by_role("link", name="概要").click()
        page.get_by_role("button", name="その他の操作").click()
        page.get_by_role("menuitem", name="計画の設定").click()
        expect(page.get_by_role("heading", name="計画の設定")).to_be_visible()
        expect(page.get_by_label("1日の長さ")).to_have_value("480")

    def says_what_moves(self, page: Page) -> None:
        foreseen = page.locator("#settings-foreseen")
        expect(foreseen).to_contain_text("設定を変えると")
        page.get_by_label("開始日").fill("2026/04/13")
        page.keyboard.press("Tab")
        expect(foreseen).to_contain_text("1件のタスクが動きます")
        moved = page.get_by_role("region", name="動くタスク").get_by_role("row", name="調査")
        expect(moved).to_contain_text("2026/04/06–2026/04/06")
        expect(moved).to_contain_text("2026/04/13–2026/04/13")
        assert violations_of(page) == []

    def says_what_is_wrong(self, page: Page) -> None:
        foreseen = page.locator("#settings-foreseen")
        page.get_by_label("1日の長さ").fill("0")
        page.keyboard.press("Tab")
        expect(foreseen).to_contain_text("1日の長さ：")
        page.get_by_label("1日の長さ").fill("450")
        page.keyboard.press("Tab")
        expect(foreseen).to_contain_text("いま 1日 の期間は、1.067日 と表示します")

    def saves(self, page: Page) -> None:
        page.get_by_role("button", name="保存する").click()
        expect(page.get_by_text("計画の設定を保存しました")).to_be_visible()
        page.get_by_role("link", name="WBS").click()
        start = row(page, "調査").locator("[data-column=start]")
        expect(start).to_have_text("2026/04/13")
        expect(row(page, "調査").locator("[data-column=duration]")).to_contain_text("1.067日")
        page.locator("#wbs-tools [data-turn=undo]").click()
        expect(start).to_have_text("2026/04/06")
        expect(row(page, "調査").locator("[data-column=duration]")).to_contain_text("1日")
