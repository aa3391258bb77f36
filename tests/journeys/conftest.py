"""A site of its own for the journeys: demo data, gunicorn, Chromium. Real parts, from the outside."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
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
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a site whose files are served as they are delivered; collected once for all processes of a run."""
    room = tmp_path_factory.getbasetemp()
    folder = (room.parent if "PYTEST_XDIST_WORKER" in os.environ else room) / "collected"
    variables = {"DJANGO_SETTINGS_MODULE": "tests.served", "STATIC_ROOT": str(folder)}
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "staticfiles.json").exists():
            command = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--no-input", "-v", "0"]
            subprocess.run(command, env=os.environ | variables, cwd=ROOT, check=True, capture_output=True)
    return variables


@pytest.fixture(scope="session")
def surroundings(django_db_blocker: Any, files: dict[str, str]) -> Iterator[dict[str, str]]:
    """The variables of a site: a database with the demo companies in it, a part of Redis, and its files."""
    with django_db_blocker.unblock():
        database = databases.make_clone("site", of=databases.make_filled("demo", _seed))
    variables = variables_of(database, redis=part_of_redis(4)) | files
    # Ids and revisions of an earlier site are the same: its cached figures must not show in this one.
    redis.Redis.from_url(variables["REDIS_URL"]).flushdb()
    yield variables
    with django_db_blocker.unblock():
        databases.drop(database)


def _seed(database: str) -> None:
    manage = [sys.executable, str(ROOT / "manage.py"), "seed_demo", "--once"]
    variables = variables_of(database, redis=part_of_redis(4))
    subprocess.run(manage, env=variables, cwd=ROOT, check=True, capture_output=True)


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


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """The cookies of those who have signed in on the site of this process."""
    return {}


@pytest.fixture
def sign_in(site: str, chromium: Browser, signed_in: dict[str, Any]) -> Iterator[SignIn]:
    """Opens a window of a user: `sign_in("藍沢 湊", width=390)`. Faults of the pages fail the test.

    The first window signs in; later ones go on with its session, unless a test has ended that.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_window(name: str, *, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=site, viewport={"width": width, "height": height}, locale="ja-JP",
            storage_state=signed_in.get(name), **options,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        note_faults(page, faults)
        if name not in signed_in or "/sign-in/" in context.request.get("/preferences/").url:
            _sign_in(page, name)
            signed_in[name] = context.storage_state()
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not faults


def _sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in/")
    page.get_by_role("button", name=name).first.click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
