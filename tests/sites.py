"""What the real sites of the tests share: variables, ports, and what a browser may not report."""

from __future__ import annotations

import os
import time
import urllib.request
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import Page

from config.env import engine_urls

ROOT: Final = Path(__file__).resolve().parents[1]


def variables_of(database: str, *, redis: int) -> dict[str, str]:
    """The environment of a site with this database and this part of Redis. Limits are off: tests are quicker than people."""
    urls = {}
    for name, url in engine_urls().items():
        path = f"/{redis}" if name.startswith("REDIS") else f"/{database}"
        urls[name] = urlunsplit(urlsplit(url)._replace(path=path))
    return os.environ | urls | {"DJANGO_SETTINGS_MODULE": "config.settings", "LIMITS": "off"}


def part_of_redis(first: int) -> int:
    """A database of Redis from this one on: each process of the tests has a site of its own, and ids in them are the same."""
    return first + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4


def wait_for(address: str, seconds: int = 60) -> None:
    """Until the site answers there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{address} did not answer within {seconds} s")


#: What the browser and htmx say of a 4xx that a journey asks for, and of a line that it cuts.
ASKED_FOR = ("Failed to load resource", "htmx:sendError", "htmx:afterRequest")


def note_faults(page: Page, faults: list[str]) -> None:
    """Violations of the content security policy and failing scripts; what a journey asks for is none."""

    def note(message: Any) -> None:
        if message.type == "error" and not any(words in message.text for words in ASKED_FOR):
            faults.append(f"{page.url}: {message.text}")

    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("console", note)
