"""A planner filters the sheet, works in what is left, and sends the link to another."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import LEADER, PROGRESS, cell, open_wbs, row

pytestmark = pytest.mark.browser

OTHER = "山吹 いつき"


def names(page: Page) -> list[str]:
    """The tasks that are shown, without the summaries that are context."""
    return page.locator("#wbs tbody tr[id]:not(.row--context) a.cut").all_inner_texts()


def bar(page: Page) -> str:
    """What is said of the filter."""
    return page.locator("#wbs-filter").inner_text()


class TestFilter:
    def test_shows_what_is_late_at_one_press_until_f3(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        everything = page.locator("#wbs-count").inner_text()
        page.get_by_role("button", name="遅延", exact=True).click()
        expect(page).to_have_url(re.compile(r"filter=late"))
        expect(page.locator("#wbs-filter")).to_contain_text("遅延")
        rows = page.locator("#wbs tbody tr[id]:not(.row--context)")
        expect(rows.first).to_be_visible()
        assert set(rows.locator("[data-column='status']").all_inner_texts()) == {"遅延"}
        expect(page.locator("#live")).to_contain_text("件を表示しています。")
        late = names(page)
        page.reload()
        expect(page.locator("#wbs tbody tr[id]:not(.row--context)")).to_have_count(len(late))
        assert names(page) == late
        page.locator("#wbs tbody tr[id] [data-column='status']").first.click()
        page.keyboard.press("F3")
        expect(page.locator("#wbs-filter")).to_be_hidden()
        expect(page.locator("#wbs-count")).to_have_text(everything)
        expect(page).not_to_have_url(re.compile("filter"))

    def test_keeps_a_row_that_was_edited_until_it_is_applied_again(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        page.get_by_role("button", name="遅延", exact=True).click()
        expect(page.locator("#wbs-filter")).to_contain_text("遅延")
        late = names(page)
        edited = row(page, late[0])
        cell(edited, PROGRESS).click()
        page.keyboard.type("100")
        page.keyboard.press("Enter")
        expect(edited).to_have_class(re.compile("row--context"))
        page.keyboard.press("Control+z")
        expect(edited).not_to_have_class(re.compile("row--context"))
        page.keyboard.press("Control+y")
        expect(edited).to_have_class(re.compile("row--context"))
        page.get_by_role("link", name="適用し直す").click()
        expect(edited).to_have_count(0)
        # What waited for it may be late now.
        assert set(late[1:]) <= set(names(page))
        page.keyboard.press("Control+z")
        page.get_by_role("link", name="適用し直す").click()
        expect(row(page, late[0])).to_be_visible()

    def test_holds_in_both_faces_and_for_who_opens_the_link(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        page.locator("#wbs tbody tr[id] [data-column='status']").first.click()
        page.keyboard.press("Control+Shift+L")
        item = page.get_by_role("menuitemcheckbox", name="未完了")
        expect(page.get_by_role("menuitemcheckbox", name="遅延")).to_be_focused()
        for _each in range(4):
            page.keyboard.press("ArrowDown")
        expect(item).to_be_focused()
        page.keyboard.press(" ")
        expect(page.locator("#wbs-filter")).to_contain_text("未完了")
        open_tasks, said = names(page), bar(page)
        page.get_by_role("navigation", name="プロジェクトのページ").get_by_role("link", name="ガント").click()
        expect(page.locator("#gantt .gantt-bar").first).to_be_visible()
        assert (names(page), bar(page)) == (open_tasks, said)
        shown = page.locator("#wbs tbody tr[id]").count()
        expect(page.locator("#gantt [id^='bar-']")).to_have_count(shown)
        link = page.url
        assert "/gantt/?" in link
        assert "filter=unfinished" in link
        other = sign_in(OTHER)
        other.goto(link)
        expect(other.locator("#wbs-filter")).to_contain_text("未完了")
        assert bar(other) == said

    def test_finds_nothing_and_says_so(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        address = page.url.partition("?")[0]
        page.goto(f"{address}?filter=name.is.none")
        expect(page.locator("#wbs-filter")).to_contain_text("一致する行はありません。")
        expect(page.locator("#wbs tbody tr[id]")).to_have_count(0)
        page.locator("#wbs-filter").get_by_role("link", name="フィルターを解除", exact=True).click()
        expect(page.locator("#wbs tbody tr[id]").first).to_be_visible()
        page.goto(f"{address}?filter=nonsense")
        expect(page.get_by_role("alert")).to_contain_text("「nonsense」という条件はありません。")

    def test_lets_no_row_pass_hidden_ones(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        page.get_by_role("button", name="遅延", exact=True).click()
        expect(page.locator("#wbs-filter")).to_contain_text("遅延")
        late = names(page)
        cell(row(page, late[0]), PROGRESS).click()
        page.keyboard.press("Alt+Shift+ArrowUp")
        expect(page.locator(".toast--danger")).to_contain_text("隠れている行を飛び越えるため、動かせません")
        assert names(page) == late


class TestConditions:
    def test_are_put_together_in_a_form(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        page.get_by_role("button", name="絞り込み", exact=True).click()
        page.get_by_role("menuitem", name="条件で絞り込む…").click()
        form = page.get_by_role("dialog", name="条件で絞り込む")
        form.get_by_label("条件1の列").select_option(label="進捗")
        expect(form.get_by_label("条件1の比べ方")).to_have_value("is")
        form.get_by_label("条件1の比べ方").select_option(label="が次以上")
        expect(form.get_by_label("条件1の比べ方")).to_be_focused()
        form.get_by_role("button", name="条件を加える").click()
        expect(form.get_by_label("条件2の列")).to_be_focused()
        form.get_by_label("条件2のつなぎ方").select_option(label="または")
        form.get_by_label("条件2の値").fill("試験")
        form.get_by_role("button", name="絞り込む", exact=True).last.click()
        expect(form.get_by_role("alert")).to_have_text("「進捗」の条件に値がありません。")
        expect(form.get_by_label("条件1の値")).to_be_focused()
        page.keyboard.type("100")
        page.keyboard.press("Enter")
        expect(form).to_be_hidden()
        expect(page.locator("#wbs-filter")).to_contain_text("進捗 ≥ 100%")
        expect(page.locator("#wbs-filter")).to_contain_text("タスク名に「試験」を含む")
        for each in page.locator("#wbs tbody tr[id]:not(.row--context)").all():
            is_done = each.locator("[data-column='progress']").inner_text().strip() == "100%"
            assert is_done or "試験" in each.locator("a.cut").inner_text()
        page.get_by_role("link", name="条件を編集").click()
        expect(form.get_by_label("条件1の値")).to_have_value("100")
        form.get_by_role("button", name="条件1を消す").click()
        expect(form.get_by_label("条件2の列")).to_have_count(0)
        page.keyboard.press("Escape")
        page.get_by_role("link", name="条件「進捗 ≥ 100%」を外す").click()
        expect(page.locator("#wbs-filter")).not_to_contain_text("100%")
        for name in names(page):
            assert "試験" in name
