"""A window of Chromium on the bench's site, signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, sync_playwright

from bench.site import Site
from config.gate.browser import find_chromium


def address(site: Site) -> str:
    """Where the site is."""
    return f"http://127.0.0.1:{site.port}"


@contextmanager
def window(site: Site) -> Iterator[BrowserContext]:
    """A window as wide as a planner's; ends the bench with a sentence where there is no Chromium."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("No Chromium on this machine: nothing measured.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--enable-precise-memory-info"]
        )
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP")
        context.add_cookies([{"name": "sessionid", "value": site.session, "url": address(site)}])
        yield context
        browser.close()
