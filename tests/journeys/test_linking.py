"""Links drawn in the chart from bar to bar: with the mouse, a finger, and keys alone. What the table says after it is loaded anew
is what is kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.hand import begin_plan
from tests.journeys.wbs_page import row

pytestmark = pytest.mark.browser

ADMIN = "山吹 いつき"
NAMES = ("調査", "設計", "開発", "試験")


def open_plan(page: Page, name: str) -> None:
    """A plan of four tasks that wait for nothing, with its chart."""
    begin_plan(page, name)
    for each in NAMES:
        page.keyboard.type(each)
        page.keyboard.press("Enter")
        expect(row(page, each)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#wbs tr.row--new")).to_have_count(0)
    page.goto(page.url.split("?")[0].replace("/wbs/", "/gantt/"))
    expect(bar_of(page, "調査")).to_be_visible()


def group_of(page: Page, name: str) -> Locator:
    task = (row(page, name).get_attribute("id") or "").removeprefix("row-")
    return page.locator(f"#bar-{task}")


def bar_of(page: Page, name: str) -> Locator:
    return group_of(page, name).locator(".gantt-bar")


def expect_links(page: Page, name: str, text: str) -> None:
    """What a task waits for, as its cell says it: now, and after the page is loaded anew."""
    cell = row(page, name).locator("[data-column=predecessors]")
    expect(cell).to_have_text(text)
    page.reload()
    expect(bar_of(page, name)).to_be_visible()
    expect(cell).to_have_text(text)


def box_of(of: Locator) -> FloatRect:
    box = of.bounding_box()
    assert box
    return box


def end_of(page: Page, name: str, end: str) -> tuple[float, float]:
    """The middle of a handle of a bar that shows them; a hand can hit it anywhere within 24 pixels."""
    box = box_of(group_of(page, name).locator(f"[data-end={end}] .gantt-end__hit"))
    assert box["width"] >= 24
    assert box["height"] >= 24
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def half_of(page: Page, name: str, end: str) -> tuple[float, float]:
    """A place in a half of a bar."""
    box = box_of(bar_of(page, name).locator(".gantt-bar__track"))
    return box["x"] + box["width"] * (0.2 if end == "start" else 0.8), box["y"] + box["height"] / 2


class TestMouse:
    def test_draws_each_kind_by_the_ends(self, sign_in: SignIn) -> None:
        page = sign_in(ADMIN)
        open_plan(page, "線を引く計画")
        for before, after, ends, text in (
            ("調査", "設計", ("finish", "start"), "1"),
            ("調査", "開発", ("start", "start"), "1SS"),
            ("調査", "試験", ("finish", "finish"), "1FF"),
        ):
            self.holds(page, before, after, ends)
            page.mouse.up()
            expect_links(page, after, text)
        # One that is there takes the other kind.
        self.holds(page, "調査", "試験", ("start", "finish"))
        expect(page.locator(".gantt-drawn__words")).to_have_text("開始－終了（SF）")
        page.mouse.up()
        expect_links(page, "試験", "1SF")
        self.leaves_with_escape(page)
        self.says_why_a_circle_is_none(page)
        self.is_taken_back(page)

    def holds(self, page: Page, before: str, after: str, ends: tuple[str, str]) -> None:
        """Hover, take hold of a handle, and go to a half of another bar."""
        bar_of(page, before).hover()
        page.mouse.move(*end_of(page, before, ends[0]))
        page.mouse.down()
        page.mouse.move(*half_of(page, after, ends[1]), steps=6)
        expect(bar_of(page, after)).to_have_class(re.compile("gantt-bar--aimed"))
        expect(page.locator("#wbs-foreseen")).to_contain_text("確定すると")
        assert violations_of(page) == []

    def leaves_with_escape(self, page: Page) -> None:
        self.holds(page, "開発", "試験", ("finish", "start"))
        page.keyboard.press("Escape")
        expect(page.locator(".gantt-drawn")).to_have_count(0)
        expect(page.locator("#wbs-foreseen")).to_be_hidden()
        page.mouse.up()
        expect_links(page, "試験", "1SF")

    def says_why_a_circle_is_none(self, page: Page) -> None:
        bar_of(page, "設計").hover()
        page.mouse.move(*end_of(page, "設計", "finish"))
        page.mouse.down()
        page.mouse.move(*half_of(page, "調査", "start"), steps=6)
        page.mouse.up()
        expect(page.get_by_role("alert")).to_contain_text("輪になります")
        expect_links(page, "調査", "")

    def is_taken_back(self, page: Page) -> None:
        self.holds(page, "開発", "試験", ("finish", "start"))
        page.mouse.up()
        expect(row(page, "試験").locator("[data-column=predecessors]")).to_have_text(re.compile("3"))
        page.keyboard.press("Control+z")
        expect_links(page, "試験", "1SF")


class TestFinger:
    def test_draws_from_the_bar_that_is_chosen(self, sign_in: SignIn) -> None:
        typed = sign_in(ADMIN)
        open_plan(typed, "指で線を引く計画")
        page = sign_in(ADMIN, width=390, height=844, has_touch=True)
        page.goto(typed.url)
        x, y = half_of(page, "調査", "start")
        page.touchscreen.tap(x, y)
        expect(bar_of(page, "調査")).to_have_class(re.compile("gantt-bar--selected"))
        from_x, from_y = end_of(page, "調査", "finish")
        to_x, to_y = half_of(page, "開発", "start")
        left = page.locator("#wbs-cells").evaluate("area => area.scrollLeft")
        touch = page.context.new_cdp_session(page)
        for step in range(9):
            point = {"x": from_x + (to_x - from_x) * step / 8, "y": from_y + (to_y - from_y) * step / 8}
            kind = "touchMove" if step else "touchStart"
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        expect(bar_of(page, "開発")).to_have_class(re.compile("gantt-bar--aimed"))
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect_links(page, "開発", "1")
        assert page.locator("#wbs-cells").evaluate("area => area.scrollLeft") == left


class TestKeys:
    def test_choose_the_other_bar_and_the_kind(self, sign_in: SignIn) -> None:
        page = sign_in(ADMIN)
        open_plan(page, "キーで線を引く計画")
        live = page.locator("#live")
        bar_of(page, "調査").focus()
        page.keyboard.press("l")
        expect(live).to_contain_text("調査からつなぎます")
        page.keyboard.press("ArrowDown")
        expect(bar_of(page, "設計")).to_be_focused()
        page.keyboard.press("Escape")
        expect(live).to_contain_text("つなぐのをやめました")
        expect(bar_of(page, "調査")).to_be_focused()
        page.keyboard.press("l")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(bar_of(page, "開発")).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(live).to_contain_text("相手は開発、開始－開始（SS）")
        page.keyboard.press("Enter")
        expect(row(page, "開発").locator("[data-column=predecessors]")).to_have_text("1SS")
        # A chain goes on from the task that waits now.
        expect(bar_of(page, "開発")).to_be_focused()
        page.keyboard.press("l")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(row(page, "試験").locator("[data-column=predecessors]")).to_have_text("3")
        expect_links(page, "開発", "1SS")
        self.stands_in_the_menu(page)

    def stands_in_the_menu(self, page: Page) -> None:
        bar_of(page, "調査").click(button="right")
        menu = page.get_by_role("menu", name="行とセルの操作")
        menu.get_by_role("menuitem", name="ほかのバーへつなぐ").click()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect_links(page, "設計", "1")
