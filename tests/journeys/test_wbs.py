"""The WBS under the hands: keys alone, the mouse, two people at once, and no scripts at all."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import (
    DURATION,
    LEADER,
    PROGRESS,
    WORK,
    add_row,
    cell,
    expect_at,
    go_to,
    open_wbs,
    row,
    wait_for_keys,
)

pytestmark = pytest.mark.browser

ADMIN = "山吹 いつき"
CONTRIBUTOR = "茜部 陽斗"


def _late(route: Route) -> None:
    """An answer that takes longer than the address waits for the end of scrolling."""
    time.sleep(0.6)
    route.continue_()


def names(page: Page, count: int) -> list[str]:
    """The first rows that are drawn."""
    return page.locator("#wbs tbody a.cut").all_inner_texts()[:count]


@pytest.fixture
def new_row(sign_in: SignIn) -> Callable[..., tuple[Page, Locator]]:
    """Opens the WBS and adds a row of a name that no other test uses, at the end."""

    def make(name: str) -> tuple[Page, Locator]:
        page = sign_in(LEADER)
        return page, add_row(page, name)

    return make


class TestKeys:
    def test_type_into_a_cell_and_go_on_to_the_next(self, new_row: Callable[..., Any]) -> None:
        page, added = new_row("鍵盤で編集する作業")
        for _ in range(DURATION - 1):
            page.keyboard.press("ArrowRight")
        page.keyboard.type("3日")
        page.keyboard.press("Tab")
        expect(page.get_by_label("工数を編集")).to_be_focused()
        expect(page.get_by_label("工数を編集")).to_have_css("opacity", "1")  # what is typed is seen
        page.keyboard.type("2人日")
        page.keyboard.press("Shift+Enter")
        expect(cell(added, DURATION)).to_have_text("3日")
        expect(cell(added, WORK)).to_have_text("16h")
        # Up from where Tab began.
        expect_at(cell(added.locator("xpath=preceding::tr[1]"), DURATION))
        expect(page.locator("#live")).to_contain_text("保存しました")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("F2")
        page.keyboard.press("End")
        page.keyboard.press("Backspace")
        page.keyboard.type("w")
        page.keyboard.press("Escape")
        expect(cell(added, DURATION)).to_have_text("3日")
        expect_at(cell(added, DURATION))

    def test_keep_what_was_typed_when_it_is_refused(self, new_row: Callable[..., Any]) -> None:
        page, added = new_row("断られる作業")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowDown")
        for _ in range(DURATION - 1):
            page.keyboard.press("ArrowRight")
        page.keyboard.type("たくさん")
        page.keyboard.press("Shift+Enter")
        expect(page.get_by_role("alert")).to_contain_text("「たくさん」は読めません。")
        expect(cell(added, DURATION)).to_contain_text("たくさん")
        expect(cell(added, DURATION)).to_have_attribute("aria-invalid", "true")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("F2")
        expect(page.get_by_label("期間を編集")).to_have_value("たくさん")
        page.keyboard.press("Escape")
        expect(cell(added, DURATION)).to_have_text("1日")
        expect_at(cell(added, DURATION))

    def test_move_in_the_tree_and_delete(self, new_row: Callable[..., Any]) -> None:
        page, added = new_row("木の中を動く作業")
        before = page.locator("#wbs-count").inner_text()
        level = int(added.get_attribute("aria-level") or 0)
        # In first: the row may stand on the outermost level, depending on what others have added before.
        page.keyboard.press("Alt+Shift+ArrowRight")
        expect(added).to_have_attribute("aria-level", str(level + 1))
        page.keyboard.press("Alt+Shift+ArrowLeft")
        expect(added).to_have_attribute("aria-level", str(level))
        number = cell(added, 0).inner_text()
        page.keyboard.press("Alt+Shift+ArrowUp")
        expect(cell(added, 0)).not_to_have_text(number)
        expect_at(cell(added, 1))
        page.keyboard.press("Control+-")
        expect(added).to_have_count(0)
        expect(page.locator("#wbs-count")).not_to_have_text(before)

    def test_act_on_the_row_of_the_focus(self, new_row: Callable[..., Any]) -> None:
        page, added = new_row("選択が焦点である作業")
        start = added.locator("xpath=preceding::tr[5]")
        cell(start, 0).click()
        for _ in range(5):
            page.keyboard.press("ArrowDown")
        expect_at(cell(added, 0))
        page.keyboard.press("Shift+ArrowUp")
        expect(page.locator("#wbs-selected")).to_contain_text("2行を選択")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+Space")
        page.keyboard.press("Delete")
        expect(added).to_have_count(0)
        page.keyboard.press("Control+z")
        expect(added).to_have_count(1)
        cell(added, 1).click()
        page.keyboard.press("Insert")
        expect(added.locator("xpath=preceding::tr[1]")).to_have_id(re.compile("row-new"))
        page.keyboard.press("Escape")
        expect(page.locator("#wbs tr.row--new")).to_have_count(0)
        expect_at(cell(added, 1))

    def test_type_rows_while_the_server_answers(self, new_row: Callable[..., Any]) -> None:
        page, first = new_row("続けて入力する作業")
        level = int(first.get_attribute("aria-level") or 0)
        lost: list[Route] = []

        def slow(route: Route) -> None:
            if not lost:  # the first answer never comes
                lost.append(route)
                route.abort()
                return
            time.sleep(0.3)
            route.continue_()

        page.route("**/wbs/add/", slow)
        page.keyboard.press("Enter")
        for number in range(1, 6):
            if number == 2:
                page.keyboard.press("Alt+Shift+ArrowRight")
            page.keyboard.type(f"続けて入力する作業その{number}")
            page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        expect(page.locator("#wbs tr.row--new")).to_have_count(0)
        assert lost
        for number in range(1, 6):
            added = row(page, f"続けて入力する作業その{number}")
            expect(added).to_have_count(1)
            expect(added).to_have_attribute("aria-level", str(level + (number > 1)))
        expect_at(cell(row(page, "続けて入力する作業その5"), 1))

    def test_stay_in_their_row_when_several_answers_wait_for_it(self, new_row: Callable[..., Any]) -> None:
        """Whole sections are drawn once the name is typed; rows that are made by then are in the last answer alone."""
        page, _first = new_row("答えを待たせる作業")
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/wbs/add/", hold, times=1)
        page.keyboard.press("Enter")
        for number in (1, 2):
            page.keyboard.type(f"答えを待たせる作業その{number}")
            page.keyboard.press("Enter")
        page.keyboard.type("答えを待たせる")
        with page.expect_response(lambda answer: "その2" in unquote_plus(answer.request.post_data or "")):
            held[0].continue_()
        page.wait_for_load_state("networkidle")
        page.keyboard.type("作業その3")
        page.keyboard.press("Enter")
        for number in (4, 5):
            page.keyboard.type(f"答えを待たせる作業その{number}")
            page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        expect(page.locator("#wbs tr.row--new")).to_have_count(0)
        expect(page.locator("#wbs-saved")).to_contain_text("保存しました")
        page.reload()
        for number in range(1, 6):
            expect(row(page, f"答えを待たせる作業その{number}")).to_have_count(1)

    def test_keep_their_row_when_rows_of_before_come_late(self, new_row: Callable[..., Any]) -> None:
        page, _first = new_row("遅れた行の前の作業")
        late: list[tuple[Route, APIResponse]] = []
        page.route("**/wbs/rows?*", lambda route: late.append((route, route.fetch())), times=2)
        page.evaluate("document.body.dispatchEvent(new Event('plan-changed'))")
        while not late:  # read before the change, and answered after it
            page.wait_for_timeout(50)
        page.keyboard.press("Enter")
        page.keyboard.type("遅れた行に消されない作業")
        page.keyboard.press("Enter")
        expect(row(page, "遅れた行に消されない作業")).to_have_attribute("aria-rowindex", re.compile(r"\d"))
        for route, response in late:
            route.fulfill(response=response)
        page.wait_for_load_state("networkidle")
        page.keyboard.press("Escape")
        expect_at(cell(row(page, "遅れた行に消されない作業"), 1))

    def test_go_on_behind_a_row_that_is_refused(self, new_row: Callable[..., Any]) -> None:
        page, _first = new_row("断られる行の前の作業")
        page.keyboard.press("Enter")
        page.keyboard.insert_text("長" * 501)
        page.keyboard.press("Enter")
        page.keyboard.type("断られた行の後の作業")
        page.keyboard.press("Enter")
        expect(row(page, "断られた行の後の作業")).to_have_attribute("aria-rowindex", re.compile(r"\d"))
        expect(page.locator("tr.row--new").first).to_contain_text("長長長")

    def test_cut_no_conversion(self, new_row: Callable[..., Any]) -> None:
        page, added = new_row("変換される作業")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowDown")
        session = page.context.new_cdp_session(page)
        session.send("Input.imeSetComposition", {"text": "せ", "selectionStart": 1, "selectionEnd": 1})
        session.send("Input.imeSetComposition", {"text": "設計", "selectionStart": 2, "selectionEnd": 2})
        field = page.get_by_label("タスクを編集")
        expect(field).to_have_value("設計")
        # The Enter of a conversion confirms it, and the cell is still typed into.
        confirm = {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
        assert field.evaluate(
            "(input, init) => input.dispatchEvent(new KeyboardEvent('keydown', init))", confirm
        )
        expect(field).to_be_focused()
        session.send("Input.insertText", {"text": "設計"})
        page.keyboard.type("書へ変わる作業")
        page.keyboard.press("Shift+Enter")
        expect(row(page, "設計書へ変わる作業")).to_be_visible()
        expect(added).to_have_count(0)

    def test_fold_and_unfold_a_branch(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        before = names(page, 3)
        page.locator("#wbs tbody tr").first.locator("th").click()
        page.keyboard.press("Alt+ArrowLeft")
        expect(page.locator("#wbs tbody tr").first).to_have_attribute("aria-expanded", "false")
        assert names(page, 3)[1:] != before[1:]
        page.keyboard.press("Alt+ArrowRight")
        expect(page.locator("#wbs tbody tr").first).to_have_attribute("aria-expanded", "true")
        assert names(page, 3) == before

    def test_reach_the_last_row_of_a_long_plan(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        page.locator("#wbs tbody tr").first.locator("th").click()
        page.keyboard.press("Control+End")
        total = page.locator("#wbs-count").inner_text().removesuffix("件")
        expect(page.locator("#wbs tbody tr:focus-within > td").first).to_have_text(total)
        page.keyboard.press("Control+Home")
        expect(page.locator("#wbs tbody tr:focus-within > td").first).to_have_text("1")

    def test_the_address_follows_to_rows_that_come_late(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        page.route("**/wbs/rows?*", _late)
        page.locator("#wbs tbody tr").first.locator("th").click()
        page.keyboard.press("Control+End")
        total = int(page.locator("#wbs-count").inner_text().removesuffix("件"))
        expect(page.locator("#wbs tbody tr:focus-within > td").first).to_have_text(str(total))
        page.wait_for_url(lambda url: int(parse_qs(urlsplit(url).query).get("row", ["0"])[0]) > total - 40)


class TestMouse:
    def test_marks_several_and_indents_them_together(self, new_row: Callable[..., Any]) -> None:
        page, first = new_row("まとめて動かす作業その一")
        page.keyboard.press("Enter")
        page.keyboard.type("まとめて動かす作業その二")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        second = row(page, "まとめて動かす作業その二")
        expect(second).to_be_visible()
        cell(first, 2).click()
        cell(second, 2).click(modifiers=["Shift"])
        expect(page.locator("#wbs-selected")).to_contain_text("2行を選択")
        expect(cell(first, 2)).to_have_attribute("aria-selected", "true")
        level = int(first.get_attribute("aria-level") or 0)
        page.get_by_role("button", name="字下げを戻す").click()
        expect(first).to_have_attribute("aria-level", str(level - 1))
        expect(second).to_have_attribute("aria-level", str(level - 1))

    def test_drags_a_row_to_another_place(self, new_row: Callable[..., Any]) -> None:
        _, added = new_row("つかんで動かす作業")
        target = added.locator("xpath=preceding::tr[3]")
        name = target.locator("a.cut").inner_text()
        cell(added, 0).drag_to(cell(target, 0), target_position={"x": 30, "y": 4})
        below = added.locator("xpath=following::tr[1]")
        expect(below.locator("a.cut")).to_have_text(name)

    def test_reports_progress_and_comments_in_the_drawer(self, new_row: Callable[..., Any]) -> None:
        page, added = new_row("引き出しで報告する作業")
        added.locator("a.cut").click()
        drawer = page.locator("#task-drawer")
        expect(drawer.get_by_role("heading", level=2).first).to_have_text("引き出しで報告する作業")
        drawer.get_by_role("spinbutton", name="進捗").fill("40")
        drawer.get_by_role("button", name="報告する").click()
        expect(cell(added, 3)).to_have_text("40%")
        drawer.get_by_label("コメント").fill("順調です")
        held: list[Route] = []
        page.route("**/comments/", lambda route: held.append(route))  # noqa: PLW0108  # a method of a list takes no marks
        with page.expect_request("**/comments/"):
            drawer.get_by_role("button", name="送る").click()
        # What the page asks for by itself meanwhile makes nothing forget the button.
        with page.expect_response("**/steps/"):
            page.evaluate("document.dispatchEvent(new Event('plan:posted'))")
        held.pop().continue_()
        expect(drawer.locator(".log").first).to_contain_text("順調です")
        # The button that was pressed has been replaced; its successor has the focus, and keys go on in the drawer.
        expect(drawer.get_by_role("button", name="送る")).to_be_focused()
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()

    def test_opens_where_the_address_says(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_wbs(page)
        # Columns that the same person chose in another journey would be printed, too.
        page.get_by_role("link", name="列", exact=True).click()
        page.get_by_role("button", name="はじめの列に戻す").click()
        wait_for_keys(page)
        page.goto(page.url.split("?")[0] + "?row=200")
        expect(
            page.locator("#wbs tbody tr td:first-child").get_by_text("200", exact=True)
        ).to_be_in_viewport()
        self.is_printed_whole(page)

    def is_printed_whole(self, page: Page) -> None:
        """All columns, also where the window is as narrow as a phone; within A4 that lies on its side."""
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 390, "height": 700})
        assert page.locator("#wbs thead th").count() == page.locator("#wbs thead th:visible").count() > 8
        page.set_viewport_size({"width": 1032, "height": 700})
        # Which rows have come by now is not known; the widest that may come are a team, and a task after many.
        row = page.locator("#wbs tbody tr[id]:has(.person)").first
        row.locator(".person > span").last.evaluate("span => (span.textContent = '藍沢 湊、'.repeat(12))")
        row.locator("[data-column=predecessors]").evaluate(
            "cell => (cell.textContent = '123SS+2d; '.repeat(8))"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 1032


class TestRoles:
    def test_let_contributors_report_on_their_own_rows_alone(self, sign_in: SignIn) -> None:
        page = sign_in(CONTRIBUTOR)
        page.goto("/my-tasks/")
        page.locator("tbody tr").first.get_by_role("link").nth(1).click()
        own = page.locator("#wbs tbody tr[aria-selected='true']")
        expect(own).to_have_attribute("data-mine", "")
        own = page.locator(f"#{own.get_attribute('id')}")
        page.get_by_role("link", name="閉じる").click()
        own.locator("a.cut").dblclick()  # the name itself: beside a short one nothing opens
        expect(page.locator("#wbs .cell--edit")).to_have_count(0)
        page.get_by_role("link", name="閉じる").click()
        cell(own, PROGRESS).dblclick()
        page.keyboard.type("85")
        page.keyboard.press("Shift+Enter")
        expect(cell(own, PROGRESS)).to_have_text("85%")
        expect(page.get_by_role("link", name="タスクを追加")).to_have_count(0)
        other = page.locator("#wbs tbody tr[id]:not([data-mine]):not([aria-expanded])").first
        cell(other, PROGRESS).dblclick()
        expect(page.locator("#wbs .cell--edit")).to_have_count(0)


class TestTwoPeople:
    def test_see_both_versions_of_a_cell(self, new_row: Callable[..., Any], sign_in: SignIn) -> None:
        page, added = new_row("二人で編集する作業")
        other = sign_in(ADMIN)
        other.goto(f"{page.url.split('?')[0]}?row={cell(added, 0).inner_text()}")
        cell(added, DURATION).dblclick()
        cell(row(other, "二人で編集する作業"), DURATION).dblclick()
        other.keyboard.type("7日")
        other.keyboard.press("Shift+Enter")
        expect(cell(row(other, "二人で編集する作業"), DURATION)).to_have_text("7日")
        page.keyboard.type("4日")
        page.keyboard.press("Shift+Enter")
        words = "「期間」を「7日」に変えました。あなたの入力は「4日」です。"
        expect(page.get_by_role("alert")).to_contain_text(words)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("F2")
        page.keyboard.press("Shift+Enter")
        expect(cell(added, DURATION)).to_have_text("4日")


class TestWithoutScripts:
    def test_reads_and_edits_a_plan(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER, java_script_enabled=False)
        go_to(page, "WBS")
        page.get_by_role("link", name="次の行").click()
        expect(page.locator("#wbs tbody td").first).to_have_text("41")
        page.get_by_role("link", name="タスクを追加").click()
        page.get_by_label("タスク名").fill("素のフォームの作業")
        page.get_by_role("button", name="追加する").click()
        row(page, "素のフォームの作業").locator("a.cut").click()
        page.locator("#task-form").get_by_label("期間").fill("4d")
        page.get_by_role("button", name="保存する").click()
        expect(page.locator("#task-form").get_by_label("期間")).to_have_value("4日")
        page.get_by_role("link", name="削除").click()
        page.get_by_role("button", name="削除する").click()
        expect(page.locator("#toasts")).to_contain_text("1件を削除しました。")
