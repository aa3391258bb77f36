"""The WBS as journeys take hold of it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

LEADER = "藍沢 湊"
PROJECT = "新ERP導入"
# Columns, counted from 0.
PROGRESS, START, FINISH, DURATION, WORK, LINKS = 3, 4, 5, 6, 7, 9


#: Where projects are on the site of this process, by name.
_places: dict[str, str] = {}
TAILS = {"WBS": "wbs/", "ガント": "gantt/"}


def go_to(page: Page, tab: str, project: str = PROJECT) -> None:
    """To a page of a project; the first time from the list of projects, as a user goes."""
    if project in _places:
        page.goto(_places[project] + TAILS[tab])
        return
    page.goto("/projects/")
    page.get_by_role("link", name=project, exact=True).first.click()
    page.get_by_role("navigation", name="プロジェクトのページ").get_by_role("link", name=tab).click()
    page.wait_for_url(f"**/{TAILS[tab]}**")
    _places[project] = page.url.partition(TAILS[tab])[0]


def open_wbs(page: Page, project: str = PROJECT) -> None:
    """To the WBS, until its keys work."""
    go_to(page, "WBS", project)
    wait_for_keys(page)


def wait_for_keys(page: Page) -> None:
    """The table is there before its scripts are, and keys that are pressed until then are the browser's."""
    expect(page.get_by_role("treegrid", name="WBS").locator("[tabindex='0']")).to_be_visible()


def row(page: Page, name: str) -> Locator:
    """A row by the name of its task."""
    return page.locator("#wbs tbody tr", has=page.get_by_role("link", name=name, exact=True))


def cell(of: Locator, column: int) -> Locator:
    """A cell by its column."""
    return of.locator("> *").nth(column)


def focused(page: Page) -> Locator:
    """The cell of the focus; where it can be typed into, its field has it."""
    return page.locator("#wbs tbody tr > :focus-within")


def expect_at(of: Locator) -> None:
    """The cell has the focus."""
    expect(of).to_have_class(re.compile(r"\bis-cursor\b"))
    expect(of.page.locator("#wbs tbody tr > .is-cursor:focus-within")).to_have_count(1)


def go_to_end(page: Page) -> None:
    """To the name of the last row."""
    page.locator("#wbs tbody tr").nth(1).locator("> *").nth(2).click()
    page.keyboard.press("Control+End")
    last = page.locator("#wbs-count").inner_text().removesuffix("件")
    expect(page.locator("#wbs tbody tr:focus-within > td").first).to_have_text(last)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")


def add_row(page: Page, name: str) -> Locator:
    """A row of a name that no other test uses, at the end of the WBS."""
    open_wbs(page)
    go_to_end(page)
    page.keyboard.press("Enter")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(row(page, name)).to_be_visible()
    page.keyboard.press("Escape")  # the next row, which has come by itself
    expect_at(cell(row(page, name), 1))
    return row(page, name)
