"""People are planned before they have names: roles typed by keys, who could take one, and what a project would cost in time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import LEADER, go_to

pytestmark = pytest.mark.browser
OFFICE = "鈍色 こはる"


class TestStaffing:
    def test_a_role_is_typed_found_a_person_and_counted(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        go_to(page, "WBS")
        page.get_by_role("navigation", name="プロジェクトのページ").get_by_role(
            "link", name="メンバー"
        ).click()
        page.get_by_role("link", name="要員計画").click()
        page.get_by_label("新しい役割: 役割").first.fill("性能試験の担当")
        page.keyboard.press("Tab")
        page.keyboard.type("Java")
        # Department, then the months.
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("0.5")
        page.keyboard.press("Tab")
        page.keyboard.type("1.5")
        page.keyboard.press("Enter")
        name = page.get_by_label("性能試験の担当: 役割")
        expect(name).to_have_value("性能試験の担当")
        month = page.get_by_label(re.compile("^性能試験の担当: .*月の人月$"))
        expect(month.nth(0)).to_have_value("0.5")
        expect(month.nth(1)).to_have_value("1.5")
        assert violations_of(page) == []
        page.get_by_role("link", name="「性能試験の担当」の候補").click()
        expect(page.locator("tbody tr")).not_to_have_count(1)
        assert violations_of(page) == []
        page.get_by_role("link", name="要員計画").click()
        row = page.locator("tr", has=name)
        row.get_by_label("外す").check()
        page.get_by_role("button", name="保存する").click()
        expect(name).to_have_count(0)

    @pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
    def test_a_project_is_taken_in_a_trial(self, sign_in: SignIn, width: int, scheme: str) -> None:
        page = sign_in(OFFICE, width=width, color_scheme=scheme)
        page.goto("/capacity/")
        likely = page.get_by_role("row", name=re.compile("^見込み")).locator("td").last
        before = float(likely.inner_text())
        page.get_by_role("row", name=re.compile("40%")).first.get_by_role("checkbox").check()
        page.get_by_role("button", name="選んだ案件を受けるとして数える").click()
        expect(page.get_by_role("status").filter(has_text="選んだ案件を受け")).to_be_visible()
        assert float(likely.inner_text()) < before
        assert violations_of(page) == []
        page.get_by_role("link", name=re.compile("^開発1課")).click()
        expect(page.get_by_role("heading", name="人ごとの空き")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="選んだ案件を受け")).to_be_visible()
        assert violations_of(page) == []
