"""The progress line of the last meeting is drawn beside that of now, and taken away again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import LEADER, go_to

pytestmark = pytest.mark.browser


def test_a_line_of_before_comes_and_goes(sign_in: SignIn) -> None:
    page = sign_in(LEADER)
    go_to(page, "ガント")
    before = date.today() - timedelta(days=14)
    page.get_by_role("button", name="過去のイナズマ線").click()
    page.get_by_label("この日までの報告で描く").fill(f"{before:%Y/%m/%d}")
    page.keyboard.press("Enter")
    lines = page.locator("#gantt .gantt-progress-line--1")
    expect(lines.first).to_be_attached()
    expect(page.locator("#gantt .gantt-axis__past")).to_have_count(1)
    assert f"line%40{before}" in page.url or f"line@{before}" in page.url
    expect(page.get_by_role("button", name="クリティカル", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    assert violations_of(page) == []
    page.get_by_role("button", name="過去のイナズマ線").click()
    page.get_by_role("button", name="の線を消す").click()
    expect(page.locator("#gantt .gantt-axis__past")).to_have_count(0)
    expect(lines).to_have_count(0)
