"""From a date to its reasons and back: in the WBS and in the chart, with keys alone and with the mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import FINISH, LEADER, LINKS, START, add_row, cell, expect_at

pytestmark = pytest.mark.browser

VIEWER = "山吹 いつき"


def open_waiting(page: Page, name: str) -> Locator:
    """The WBS, and a row of one's own that waits for the second one: what others move, it does not."""
    added = add_row(page, name)
    cell(added, LINKS).dblclick()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(cell(added, LINKS)).to_have_text("2")
    return page.locator(f"#{added.get_attribute('id')}")


def open_bar(page: Page, name: str) -> Locator:
    """The chart, and the bar of such a task in sight."""
    row = open_waiting(page, name)
    task = id_of(row)
    day = cell(row, START).inner_text().strip()[:10].replace("/", "-")
    page.goto(f"{page.url.split('/wbs/')[0]}/gantt/?focus={task}&date={day}")
    bar = page.locator(f"#bar-{task} .gantt-bar")
    expect(bar).to_be_focused()
    return bar


def id_of(row: Locator) -> str:
    return (row.get_attribute("id") or "").removeprefix("row-")


def drawer(page: Page) -> Locator:
    return page.locator("#task-drawer")


def barriers(page: Page) -> list[str]:
    return [rule for rule, _targets in violations_of(page)]


class TestWbs:
    def test_leads_from_a_date_to_its_chain_and_back_by_keys(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        date = cell(open_waiting(page, "理由を問う作業その1"), START)
        date.click()
        expect_at(date)
        page.keyboard.press("Alt+Enter")
        expect(page.locator("#task-drawer-title")).to_be_focused()
        expect(drawer(page).get_by_role("heading", name="開始の理由")).to_be_visible()
        expect(drawer(page).locator("ol.why > li").nth(1)).to_be_visible()
        assert not barriers(page)
        page.keyboard.press("Escape")
        expect(drawer(page)).to_be_hidden()
        expect_at(date)

    def test_begins_with_the_finish_from_a_finish(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        date = cell(open_waiting(page, "理由を問う作業その2"), FINISH)
        date.click()
        page.keyboard.press("Alt+Enter")
        expect(drawer(page).locator("h3").first).to_have_text("終了の理由")

    def test_goes_on_to_a_task_of_the_chain(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        cell(open_waiting(page, "理由を問う作業その3"), START).click()
        page.keyboard.press("Alt+Enter")
        step = drawer(page).locator("ol.why > li").nth(1).get_by_role("link").first
        name = (step.get_attribute("title") or "").strip()
        step.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#task-drawer-title")).to_have_text(name)
        drawer(page).get_by_role("link", name="理由をたどる").click()
        expect(drawer(page)).to_have_attribute("data-why", "start")

    def test_shows_the_way_beside_the_date_that_is_pointed_at(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        date = cell(open_waiting(page, "理由を問う作業その4"), FINISH)
        date.hover()
        date.get_by_role("link", name="終了日の理由").click()
        expect(drawer(page)).to_have_attribute("data-why", "finish")
        page.keyboard.press("Escape")
        date.dblclick()  # the text of the date is still what is edited
        expect(date.locator("input")).to_have_value(re.compile(r"^\d{4}/\d{2}/\d{2}$"))
        page.keyboard.press("Escape")

    def test_is_a_link_without_scripts(self, sign_in: SignIn) -> None:
        made = sign_in(LEADER)
        added = open_waiting(made, "理由を問う作業その素")
        page = sign_in(LEADER, java_script_enabled=False)
        page.goto(f"{made.url.split('?')[0]}?row={cell(added, 0).inner_text()}")
        cell(page.locator(f"#row-{id_of(added)}"), START).get_by_role("link").click()
        expect(page.get_by_role("heading", name="開始の理由")).to_be_visible()
        page.locator("ol.why").get_by_role("link").first.click()
        expect(page.get_by_role("link", name="理由をたどる")).to_be_visible()


class TestGantt:
    def test_leads_from_a_bar_to_its_chain_and_back_by_keys(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        bar = open_bar(page, "理由を問う作業その6")
        bar.focus()
        # The buttons above the plan are being named anew meanwhile, and wait for the server.
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/steps/", hold)
        page.evaluate("document.dispatchEvent(new Event('plan:posted'))")
        page.wait_for_timeout(500)
        assert held
        page.keyboard.press("Alt+Enter")
        expect(page.locator("#task-drawer-title")).to_be_focused()
        for each in held:
            each.continue_()
        expect(drawer(page).locator("ol.why > li").nth(1)).to_be_visible()
        expect(bar).to_be_in_viewport()
        assert not barriers(page)
        page.keyboard.press("Escape")
        expect(drawer(page)).to_be_hidden()
        expect(bar).to_be_focused()

    def test_leads_from_a_date_and_from_the_menu(self, sign_in: SignIn) -> None:
        page = sign_in(VIEWER)
        bar = open_bar(page, "理由を問う作業その7")
        address = page.url
        page.goto(address)
        expect(bar).to_be_focused()
        row = page.locator(f"#row-{(bar.get_attribute('href') or '').split('/')[2]}")
        # The chart lies over the columns that have no room beside it; keys go on into them.
        cell(row, 0).click()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        expect_at(cell(row, FINISH))
        page.keyboard.press("Alt+Enter")
        expect(drawer(page).locator("h3").first).to_have_text("終了の理由")
        page.keyboard.press("Escape")
        expect(drawer(page)).to_be_hidden()
        bar.click()
        page.keyboard.press("Shift+F10")
        page.get_by_role("menuitem", name="日程の理由").click()
        # Of the column in which keys went on.
        expect(drawer(page).locator("h3").first).to_have_text("終了の理由")

    def test_shows_a_task_of_the_chain_in_the_chart(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        bar = open_bar(page, "理由を問う作業その8")
        bar.focus()
        page.keyboard.press("Alt+Enter")
        step = drawer(page).locator("ol.why > li").nth(1).get_by_role("link").first
        task = step.get_attribute("data-task")
        step.click()
        shown = page.locator(f"#bar-{task} .gantt-bar")
        expect(shown).to_have_class(re.compile("gantt-bar--selected"))
        expect(shown).to_be_in_viewport()
        expect(page.locator("#task-drawer-title")).to_be_focused()
        page.keyboard.press("Escape")
        expect(shown).to_be_focused()


class TestTight:
    def test_shows_a_deadline_that_cannot_be_kept_down_to_its_cause(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        row = open_waiting(page, "理由を問う作業その9")
        project = page.url.split("?")[0].removesuffix("wbs/")
        task = id_of(row)
        page.goto(f"/tasks/{task}/")
        page.get_by_label("期限", exact=True).fill("2026/07/01")
        page.get_by_role("button", name="保存する").click()
        expect(page.locator("#task-held").first).to_contain_text("このタスクの期限 2026/07/01")
        page.goto(f"{project}wbs/?task={task}")
        mark = cell(page.locator(f"#row-{task}"), FINISH).get_by_role(
            "img", name="期限 07/01 に間に合いません"
        )
        expect(mark).to_be_visible()
        expect(page.locator("#task-drawer #task-held")).to_contain_text("2026/07/01")
        cell(page.locator(f"#row-{task}"), FINISH).dblclick()  # the words of the mark are no part of the date
        expect(cell(page.locator(f"#row-{task}"), FINISH).locator("input")).to_have_value(
            re.compile(r"^\d{4}/\d{2}/\d{2}$")
        )
        page.keyboard.press("Escape")
        page.goto(project)
        page.locator("#tight").get_by_role("link").first.click()
        expect(page.locator("h3").first).to_have_text("終了の理由")
        assert not barriers(page)

    def test_warns_of_a_constraint_that_does_not_wait(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        row = open_waiting(page, "理由を問う作業その10")
        page.goto(f"/tasks/{id_of(row)}/")
        page.get_by_label("制約", exact=True).select_option("MSO")
        page.get_by_label("制約の日付").fill("2026/07/06")
        page.get_by_role("button", name="保存する").click()
        expect(page.locator("#toasts")).to_contain_text("待たずに始まります")
