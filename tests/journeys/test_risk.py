"""How likely a deadline is: asked for, worked out, said in the overview, and marked when the plan has changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.test_people_and_reports import ASSIGNEES, GUIDE, PMO, bring_in, give, register
from tests.journeys.test_whole_way import tab
from tests.journeys.wbs_page import cell, row

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

PERSON = "穂積 要"


class TestRisk:
    def test_from_the_runs_to_the_overview_and_a_plan_that_is_another(
        self, sign_in: SignIn, tmp_path: Path
    ) -> None:
        page = sign_in(PMO)
        register(page, PERSON)
        bring_in(page, tmp_path)
        simulate(page)
        tab(page, "概要")
        expect(page.get_by_role("main")).to_contain_text("期限に間に合う確率")
        expect(page.get_by_role("main")).not_to_contain_text("計画が変わる前の値")
        tab(page, "WBS")
        with page.expect_response(re.compile(r"/tasks/\d+/cell$")):
            give(page, GUIDE, PERSON)
        expect(cell(row(page, GUIDE), ASSIGNEES)).to_contain_text(PERSON)
        tab(page, "概要")
        expect(page.get_by_role("main")).to_contain_text("担当を変えました")
        expect(page.get_by_role("main")).to_contain_text("計画が変わる前の値")
        tab(page, "リスク分析")
        expect(page.get_by_role("main")).to_contain_text("この分析のあとで計画が変わりました")


def simulate(page: Page) -> None:
    """Ask for it, and wait until the page shows by itself what was found."""
    tab(page, "リスク分析")
    page.get_by_label("最長（長くなる幅）").fill("50")
    page.get_by_role("button", name="リスク分析を実行する").click()
    expect(page.get_by_role("heading", name="終了日の確率")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("main")).to_contain_text("8割方の終了（P80）")
    expect(page.get_by_label("最長（長くなる幅）")).to_have_value("50")
    tasks = page.get_by_role("region", name="終了を左右するタスク")
    expect(tasks.get_by_role("row")).not_to_have_count(1)
