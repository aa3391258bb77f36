"""PostgreSQL is killed, and hangs: the platform hears so at once, people read so, and it heals by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.drills.kit import nginx
from tests.drills.kit.company import Company, Visitor
from tests.drills.kit.figures import Figures
from tests.drills.kit.programs import Room, family, wait_until
from tests.drills.kit.site import Answer

pytestmark = pytest.mark.drill
WORKERS: Final = 2
#: What gunicorn gives one request (ops/gunicorn), and how long a new worker may take after it.
REQUEST_SECONDS: Final = 60
TOLD_SECONDS: Final = 75
SECRETS: Final = ("Traceback", "OperationalError", "psycopg", "127.0.0.1", "itdo_app")


class Place:
    """One process of the site behind nginx, with people who have been there already."""

    def __init__(self, room: Room) -> None:
        self.company = Company(room, people=4)
        self.site = self.company.installation.serve(workers=WORKERS)
        self.people = self.company.visitors(nginx.start(room, self.site.port))
        for _each in range(4 * WORKERS):
            assert self.page().status == 200

    def page(self, person: int = 0, **headers: str) -> Answer:
        """A page of a user."""
        return self.people[person].ask(self.company.pages[0], None, **headers)

    def start_postgres(self) -> None:
        """The server that was killed."""
        self.company.primary.start("primary", "-c", "synchronous_standby_names=")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    room = Room()
    try:
        yield Place(room)
    finally:
        room.close()


def timed(ask: Callable[[], Answer]) -> tuple[Answer, float]:
    """An answer, and how long it took in seconds."""
    began = time.monotonic()
    return ask(), time.monotonic() - began


def probe(place: Place, figures: Figures, how: str, *, seconds: float) -> None:
    """What the platform hears while PostgreSQL is away."""
    ready, took = timed(lambda: place.site.probe("/health/ready"))
    figures.add(
        f"{how}: ready says 503 after, s",
        took,
        aim=f"≤ {seconds:g}",
        held=ready.status == 503 and took <= seconds,
    )
    live, took = timed(lambda: place.site.probe("/health/live"))
    figures.add(f"{how}: live says 200 after, s", took, aim="≤ 1", held=live.status == 200 and took <= 1)


def is_friendly(answer: Answer, words: str) -> bool:
    """A page of ours that says when to come back, and nothing of what is behind it."""
    return (
        answer.status == 503
        and "Retry-After" in answer.headers
        and words in answer.body
        and not any(secret in answer.body for secret in SECRETS)
    )


class TestKilled:
    def test_is_said_at_once_and_heals(self, place: Place, figures: Figures) -> None:
        before = family(place.site.program.pid)
        place.company.primary.kill()
        probe(place, figures, "Killed", seconds=1)
        for language, words in (("ja", "ただいま準備中です"), ("en", '<html lang="en"')):
            answer, took = timed(lambda language=language: place.page(Accept_Language=language))  # type: ignore[misc]
            figures.add(
                f"Killed: a page says so in {language} after, s", took, aim="≤ 2",
                held=took <= 2 and is_friendly(answer, words),
            )  # fmt: skip
        visitor: Visitor = place.people[1]
        answer = visitor.ask(f"/tasks/{place.company.tasks[0]}/comments/", {"body": "x"}, HX_Request="true")
        figures.add(
            "Killed: a change is refused in words", answer.status, aim="503",
            held=is_friendly(answer, "変更は保存されていません"),
        )  # fmt: skip
        place.start_postgres()
        healed = wait_until(lambda: place.page().status == 200, "a page", seconds=30)
        statuses = {place.page(person % 4).status for person in range(8 * WORKERS)}
        figures.add("Killed: pages again after its start, s", healed, aim="≤ 2", held=healed <= 2)
        figures.add("… and all of them", f"{statuses}", aim="{200}", held=statuses == {200})
        same = set(before) <= set(family(place.site.program.pid))
        figures.add("… by the same processes", str(same), aim="True", held=same)


class TestFrozen:
    def test_is_said_in_time_and_heals(self, place: Place, figures: Figures) -> None:
        place.company.primary.freeze()
        told: list[tuple[Answer, float]] = []
        # More people than workers: none is left to answer.
        waiting = [
            threading.Thread(target=lambda person=person: told.append(timed(lambda: place.page(person))))
            for person in range(4)
        ]
        for each in waiting:
            each.start()
        time.sleep(0.5)
        probe(place, figures, "Frozen, all workers waiting", seconds=3)
        for each in waiting:
            each.join(TOLD_SECONDS + 10)
        longest = max((took for _answer, took in told), default=0.0)
        friendly = sum(is_friendly(answer, "ただいま") for answer, _took in told)
        figures.add(
            "Frozen: people who were told so in words", f"{friendly} of 4", aim="4", held=friendly == 4
        )
        figures.add(
            "Frozen: the last of those who were caught, s", longest, aim=f"≤ {TOLD_SECONDS}",
            held=0 < longest <= TOLD_SECONDS,
        )  # fmt: skip
        wait_until(lambda: place.page().status == 503, "a new worker", seconds=REQUEST_SECONDS)
        answer, took = timed(place.page)
        figures.add(
            "Frozen for a minute: a page says so after, s", took, aim="≤ 6",
            held=took <= 6 and is_friendly(answer, "ただいま"),
        )  # fmt: skip
        place.company.primary.thaw()
        healed = wait_until(lambda: place.page().status == 200, "a page", seconds=30)
        figures.add("Frozen: pages again after it goes on, s", healed, aim="≤ 5", held=healed <= 5)
