"""One Chromium for all tests of a process, whichever site they open in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from config.gate.browser import find_chromium

#: Flags that keep Chromium from asking the world for updates.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. Playwright can be started once in a thread, and leaves its loop running there until it ends.

    Django takes that loop for asynchronous code and refuses its database to the tests that come after; nothing here
    is asynchronous.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()
