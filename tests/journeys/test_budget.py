"""An invoice that came late: typed by keys among what came, and seen in what is left of the project."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import violations_of
from tests.journeys.conftest import SignIn
from tests.journeys.wbs_page import LEADER, go_to

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_an_invoice_is_typed_and_counted(sign_in: SignIn, width: int, scheme: str) -> None:
    page = sign_in(LEADER, width=width, color_scheme=scheme)
    go_to(page, "WBS")
    page.goto(page.url.partition("wbs/")[0] + "budget/?of=actual")
    assert violations_of(page) == []
    outsourcing = page.get_by_role("row", name=re.compile("^外注 実績")).locator("td").last
    before = int(outsourcing.inner_text().replace(",", ""))
    name = f"遅れて届いた請求{width}"
    page.get_by_label("新しい明細: 件名").first.fill(name)
    page.get_by_label(re.compile("^新しい明細: .*の金額（円）$")).first.fill("123,456")
    page.keyboard.press("Enter")
    expect(page.get_by_label(f"{name}: 件名")).to_have_value(name)
    expect(outsourcing).to_have_text(f"{before + 123_456:,}")
    page.locator("tr", has=page.get_by_label(f"{name}: 件名")).get_by_label("外す").check()
    page.get_by_role("button", name="保存する").click()
    expect(outsourcing).to_have_text(f"{before:,}")
