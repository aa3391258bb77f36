"""The sign-in from outside: a browser, our site, and a certified provider with Keycloak's addresses and claims."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations_of
from tests.oidc.conftest import HARU, Provider, Window, knock, prove, sign_in

pytestmark = pytest.mark.browser


def path(page: Page) -> str:
    parts = urlsplit(page.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def key(page: Page) -> str:
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")


class TestSignIn:
    def test_leads_to_the_page_that_was_asked_for(self, window: Window):
        page = window()
        sign_in(page, "/preferences/sessions/?from=mail")
        expect(page.get_by_role("heading", level=1)).to_have_text("サインイン中の端末")
        assert path(page) == "/preferences/sessions/?from=mail"
        expect(page.get_by_text("若葉 はる").first).to_be_attached()
        expect(page.get_by_text("Chrome · Linux").first).to_be_visible()

    def test_asks_an_admin_for_a_second_factor(self, window: Window, provider: Provider):
        provider.control(people={"haru": HARU | {"groups": ["/itdo/admin"]}})
        page = window()
        knock(page)
        expect(page.get_by_role("heading", name="Provider")).to_be_visible()
        prove(page, second_factor=True)
        page.wait_for_url("**/projects/")

    def test_lets_no_admin_in_without_one(self, window: Window, provider: Provider):
        provider.control(people={"haru": HARU | {"groups": ["/itdo/admin"]}})
        page = window()
        knock(page)
        # The provider insists; who gives up there is told so here.
        page.goto("/sign-in/return/?error=access_denied&state=x")
        expect(page.get_by_role("heading", level=1)).to_have_text("サインインできませんでした")
        page.goto("/projects/")
        expect(page.get_by_role("heading", name="Provider")).to_be_visible()

    def test_refuses_who_belongs_nowhere(self, window: Window, provider: Provider):
        provider.control(people={"haru": HARU | {"groups": ["/others/admin"]}})
        page = window()
        knock(page)
        expect(page.get_by_text("どの組織にも登録されていません")).to_be_visible()
        page.get_by_role("link", name="別のアカウントでサインインする").click()
        expect(page.get_by_label("User")).to_be_visible()


class TestSession:
    def test_is_renewed_without_a_word(self, window: Window):
        page = window()
        sign_in(page)
        for _ in range(3):
            page.reload()
            assert path(page) == "/projects/"

    def test_ends_when_the_last_group_is_taken_away(self, window: Window, provider: Provider):
        page = window()
        sign_in(page)
        provider.control(people={"haru": HARU | {"groups": []}})
        page.reload()
        expect(page.get_by_text("どの組織にも登録されていません")).to_be_visible()

    def test_that_has_ended_comes_back_to_the_page_from_a_fragment(self, window: Window):
        page = window()
        sign_in(page, "/projects/?status=active")
        page.context.clear_cookies(name="sessionid")
        with page.expect_response(lambda answer: "hx-redirect" in answer.headers):
            page.locator("[hx-boost] a").first.click()
        page.wait_for_url("**/projects/?status=active")
        expect(page.get_by_text("若葉 はる").first).to_be_attached()


class TestSignOut:
    def test_ends_both_sessions(self, window: Window):
        page = window()
        sign_in(page)
        page.get_by_role("button", name="利用者メニュー").click()
        page.get_by_role("menuitem", name="サインアウト").click()
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("サインアウトしました")
        page.goto("/projects/")
        expect(page.get_by_label("User")).to_be_visible()

    def test_at_the_provider_ends_ours(self, window: Window, provider: Provider):
        page = window()
        sign_in(page)
        page.goto(f"{provider.url}/realms/itdo/protocol/openid-connect/logout")
        page.get_by_role("button", name="Log out").click()
        page.goto("/projects/")
        expect(page.get_by_label("User")).to_be_visible()

    def test_elsewhere_ends_the_session_there(self, window: Window):
        here, there = window(), window()
        sign_in(there)
        before = key(there)
        sign_in(here, "/preferences/sessions/")
        here.get_by_role("button", name="ほかの端末をすべてサインアウト").click()
        expect(here.get_by_text("台の端末をサインアウトしました")).to_be_visible()
        # Keycloak ends its own session with the token that was given back; this provider knows the browser still.
        there.reload()
        assert key(there) != before


class TestPages:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_have_no_barrier(self, window: Window, scheme: Literal["light", "dark"]):
        page = window()
        page.emulate_media(color_scheme=scheme)
        for address in ("/sign-in/return/?state=x", "/signed-out/"):
            page.goto(address)
            assert violations_of(page) == []
        sign_in(page, "/preferences/sessions/")
        expect(page.get_by_text("この端末")).to_be_visible()
        assert violations_of(page) == []


class TestProviderHung:
    def test_lets_sessions_go_on_and_says_503_within_its_limit(self, window: Window, provider: Provider):
        here, there = window(), window()
        sign_in(here)
        provider.control(hangs=True)
        # It never answers, so that any answer is one that did not wait for it. For how long a request waits, and that all of a
        # sign-in stays below three seconds, is asked in `projects/oidc/tests/test_provider.py`, without a clock.
        answer = there.goto("/projects/")
        assert answer is not None
        assert answer.status == 503
        expect(there.get_by_role("heading", level=1)).to_have_text("今はサインインできません")
        for _ in range(2):
            here.reload()
            assert path(here) == "/projects/"
