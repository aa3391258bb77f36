"""A planner's hand: what it types, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Hand:
    """Types and presses, and counts the letters of texts, the keys that are no text, and the clicks."""

    page: Page
    keys: int = 0
    clicks: int = 0
    letters: int = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.letters += len(text)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.keys += times

    def click(self, place: Locator, *, shift: bool = False) -> None:
        place.click(modifiers=["Shift"] if shift else [])
        self.clicks += 1

    def spent(self) -> tuple[int, int]:
        """Keys and clicks since this was asked last."""
        spent = self.keys, self.clicks
        self.keys = self.clicks = 0
        return spent


def begin_plan(page: Page, name: str, *, dates: tuple[str, str] | None = None) -> None:
    """A new project, up to its empty sheet, in which the first row waits for its name; from today, or between two days."""
    page.goto("/projects/")
    page.locator("main").get_by_role("link", name="新規作成").click()
    page.get_by_label("名前").fill(name)
    for label, day in zip(("開始日", "終了日"), dates or (), strict=False):
        page.get_by_label(label).fill(day)
    page.keyboard.press("Enter")
    expect(page.locator("#row-new0 input:focus")).to_be_visible()
    expect(page.locator("#wbs-tools")).to_be_visible()
