"""A workbook and an export of a ticket tool become plans: looked at, put right, imported, and seen in the chart."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tasks.importing.tests.tables import redmine_csv, workbook
from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

PMO = "鈍色 こはる"
#: A head that says nothing of people.
HEAD = ("WBS", "タスク名", "たんとう", "開始日", "終了日", "進捗率", "先行タスク")


def upload(page: Page, path: Path) -> None:
    page.goto("/import/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_role("heading", name="読み取った表")).to_be_visible()


def see_gantt(page: Page) -> None:
    page.get_by_role("button", name="取り込む").first.click()
    page.get_by_role("link", name="ガントを開く").click()
    expect(page.locator(".gantt-bar").first).to_be_visible()


class TestWorkbook:
    def test_is_put_right_in_its_preview_and_seen_in_the_chart(self, sign_in: SignIn, tmp_path: Path) -> None:
        path = tmp_path / "kikan.xlsx"
        path.write_bytes(workbook(head=HEAD))
        page = sign_in(PMO)
        upload(page, path)
        assert violations_of(page) == []
        cell = page.get_by_role("textbox", name="E7 終了 公開")
        expect(cell).to_have_value("未定")
        cell.fill("2026/4/14")
        page.get_by_role("combobox", name="列 C「たんとう」の取り込み先").select_option(label="担当")
        page.get_by_role("button", name="この内容で読み直す").click()
        expect(page.get_by_text("E7 を「2026/4/14」に直しました")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("2026/04/14")
        expect(cell).to_have_count(0)
        see_gantt(page)
        expect(page.get_by_role("main")).to_contain_text("公開")

    def test_of_a_narrow_window_scrolls_nowhere_sideways(self, sign_in: SignIn, tmp_path: Path) -> None:
        path = tmp_path / "kikan.xlsx"
        path.write_bytes(workbook())
        page = sign_in(PMO, width=390)
        upload(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert violations_of(page) == []


class TestRedmine:
    def test_comes_in_from_cp932_with_parents(self, sign_in: SignIn, tmp_path: Path) -> None:
        path = tmp_path / "issues.csv"
        path.write_bytes(redmine_csv())
        page = sign_in(PMO)
        upload(page, path)
        main = page.get_by_role("main")
        for words in ("CP932", "Redmine", "親タスクの列"):
            expect(main).to_contain_text(words)
        see_gantt(page)
        for words in ("1 新しい窓口、2026/04/06", "1.2 受付の帳票、2026/04/09"):
            expect(page.get_by_role("link", name=words)).to_be_attached()
