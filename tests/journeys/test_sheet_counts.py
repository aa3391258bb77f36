"""How much a planner types besides the text itself: no more than in Microsoft Project."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import SignIn
from tests.journeys.hand import Hand
from tests.journeys.wbs_page import DURATION, LINKS, cell, row

pytestmark = pytest.mark.browser

ADMIN = "山吹 いつき"
ROWS, CHANGES = 39, 27


def name(number: int) -> str:
    return f"作業その{number:02d}"


@pytest.fixture
def hand(sign_in: SignIn) -> Hand:
    """In the list of projects."""
    page = sign_in(ADMIN)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/projects/")
    return Hand(page)


class TestSheet:
    def test_takes_no_more_keys_than_microsoft_project(self, hand: Hand) -> None:
        self.begins_a_plan(hand)
        self.types_rows_of_several_levels(hand)
        self.fills_a_column(hand)
        self.works_on_several_rows(hand)
        self.pastes_rows(hand)
        self.sets_a_deadline(hand)

    def begins_a_plan(self, hand: Hand) -> None:
        """Microsoft Project, which asks for no project first: 2 keys."""
        hand.click(hand.page.locator("main").get_by_role("link", name="新規作成"))
        expect(hand.page.get_by_label("名前")).to_be_focused()
        hand.type("鍵を数える計画")
        hand.press("Enter")
        # The second page is the sheet. Its first row takes keys before its scripts are there.
        expect(hand.page.locator("#row-new0 input:focus")).to_be_visible()
        hand.type(name(1))
        expect(hand.page.locator("#wbs-tools")).to_be_visible()
        hand.press("Enter")
        assert hand.spent() == (2, 1)
        expect(row(hand.page, name(1))).to_be_visible()
        expect(hand.page.locator("#wbs-begin")).to_have_count(0)

    def types_rows_of_several_levels(self, hand: Hand) -> None:
        for number in range(2, ROWS + 1):
            if number - 1 <= CHANGES:
                hand.press("Alt+Shift+ArrowRight" if number % 2 == 0 else "Alt+Shift+ArrowLeft")
            hand.type(name(number))
            hand.press("Enter")
        assert hand.spent() == (ROWS - 1 + CHANGES, 0)  # the first row's Enter is counted above
        hand.press("Escape")
        expect(hand.page.locator("#wbs tr.row--new")).to_have_count(0)
        expect(hand.page.locator("#wbs-count")).to_have_text(f"{ROWS}件")
        levels = hand.page.locator("#wbs tbody tr").evaluate_all("rows => rows.map(row => row.ariaLevel)")
        assert "".join(levels) == "12" * 14 + "2" * 11

    def fills_a_column(self, hand: Hand) -> None:
        ten = [cell(row(hand.page, name(number)), DURATION) for number in range(29, 39)]
        hand.spent()
        hand.click(ten[0])
        for days in range(1, 11):
            hand.type(f"{days}日")
            hand.press("Enter")
        assert hand.spent() == (10, 1)
        expect(ten[9]).to_have_text("10日")
        hand.click(ten[0])
        hand.click(ten[9], shift=True)
        hand.press("Control+d")
        assert hand.spent() == (1, 2)
        for each in ten:
            expect(each).to_have_text("1日")
        hand.click(ten[9])
        hand.type("0")
        hand.press("Enter")
        assert hand.spent() == (1, 1)
        expect(ten[9].locator("xpath=..").get_by_role("img", name="マイルストーン")).to_be_visible()

    def works_on_several_rows(self, hand: Hand) -> None:
        five = [row(hand.page, name(number)) for number in range(31, 36)]
        for key, times in (("Insert", 1), ("Alt+Shift+ArrowUp", 2), ("Control+F2", 1), ("Control+-", 1)):
            hand.click(cell(five[0], 0))
            hand.click(cell(five[4], 0), shift=True)
            hand.press(key, times)
            assert hand.spent() == (times, 2)
            self.came_to(hand, key, five)

    def came_to(self, hand: Hand, key: str, five: list[Locator]) -> None:
        above = five[0].locator("xpath=preceding::tr[1]").locator("a.cut")
        if key == "Insert":
            expect(hand.page.locator("#wbs-count")).to_have_text(f"{ROWS + 5}件")
            expect(above).to_have_text("新しいタスク")
        elif key == "Alt+Shift+ArrowUp":
            expect(five[4].locator("xpath=following::tr[2]").locator("a.cut")).to_have_text("新しいタスク")
        elif key == "Control+F2":
            expect(cell(five[4], LINKS)).to_have_text(cell(five[3], 0).inner_text())
        else:
            expect(five[0]).to_have_count(0)
            hand.press("Control+z")
            assert hand.spent() == (1, 0)  # two keys in all: gone, and back
            expect(five[4]).to_be_visible()

    def pastes_rows(self, hand: Hand) -> None:
        """1 key, as in Excel and Microsoft Project; and one that says yes to what the preview shows, which both do not ask."""
        hand.click(cell(hand.page.locator("#wbs tbody tr").last, 1))
        hand.press("Enter")  # where they go, as an empty row is chosen there
        hand.spent()
        table = "".join(f"貼り付けた作業{number:02d}\t{number % 4 + 1}日\r\n" for number in range(20))
        hand.page.evaluate("text => navigator.clipboard.writeText(text)", table)
        hand.press("Control+v")
        expect(hand.page.get_by_role("dialog").get_by_role("button", name="適用")).to_be_focused()
        assert hand.spent() == (1, 0)
        hand.press("Enter")
        expect(hand.page.locator("#wbs-count")).to_have_text(f"{ROWS + 25}件")
        assert hand.spent() == (1, 0)

    def sets_a_deadline(self, hand: Hand) -> None:
        """1 click and 1 key, in the column that is chosen once for all plans: Microsoft Project does not begin with it, either."""
        hand.page.get_by_role("link", name="列", exact=True).click()
        hand.page.get_by_role("dialog").locator("[name=columns][value=deadline]").check()
        hand.page.get_by_role("button", name="この列で表示する").click()
        expect(hand.page.locator("#wbs thead [data-column=deadline]")).to_be_visible()
        deadline = row(hand.page, name(3)).locator("[data-column=deadline]")
        hand.click(deadline)
        hand.type("2030/4/1")
        hand.press("Enter")
        expect(deadline).to_have_text("2030/04/01")
        assert hand.spent() == (1, 1)
