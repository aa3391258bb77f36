"""Too much for one person is found, levelled, applied and taken back; a reader looks on."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.test_people_and_reports import (
    ASSIGNEES,
    GEAR,
    GUIDE,
    PMO,
    bring_in,
    give,
    register,
)
from tests.journeys.test_whole_way import tab
from tests.journeys.wbs_page import cell, row

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

PERSON = "平野 均"


class TestLeveling:
    def test_from_too_much_work_to_a_plan_that_can_be_and_back(self, sign_in: SignIn, tmp_path: Path) -> None:
        page = sign_in(PMO)
        register(page, PERSON)
        bring_in(page, tmp_path)
        for task, people in ((GUIDE, PERSON), (GEAR, f"{PERSON}[50%]")):
            give(page, task, people)
            expect(cell(row(page, task), ASSIGNEES)).to_contain_text(PERSON)
        expect(cell(row(page, GEAR), ASSIGNEES)).to_contain_text("150%")
        level(page)
        keep(page)
        apply(page)
        tab(page, "WBS")
        expect(cell(row(page, GEAR), ASSIGNEES)).not_to_contain_text("150%")
        take_back(page)
        expect(cell(row(page, GEAR), ASSIGNEES)).to_contain_text("150%")
        tab(page, "平準化")
        expect(page.get_by_role("main")).to_contain_text("この結果は適用できません")


def level(page: Page) -> None:
    """Ask for it, and wait until the page shows by itself what was found."""
    tab(page, "平準化")
    page.get_by_role("button", name="平準化する").click()
    now, then = page.get_by_role("group", name="いま"), page.get_by_role("group", name="平準化後")
    expect(now).to_contain_text("1人 延べ5日", timeout=60_000)
    expect(then).to_contain_text("なし")
    moves = page.get_by_role("region", name="動くタスクと理由").get_by_role("row", name=GEAR)
    expect(moves).to_contain_text(f"{PERSON}さんが「1 {GUIDE}」で空いていないため")
    expect(moves).to_contain_text("5日遅い")


def keep(page: Page) -> None:
    """Keep the delay of the one task that moves, and level again by it."""
    page.get_by_role("button", name=f"2 {GEAR}の遅れを固定").click()
    expect(page.locator("#leveling-decided")).to_contain_text(f"{GEAR} 遅れを固定")
    page.get_by_role("button", name="もう一度平準化する").click()
    moves = page.get_by_role("region", name="動くタスクと理由").get_by_role("row", name=GEAR)
    expect(moves).to_contain_text("決めたとおりに動きます", timeout=60_000)
    expect(moves).to_contain_text("5日遅い")


def apply(page: Page) -> None:
    """Apply it; what was found stays on the page."""
    page.get_by_role("button", name="適用する").click()
    expect(page.locator("#toasts")).to_contain_text("平準化を適用しました")
    expect(page.get_by_role("button", name="適用する")).to_have_count(0)
    expect(page.get_by_role("button", name="遅れを取り除く")).to_be_visible()


def take_back(page: Page) -> None:
    """By the list of one's own steps, to which the page leads."""
    tab(page, "平準化")
    page.get_by_role("main").get_by_role("link", name="元に戻す").click()
    page.get_by_role("button", name="負荷を平準化しました").click()
