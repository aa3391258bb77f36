"""A plan under a finger, on a screen of 390 pixels: rows as cards, and a bar of actions below them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import row

pytestmark = pytest.mark.browser

ADMIN = "山吹 いつき"


def name_of(page: Page, name: str) -> Locator:
    return row(page, name).locator("th")


def part_of(page: Page, name: str, column: str) -> Locator:
    return row(page, name).locator(f"[data-column={column}]")


@pytest.fixture
def page(sign_in: SignIn) -> Page:
    """A plan whose first task is typed, and the next one asked for."""
    page = sign_in(ADMIN, width=390, height=844, has_touch=True)
    page.goto("/projects/new/")
    page.get_by_label("名前").fill("指で組む計画")
    page.get_by_label("終了日").fill("2028/03/31")
    page.get_by_role("button", name="作成する").tap()
    expect(page.locator("#wbs-tools")).to_be_visible()
    page.locator("#row-new0 input").tap()
    page.keyboard.type("準備")
    page.keyboard.press("Enter")
    return page


class TestTouch:
    def test_builds_a_plan(self, page: Page) -> None:
        self.types_rows(page)
        self.indents(page)
        self.links_and_takes_back(page)
        self.types_into_a_cell_with_the_second_tap(page)
        self.opens_the_menu_by_staying(page)

    def tool(self, page: Page, name: str) -> Locator:
        return page.locator("#wbs-tools").get_by_role("button", name=name, exact=True)

    def types_rows(self, page: Page) -> None:
        for name in ("設計", "画面"):
            expect(page.get_by_label("タスクを編集")).to_be_focused()
            page.keyboard.type(name)
            page.keyboard.press("Enter")
        # What the server has drawn waits until the row that is typed is left.
        page.locator("#wbs tbody th", has_text="準備").tap()
        expect(page.locator("#wbs tr.row--new")).to_have_count(0)
        expect(page.locator("#wbs-count")).to_have_text("3件")
        for column in ("start", "finish", "progress", "status"):
            expect(part_of(page, "画面", column)).to_be_in_viewport()
        tools = page.locator("#wbs-tools button:visible")
        sizes = tools.evaluate_all("all => all.map(each => [each.offsetWidth, each.offsetHeight])")
        assert len(sizes) >= 8
        assert min(min(size) for size in sizes) >= 44
        tour = page.get_by_role("region", name="使い方")
        expect(tour.get_by_role("status")).to_contain_text("もう一度タップ")
        tour.get_by_role("button", name="次へ").tap()
        expect(tour.get_by_role("status")).to_contain_text("下のバー")
        tour.get_by_role("button", name="もう表示しない").tap()
        expect(tour).to_have_count(0)

    def indents(self, page: Page) -> None:
        name_of(page, "画面").tap()
        expect(page.locator("#task-drawer")).to_be_hidden()
        self.tool(page, "字下げ").tap()
        expect(row(page, "画面")).to_have_attribute("aria-level", "2")

    def links_and_takes_back(self, page: Page) -> None:
        before = part_of(page, "画面", "start").inner_text()
        name_of(page, "準備").tap()
        self.tool(page, "複数の行を選ぶ").tap()
        name_of(page, "設計").tap()
        self.tool(page, "つなぐ").tap()
        expect(part_of(page, "画面", "start")).not_to_have_text(before)
        self.tool(page, "複数の行を選ぶ").tap()
        page.locator("#wbs-tools [data-turn=undo]").tap()
        expect(part_of(page, "画面", "start")).to_have_text(before)

    def types_into_a_cell_with_the_second_tap(self, page: Page) -> None:
        name_of(page, "画面").tap()
        expect(page.locator("#wbs .cell--edit")).to_have_count(0)
        name_of(page, "画面").tap()
        expect(page.get_by_label("タスクを編集")).to_be_focused()
        page.keyboard.type("画面設計")
        page.keyboard.press("Shift+Enter")
        expect(row(page, "画面設計")).to_be_visible()

    def opens_the_menu_by_staying(self, page: Page) -> None:
        box = name_of(page, "準備").bounding_box()
        assert box is not None
        session = page.context.new_cdp_session(page)
        point = {"x": box["x"] + 90, "y": box["y"] + 20}
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
        expect(page.get_by_role("menu", name="行とセルの操作")).to_be_visible()
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
