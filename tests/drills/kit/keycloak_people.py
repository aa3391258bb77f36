"""People at their browsers: through the pages of Keycloak, with password and code, and what they see of the site."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.drills.kit.keycloak_place import IDENTITY, Place
from tests.drills.kit.site import HOST, SESSION

STEP: Final = 30
#: After it did not answer in time, the provider is left alone so long (projects/oidc/provider.py).
RESTS: Final = 5
SITE: Final = f"https://{HOST}"


def code(secret: str, *, at: float | None = None) -> str:
    """Six digits of a moment (RFC 6238), as an app shows them."""
    counter = struct.pack(">Q", int((time.time() if at is None else at) // STEP))
    digest = hmac.new(secret.encode(), counter, hashlib.sha1).digest()
    start = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFF_FFFF) % 1_000_000:06}"


def of_text(shown: str) -> str:
    """The secret of what the page of set-up shows for typing."""
    letters = shown.replace(" ", "").upper()
    return base64.b32decode(letters + "=" * (-len(letters) % 8)).decode()


class Person:
    """A person with an account at the provider."""

    def __init__(self, place: Place, username: str, *roles: str, password: str = "", **fields: Any) -> None:
        self.place, self.username = place, username
        self.admin = place.keycloak.admin()
        self.password = password or f"first password of {username}"
        person = {
            "username": username, "enabled": True, "emailVerified": True, "email": f"{username}@example.jp", "firstName": "はる",
            "lastName": "若葉", "credentials": [{"type": "password", "value": self.password, "temporary": False}],
        }  # fmt: skip
        self.pk = self.admin.ask("POST", "/users", person | fields)
        for role in roles:
            self.join(role)
        self.secret = ""
        self.used = 0

    def group(self, role: str) -> str:
        """The id of the group of a role."""
        return str(self.admin.get(f"/group-by-path/itdo/{role}")["id"])

    def join(self, role: str) -> None:
        """An operator puts the person into a group."""
        self.admin.ask("PUT", f"/users/{self.pk}/groups/{self.group(role)}")

    def leave(self, role: str) -> None:
        """… and takes them out."""
        self.admin.ask("DELETE", f"/users/{self.pk}/groups/{self.group(role)}")

    def change(self, **fields: Any) -> None:
        """Fields of the account."""
        self.admin.ask("PUT", f"/users/{self.pk}", self.admin.get(f"/users/{self.pk}") | fields)

    def sessions(self) -> list[dict[str, Any]]:
        """What the provider knows."""
        return list(self.admin.get(f"/users/{self.pk}/sessions"))

    def code(self) -> str:
        """A code that was not used yet: each is good once."""
        while int(time.time() // STEP) <= self.used:
            time.sleep(0.5)
        self.used = int(time.time() // STEP)
        return code(self.secret)


def window(browser: Browser, **options: Any) -> Page:
    """A browser of its own that takes our certificate for good."""
    context = browser.new_context(base_url=SITE, locale="ja-JP", ignore_https_errors=True, **options)
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def host(page: Page) -> str:
    """Where the browser is."""
    return urlsplit(page.url).netloc


def is_at_form(page: Page) -> bool:
    """Whether the provider asks for something."""
    return host(page) == IDENTITY


def give_password(page: Page, person: Person, *, password: str = "") -> None:
    """The form with name and password, and wherever it leads."""
    page.locator("#username").fill(person.username)
    page.locator("#password").fill(password or person.password)
    page.locator("#kc-login").click()
    page.wait_for_load_state("load")


def set_up_code(page: Page, person: Person) -> None:
    """The page that shows a secret for an app."""
    person.secret = page.locator("#totpSecret").input_value()
    page.locator("#totp").fill(person.code())
    page.locator("#saveTOTPBtn").click()


def give_code(page: Page, person: Person) -> None:
    """The page that asks for a code."""
    page.locator("#otp").fill(person.code())
    page.locator("#kc-login").click()


def sign_in(page: Page, person: Person, address: str = "/projects/") -> None:
    """From a page of ours to the provider and back."""
    knock(page, address)
    give_password(page, person)
    arrive(page)


def knock(page: Page, address: str = "/projects/", *, seconds: float = 60) -> None:
    """Until the provider asks who it is: where it is slow, a page of ours says so first."""
    end = time.monotonic() + seconds
    page.goto(address)
    while not is_at_form(page) and time.monotonic() < end:
        time.sleep(1)
        page.goto(address)


def arrive(page: Page, *, seconds: float = 120) -> None:
    """Until the browser is on one of our pages. Who reads there that the provider is too slow tries again, as the page says."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page.wait_for_url(lambda url: urlsplit(url).netloc == HOST)
        page.wait_for_load_state("load")
        again = page.get_by_role("link", name="もう一度サインインする")
        if not again.count():
            return
        time.sleep(RESTS)
        again.click()
    raise AssertionError(f"not in within {seconds} s: {page.url}")


def session(page: Page) -> str:
    """The key of the session, as the browser holds it."""
    return next((each["value"] for each in page.context.cookies() if each["name"] == SESSION), "")
