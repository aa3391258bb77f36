"""While servers are frozen and killed, wires cut and a clock moved, what everybody was told fits into one order of events.

HISTORY_SEED and HISTORY_MINUTES (default 1 and 5) choose the faults and how long; the same seed makes the same faults, though
not the same moments. What is found is judged by `kit/histories` (after Elle); `tests/ops/test_histories.py` asks the judge.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import pytest

from tests.drills.kit import at_work
from tests.drills.kit.figures import Figures
from tests.drills.kit.histories.judge import check
from tests.drills.kit.histories.model import Outcome
from tests.drills.kit.moved_clock import MovedClock
from tests.drills.kit.pair import Browser, Pair, standbys
from tests.drills.kit.postgres import Cluster
from tests.drills.kit.programs import Program, Room, family, wait_until
from tests.drills.kit.site import Site

pytestmark = pytest.mark.drill
SEED: Final = int(os.environ.get("HISTORY_SEED", "1"))
MINUTES: Final = float(os.environ.get("HISTORY_MINUTES", "5"))
#: REPLICA_MAX_LAG, the second that clocks may differ, and one for what a page takes before it reads.
MOST_LAG: Final = {"gantt": 7.0, "wbs": 7.0}
#: How far a site's time of day is from the machine's, in seconds: as after a bad answer of a time server, and as without any for months.
SKEWS: Final = (-600.0, -45.0, -2.0, 2.0, 45.0, 600.0)
AUTHORS, READERS, PLANNERS = 4, 2, 4

Fault = tuple[str, Callable[[], object], Callable[[], object]]


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    room = Room()
    try:
        made = Pair(room, wired=True)
        at_work.prepare(made.primary, MINUTES)
        yield made
    finally:
        room.close()


class Sites:
    """Two containers of web workers, as in production; people are at either, and each has a clock of its own."""

    def __init__(self, pair: Pair, room: Room, chance: random.Random) -> None:
        self.clocks = {name: MovedClock(room, f"time-{name}") for name in ("one", "two")}
        self.sites: list[Site] = [
            pair.installation.serve(workers=2, name=f"web-{name}", port=0, **clock.variables)
            for name, clock in self.clocks.items()
        ]
        self._chance = chance

    def time_of_day(self) -> datetime:
        """As the first site tells it in its answers."""
        return parsedate_to_datetime(self.sites[0].ask("/health/live").headers["Date"])

    def is_moved(self) -> bool:
        """Whether a clock that is set wrong is believed there; it is right again afterwards."""
        clock = self.clocks["one"]
        clock.move(600)
        time.sleep(1)
        ahead = self.time_of_day() - datetime.now(UTC)
        clock.move(0)
        return ahead > timedelta(seconds=500)

    def faults(self) -> list[Fault]:
        """A worker dies; a clock is set wrong, by another amount each time."""

        def kill_worker() -> None:
            os.kill(family(self._chance.choice(self.sites).program.pid)[-1], 9)

        def moved(name: str, clock: MovedClock) -> Fault:
            return (
                f"clock of site {name} moved",
                lambda: clock.move(self._chance.choice(SKEWS)),
                lambda: clock.move(0),
            )

        return [
            ("worker of the site killed", kill_worker, lambda: None),
            *(moved(name, clock) for name, clock in self.clocks.items()),
        ]


def faults(pair: Pair, sites: Sites) -> list[Fault]:
    """What may happen, and how it ends."""

    def frozen(name: str, program: Callable[[], Program]) -> Fault:
        return f"{name} frozen", lambda: program().freeze(), lambda: program().thaw()

    def killed(name: str, kill: Callable[[], object], start: Callable[[], object]) -> Fault:
        return f"{name} killed", kill, start

    def server(cluster: Cluster) -> Callable[[], Program]:
        def program() -> Program:
            assert cluster.program is not None
            return cluster.program

        return program

    def restart(program: Program) -> Callable[[], None]:
        return lambda: None if program.is_running() else program.start()

    cut: list[Fault] = [(f"cut: {name}", wire.cut, wire.mend) for name, wire in pair.wires.items()]
    return [
        frozen("primary", server(pair.primary)), frozen("replica", server(pair.replica)),
        frozen("receiver", lambda: pair.receiver.program), frozen("pool", lambda: pair.pool.program),
        frozen("cache", lambda: pair.cache.program),
        killed("primary", pair.primary.kill, lambda: pair.primary.start("primary")),
        killed("replica", pair.replica.kill, lambda: pair.replica.start("replica")),
        killed("receiver", pair.receiver.program.kill, restart(pair.receiver.program)),
        killed("cache", pair.cache.program.kill, restart(pair.cache.program)),
        ("replica paused in its replay", lambda: pair.replica.ask("SELECT pg_wal_replay_pause()"),
         lambda: pair.replica.ask("SELECT pg_wal_replay_resume()")),
        *cut,
        *sites.faults(),
    ]  # fmt: skip


def break_things(pair: Pair, sites: Sites, chance: random.Random) -> Counter[str]:
    """One fault after the other, sometimes two at once, until the time is over."""
    made: Counter[str] = Counter()
    known = faults(pair, sites)
    end = time.monotonic() + MINUTES * 60
    while time.monotonic() < end:
        chosen = chance.sample(known, 2 if chance.random() < 0.25 else 1)
        # Of one that is killed or frozen nothing else can be done: the first word says whose fault it is.
        if len({name.split()[0] for name, *_rest in chosen}) < len(chosen):
            chosen = chosen[:1]
        for name, begin, _end in chosen:
            begin()
            made[name] += 1
        time.sleep(chance.uniform(1, 8))
        for _name, _begin, mend in chosen:
            mend()
        time.sleep(chance.uniform(2, 6))
    return made


def test_of_everything_fits_one_order(pair: Pair, room: Room, figures: Figures) -> None:
    chance = random.Random(SEED)
    sites = Sites(pair, room, random.Random(f"{SEED}s"))
    is_moved = sites.is_moved()
    figures.add("A site believes a clock that is set wrong", is_moved, aim="True", held=is_moved)
    admin, other = (pair.installation.session(pair.known[name]) for name in ("admin", "reader"))
    tasks: Any = pair.installation.evaluate(at_work.TASKS.format(projects=pair.known["projects"]))
    at_work.empty_lists(sites.sites[0], admin, tasks)
    book = at_work.Book()
    works: list[Callable[[], None]] = [
        *(at_work.Author(book, pair, f"author-{n}", random.Random(f"{SEED}a{n}")) for n in range(AUTHORS)),
        *(at_work.Reader(book, pair, f"reader-{n}", random.Random(f"{SEED}r{n}")) for n in range(READERS)),
        *(
            at_work.Planner(book, Browser(sites.sites[n // 2 % 2], admin if n % 2 else other), f"planner-{n}", tasks, random.Random(f"{SEED}p{n}"))
            for n in range(PLANNERS)
        ),
    ]  # fmt: skip
    people = at_work.People(works)
    try:
        made = break_things(pair, sites, chance)
        for wire in pair.wires.values():
            wire.mend()
        wait_until(lambda: len(standbys(pair.primary)) == 2, "replica and receiver at the end", seconds=90)
    finally:
        people.stop()
    at_work.read_all(book, pair.primary)
    _say(book, made, figures)


def _say(book: at_work.Book, made: Counter[str], figures: Figures) -> None:
    figures.add(f"Seed {SEED}, {MINUTES:.0f} minutes: faults of {len(made)} kinds", made.total(), aim="≥ 5 a minute",
                held=made.total() >= MINUTES * 5)  # fmt: skip
    ways = Counter(line.way for line in book.lines)
    outcomes = Counter(line.outcome for line in book.lines)
    figures.add("Transactions", len(book.lines), aim="≥ 500 a minute", held=len(book.lines) >= 500 * MINUTES)
    figures.add("… by pool, edits, replica, chart, WBS", ", ".join(f"{ways[way]:,}" for way in ("pool", "edit", "replica", "gantt", "wbs")),
                aim="each > 0", held=all(ways[way] for way in ("pool", "edit", "replica", "gantt", "wbs")))  # fmt: skip
    figures.add(
        "… without an answer, refused", f"{outcomes[Outcome.UNKNOWN]:,}, {outcomes[Outcome.REFUSED]:,}"
    )
    began = time.monotonic()
    found = check(book.lines, most_lag=MOST_LAG)
    figures.add("Judged, seconds", time.monotonic() - began)
    kinds = Counter(anomaly.kind for anomaly in found)
    first = "; ".join(f"{anomaly.kind}: {anomaly.words}" for anomaly in found[:3])
    figures.add("Anomalies", f"{dict(kinds)} {first}" if found else "0", aim="0", held=not found)
