"""A field is declared, switched on in a project, typed by keys, filtered, put together by, and taken back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import LEADER, open_wbs, row, wait_for_keys

pytestmark = pytest.mark.browser

OFFICE: Final = "鈍色 こはる"
#: Without the right to see money.
CONTRIBUTOR: Final = "茜部 陽斗"


def declare(page: Page, kind: str, name: str, **more: str) -> None:
    """A field of the organization, by its form."""
    page.goto("/fields/add/")
    page.get_by_role("navigation", name="種類").get_by_role("link", name=kind, exact=True).click()
    page.get_by_label("名前").fill(name)
    for label, text in more.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="加える", exact=True).click()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def leave_out(page: Page, address: str) -> None:
    """No field is used by the project any more: other journeys print its columns, and count them."""
    page.goto(f"{address}fields/")
    for box in page.locator("main input[type=checkbox]").all():
        box.uncheck()
    page.get_by_role("button", name="保存する").click()
    wait_for_keys(page)


class TestCustomFields:
    def test_are_declared_used_typed_filtered_grouped_and_taken_back(self, sign_in: SignIn) -> None:
        office = sign_in(OFFICE)
        declare(office, "選択リスト", "品質区分", 選択肢="高\n中\n低")
        declare(office, "金額", "外注費")
        page = sign_in(LEADER)
        open_wbs(page)
        address = page.url.partition("wbs/")[0]
        page.goto(f"{address}fields/")
        page.get_by_label("品質区分").check()
        page.get_by_label("外注費").check()
        page.get_by_role("button", name="保存する").click()
        wait_for_keys(page)
        head = page.get_by_role("columnheader", name=re.compile("品質区分"))
        expect(head).to_be_visible()
        name = head.get_attribute("data-column")
        rows = page.locator("#wbs tbody tr[id]:not(.row--summary)")
        first = rows.first.get_by_role("link").first.inner_text()
        cell = row(page, first).locator(f"[data-column='{name}']")
        cell.click()
        with page.expect_response(re.compile(r"/tasks/\d+/cell$")) as answer:
            page.keyboard.type("高")
            page.keyboard.press("Enter")
        assert answer.value.ok
        expect(cell).to_have_text("高")
        page.goto(f"{address}wbs/?filter={name}.is.1")
        wait_for_keys(page)
        expect(page.locator("#wbs-filter")).to_contain_text("品質区分")
        expect(page.locator("#wbs tbody tr[id]:not(.row--context)")).to_have_count(1)
        page.goto(f"{address}wbs/?sort=group.{name}")
        wait_for_keys(page)
        expect(page.locator("#wbs tr.row--group").first).to_contain_text("高")
        page.goto(f"{address}wbs/")
        wait_for_keys(page)
        page.locator("#wbs tbody tr[id] [data-column='name']").first.click()
        page.keyboard.press("Control+z")
        expect(cell).to_have_text("")
        expect(page.get_by_role("columnheader", name="外注費")).to_be_visible()
        other = sign_in(CONTRIBUTOR)
        open_wbs(other)
        expect(other.get_by_role("columnheader", name="品質区分")).to_be_visible()
        expect(other.get_by_role("columnheader", name="外注費")).to_have_count(0)
        leave_out(page, address)

    def test_a_formula_with_a_mark_is_told_what_is_wrong_and_then_computes(self, sign_in: SignIn) -> None:
        office = sign_in(OFFICE)
        office.goto("/fields/add/?kind=number")
        office.get_by_label("名前").fill("残り日数")
        office.get_by_label("数式", exact=True).fill("[終了] - [開始")
        office.get_by_text("信号（赤・黄・緑）").click()
        office.get_by_label("赤の条件").fill("[残り日数] > 100")
        office.get_by_label("緑の条件").fill("[残り日数] <= 100")
        office.get_by_role("button", name="加える", exact=True).click()
        expect(office.locator("[data-errors]")).to_contain_text("数式が途中で終わっています")
        office.get_by_label("数式", exact=True).fill("[終了] - [開始]")
        office.get_by_role("button", name="加える", exact=True).click()
        expect(office.get_by_role("link", name="残り日数", exact=True)).to_be_visible()
        page = sign_in(LEADER)
        open_wbs(page)
        address = page.url.partition("wbs/")[0]
        page.goto(f"{address}fields/")
        page.get_by_label("残り日数").check()
        page.get_by_role("button", name="保存する").click()
        wait_for_keys(page)
        name = page.get_by_role("columnheader", name="残り日数").get_attribute("data-column")
        cells = page.locator(f"#wbs tbody tr[id] [data-column='{name}']")
        dates = page.locator("#wbs tbody tr[id]").first.locator("[data-column=start], [data-column=finish]")
        # The plan of the demo is laid around today, so its length is read from the row.
        start, finish = (datetime.strptime(text, "%Y/%m/%d") for text in dates.all_inner_texts())
        expect(cells.first).to_contain_text(str((finish - start).days))
        expect(cells.first.locator("svg title")).to_have_text("赤")
        assert {"赤", "緑"} == set(cells.locator("svg title").all_text_contents())
        page.goto(f"{address}wbs/?filter={name}.from.100")
        wait_for_keys(page)
        expect(page.locator("#wbs-filter")).to_contain_text("残り日数")
        leave_out(page, address)

    @pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
    def test_pages_are_read_by_all(self, sign_in: SignIn, width: int, scheme: str) -> None:
        page = sign_in(OFFICE, width=width, color_scheme=scheme)
        name = f"確認{width}"
        page.goto("/fields/add/?kind=number")
        for summary in page.locator("details.moves > summary").all():
            summary.click()
        assert violations_of(page) == []
        page.get_by_label("名前").fill(name)
        page.get_by_label("数式", exact=True).fill("[期間] *")
        page.get_by_role("button", name="加える", exact=True).click()
        expect(page.locator("[data-errors]")).to_be_visible()
        assert violations_of(page) == []
        page.get_by_label("数式", exact=True).fill("[期間] * 2")
        page.get_by_role("button", name="加える", exact=True).click()
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
        page.get_by_role("button", name=f"「{name}」をしまう").click()
        expect(page.get_by_role("button", name=f"「{name}」を戻す")).to_be_visible()
        assert violations_of(page) == []
        page.get_by_role("button", name=f"「{name}」を戻す").click()
        open_wbs(page)
        page.goto(page.url.partition("wbs/")[0] + "fields/")
        expect(page.get_by_label(name)).to_be_visible()
        assert violations_of(page) == []
