"""Keycloak itself, with the realm, variables and way in that compose gives it: people sign in, prove more, change, and leave."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.drills.kit import keycloak_people as people
from tests.drills.kit.figures import Figures
from tests.drills.kit.keycloak_people import Person, give_code, give_password, sign_in, window
from tests.drills.kit.keycloak_place import IDENTITY, REFRESH, Place
from tests.drills.kit.programs import wait_until

pytestmark = pytest.mark.drill
#: The column of the WBS, counted from 0.
DURATION = 6


def note(figures: Figures, name: str, found: object, aim: object) -> None:
    """A line that holds when both are the same."""
    figures.add(name, str(found), aim=str(aim), held=found == aim)


def path(page: Page) -> str:
    """With its query, and without the host."""
    parts = urlsplit(page.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def refreshed(page: Page, address: str = "/projects/") -> int:
    """A page after the next refresh is due; its status."""
    time.sleep(REFRESH + 0.5)
    answer = page.goto(address)
    assert answer is not None
    return answer.status


def statuses(place: Place, session: str) -> list[int]:
    """What each process of the site says to a session: 302 leads to the sign-in."""
    return [site.ask("/projects/", session=session).status for site in place.sites]


def renewed_until(place: Place) -> str:
    """When the session that was renewed last is due again."""
    script = "import json\nfrom projects.models import ProviderSession as Row\n"
    return str(
        place.sees(f"{script}print(json.dumps(str(max(row.refresh_due_at for row in Row.objects.all()))))")
    )


class TestSignIn:
    def test_is_by_code_with_pkce_and_makes_the_person(
        self, place: Place, browser: Browser, figures: Figures
    ) -> None:
        figures.add("Keycloak ready with its realm, s", place.started)
        person, page = Person(place, "haru", "pmo"), window(browser)
        asked: list[dict[str, Any]] = []
        page.on(
            "request",
            lambda one: asked.append(parse_qs(urlsplit(one.url).query)) if "/auth?" in one.url else None,
        )
        sign_in(page, person, "/preferences/sessions/?from=mail")
        sent = asked[0]
        note(
            figures,
            "Sign-in asks for",
            (*sent["response_type"], *sent["code_challenge_method"]),
            ("code", "S256"),
        )
        note(
            figures,
            "… and leads to the page that was asked for",
            path(page),
            "/preferences/sessions/?from=mail",
        )
        note(figures, "First sign-in: group …/pmo has become", place.membership("haru"), "pmo")
        expect(page.get_by_text("若葉 はる").first).to_be_attached()
        person.leave("pmo")
        person.join("guest")
        note(figures, "Moved to another group: the next page", refreshed(page), 200)
        note(figures, "… and the role", place.membership("haru"), "guest")
        person.leave("guest")
        refreshed(page)
        expect(page.get_by_text("どの組織にも登録されていません")).to_be_visible()
        note(figures, "Taken out of the last group: role at the next refresh", place.membership("haru"), "")

    def test_is_not_for_those_who_are_switched_off(
        self, place: Place, browser: Browser, figures: Figures
    ) -> None:
        person, page = Person(place, "nagi", "member"), window(browser)
        sign_in(page, person)
        key = people.session(page)
        person.change(enabled=False)
        refreshed(page)
        note(figures, "Disabled: the session is led to the provider's form", people.is_at_form(page), True)
        note(figures, "… by each process of the site", statuses(place, key), [302, 302])
        give_password(page, person)
        expect(page.get_by_text("無効")).to_be_visible()
        note(figures, "… and refused there", people.is_at_form(page), True)


class TestSecondFactor:
    def test_is_set_up_by_an_admin_and_asked_for(
        self, place: Place, browser: Browser, figures: Figures
    ) -> None:
        person, page = Person(place, "sora", "admin"), window(browser)
        people.knock(page)
        give_password(page, person)
        people.set_up_code(page, person)
        people.arrive(page)
        note(figures, "Admin without a code: sets one up, and is in as", place.membership("sora"), "admin")
        again = window(browser)
        people.knock(again)
        give_password(again, person)
        again.locator("#otp").fill("000000")
        again.locator("#kc-login").click()
        note(figures, "A wrong code: still at the provider", people.is_at_form(again), True)
        give_code(again, person)
        people.arrive(again)
        note(figures, "… the right one", path(again), "/projects/")

    def test_is_asked_of_who_becomes_an_admin(self, place: Place, browser: Browser, figures: Figures) -> None:
        person, page = Person(place, "riku", "member"), window(browser)
        sign_in(page, person)
        note(figures, "Member: asked for no code", path(page), "/projects/")
        person.join("admin")
        refreshed(page)
        note(figures, "Became an admin: the next page is the provider's", people.is_at_form(page), True)
        if page.locator("#password").count():
            page.locator("#password").fill(person.password)
            page.locator("#kc-login").click()
        people.set_up_code(page, person)
        people.arrive(page)
        note(figures, "… and after the code ours", path(page), "/projects/")


class TestSession:
    def test_is_renewed_in_the_middle_of_an_edit(
        self, place: Place, browser: Browser, figures: Figures
    ) -> None:
        person, page = Person(place, "mei", "pmo"), window(browser)
        address = f"/projects/{place.project}/wbs/"
        sign_in(page, person, address)
        before = renewed_until(place)
        duration = page.locator("#wbs tbody tr[id]").first.locator("> *").nth(DURATION)
        duration.dblclick()
        page.keyboard.type("3日")
        time.sleep(REFRESH + 0.5)
        with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
            page.keyboard.press("Enter")
        note(figures, "An edit by HTMX just when the session is due for renewal", saved.value.status, 200)
        expect(duration).to_have_text("3日")
        note(figures, "… it was renewed with it", renewed_until(place) > before, True)
        note(figures, "… what was typed is saved, and the page is the same", path(page), address)

    def test_goes_on_when_keys_change(self, place: Place, browser: Browser, figures: Figures) -> None:
        person, page = Person(place, "yui", "member"), window(browser)
        sign_in(page, person)
        admin = place.keycloak.admin()
        key = {
            "name": "next key", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider",
            "config": {"priority": ["500"], "enabled": ["true"], "active": ["true"], "algorithm": ["RS256"]},
        }  # fmt: skip
        admin.ask("POST", "/components", key)
        note(figures, "Keys rotated: who works, works on", refreshed(page), 200)
        other = window(browser)
        sign_in(other, person)
        note(figures, "… and who comes, comes in", path(other), "/projects/")


class TestSignOut:
    def test_here_signs_out_there(self, place: Place, browser: Browser, figures: Figures) -> None:
        person, page = Person(place, "ren", "member"), window(browser)
        sign_in(page, person)
        note(figures, "Signed in: sessions at the provider", len(person.sessions()), 1)
        page.get_by_role("button", name="利用者メニュー").click()
        page.get_by_role("menuitem", name="サインアウト").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("サインアウトしました")
        note(figures, "Signed out here: sessions at the provider", len(person.sessions()), 0)
        people.knock(page)
        note(figures, "… and it asks for the password again", people.is_at_form(page), True)

    def test_there_signs_out_here(self, place: Place, browser: Browser, figures: Figures) -> None:
        person, page = Person(place, "aoi", "member"), window(browser)
        sign_in(page, person)
        key = people.session(page)
        note(figures, "Signed in: both processes say", statuses(place, key), [200, 200])
        page.goto(f"https://{IDENTITY}/realms/itdo/protocol/openid-connect/logout")
        page.locator("#kc-logout").click()
        took = wait_until(lambda: statuses(place, key) == [302, 302], "the end of a session", seconds=10)
        figures.add(
            "Signed out there: both processes know it after, s (back-channel)",
            took,
            aim="≤ 5",
            held=took <= 5,
        )

    def test_by_an_administrator_ends_the_session(
        self, place: Place, browser: Browser, figures: Figures
    ) -> None:
        person, page = Person(place, "toma", "member"), window(browser)
        sign_in(page, person)
        key = people.session(page)
        person.admin.ask("POST", f"/users/{person.pk}/logout")
        took = wait_until(lambda: statuses(place, key) == [302, 302], "the end of a session", seconds=10)
        figures.add(
            "Ended by an administrator: both processes know it after, s", took, aim="≤ 5", held=took <= 5
        )
        people.knock(page)
        note(figures, "… and it asks for the password again", people.is_at_form(page), True)


class TestPassword:
    def test_is_changed_when_it_is_the_first_one(
        self, place: Place, browser: Browser, figures: Figures
    ) -> None:
        first = {"type": "password", "value": "for the first time", "temporary": True}
        person, page = (
            Person(place, "hina", "member", password="for the first time", credentials=[first]),
            window(browser),
        )
        people.knock(page)
        give_password(page, person)
        person.password = "one of my own choice"
        page.locator("#password-new").fill("short")
        page.locator("#password-confirm").fill("short")
        page.locator("input[type=submit], button[type=submit]").first.click()
        note(
            figures,
            "A first password has to be changed; a short one is refused",
            people.is_at_form(page),
            True,
        )
        page.locator("#password-new").fill(person.password)
        page.locator("#password-confirm").fill(person.password)
        page.locator("input[type=submit], button[type=submit]").first.click()
        people.arrive(page)
        note(figures, "… and one's own leads on", path(page), "/projects/")
        again = window(browser)
        people.knock(again)
        give_password(again, person, password="for the first time")
        note(figures, "The old one is worth nothing", people.is_at_form(again), True)
        give_password(again, person)
        people.arrive(again)

    def test_is_locked_after_five_wrong_ones(self, place: Place, browser: Browser, figures: Figures) -> None:
        person, page = Person(place, "kai", "member"), window(browser)
        people.knock(page)
        for number in range(5):
            give_password(page, person, password=f"not this one {number}")
        give_password(page, person)
        note(figures, "After five wrong passwords the right one is refused", people.is_at_form(page), True)
        person.admin.ask("DELETE", f"/attack-detection/brute-force/users/{person.pk}")
        give_password(page, person)
        people.arrive(page)
        note(figures, "… until an operator opens the account", path(page), "/projects/")
