"""Faults that the sheet had once, each of which shows in a browser alone; a broken connection; and what axe finds where one types."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import DURATION, LEADER, LINKS, add_row, cell, expect_at, focused, open_wbs, row

pytestmark = pytest.mark.browser

TEN_SECONDS = 10_000
FAR = "電子帳簿保存法への対応方針"  # far below the rows that the page has when it is opened


class TestFaults:
    def test_are_gone(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        self.leads_to_the_table_with_three_tabs(page)
        self.says_why_a_summary_is_not_typed_into(page)
        self.shows_the_cell_of_the_focus_beside_the_drawer(page)
        self.finds_rows_that_are_not_loaded(page)
        self.goes_to_a_row(page)

    def leads_to_the_table_with_three_tabs(self, page: Page) -> None:
        for _ in range(3):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == "表へ移動":
                break
        page.keyboard.press("Enter")
        expect(focused(page)).to_have_count(1)
        page.keyboard.press("Tab")  # the table is one stop
        expect(focused(page)).to_have_count(0)

    def says_why_a_summary_is_not_typed_into(self, page: Page) -> None:
        duration = cell(page.locator("#wbs tbody tr").first, DURATION)
        duration.click()
        page.keyboard.press("F2")
        said = page.locator("#toasts .toast").last
        expect(said).to_contain_text("この欄は計算された値")
        expect(page.locator("#wbs .cell--edit")).to_have_count(0)
        # An error looks unlike a success, and lies on no cell.
        expect(said).to_have_class("toast toast--danger")
        box, table = said.bounding_box(), page.locator("#wbs-cells").bounding_box()
        assert box is not None
        assert table is not None
        assert box["y"] + box["height"] <= table["y"]

    def shows_the_cell_of_the_focus_beside_the_drawer(self, page: Page) -> None:
        last = cell(page.locator("#wbs tbody tr").nth(4), LINKS)
        last.click()
        page.keyboard.press("Shift+F2")
        drawer = page.locator("#task-drawer")
        expect(drawer).to_be_visible()
        expect(last).to_be_in_viewport()
        box, beside = last.bounding_box(), drawer.bounding_box()
        assert box is not None
        assert beside is not None
        assert box["x"] + box["width"] <= beside["x"] + 1
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()

    def finds_rows_that_are_not_loaded(self, page: Page) -> None:
        expect(row(page, FAR)).to_have_count(0)
        page.keyboard.press("Control+f")
        page.keyboard.type(FAR)
        page.keyboard.press("Enter")
        expect(row(page, FAR)).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect_at(cell(row(page, FAR), 1))
        # Not in names alone: the focus is in the column that has it.
        page.keyboard.press("Control+f")
        page.keyboard.type("アイザワ")
        page.keyboard.press("Enter")
        expect(page.locator("#wbs-find output")).to_contain_text("/")
        page.keyboard.press("Escape")
        expect(page.locator("#wbs tbody .is-cursor:focus-within[data-column=assignees]")).to_contain_text(
            "藍沢"
        )

    def goes_to_a_row(self, page: Page) -> None:
        page.keyboard.press("Control+g")
        page.keyboard.type("7")
        page.keyboard.press("Enter")
        expect(focused(page).locator("xpath=..").locator("td").first).to_have_text("7")


class TestConnection:
    def test_that_breaks_loses_nothing_that_is_typed(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        page.clock.install()
        first = add_row(page, "切れた回線の作業")
        page.context.set_offline(True)
        page.keyboard.press("Enter")
        for number in range(1, 5):
            page.keyboard.type(f"切れた回線の作業その{number}")
            page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        cell(first, DURATION).click()
        page.keyboard.type("3日")
        page.keyboard.press("Shift+Enter")
        expect(page.locator("#wbs-saved")).to_contain_text("サーバーにつながりません")
        # Of the page's clock: whatever it tries again meanwhile is refused, too.
        page.clock.fast_forward(TEN_SECONDS)
        expect(page.locator("#wbs tr.row--new")).to_have_count(4)
        page.context.set_offline(False)
        expect(page.locator("#wbs tr.row--new")).to_have_count(0)
        expect(page.locator("#wbs-saved")).to_contain_text("保存しました")
        page.reload()
        for number in range(1, 5):
            expect(row(page, f"切れた回線の作業その{number}")).to_have_count(1)
        expect(cell(row(page, "切れた回線の作業"), DURATION)).to_have_text("3日")


class TestUndo:
    def test_takes_back_what_its_buttons_do_not_name_yet(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        page.route("**/steps/", lambda _route: None)  # the buttons never come
        first = add_row(page, "すぐに戻す作業")
        duration = cell(first, DURATION)
        before = duration.inner_text()
        duration.click()
        page.keyboard.type("3日")
        page.keyboard.press("Enter")
        expect(duration).to_have_text("3日")
        page.keyboard.press("Control+z")
        expect(duration).to_have_text(before)


class TestBarriers:
    def test_are_none_where_one_types(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        found = [*self.in_an_editor(page), *self.in_a_dialog(page, "?")]
        page.emulate_media(color_scheme="dark")
        found += [*self.in_an_editor(page), *self.in_the_chooser(page)]
        page.set_viewport_size({"width": 390, "height": 844})
        found += self.of(page, "cards")
        assert not found, "\n".join(found)

    def of(self, page: Page, where: str) -> list[str]:
        return [f"{where}: {rule} {targets}" for rule, targets in violations_of(page)]

    def in_an_editor(self, page: Page) -> list[str]:
        page.locator("#wbs tbody tr").nth(4).locator("[data-column=assignees]").click()
        page.keyboard.type("あ")
        expect(page.get_by_role("option").first).to_be_visible()
        found = self.of(page, "editor with names")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        return found

    def in_a_dialog(self, page: Page, key: str) -> list[str]:
        page.keyboard.press(key)
        return self.closed(page, f"dialog of {key}")

    def in_the_chooser(self, page: Page) -> list[str]:
        page.get_by_role("link", name="列", exact=True).click()
        return self.closed(page, "columns")

    def closed(self, page: Page, where: str) -> list[str]:
        expect(page.locator("dialog[open]")).to_be_visible()
        found = self.of(page, where)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        return found
