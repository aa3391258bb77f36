"""The scale of the chart under the hands: the plan and the selection as a whole, and a step of the wheel around the pointer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.test_gantt import LEADER, bars_in_view, open_gantt

pytestmark = pytest.mark.browser

#: The edges of the chart that is seen, and of all bars that are drawn of it, in pixels of the screen.
EDGES = """() => {
  const left = document.querySelector(".plan__pane").getBoundingClientRect().right;
  const right = document.querySelector("#wbs-cells").getBoundingClientRect().right;
  const bars = [...document.querySelectorAll("#gantt .gantt-bar__track")].map((bar) => bar.getBoundingClientRect());
  return { left, right, first: Math.min(...bars.map((bar) => bar.left)), last: Math.max(...bars.map((bar) => bar.right)) };
}"""
#: The day under a place of the screen, counted as the chart counts.
DAY = """x => {
  const { firstDay, pixels } = document.querySelector("#gantt").dataset;
  return Number(firstDay) + (x - document.querySelector("#gantt").getBoundingClientRect().left) / Number(pixels);
}"""


def expect_zoom(page: Page, name: str) -> None:
    expect(page.locator("#gantt")).to_have_attribute("data-zoom", name)
    expect(page).to_have_url(re.compile(f"zoom={name}"))


class TestFit:
    def test_shows_the_plan_and_the_selection_in_one_act_each(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        address = open_gantt(page)
        page.goto(f"{address}?row=1&zoom=day")
        page.locator("#wbs tbody tr").first.wait_for()
        self.shows_the_plan(page)
        self.shows_the_selection(page)
        self.is_done_by_keys_and_menu(page)
        assert violations_of(page) == []

    def shows_the_plan(self, page: Page) -> None:
        page.get_by_role("button", name="全体を表示").click()
        expect(page.locator("#gantt")).not_to_have_attribute("data-zoom", "day")
        expect(page.get_by_role("button", name="全体を表示")).to_be_focused()
        edges = page.evaluate(EDGES)
        assert edges["left"] <= edges["first"] < edges["last"] <= edges["right"]

    def shows_the_selection(self, page: Page) -> None:
        page.goto(page.url.split("?")[0] + "?row=90&zoom=year")
        page.locator("#wbs tbody tr[aria-rowindex='95'] > [data-column='status']").click()
        page.locator("#wbs tbody tr[aria-rowindex='97'] > [data-column='status']").click(modifiers=["Shift"])
        before = page.locator("#gantt").get_attribute("data-zoom")
        page.get_by_role("button", name="選択を表示").click()
        expect(page.locator("#gantt")).not_to_have_attribute("data-zoom", before or "")
        assert bars_in_view(page) >= 3
        first, last = (
            int(page.locator("#gantt").get_attribute(f"data-fit-{end}") or "") for end in ("first", "last")
        )
        edges = page.evaluate(EDGES)
        assert page.evaluate(DAY, edges["left"]) <= first
        assert page.evaluate(DAY, edges["right"]) >= last + 1

    def is_done_by_keys_and_menu(self, page: Page) -> None:
        bar = page.locator(".gantt-bar--selected")
        zoom = page.locator("#gantt").get_attribute("data-zoom") or ""
        bar.focus()
        page.keyboard.press("f")
        expect(page.locator("#gantt")).not_to_have_attribute("data-zoom", zoom)
        expect(page.locator("#live")).to_contain_text("目盛りは")
        page.keyboard.press("Shift+F10")
        menu = page.get_by_role("menu", name="行とセルの操作")
        menu.get_by_role("menuitem", name="選択を表示").click()
        expect(page.locator("#gantt")).to_have_attribute("data-zoom", zoom)


class TestWheel:
    def test_with_ctrl_zooms_around_the_pointer(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        page.goto(f"{open_gantt(page)}?zoom=week")
        page.wait_for_load_state("networkidle")
        edges = page.evaluate(EDGES)
        x = edges["left"] + 0.7 * (edges["right"] - edges["left"])
        day = page.evaluate(DAY, x)
        page.mouse.move(x, 500)
        page.keyboard.down("Control")
        page.mouse.wheel(0, -120)
        expect_zoom(page, "day")
        assert abs(page.evaluate(DAY, x) - day) < 0.1
        page.mouse.wheel(0, 120)
        expect_zoom(page, "week")
        assert abs(page.evaluate(DAY, x) - day) < 0.2
        page.mouse.wheel(0, 120)
        expect_zoom(page, "month")
        page.keyboard.up("Control")
        # Without Ctrl it scrolls, as ever.
        top = page.locator("#wbs-cells").evaluate("area => area.scrollTop")
        page.mouse.wheel(0, 120)
        page.wait_for_function("top => document.querySelector('#wbs-cells').scrollTop > top", arg=top)
        assert page.locator("#gantt").get_attribute("data-zoom") == "month"

    def test_has_keys_that_zoom_around_the_bar(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        page.goto(f"{open_gantt(page)}?zoom=week")
        page.wait_for_load_state("networkidle")
        page.locator(".gantt-bar[tabindex='0']").focus()
        page.keyboard.press("z")
        expect_zoom(page, "day")
        expect(page.locator(".gantt-bar:focus")).to_have_count(1)
        page.keyboard.press("Shift+Z")
        expect_zoom(page, "week")
        expect(page.locator("#live")).to_contain_text("目盛りは週です")
