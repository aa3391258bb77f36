"""The frame of every page under the hands: menu, search key, filters, questions, messages, language."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignIn

pytestmark = pytest.mark.browser

ADMIN = "山吹 いつき"


@pytest.fixture
def page(sign_in: SignIn) -> Page:
    """The list of projects, as the admin sees it."""
    page = sign_in(ADMIN)
    page.goto("/projects/")
    return page


def make_project(page: Page, name: str) -> None:
    """Type a project the way people do, and end on its overview."""
    page.get_by_role("link", name="新規作成").click()
    page.get_by_label("名前").fill(name)
    page.get_by_label("終了日").fill("２０２８年３月３１日")
    page.get_by_label("予算").fill("¥12,000,000")
    page.get_by_role("button", name="作成する").click()
    expect(page.locator(".toast")).to_contain_text(f"「{name}」を作りました")
    page.get_by_role("navigation", name="プロジェクトのページ").get_by_role("link", name="概要").click()


class TestRail:
    def test_stays_folded(self, page: Page) -> None:
        fold = page.get_by_role("button", name="メニューをたたむ、広げる")
        with page.expect_response("**/preferences/rail/"):
            fold.click()
        expect(page.locator(".app")).to_have_class(re.compile("app--folded"))
        page.reload()
        expect(page.locator(".app")).to_have_class(re.compile("app--folded"))
        with page.expect_response("**/preferences/rail/"):
            fold.click()


class TestSearchKey:
    def test_leads_to_what_is_looked_for(self, page: Page) -> None:
        page.keyboard.press("/")
        page.keyboard.type("新ERP")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="プロジェクト", exact=True)).to_be_visible()
        page.locator("main").get_by_role("link", name="新ERP導入", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("新ERP導入")


class TestProjectList:
    def test_filters_in_place_and_says_so(self, page: Page) -> None:
        page.get_by_role("button", name="状態").click()
        page.get_by_label("完了").check()
        page.get_by_role("button", name="絞り込む").click()
        expect(page).to_have_url(re.compile("status=completed"))
        expect(page.locator("tbody .status").first).to_have_text("完了")
        expect(page.locator("#live")).to_contain_text("件中")
        page.go_back()
        expect(page).not_to_have_url(re.compile("status"))
        expect(page.get_by_role("heading", level=1)).to_have_text("プロジェクト")

    def test_sorts_with_the_keyboard_and_keeps_the_focus(self, page: Page) -> None:
        page.locator("#sort-budget").focus()
        page.keyboard.press("Enter")
        expect(page.locator("th", has=page.locator("#sort-budget"))).to_have_attribute(
            "aria-sort", "ascending"
        )
        expect(page.locator("#sort-budget")).to_be_focused()


class TestProjectLife:
    def test_from_a_refused_form_to_a_delete_that_is_taken_back(self, page: Page) -> None:
        page.goto("/projects/new/")
        expect(page.locator("[name=name]")).to_be_focused()
        page.keyboard.type("旅の試し")
        page.get_by_label("終了日").fill("2020/01/01")
        page.keyboard.press("Enter")
        expect(page.locator("[aria-invalid=true]").first).to_be_focused()
        expect(page.locator("#live")).to_contain_text("直すと保存できます")
        page.goto("/projects/")
        make_project(page, "旅の試し")
        page.get_by_role("button", name="その他の操作").click()
        page.get_by_role("menuitem", name="「進行中」にする").click()
        expect(page.locator(".page-header .badge")).to_have_text("進行中")
        page.get_by_role("button", name="その他の操作").click()
        page.get_by_role("menuitem", name="削除").click()
        page.get_by_role("dialog").get_by_role("button", name="削除する").click()
        expect(page.locator(".toast")).to_contain_text("削除しました")
        page.get_by_role("button", name="元に戻す").click()
        expect(page.locator(".toast")).to_contain_text("元に戻しました")
        expect(page.get_by_role("heading", level=1)).to_have_text("旅の試し")

    def test_escape_leaves_everything_as_it_was(self, page: Page) -> None:
        make_project(page, "旅の取り止め")
        page.get_by_role("button", name="その他の操作").click()
        expect(page.get_by_role("menuitem").first).to_be_focused()
        page.keyboard.press("End")
        expect(page.get_by_role("menuitem", name="削除")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_have_text("旅の取り止め")


class TestPreferences:
    def test_language_and_colours_hold_at_once(self, sign_in: SignIn) -> None:
        page = sign_in("浅葱 れん")
        page.goto("/preferences/")
        page.get_by_label("English").check()
        page.locator("[name=theme][value=dark]").check()
        page.get_by_role("main").get_by_role("button", name=re.compile("保存する|Save")).click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.locator("[name=language][value=ja]").check()
        page.get_by_role("main").get_by_role("button", name=re.compile("保存する|Save")).click()
        expect(page.locator("html")).to_have_attribute("lang", "ja")


class TestWithoutScripts:
    def test_forms_and_menus_still_work(self, sign_in: SignIn) -> None:
        page = sign_in(ADMIN, java_script_enabled=False)
        page.goto("/projects/?status=planning")
        page.locator("tbody a").first.click()
        page.get_by_role("link", name="編集").click()
        page.get_by_label("説明").fill("スクリプトなしで書きました。")
        page.get_by_role("button", name="保存する").click()
        expect(page.locator(".toast")).to_contain_text("保存しました")
        page.get_by_role("button", name="その他の操作").click()
        page.get_by_role("menuitem", name="削除").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("を削除しますか")
