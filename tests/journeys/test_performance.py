"""A figure of 予実 is opened: from the index to its formula, and from the sum down to the hours that people reported."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.test_whole_way import tab

pytestmark = pytest.mark.browser

LEADER = "藍沢 湊"


class TestPerformance:
    def test_leads_from_a_figure_to_the_reports_behind_it(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_page(page)
        page.get_by_role("link", name="スケジュール効率 SPI").click()
        formula = page.get_by_role("region", name="指標と計算").get_by_role(
            "row", name="SPI スケジュール効率指数"
        )
        expect(formula).to_contain_text("EV ÷ PV = ")
        parts = page.get_by_role("region", name="行ごとの予実")
        open_summary(page, "1 プロジェクト管理")
        parts.get_by_role("link").first.click()
        expect(page).to_have_url(re.compile("/tasks/"))
        expect(page.get_by_role("main")).to_contain_text("進捗")

    def test_follows_the_day_and_the_unit_without_another_page(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        open_page(page)
        total = page.get_by_role("region", name="行ごとの予実").get_by_role("row", name="合計")
        before = total.inner_text()
        page.evaluate("window.isTheSame = true")
        page.get_by_label("基準日").fill("2020-01-01")
        page.get_by_label("基準日").dispatch_event("change")
        expect(total).to_contain_text("0h")
        expect(total).not_to_have_text(before)
        page.get_by_role("link", name="金額").click()
        expect(total).to_contain_text("¥")
        assert page.evaluate("window.isTheSame")
        assert violations_of(page) == []


def open_page(page: Page) -> None:
    """The page of the project that is fullest."""
    page.goto("/projects/?q=新ERP導入")
    page.get_by_role("main").get_by_role("link", name="新ERP導入", exact=True).first.click()
    tab(page, "予実")


def open_summary(page: Page, name: str) -> None:
    """Open a summary; the rest of the page stays."""
    region = page.get_by_role("region", name="行ごとの予実")
    region.get_by_role("link", name=name).click()
    expect(page.get_by_role("navigation", name="表示している行")).to_contain_text(name)
