"""A plan goes out as a workbook, is edited in another program and in the sheet, comes back with one conflict, and is taken back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tasks.workbooks.tests.books import Plan, book_of
from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import DURATION, LEADER, cell, open_wbs, row, wait_for_keys

pytestmark = pytest.mark.browser
RENAMED = "（Excelで直した名前）"


def take_out(page: Page, folder: Path) -> Path:
    """From the sheet by its button, in days."""
    page.get_by_role("link", name="書き出し", exact=True).click()
    expect(page.get_by_role("heading", name="Excel（WBS とガントチャート）")).to_be_visible()
    assert violations_of(page) == []
    page.get_by_label("目盛").select_option(label="週")
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel で書き出す").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def leaves_of(plan: Plan) -> list[str]:
    """Names of tasks with a duration that has not begun, which are no summaries."""
    found = []
    for at in range(plan.names_row + 1, plan.sheet.max_row + 1):
        name = plan.sheet.cell(at, plan.columns["name"])
        length, done = (
            plan.sheet.cell(at, plan.columns[column]).value for column in ("duration", "progress")
        )
        if str(plan.sheet.cell(at, 1).value).startswith("T") and length and not done and not name.font.bold:
            found.append(str(name.value))
    return [name for name in found if found.count(name) == 1]


class TestWorkbookReturns:
    @pytest.mark.parametrize(("width", "place"), [(1280, -2), (390, -4)])
    def test_with_one_conflict_that_is_chosen_and_all_of_it_is_taken_back(
        self, sign_in: SignIn, tmp_path: Path, width: int, place: int
    ) -> None:
        page = sign_in(LEADER, accept_downloads=True)
        open_wbs(page)
        address = page.url.partition("wbs/")[0]
        path = take_out(page, tmp_path)
        plan = Plan(book_of(path.read_bytes()))
        other, both = leaves_of(plan)[place:][:2]
        plan.cell(other, "name").value = RENAMED
        plan.cell(both, "duration").value = 13
        plan.book.save(path)
        self.changes_in_the_sheet(page, address, both)
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}workbook/return/")
        page.set_input_files("input[type=file]", path)
        page.get_by_role("button", name="内容を確認する").click()
        expect(page.get_by_role("heading", name="Excel の変更の確認")).to_be_visible()
        assert violations_of(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        choice = page.get_by_role("row", name=re.compile(re.escape(both))).get_by_role("radio", name="13日")
        page.get_by_role("button", name="適用").click()
        expect(page.get_by_role("alert")).to_contain_text("まだ選んでいないところがあります。")
        choice.check()
        page.get_by_role("button", name="適用").click()
        expect(page.locator("#toasts")).to_contain_text("Excel の変更を取り込みました")
        page.set_viewport_size({"width": 1280, "height": 800})
        self.takes_it_back(page, address, other)

    def changes_in_the_sheet(self, page: Page, address: str, name: str) -> None:
        """The same cell, differently."""
        page.goto(f"{address}wbs/?filter=name.has.{name}")
        wait_for_keys(page)
        cell(row(page, name), DURATION).click()
        with page.expect_response(re.compile(r"/tasks/\d+/cell$")):
            page.keyboard.type("17日")
            page.keyboard.press("Enter")

    def takes_it_back(self, page: Page, address: str, name: str) -> None:
        """One undo takes back the name and the duration."""
        page.goto(f"{address}wbs/?filter=name.has.Excelで直した")
        wait_for_keys(page)
        expect(row(page, RENAMED)).to_be_visible()
        with page.expect_response(re.compile(r"/steps/undo$")) as answer:
            page.keyboard.press("Control+Z")
        assert answer.value.ok
        page.goto(f"{address}wbs/?filter=name.has.{name}")
        wait_for_keys(page)
        expect(row(page, name)).to_be_visible()
