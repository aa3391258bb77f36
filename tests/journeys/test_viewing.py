"""A user filters and sorts the sheet, keeps that as a view, and sends the link to one with fewer rights."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.test_filtering import names
from tests.journeys.wbs_page import LEADER, PROGRESS, cell, open_wbs, row, wait_for_keys

pytestmark = pytest.mark.browser

#: Sees amounts; the other one does not.
MONEY, OTHER = "山吹 いつき", "紅林 凛"


def days(page: Page) -> list[str]:
    """The finishes of the rows that are shown."""
    return page.locator("#wbs tbody tr[id] [data-column='finish']").all_inner_texts()


def heads(page: Page) -> list[str]:
    """Columns by their names."""
    return page.locator("#wbs thead th").evaluate_all("all => all.map((head) => head.dataset.column)")


class TestView:
    def test_is_put_together_kept_and_opened_by_its_link(self, sign_in: SignIn) -> None:
        page = sign_in(MONEY)
        open_wbs(page)
        address = page.url.partition("?")[0]
        page.get_by_role("link", name="列", exact=True).click()
        page.get_by_label("固定コスト", exact=True).check()
        page.get_by_role("button", name="この列で表示する").click()
        wait_for_keys(page)
        assert "fixed_cost" in heads(page)
        page.get_by_role("button", name="絞り込み", exact=True).click()
        page.get_by_role("menuitemcheckbox", name="未完了").click()
        expect(page.locator("#wbs-filter")).to_contain_text("未完了")
        # One press sorts, a second the other way round; the filter stays.
        for order in ("ascending", "descending"):
            page.locator("thead [data-column='finish']").hover()
            page.get_by_role("link", name="終了で並べ替え").click()
            expect(page.locator("thead [data-column='finish']")).to_have_attribute("aria-sort", order)
        expect(page.locator("#wbs-filter")).to_contain_text("終了（降順）")
        expect(page.locator("#wbs-filter")).to_contain_text("未完了")
        page.get_by_role("button", name="階層なし").click()
        expect(page.get_by_role("button", name="階層なし")).to_have_attribute("aria-pressed", "true")
        seen = days(page)
        assert seen == sorted(seen, reverse=True)
        page.get_by_role("button", name="ビュー", exact=True).click()
        page.get_by_role("menuitem", name="名前を付けて保存…").click()
        form = page.get_by_role("dialog", name="ビューを保存")
        expect(form.get_by_label("名前")).to_be_focused()
        page.keyboard.type("遅い順")
        form.get_by_label("このプロジェクトを見る全員").check()
        form.get_by_role("button", name="保存する").click()
        expect(page.get_by_role("button", name="遅い順")).to_be_visible()
        link = re.sub(r"&.*", "", page.url)
        assert re.fullmatch(re.escape(address) + r"\?view=\d+", link)
        mine = names(page)
        other = sign_in(OTHER)
        other.goto(link)
        expect(other.get_by_role("button", name="遅い順")).to_be_visible()
        assert names(other) == mine
        assert days(other) == seen
        assert [name for name in heads(page) if name != "fixed_cost"] == heads(other)
        # What another chooses beside it changes nothing of it.
        other.get_by_role("link", name="列", exact=True).click()
        other.get_by_label("優先度", exact=True).check()
        other.get_by_role("button", name="この列で表示する").click()
        wait_for_keys(other)
        assert "priority" in heads(other)
        page.goto(link)
        expect(page.get_by_role("button", name="遅い順")).to_be_visible()
        assert "priority" not in heads(page)
        page.get_by_role("button", name="遅い順").click()
        page.get_by_role("menuitem", name="このビューを削除…").click()
        page.get_by_role("button", name="削除する").click()
        expect(page.get_by_role("button", name="ビュー", exact=True)).to_be_visible()
        other.goto(link)
        expect(other.get_by_role("alert")).to_contain_text("このビューは削除されたか")

    def test_of_those_built_in_is_chosen_by_keys(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        page.get_by_role("button", name="ビュー", exact=True).press("Enter")
        expect(page.get_by_role("menuitemradio", name="入力")).to_be_focused()
        for _each in range(2):
            page.keyboard.press("ArrowDown")
        expect(page.get_by_role("menuitemradio", name="遅延")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="遅延").first).to_have_attribute("aria-pressed", "true")
        expect(page).to_have_url(re.compile(r"/gantt/\?view=late&sort=&filter=late"))
        expect(page.locator("#gantt .gantt-bar").first).to_be_visible()


class TestLevels:
    def test_are_closed_below_the_one_that_is_chosen(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        everything = page.locator("#wbs-count").inner_text()
        page.get_by_role("button", name="ビュー", exact=True).click()
        page.get_by_role("menuitem", name="階層1まで表示").click()
        wait_for_keys(page)
        rows = page.locator("#wbs tbody tr[id]")
        expect(page.locator("#wbs tbody tr[aria-level='2']")).to_have_count(0)
        assert set(rows.evaluate_all("all => all.map((row) => row.ariaLevel)")) == {"1"}
        page.get_by_role("button", name="ビュー", exact=True).click()
        page.get_by_role("menuitem", name="すべて").click()
        expect(page.locator("#wbs tbody tr[aria-level='2']").first).to_be_visible()
        expect(page.locator("#wbs-count")).to_have_text(everything)


class TestOrder:
    def test_keeps_a_row_that_was_edited_and_takes_none_between(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        page.goto(f"{page.url.partition('?')[0]}?sort=progress+flat&filter=unfinished")
        wait_for_keys(page)
        before = names(page)
        edited = row(page, before[1]).first
        cell(edited, PROGRESS).click()
        page.keyboard.type("90")
        page.keyboard.press("Enter")
        expect(cell(edited, PROGRESS)).to_have_text("90%")
        assert names(page) == before
        page.keyboard.press("Insert")
        expect(page.locator("#wbs-error")).to_contain_text("並べ替えた表には行を追加できません")
        expect(page.locator("#wbs tr[id^='row-new']")).to_have_count(0)
        page.get_by_role("link", name="並べ替え直す").click()
        expect(page.locator("#wbs-filter")).to_contain_text("進捗（昇順）")
        assert names(page) != before


class TestGroups:
    def test_have_heads_that_keys_pass(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        page.goto(f"{page.url.partition('?')[0]}?sort=group.critical+start&filter=late")
        wait_for_keys(page)
        heads, rows = page.locator("#wbs .row--group"), page.locator("#wbs tbody tr[id^='row-']")
        assert heads.count() == 2
        expect(heads.first).to_contain_text("件")
        expect(heads.first.locator("[data-column='work']")).to_contain_text("h")
        count = rows.count()
        cell(rows.first, PROGRESS).click()
        page.keyboard.press("ArrowUp")
        expect(cell(rows.first, PROGRESS)).to_have_class(re.compile(r"\bis-cursor\b"))
        for at in range(1, count):
            page.keyboard.press("ArrowDown")
            expect(cell(rows.nth(at), PROGRESS)).to_have_class(re.compile(r"\bis-cursor\b"))
        for at in reversed(range(count - 1)):
            page.keyboard.press("ArrowUp")
            expect(cell(rows.nth(at), PROGRESS)).to_have_class(re.compile(r"\bis-cursor\b"))


class TestColumns:
    def test_that_are_added_or_drawn_wider_leave_people_their_room(self, sign_in: SignIn) -> None:
        """People have what the others leave: with two columns more that was nothing, and arrows passed over it."""
        page = sign_in(LEADER)
        open_wbs(page)
        self.choose(page, "この列で表示する", "期限", "優先度")
        people, priority = (page.locator(f"thead [data-column={name}]") for name in ("assignees", "priority"))
        assert self.width(people) >= 150
        first = page.locator("#wbs tbody tr[id]").first
        first.locator("[data-column=work]").click()
        page.keyboard.press("ArrowRight")
        expect(first.locator("[data-column=assignees]")).to_have_class(re.compile("is-cursor"))
        status = page.locator("thead [data-column=status]")
        status.hover()
        expect(status).to_have_attribute("draggable", "true")
        box = status.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] + 400, box["y"] + 10, steps=4)
        with page.expect_response("**/columns/*"):
            page.mouse.up()
        assert self.width(people) >= 150
        page.reload()
        wait_for_keys(page)
        assert self.width(status) > 400
        assert self.width(people) >= 150
        expect(priority).to_be_attached()
        self.choose(page, "はじめの列に戻す")
        assert "priority" not in heads(page)

    def choose(self, page: Page, button: str, *columns: str) -> None:
        page.get_by_role("link", name="列", exact=True).click()
        for column in columns:
            page.get_by_label(column, exact=True).check()
        page.get_by_role("button", name=button).click()
        wait_for_keys(page)

    def width(self, head: Locator) -> float:
        box = head.bounding_box()
        return box["width"] if box else 0
