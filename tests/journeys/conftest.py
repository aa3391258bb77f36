"""A site of its own for the journeys: demo data, gunicorn, Chromium. Real parts, from the outside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import databases
from tests.drills.kit.programs import free_port
from tests.sites import ROOT, note_faults, part_of_redis, variables_of, wait_for

# What a page comes to is asked, not how soon: beside other tests a machine may take longer than the usual five seconds.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def surroundings(django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The variables of a site: a database with the demo companies in it, and a part of Redis."""
    with django_db_blocker.unblock():
        database = databases.make_clone("site")
    variables = variables_of(database, redis=part_of_redis(4))
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
    port = free_port()
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
        wait_for(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(site: str, chromium: Browser) -> Iterator[SignIn]:
    """Opens a window and signs a user in: `sign_in("藍沢 湊", width=390)`. Faults of the pages fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_window(name: str, *, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=site, viewport={"width": width, "height": height}, locale="ja-JP", **options
        )
        contexts.append(context)
        page = context.new_page()
        note_faults(page, faults)
        page.goto("/sign-in/")
        page.get_by_role("button", name=name).first.click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not faults
