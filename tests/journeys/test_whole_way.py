"""The whole way through: a plan file becomes a project, a bar is dragged, and the history knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.test_gantt import changed, dates, drag

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

PLAN = Path(__file__).resolve().parents[1] / "plans" / "office-move.xml"
PMO = "鈍色 こはる"
WEEK = 49  # px of seven days at the zoom that a chart opens with


def tab(page: Page, name: str) -> None:
    """Go to another page of the project."""
    page.get_by_role("navigation", name="プロジェクトのページ").get_by_role("link", name=name).click()


class TestWholeWay:
    def test_from_a_file_to_a_moved_bar_in_the_history(self, sign_in: SignIn) -> None:
        page = sign_in(PMO)
        page.goto("/import/")
        page.set_input_files("input[type=file]", PLAN)
        page.get_by_role("button", name="内容を確認する").click()
        main = page.get_by_role("main")
        expect(page.get_by_role("heading", name="取り込みの確認")).to_be_visible()
        expect(main).to_contain_text("候補物件の調査")

        page.get_by_role("button", name="取り込む").first.click()
        expect(main).to_contain_text("26")  # all of the file's starts and finishes agree
        tab(page, "ガント")
        expect(page.locator(".gantt-bar--critical, .gantt-summary--critical").first).to_be_visible()

        drag_and_follow(page)

        tab(page, "履歴")
        expect(main).to_contain_text("電気・通信の配線")
        expect(main).to_contain_text("鈍色 こはる")
        expect(main).to_contain_text("取り込")

    def test_says_what_is_wrong_with_a_bad_file_and_saves_nothing(
        self, sign_in: SignIn, tmp_path: Path
    ) -> None:
        page = sign_in(PMO)
        page.goto("/projects/")
        before = page.locator(".statusbar").inner_text()
        bad = tmp_path / "plan.xml"
        bad.write_bytes(PLAN.read_bytes()[:3000])
        page.goto("/import/")
        page.set_input_files("input[type=file]", bad)
        page.get_by_role("button", name="内容を確認する").click()
        expect(page.get_by_role("alert")).to_contain_text("取り込めません")
        page.goto("/projects/")
        assert page.locator(".statusbar").inner_text() == before


def drag_and_follow(page: Page) -> None:
    """Move one bar by a week; everything that waits for it comes along."""
    bar = page.locator(".gantt-bar[aria-label*='電気・通信の配線']")
    task = re.search(r"/tasks/(\d+)/", bar.get_attribute("href") or "")
    day = dates(bar)[0].replace("/", "-")
    assert task
    page.goto(f"{page.url.split('?')[0]}?focus={task[1]}&date={day}")
    bar = page.locator(f"#bar-{task[1]} .gantt-bar")
    follower = page.locator(".gantt-bar[aria-label*='内装の検査']")
    before, behind = dates(bar), dates(follower)
    drag(page, bar, WEEK)
    assert changed(bar, before) > before
    assert changed(follower, behind) > behind
    expect(page.locator("#toasts")).to_contain_text("一緒に動きました")
