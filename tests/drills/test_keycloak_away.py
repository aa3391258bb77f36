"""Keycloak restarted, slow and gone: readers go on, a clear page for those who come, and all of it is back by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.drills.kit import keycloak_people as people
from tests.drills.kit.figures import Figures
from tests.drills.kit.keycloak_people import Person, give_password, sign_in, window
from tests.drills.kit.keycloak_place import REFRESH, Place

pytestmark = pytest.mark.drill
#: What did not answer is left alone for so long, and is then asked for two seconds at most (projects/oidc/provider.py).
BACK_SECONDS: Final = people.RESTS + 2
PATIENCE: Final = 60
SLOW_SECONDS: Final = 10
HEADING: Final = "今はサインインできません"


def timed(page: Page, address: str) -> tuple[int, str, float]:
    """Status and heading of a page, and seconds."""
    began = time.monotonic()
    answer = page.goto(address)
    assert answer is not None
    return answer.status, page.locator("h1").first.inner_text(), time.monotonic() - began


def look(place: Place, browser: Browser, reader: Page, figures: Figures, how: str) -> None:
    """What one who works and one who comes see while it is away."""
    time.sleep(REFRESH)
    found = [timed(reader, "/projects/") for _each in range(3)]
    worst = max(seconds for _status, _heading, seconds in found)
    ones = {status for status, _heading, _seconds in found}
    figures.add(f"{how}: a reader's pages", f"{ones}", aim="{200}", held=ones == {200})
    figures.add(f"{how}: … the slowest of them, s", worst, aim="≤ 3", held=worst <= 3)
    comes = window(browser)
    status, heading, seconds = timed(comes, "/projects/")
    figures.add(
        f"{how}: who comes reads",
        f"{status} {heading}",
        aim=f"503 {HEADING}",
        held=(status, heading) == (503, HEADING),
    )
    figures.add(f"{how}: … after, s", seconds, aim="≤ 3", held=seconds <= 3)
    comes.context.close()


def comes_back(browser: Browser, person: Person, reader: Page, figures: Figures, how: str) -> None:
    """Nothing of ours is restarted: the next sign-in goes through, and the session of the reader is renewed again."""
    began, before = time.monotonic(), people.session(reader)
    comes = window(browser)
    while not people.is_at_form(comes) and time.monotonic() - began < PATIENCE:
        comes.goto("/projects/")
    give_password(comes, person)
    people.arrive(comes)
    took = time.monotonic() - began
    figures.add(
        f"{how}: the next person is in after, s", took, aim=f"≤ {BACK_SECONDS}", held=took <= BACK_SECONDS
    )
    comes.context.close()
    time.sleep(REFRESH + 0.5)
    status, _heading, _seconds = timed(reader, "/projects/")
    goes_on = status == 200 and people.session(reader) == before
    figures.add(f"{how}: the reader's session goes on", status, aim="200", held=goes_on)


@pytest.fixture(scope="module")
def person(place: Place) -> Person:
    return Person(place, "haru", "member")


@pytest.fixture
def reader(browser: Browser, person: Person) -> Page:
    page = window(browser)
    sign_in(page, person)
    return page


class TestAway:
    def test_slow(
        self, place: Place, browser: Browser, person: Person, reader: Page, figures: Figures
    ) -> None:
        """It stands still for ten seconds, with all its connections open."""
        program = place.keycloak.program
        program.freeze()
        began = time.monotonic()
        try:
            look(place, browser, reader, figures, "Stands still")
            time.sleep(max(SLOW_SECONDS - (time.monotonic() - began), 0))
        finally:
            program.thaw()
        comes_back(browser, person, reader, figures, "Stood still")

    @pytest.mark.parametrize(
        ("how", "end"),
        [("Restarted", lambda program: program.end()), ("Killed", lambda program: program.kill())],
    )
    def test_gone(
        self,
        place: Place,
        browser: Browser,
        person: Person,
        reader: Page,
        figures: Figures,
        how: str,
        end: Callable[..., None],
    ) -> None:
        form = window(browser)
        people.knock(form)
        end(place.keycloak.program)
        look(place, browser, reader, figures, how)
        give_password(form, person)
        words = form.locator("body").inner_text()
        figures.add(
            f"{how}: who is at its form reads",
            words.split("\n")[0],
            aim="words of ours",
            held="ただいま応答できません" in words,
        )
        place.keycloak.program.start()
        figures.add(f"{how}: Keycloak is ready again after, s", place.keycloak.wait())
        comes_back(browser, person, reader, figures, how)
