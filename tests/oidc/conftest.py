"""A certified OpenID provider, our site, and Chromium: real parts, all on the loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from config.gate.node import find_provider, install_provider
from tests import databases
from tests.drills.kit.programs import free_port
from tests.sites import ROOT, note_faults, part_of_redis, variables_of, wait_for

MAKE_COMPANY = """
import django; django.setup()
from projects.models import Organization
from projects.calendars.services import make_company_calendar
from projects.rls import scope as tenancy
organization = Organization.objects.create(code="itdo", name="架空ソリューションズ株式会社")
with tenancy.scope([organization.pk]):
    make_company_calendar(organization, name="会社カレンダー")
"""
HARU = {
    "preferred_username": "haru", "family_name": "若葉", "given_name": "はる", "email": "haru@example.jp",
    "email_verified": True, "groups": ["/itdo/member"],
}  # fmt: skip


@dataclass(frozen=True)
class Provider:
    """The running provider."""

    url: str

    def control(self, **state: Any) -> None:
        """Who the people are (`people`), and whether it answers (`hangs`)."""
        request = urllib.request.Request(f"{self.url}/control", json.dumps(state).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=5) as answer:
            answer.read()


def _program() -> str:
    found = find_provider()
    if found is None and install_provider():
        found = find_provider()
    if found is None:
        reason = "no OpenID provider on this machine (apt install nodejs npm)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return str(found)


@pytest.fixture(scope="session")
def ports() -> tuple[int, int]:
    """Of the provider and of the site, which know each other's."""
    return free_port(), free_port()


@pytest.fixture(scope="session")
def provider(ports: tuple[int, int]) -> Iterator[Provider]:
    """The provider, without users."""
    command = ["node", _program(), str(ports[0]), f"http://127.0.0.1:{ports[1]}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{ports[0]}/realms/itdo/.well-known/openid-configuration")
        yield Provider(f"http://127.0.0.1:{ports[0]}")
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def site(ports: tuple[int, int], provider: Provider, django_db_blocker: Any) -> Iterator[str]:
    """The site, as it is deployed but for TLS: with the provider as the only way in."""
    with django_db_blocker.unblock():
        database = databases.make_clone("oidc")
    variables = variables_of(database, redis=part_of_redis(10)) | {
        "KEYCLOAK_URL": provider.url, "KEYCLOAK_CLIENT_SECRET": "s" * 40, "KEYCLOAK_REFRESH_SECONDS": "0",
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", MAKE_COMPANY], env=variables, cwd=ROOT, check=True)
    address = f"127.0.0.1:{ports[1]}"
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", address, "--threads", "4"]
    server = subprocess.Popen([*command, "--log-level", "warning"], env=variables, cwd=ROOT)
    try:
        wait_for(f"http://{address}/health")
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait(20)
        with django_db_blocker.unblock():
            databases.drop(database)


Window = Callable[[], Page]


@pytest.fixture
def window(site: str, provider: Provider, chromium: Browser) -> Iterator[Window]:
    """Opens windows of new browsers. Faults of the pages, and violations of the policy, fail the test."""
    provider.control(hangs=False, people={"haru": HARU})
    # After a test in which it hung the site leaves it alone for a moment.
    wait_for(f"{site}/sign-in/")
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_window() -> Page:
        context = chromium.new_context(base_url=site, locale="ja-JP")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        note_faults(page, faults)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not faults


def sign_in(page: Page, address: str = "/projects/", *, user: str = "haru") -> None:
    """From one of our pages to the provider, through its form, and back until the page is quiet."""
    knock(page, address, user=user)
    page.wait_for_url(lambda url: "/realms/" not in url and "/sign-in/" not in url)
    page.wait_for_load_state("networkidle")


def knock(page: Page, address: str = "/projects/", *, user: str = "haru") -> None:
    """The same, wherever it leads."""
    page.goto(address)
    prove(page, user=user)


def prove(page: Page, *, user: str = "haru", second_factor: bool = False) -> None:
    """The provider's form."""
    page.get_by_label("User").fill(user)
    if second_factor:
        page.get_by_label("Second factor").check()
    page.get_by_role("button", name="Sign in").click()
