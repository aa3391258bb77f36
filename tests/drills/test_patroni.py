"""Patroni: machines, servers and etcd go away while people write; another takes over by itself, and nothing is lost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from tests.drills.kit import postgres, writers
from tests.drills.kit.figures import Figures
from tests.drills.kit.patroni import EVERY, POLICY, RECOVERED, REWOUND, Kept, Node
from tests.drills.kit.programs import Room, wait_until
from tests.drills.kit.site import Site
from tests.drills.kit.writers import Stranger, Writers

pytestmark = pytest.mark.drill
#: So many seconds may a primary say nothing.
TTL: Final[int] = POLICY["ttl"]
#: Seconds in which no one can write at most: `ttl` and a promotion, one look of Patroni's and a promotion, a handover.
GONE, CRASHED, SWITCHED = 30.0, 15.0, 5.0
#: … one look of Patroni's that finds no standby; etcd alone.
ALONE, ETCD = 10.0, 1.0
#: Until a node that was killed is a synchronous standby again, people still writing.
BACK: Final = 60.0
_ROWS: Final = """
SELECT (SELECT count(*)::text || md5(string_agg(number::text, ',' ORDER BY number)) FROM acknowledged)
    || (SELECT count(*)::text || md5(string_agg(id || body, ',' ORDER BY id)) FROM task_comments)
"""


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """Started once: the tests below go from fault to fault, and each waits until all is well again."""
    room = Room()
    try:
        made = Kept(room)
        writers.prepare(made.door)
        yield made
    finally:
        room.close()


@pytest.fixture(scope="module")
def site(kept: Kept) -> Site:
    return kept.installation.serve(workers=4)


@contextmanager
def writing(kept: Kept, site: Site, figures: Figures) -> Iterator[Writers]:
    """People write meanwhile; at the end nothing of it is missing on any node."""
    kept.wait_until_well()
    wait_until(kept.pool_serves, "a pool that serves")
    people = Writers(kept.pool, site, kept.installation.session(kept.user), kept.task)
    try:
        time.sleep(random.uniform(2, 7))
        yield people
    finally:
        people.stop()
    kept.wait_until_well()
    lost = max(people.lost(node) for node in after_replay(kept))
    name = f"Lost of {people.count:,} acknowledged changes, {len(people.comments):,} of them at the site"
    figures.add(name, lost, aim="0", held=lost == 0)
    wrong = [status for status in people.refused if status != 503]
    name = f"Refused by the site with anything else than 503, of {len(people.refused):,} refused"
    figures.add(name, len(wrong), aim="0", held=not wrong)


def after_replay(kept: Kept) -> list[Node]:
    """All nodes, when the others have all that the primary has."""
    end = kept.door.ask("SELECT pg_current_wal_lsn()::text")
    statement = "SELECT NOT pg_is_in_recovery() OR coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, false)"
    wait_until(
        lambda: all(node.ask(statement, end) for node in kept.nodes), "nodes that have all", seconds=60
    )
    return kept.nodes


def pauses(figures: Figures, people: Writers, what: str, since: float, aim: float) -> None:
    """For how long no one could write, at the pool and at the site."""
    comment, row = people.longest_pauses(since)
    name = f"{what}: no one could write through the pool, seconds"
    for where, seconds in ((name, row), ("… at the site", comment)):
        figures.add(where, seconds, aim=f"≤ {aim:.0f}", held=seconds <= aim)


def until_they_write(people: Writers) -> None:
    """Until a user's change was kept after this moment, at the pool and at the site."""
    now = time.monotonic()
    wait_until(lambda: max(people.first_after(now)) < float("inf"), "people who write again", seconds=60)


def replaced(kept: Kept, people: Writers, breaks: Callable[[], object], new: Node) -> float:
    """Break the primary, and wait until people write to the new one; the moment at which it was broken."""
    began = time.monotonic()
    breaks()
    kept.wait_for(new, seconds=90)
    until_they_write(people)
    time.sleep(2)
    return began


def comes_back(kept: Kept, figures: Figures, node: Node, since: float, ways: set[str]) -> None:
    """The node is a synchronous standby again, and how it became one."""
    kept.wait_until_well(seconds=180)
    seconds = time.monotonic() - since
    figures.add(
        "The node is a synchronous standby again, seconds", seconds, aim=f"≤ {BACK:.0f}", held=seconds <= BACK
    )
    way = node.way_back()
    figures.add("… by", way, aim=" or ".join(sorted(ways)), held=way in ways)


def same_rows(kept: Kept, figures: Figures) -> None:
    """No one writes any more: are they the same?"""
    kept.wait_until_well()
    different = {node.ask(_ROWS, database=postgres.DATABASE) for node in after_replay(kept)}
    same = len(different) == 1
    figures.add(f"All {len(kept.nodes)} have the same rows", "yes" if same else "no", aim="yes", held=same)


class TestPatroni:
    def test_a_machine_is_gone(self, kept: Kept, site: Site, figures: Figures) -> None:
        with writing(kept, site, figures) as people:
            old = kept.primary()
            began = replaced(kept, people, old.kill_with_a_secret, kept.standby())
            pauses(figures, people, "A machine is gone", began, GONE)
            since = time.monotonic()
            old.watch_over()
            comes_back(kept, figures, old, since, {REWOUND})
        same_rows(kept, figures)

    def test_a_server_crashes(self, kept: Kept, site: Site, figures: Figures) -> None:
        with writing(kept, site, figures) as people:
            old = kept.primary()
            began = replaced(kept, people, old.kill_server, kept.standby())
            pauses(figures, people, "PostgreSQL crashed", began, CRASHED)
            comes_back(kept, figures, old, began, {REWOUND, RECOVERED})
        same_rows(kept, figures)

    def test_an_operator_switches_over(self, kept: Kept, site: Site, figures: Figures) -> None:
        with writing(kept, site, figures) as people:
            old, new = kept.primary(), kept.standby()
            names = ("--leader", old.name, "--candidate", new.name)
            began = replaced(kept, people, lambda: kept.control("switchover", "itdo", *names, "--force"), new)
            pauses(figures, people, "Switched over", began, SWITCHED)
        same_rows(kept, figures)

    def test_both_are_gone_one_after_the_other(self, kept: Kept, site: Site, figures: Figures) -> None:
        with writing(kept, site, figures) as people:
            last, behind, began = kept.primary(), kept.standby(), time.monotonic()
            behind.kill()
            wait_until(
                lambda: last.ask("SHOW synchronous_standby_names") == "",
                "a primary that waits for no standby",
            )
            time.sleep(5)
            pauses(figures, people, "The standby is gone", began, ALONE)
            last.kill()
            behind.watch_over()
            took = self._is_taken_by(behind, seconds=TTL + 15)
            figures.add("The one that lacks changes takes over", took, aim="no", held=took == "no")
            last.watch_over()
            kept.wait_for(last, seconds=90)
            until_they_write(people)
        same_rows(kept, figures)

    @staticmethod
    def _is_taken_by(node: Node, *, seconds: float) -> str:
        """Whether a node becomes the primary; it must have been there to be asked."""
        until, answered = time.monotonic() + seconds, False
        while time.monotonic() < until:
            answered = answered or node.answers()
            if node.is_primary():
                return "yes"
            time.sleep(0.5)
        return "no" if answered else "it never answered"

    def test_etcd_is_away(self, kept: Kept, site: Site, figures: Figures) -> None:
        with writing(kept, site, figures) as people:
            before, began, broken = kept.primary(), time.monotonic(), people.broken
            kept.etcd.program.kill()
            time.sleep(TTL * 2)
            kept.etcd.program.start()
            wait_until(lambda: "Sync Standby" in kept.members(), "Patroni that finds etcd again", seconds=60)
            time.sleep(10)
            pauses(figures, people, "etcd is away", began, ETCD)
            refused = people.broken - broken + len(people.refused)
            figures.add(f"Refused while etcd was away for {TTL * 2} s", refused, aim="0", held=refused == 0)
            same = kept.primary() is before
            figures.add("The primary is the same", "yes" if same else "no", aim="yes", held=same)
        same_rows(kept, figures)

    def test_three_nodes_may_be_strict(self, kept: Kept, site: Site, figures: Figures) -> None:
        kept.add()
        kept.change("synchronous_mode_strict", "true")
        with writing(kept, site, figures) as people:
            old = kept.primary()
            began = replaced(kept, people, old.kill, kept.standby())
            pauses(figures, people, "One of three is gone", began, GONE)
            waits = str(kept.door.ask("SHOW synchronous_standby_names"))
            held = waits not in {"", f'"{old.name}"'}
            figures.add("With one of three lost, commits wait for", waits, aim="the third", held=held)
            since = time.monotonic()
            old.watch_over()
            comes_back(kept, figures, old, since, {REWOUND, RECOVERED})
        same_rows(kept, figures)
        kept.change("synchronous_mode_strict", "false")

    def test_there_was_never_more_than_one_primary(self, kept: Kept, figures: Figures) -> None:
        watch = kept.watch
        name = f"Moments with two primaries, of {watch.samples:,} looks at all"
        figures.add(name, len(watch.doubles), aim="0", held=not watch.doubles and watch.samples > 1_000)
        held = watch.mean <= EVERY * 1.5
        figures.add(
            "Seconds between two looks, on average", watch.mean, aim=f"≤ {EVERY * 1.5:.2f}", held=held
        )
        figures.add("… at most", watch.slowest, aim="≤ 2", held=watch.slowest <= 2.0)

    def test_patroni_alone_dies(self, kept: Kept, site: Site, figures: Figures) -> None:
        """Here there are two primaries, which is why no one may be told anything by the first one."""
        with writing(kept, site, figures) as people:
            old, doubles = kept.primary(), len(kept.watch.doubles)
            stranger = Stranger(old)
            began = replaced(kept, people, old.kill_patroni, kept.standby())
            pauses(figures, people, "Patroni is dead", began, GONE)
            promised_before = len(stranger.kept)
            time.sleep(5)
            side_by_side = (len(kept.watch.doubles) - doubles) * EVERY
            name = "Two servers held themselves for the primary, seconds about"
            figures.add(name, side_by_side, aim="> 0, else this shows nothing", held=side_by_side > 0)
            said, tries = len(stranger.kept) - promised_before, stranger.tries()
            name = "Acknowledged by the first one meanwhile, past HAProxy"
            figures.add(name, said if tries else "not asked", aim="0", held=said == 0 and tries)
            old.watch_over()
            kept.wait_until_well(seconds=180)
        missing = stranger.missing(kept.primary())
        name = f"Lost of {len(stranger.kept):,} changes that it acknowledged before"
        figures.add(name, missing, aim="0", held=missing == 0 and bool(stranger.kept))
        same_rows(kept, figures)
