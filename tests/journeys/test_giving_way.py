"""Duration, work and people that give way to each other, by keys in the WBS and in the form of a task."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import DURATION, LEADER, WORK, add_row, cell, row

pytestmark = pytest.mark.browser

PEOPLE = WORK + 1


def type_into(page: Page, name: str, column: int, text: str) -> None:
    """Edit one cell by keys."""
    cell(row(page, name), column).click()
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


class TestGivingWay:
    def test_is_seen_where_people_plan(self, sign_in: SignIn) -> None:
        page = sign_in(LEADER)
        name = "互いに動く作業"
        add_row(page, name)
        type_into(page, name, DURATION, "4日")
        expect(cell(row(page, name), DURATION)).to_have_text("4日")
        type_into(page, name, PEOPLE, "山吹 いつき[50%]")
        expect(cell(row(page, name), WORK)).to_have_text("16h")
        expect(page.locator("#toasts")).to_contain_text("期間は4日のまま、工数が16hになりました。")
        type_into(page, name, WORK, "24h")
        expect(cell(row(page, name), DURATION)).to_have_text("6日")
        row(page, name).get_by_role("link", name=name).click()
        drawer = page.locator("#task-drawer")
        expect(drawer).to_contain_text("単位数固定")
        drawer.get_by_role("link", name="タスクのページを開く").click()
        self._choose_fixed_work(page)
        page.get_by_label("期間", exact=True).fill("3日")
        page.get_by_role("button", name="保存する").click()
        expect(page.locator("#toasts")).to_contain_text(
            "工数は24hのまま、割当が山吹 いつき[100%]になりました。"
        )
        expect(page.get_by_label("残存作業優先")).to_be_disabled()

    def _choose_fixed_work(self, page: Page) -> None:
        """The box is closed by the choice, and opened as it was by another one."""
        choice, box = page.get_by_label("タスクの種類"), page.get_by_label("残存作業優先")
        choice.select_option("fixed_work")
        expect(box).to_be_checked()
        expect(box).to_be_disabled()
        choice.select_option("fixed_duration")
        expect(box).to_be_enabled()
        expect(box).not_to_be_checked()
        choice.select_option("fixed_work")
        assert not violations_of(page)
