"""Pages are read from a streaming replica; no user misses what they wrote, and no one notices when the replica goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Final

import pytest

from tests.drills.kit.figures import Figures
from tests.drills.kit.load import Load
from tests.drills.kit.pair import Browser, Pair, commit_under_way, commits
from tests.drills.kit.programs import Room, wait_until
from tests.drills.kit.site import Site

pytestmark = pytest.mark.drill
WRITERS: Final = 4
READS: Final = 1_000
#: The limit of lag that is the default.
MAX_LAG: Final = 5.0
#: After so long a standby that says nothing is left (`wal_sender_timeout`).
SENDER_SECONDS: Final = 10.0


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Started once: the tests below go from a healthy replica to none."""
    room = Room()
    try:
        yield Pair(room)
    finally:
        room.close()


@pytest.fixture(scope="module")
def site(pair: Pair) -> Site:
    return pair.installation.serve(workers=4)


@pytest.fixture(scope="module")
def admin(pair: Pair) -> str:
    return pair.installation.session(pair.known["admin"])


@pytest.fixture(scope="module")
def reader(pair: Pair) -> str:
    return pair.installation.session(pair.known["reader"])


@contextmanager
def changes(pair: Pair) -> Iterator[list[float]]:
    """A program that changes something all the time; the moments at which that was acknowledged, begin and end included."""
    kept, stop = [time.monotonic()], threading.Event()

    def work() -> None:
        with pair.primary.connect("app") as connection:
            while not stop.is_set():
                connection.execute("SELECT pg_logical_emit_message(true, 'drill', '')")
                kept.append(time.monotonic())
                time.sleep(0.05)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield kept
    kept.append(time.monotonic())
    stop.set()
    thread.join(60)


def write_and_look(browser: Browser, skill: int, words: str) -> bool:
    """Rename a skill and look at it at once; whether the new name is there."""
    address = f"/resources/skills/{skill}/"
    saved = browser.ask(address, form={"name": words})
    assert saved.status == 302, saved.status
    seen = browser.ask(address)
    assert seen.status == 200, seen.status
    return f'"{words}"' in seen.body


def stale(pair: Pair, browsers: list[Browser], rounds: int, name: str) -> int:
    """How many of so many reads did not show what had just been written."""
    missed: list[str] = []
    errors: list[BaseException] = []

    def work(number: int, browser: Browser) -> None:
        skill = pair.known["skills"][number]
        try:
            for turn in range(rounds):
                words = f"{name}-{number}-{turn}"
                if not write_and_look(browser, skill, words):
                    missed.append(words)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=pair_of) for pair_of in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return len(missed)


class TestOwnWrites:
    def test_are_never_missed(self, pair: Pair, site: Site, admin: str, figures: Figures) -> None:
        before = commits(pair.replica, is_exact=True)
        browsers = [Browser(site, admin) for _ in range(WRITERS)]
        missed = stale(pair, browsers, READS // WRITERS, "own")
        figures.add(
            f"Own reads straight after {READS:,} writes that were stale", missed, aim="0", held=missed == 0
        )
        share = (commits(pair.replica, is_exact=True) - before) / READS
        figures.add("… of which the replica answered", f"{share:.0%}")

    def test_are_not_missed_where_the_browser_or_the_cache_forgets(
        self, pair: Pair, site: Site, admin: str, figures: Figures
    ) -> None:
        missed = stale(pair, [Browser(site, admin, forgets=True)] * WRITERS, 25, "redis")
        figures.add("… of 100 known by Redis alone", missed, aim="0", held=missed == 0)

    def test_are_not_missed_while_replay_stands_still(
        self, pair: Pair, site: Site, admin: str, figures: Figures
    ) -> None:
        pair.replica.ask("SELECT pg_wal_replay_pause()")
        try:
            missed = stale(pair, [Browser(site, admin) for _ in range(WRITERS)], 25, "paused")
        finally:
            pair.replica.ask("SELECT pg_wal_replay_resume()")
        figures.add("… of 100 with replay paused", missed, aim="0", held=missed == 0)
        pair.wait_for_replica()

    def test_would_be_missed_by_a_reader_without_a_memory(
        self, pair: Pair, site: Site, admin: str, figures: Figures
    ) -> None:
        """What was written is forgotten on purpose: there is something to miss, for as long as the limit of lag allows."""
        address = f"/resources/skills/{pair.known['skills'][0]}/"
        other = Browser(site, admin, forgets=True)
        pair.replica.ask("SELECT pg_wal_replay_pause()")
        try:
            began, count = time.monotonic(), 0
            assert other.ask(address, form={"name": "unseen"}).status == 302
            pair.cache.client.flushall()
            while '"unseen"' not in other.ask(address).body and time.monotonic() - began < 60:
                count += 1
                time.sleep(0.1)
            late = time.monotonic() - began
        finally:
            pair.replica.ask("SELECT pg_wal_replay_resume()")
        figures.add(
            "Stale reads when nothing is remembered (so there is something to miss)",
            count,
            aim="> 0",
            held=count > 0,
        )
        figures.add(
            f"… until the lag was beyond {MAX_LAG:.0f} s, seconds", late, aim="≤ 10", held=late <= MAX_LAG * 2
        )
        pair.wait_for_replica()


class TestReaders:
    def test_are_answered_by_the_replica(self, pair: Pair, site: Site, reader: str, figures: Figures) -> None:
        pages = pair.pages()
        before = commits(pair.replica, is_exact=True)
        for turn in range(200):
            assert site.ask(pages[turn % len(pages)], session=reader).status == 200
        share = (commits(pair.replica, is_exact=True) - before) / 200
        figures.add(
            "Pages of a user who only reads, from the replica",
            f"{share:.0%}",
            aim="≥ 95 %",
            held=share >= 0.95,
        )

    def test_do_not_notice_that_it_is_killed(
        self, pair: Pair, site: Site, reader: str, figures: Figures
    ) -> None:
        with self._load(pair, site, reader) as load, changes(pair) as kept:
            time.sleep(4)
            pair.replica.kill()
            time.sleep(12)
        self._say(figures, load, "killed")
        self._say_writes(figures, kept, "killed", most=2.0)
        pair.replica.start("replica")
        self._wait_until_read(pair, site, reader, figures, "killed")

    def test_do_not_notice_that_it_is_frozen(
        self, pair: Pair, site: Site, reader: str, figures: Figures
    ) -> None:
        with self._load(pair, site, reader) as load, changes(pair) as kept:
            time.sleep(4)
            pair.replica.freeze()
            time.sleep(20)
            pair.replica.thaw()
        self._say(figures, load, "frozen")
        self._say_writes(figures, kept, "frozen", most=SENDER_SECONDS + 2)
        figures.add(
            "Slowest page meanwhile, seconds", max(load.seconds), aim="≤ 15", held=max(load.seconds) <= 15
        )
        self._wait_until_read(pair, site, reader, figures, "frozen")

    def test_go_on_while_no_change_is_kept(self, pair: Pair, site: Site, figures: Figures) -> None:
        """Replica and receiver are gone: changes wait, and the platform hears so; people who only read are served."""
        fresh = [pair.installation.session(pair.known["reader"]) for _ in range(4)]
        pages = pair.pages()
        pair.replica.kill()
        pair.receiver.program.freeze()
        try:
            with commit_under_way(pair.primary) as acknowledged:
                is_early = acknowledged.wait(SENDER_SECONDS + 4)
                figures.add(
                    "A change that neither has, acknowledged",
                    "yes" if is_early else "no",
                    aim="no",
                    held=not is_early,
                )
                answers, slowest = [], 0.0
                for session in fresh:
                    for page in pages[:4]:
                        began = time.monotonic()
                        answers.append(site.ask(page, session=session).status)
                        slowest = max(slowest, time.monotonic() - began)
                bad = sum(status != 200 for status in answers)
                figures.add(
                    f"Errors of {len(answers)} pages of new sessions meanwhile", bad, aim="0", held=bad == 0
                )
                figures.add("Slowest of them, seconds", slowest, aim="≤ 5", held=slowest <= 5)
                began = time.monotonic()
                said = [site.probe("/health/ready").status for _turn in range(5)]
                took = (time.monotonic() - began) / len(said)
                figures.add("/health/ready", str(set(said)), aim="503", held=set(said) == {503})
                figures.add("… within, seconds", took, aim="≤ 3", held=took <= 3)
                left = int(
                    pair.primary.ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                )
                figures.add("Commits that wait after five probes", left, aim="1", held=left == 1)
                pair.receiver.program.thaw()
                took = wait_until(acknowledged.is_set, "a change that is kept", seconds=30)
            figures.add(
                "Changes are kept again after the receiver goes on, seconds", took, aim="≤ 5", held=took <= 5
            )
            took = wait_until(lambda: site.probe("/health/ready").status == 200, "a site that is ready")
            figures.add("… and the site is ready, seconds", took, aim="≤ 5", held=took <= 5)
        finally:
            pair.receiver.program.thaw()
            pair.replica.start("replica")
            pair.wait_for_replica()

    def test_do_not_notice_that_it_is_promoted(
        self, pair: Pair, site: Site, admin: str, reader: str, figures: Figures
    ) -> None:
        """The address of the replica leads to a server that goes its own way: no one may read there."""
        with self._load(pair, site, reader) as load:
            time.sleep(2)
            pair.replica.promote()
            browsers = [Browser(site, admin, forgets=True) for _ in range(WRITERS)]
            pair.cache.client.flushall()
            missed = stale(pair, browsers, 10, "promoted")
        self._say(figures, load, "promoted")
        figures.add("Own reads that were stale after that", missed, aim="0", held=missed == 0)

    @staticmethod
    def _load(pair: Pair, site: Site, reader: str) -> Load:
        pages = pair.pages()
        turns = iter(range(10**9))
        return Load(
            lambda _person: site.ask(pages[next(turns) % len(pages)], session=reader).status, people=6
        )

    @staticmethod
    def _say(figures: Figures, load: Load, what: str) -> None:
        bad = sum(count for status, count in load.statuses.items() if status not in {"200", "304"})
        figures.add(f"Errors of {len(load.seconds):,} pages while it was {what}", bad, aim="0", held=bad == 0)

    @staticmethod
    def _say_writes(figures: Figures, kept: list[float], what: str, *, most: float) -> None:
        longest = max(later - earlier for earlier, later in pairwise(kept))
        words = f"Longest that a change was not acknowledged while it was {what}, seconds"
        figures.add(words, longest, aim=f"≤ {most:.0f}", held=longest <= most)

    @staticmethod
    def _wait_until_read(pair: Pair, site: Site, reader: str, figures: Figures, what: str) -> None:
        """A replica that is well again is read again."""
        pair.wait_for_replica()

        def is_read() -> bool:
            before = commits(pair.replica)
            for page in pair.pages()[:10]:
                site.ask(page, session=reader)
            return commits(pair.replica) - before >= 8

        took = wait_until(is_read, "a replica that is read again", seconds=150)
        figures.add(f"Read again after it was {what}, seconds", took, aim="≤ 75", held=took <= 75)
