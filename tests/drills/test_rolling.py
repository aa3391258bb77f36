"""A new version comes in while people read and write: one process after the other goes and comes, and no one notices."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from typing import Final

import pytest

from tests.drills.kit import nginx
from tests.drills.kit.company import Company, Visitor
from tests.drills.kit.figures import Figures
from tests.drills.kit.load import Load
from tests.drills.kit.programs import Room, wait_until

pytestmark = pytest.mark.drill
ROUNDS: Final = 3
READERS: Final = 5
WRITERS: Final = 3
#: A request that is under way when its process is told to end.
SLOW_SECONDS: Final = 6


class Place:
    """Two processes behind nginx."""

    def __init__(self, room: Room) -> None:
        self.room, self._numbers = room, itertools.count()
        self.company = Company(room, people=READERS + WRITERS + 1)
        self.sites = [self.company.installation.serve(name=f"web-{number}") for number in range(2)]

    def proxy(self, **changes: str) -> nginx.Proxy:
        """nginx in front of both."""
        name = f"nginx-{next(self._numbers)}"
        return nginx.start(self.room, *(site.port for site in self.sites), name=name, changes=changes)

    def start_anew(self, number: int) -> float:
        """As a platform does: asked to end, waited for, started, waited for; how long the end took, in seconds."""
        site, began = self.sites[number], time.monotonic()
        assert site.program.end() == 0
        ended = time.monotonic() - began
        site.program.start()
        wait_until(lambda: site.probe("/health/ready").status == 200, "a new process", seconds=120)
        wait_until(site.lives, "its workers", seconds=120)
        return ended


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    room = Room()
    try:
        yield Place(room)
    finally:
        room.close()


class People:
    """Readers who go from page to page, writers who comment; every acknowledged comment is remembered."""

    def __init__(self, place: Place, proxy: nginx.Proxy) -> None:
        self.company = place.company
        self.visitors = place.company.visitors(proxy)
        self.kept: set[str] = set()
        self.faults: list[str] = []
        self._pages = itertools.cycle(place.company.pages)

    def ask(self, person: int) -> int:
        """One request of a user."""
        visitor = self.visitors[person]
        try:
            if person < WRITERS:
                words, status = visitor.comment(self.company.tasks[person])
                self.kept |= {words} if status == 200 else set()
            else:
                status = visitor.ask(next(self._pages)).status
        except Exception as error:
            self.faults.append(f"{type(error).__name__}: {error}")
            raise
        return status

    def lost(self) -> int:
        """Comments that were acknowledged and are not there, or twice."""
        with self.company.primary.connect(database="itdo_erp") as connection:
            rows = connection.execute("SELECT body, count(*) FROM task_comments GROUP BY body").fetchall()
        found = dict(rows)
        return sum(found.get(words) != 1 for words in self.kept)


def hold(place: Place, visitor: Visitor, answers: list[int]) -> Iterator[None]:
    """A change that waits for a row that another session holds, until this goes on."""
    with place.company.primary.connect(database="itdo_erp", application_name="holder") as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT FROM projects WHERE id = %s FOR UPDATE", [place.company.project])
        asked = threading.Thread(
            target=lambda: answers.append(visitor.comment(place.company.tasks[0])[1]), daemon=True
        )
        asked.start()
        yield
        connection.execute("COMMIT")
        asked.join(60)


def waits(place: Place) -> bool:
    """Whether the site waits for that row."""
    return bool(
        place.company.primary.ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    )


class TestRolling:
    def test_loses_no_request(self, place: Place, figures: Figures) -> None:
        people = People(place, place.proxy())
        with Load(people.ask, people=READERS + WRITERS, pause=0.02) as load:
            time.sleep(2)
            ends = [place.start_anew(number) for _round in range(ROUNDS) for number in range(2)]
            time.sleep(2)
        done = sum(load.statuses.values())
        failed = done - load.statuses["200"]
        figures.add("Restarts of a process under load", len(ends))
        figures.add("Requests meanwhile", done)
        figures.add("Comments among them", len(people.kept))
        figures.add(
            "Failed requests",
            f"{failed:,}",
            aim="0",
            held=failed == 0 and done > 100 and len(people.kept) > 20,
        )
        figures.add("Acknowledged comments lost or doubled", people.lost(), aim="0", held=people.lost() == 0)
        figures.add("Longest end of a process, s", max(ends), aim="≤ 25", held=max(ends) <= 25)
        figures.add("Requests a second", load.rate)
        figures.add("p95, s", load.at(0.95))
        assert not people.faults, people.faults[:5]
        assert set(load.statuses) == {"200"}, load.statuses

    def test_lets_a_slow_request_end(self, place: Place, figures: Figures) -> None:
        visitor = place.company.visitors(place.proxy())[-1]
        answers: list[int] = []
        held = hold(place, visitor, answers)
        next(held)
        wait_until(lambda: waits(place), "a request that waits")
        began = time.monotonic()
        # The one that has the request has six seconds to go when both are told to end.
        ending = [threading.Thread(target=site.program.end) for site in place.sites]
        for each in ending:
            each.start()
        time.sleep(SLOW_SECONDS)
        assert not answers
        next(held, None)
        for each in ending:
            each.join(60)
        figures.add(
            f"A request of {SLOW_SECONDS} s over the end of its process", f"{answers}", aim="[200]",
            held=answers == [200],
        )  # fmt: skip
        figures.add("… from SIGTERM to its end, s", time.monotonic() - began)
        for site in place.sites:
            site.program.start()
            wait_until(site.lives, "a new process", seconds=120)

    def test_would_not_with_the_default_of_nginx(self, place: Place, figures: Figures) -> None:
        """What max_fails=0 is for: both are thought dead when one after the other goes."""
        proxy = place.proxy(**{"max_fails=0": "max_fails=1"})
        people = People(place, proxy)
        with Load(people.ask, people=READERS + WRITERS, pause=0.02) as load:
            time.sleep(1)
            for number in range(2):
                place.start_anew(number)
        failed = sum(load.statuses.values()) - load.statuses["200"]
        figures.add("Failed requests with max_fails=1 (nginx's default)", failed, aim="for comparison")
