"""A site of its own for the journeys: demo data, gunicorn, Chromium. Real parts, from the outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config.env import engine_urls
from config.gate.browser import find_chromium
from tests import databases

ROOT = Path(__file__).resolve().parents[2]
#: Flags that keep Chromium from asking the world for updates.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
#: A database of Redis that neither `bin/run` nor the worker uses.
REDIS_NUMBER = "7"


def _variables(database: str) -> dict[str, str]:
    urls = {}
    for name, url in engine_urls().items():
        path = f"/{REDIS_NUMBER}" if name.startswith("REDIS") else f"/{database}"
        urls[name] = urlunsplit(urlsplit(url)._replace(path=path))
    # A journey is quicker than people are.
    return os.environ | urls | {"DJANGO_SETTINGS_MODULE": "config.settings", "LIMITS": "off"}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def surroundings(django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The variables of a site: a database with the demo companies in it, and a part of Redis."""
    with django_db_blocker.unblock():
        database = databases.make_clone("site")
    variables = _variables(database)
    # Ids and revisions of an earlier site are the same: its cached figures must not show in this one.
    redis.Redis.from_url(variables["REDIS_URL"]).flushdb()
    manage = [sys.executable, str(ROOT / "manage.py"), "seed_demo", "--once"]
    subprocess.run(manage, env=variables, cwd=ROOT, check=True, capture_output=True)
    yield variables
    with django_db_blocker.unblock():
        databases.drop(database)


@pytest.fixture(scope="session")
def worker(surroundings: dict[str, str]) -> Iterator[None]:
    """A worker beside the site, for what pages only ask for."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "1", "--loglevel", "warning"]
    process = subprocess.Popen(command, env=surroundings, cwd=ROOT)
    yield
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="session")
def site(surroundings: dict[str, str]) -> Iterator[str]:
    """The address of a running site."""
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        "2",
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen(command, env=surroundings, cwd=ROOT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address: str, seconds: int = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{address} did not answer within {seconds} s")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(site: str, browser: Browser) -> Iterator[SignIn]:
    """Opens a window and signs somebody in: `sign_in("藍沢 湊", width=390)`. Faults of the pages fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_window(name: str, *, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": height}, locale="ja-JP", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note(faults, page, message))
        page.goto("/sign-in/")
        page.get_by_role("button", name=name).first.click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not faults


def _note(faults: list[str], page: Page, message: Any) -> None:
    """Violations of the content security policy and failing scripts; a 4xx that a journey asks for is none."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        faults.append(f"{page.url}: {message.text}")
