"""A week of hours by keys alone: typed, handed in, sent back with words, mended, approved and locked; and a line that was down."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import SignIn

pytestmark = pytest.mark.browser

PERSON, APPROVER = "藍沢 湊", "鈍色 こはる"
WORDS = "月曜の会議が抜けています。"


def cells(page: Page, row: str) -> Locator:
    """The fields of a row's days."""
    return (
        page.get_by_role("row")
        .filter(has=page.get_by_role("rowheader", name=row))
        .locator("td.hours-cell .hours__in")
    )


def saved(page: Page) -> None:
    """Nothing waits to be saved."""
    expect(page.locator(".hours__in[data-waits]")).to_have_count(0)


def to_button(page: Page, name: str) -> None:
    """By Tab to a button behind the table, and press it."""
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def sheet_of(page: Page) -> None:
    """The week of the person among those that wait, the newest last."""
    page.goto("/timesheets/waiting/")
    page.get_by_role("link", name=PERSON).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PERSON)


class TestTimesheet:
    def test_from_the_first_key_to_the_lock(self, sign_in: SignIn) -> None:
        page = sign_in(PERSON)
        page.goto("/timesheet/")
        cells(page, "事務").first.focus()
        for text in ("1.5", "1:30", "90分"):
            page.keyboard.type(text)
            page.keyboard.press("ArrowRight")
        page.keyboard.type("0.25")
        page.keyboard.press("Enter")
        saved(page)
        for place, text in enumerate(("1.5", "1.5", "1.5", "0.25")):
            expect(cells(page, "事務").nth(place)).to_have_value(text)
        page.keyboard.press("ArrowUp")
        page.keyboard.press("F2")
        page.keyboard.type("朝の準備")
        page.keyboard.press("Enter")
        saved(page)
        expect(cells(page, "事務").nth(3)).to_be_focused()
        page.reload()
        expect(cells(page, "事務").nth(3)).to_have_value("0.25")
        to_button(page, "提出する")
        expect(page.locator(".hours__in")).to_have_count(0)

        other = sign_in(APPROVER)
        sheet_of(other)
        expect(other.get_by_role("main")).to_contain_text("朝の準備")
        other.get_by_label("差し戻しの理由").fill(WORDS)
        to_button(other, "差し戻す")
        expect(other.locator("#toasts")).to_contain_text("差し戻しました")

        page.goto("/timesheet/")
        expect(page.get_by_role("main")).to_contain_text(WORDS)
        cells(page, "会議").first.focus()
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        saved(page)
        to_button(page, "提出する")
        expect(page.locator("#toasts")).to_contain_text("提出しました")
        sheet_of(other)
        to_button(other, "承認する")
        expect(other.locator("#toasts")).to_contain_text("承認しました")
        page.reload()
        expect(page.get_by_role("main")).to_contain_text(re.compile(f"{APPROVER}さんが.*承認しました"))
        expect(page.locator(".hours__in")).to_have_count(0)

    def test_keeps_what_was_typed_while_the_line_was_down(self, sign_in: SignIn) -> None:
        page = sign_in("常磐 朝陽", width=390)
        page.goto("/timesheet/")
        page.route("**/cell", lambda route: route.abort())
        field = cells(page, "教育").first
        field.fill("2")
        field.press("Enter")
        expect(field).to_have_attribute("data-waits", "")
        page.unroute("**/cell")
        page.evaluate("dispatchEvent(new Event('online'))")
        saved(page)
        page.reload()
        expect(cells(page, "教育").first).to_have_value("2")
