"""Two clocks: nothing fires twice, whichever of them dies, hangs, or loses the lock."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from config.beat import LOCK
from tests.drills.kit import packages, postgres, redis
from tests.drills.kit.figures import Figures
from tests.drills.kit.moved_clock import MovedClock
from tests.drills.kit.postgres import Cluster
from tests.drills.kit.programs import Program, Room, wait_until
from tests.drills.kit.site import Installation
from tests.ops.files import ROOT

pytestmark = pytest.mark.drill
SECONDS: Final = 20.0
ENTRIES: Final = """
from django_celery_beat.models import IntervalSchedule, PeriodicTask
second, _ = IntervalSchedule.objects.get_or_create(every=1, period="seconds")
PeriodicTask.objects.exclude(task="send_jobs_again").update(enabled=False)
for name in ("a", "b", "c"):
    PeriodicTask.objects.create(name=f"drill {name}", task="drill_tick", interval=second, kwargs='{"entry": "%s"}' % name)
"""
HOLDER: Final = "SELECT a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.objid = %s AND l.granted"
PORT: Final = "SELECT client_port FROM pg_stat_activity WHERE pid = %s"


class Clocks:
    """Two of them, one worker, and three entries that are due every second."""

    def __init__(self, room: Room, **variables: str) -> None:
        packages.need("postgres", "redis-server")
        self.primary: Cluster = postgres.make_primary(room)
        self.ticks = room.folder("ticks") / "ticks.txt"
        self.ticks.touch()
        installation = Installation(
            room, database=self.primary.url(), owner=self.primary.url("owner"), cache=redis.start(room, "cache").url,
            broker=redis.start(room, "broker").url, DJANGO_SETTINGS_MODULE="tests.drills.kit.settings",
            PYTHONPATH=str(ROOT), DRILL_TICKS=str(self.ticks),
        )  # fmt: skip
        installation.migrate()
        installation.manage("shell", "--no-imports", "-c", ENTRIES)
        installation.worker()
        self.beats = [installation.beat(name=f"beat-{number}", **variables) for number in (1, 2)]
        self.began = 0.0

    def lines(self) -> list[tuple[str, float]]:
        """Which entry was done, and when."""
        return [
            (name, float(at)) for name, at in (line.split() for line in self.ticks.read_text().splitlines())
        ]

    def wait_for_more(self, than: int) -> float:
        """Until one ticks, in seconds."""
        return wait_until(lambda: len(self.lines()) > than, "a tick", seconds=120)

    def holder(self) -> int:
        """The session of the lock."""
        pid: int | None = self.primary.ask(HOLDER, LOCK)
        return pid or 0

    def who_ticks(self) -> Program:
        """The clock whose session has the lock."""
        port = self.primary.ask(PORT, self.holder())
        return next(beat for beat in self.beats if port in ports_of(beat.pid))


def ports_of(pid: int) -> set[int]:
    """Local ports of a process's connections."""
    inodes = {
        link.readlink().name
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if "socket:" in str(link.readlink())
    }
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].split(":")[1], 16) for row in rows if f"socket:[{row[9]}]" in inodes}


def check(figures: Figures, clocks: Clocks, since: float, what: str) -> None:
    """Fired at most once for each second and entry."""
    time.sleep(3)  # what is asked for is done by then
    # First what was done, then what was asked for: entries are due all the time, and one that came between must not count.
    all_done = clocks.lines()
    rows = clocks.primary.ask(
        "SELECT json_agg(json_build_array(arguments->>'entry', occasion, run_count)) FROM asked_jobs WHERE name = 'drill_tick'",
        database=postgres.DATABASE,
    )
    done = [line for line in all_done if line[1] > since]
    most = int(time.time() - since) + 1
    fired = Counter(entry for entry, _at in done)
    figures.add(
        f"{what}: most that one entry was done, in {most} s",
        max(fired.values()),
        aim=f"≤ {most}",
        held=max(fired.values()) <= most,
    )
    moments = Counter((entry, occasion) for entry, occasion, _runs in rows)
    twice = sum(moments.values()) - len(moments) + sum(runs - 1 for *_which, runs in rows if runs > 1)
    figures.add(f"{what}: done twice for one moment", twice, aim="0", held=twice == 0)
    unasked = max(0, len(all_done) - sum(runs for *_which, runs in rows))
    figures.add(f"{what}: done without being asked for", unasked, aim="0", held=unasked == 0)


class TestTwoClocks:
    def test_fire_once(self, room: Room, figures: Figures) -> None:
        clocks = Clocks(room)
        clocks.wait_for_more(0)
        since = time.time()
        time.sleep(SECONDS)
        check(figures, clocks, since, "Both live")
        worst = 0.0
        for _ in range(5):
            since, dying = time.time(), clocks.who_ticks()
            dying.kill()
            worst = max(worst, clocks.wait_for_more(len(clocks.lines())))
            dying.start()
            time.sleep(SECONDS / 2)
            check(figures, clocks, since, "After kill -9")
        figures.add(
            "Seconds until the other clock ticked, the worst of 5", worst, aim="seconds", held=worst < 30
        )

    def test_fire_once_when_one_hangs_and_the_database_ends_its_session(
        self, room: Room, figures: Figures
    ) -> None:
        clocks = Clocks(room)
        clocks.wait_for_more(0)
        since, hanging = time.time(), clocks.who_ticks()
        hanging.freeze()
        clocks.primary.ask("SELECT pg_terminate_backend(%s)", clocks.holder())
        took = clocks.wait_for_more(len(clocks.lines()) + 2)
        time.sleep(SECONDS / 2)
        hanging.thaw()  # it believes that the lock is its own, until it looks
        time.sleep(SECONDS)
        check(figures, clocks, since, "One hung")
        figures.add("Seconds until the other clock ticked", took, aim="seconds", held=took < 30)
        other = next(beat for beat in clocks.beats if beat is not hanging)
        figures.add(
            "The one that hung waits again",
            "yes" if clocks.who_ticks() is other else "no",
            aim="yes",
            held=clocks.who_ticks() is other,
        )

    def test_go_on_after_the_database_was_restarted(self, room: Room, figures: Figures) -> None:
        clocks = Clocks(room)
        clocks.wait_for_more(0)
        since = time.time()
        clocks.primary.end()
        time.sleep(5)
        clocks.primary.start("primary", "-c", "synchronous_standby_names=")
        took = clocks.wait_for_more(len(clocks.lines()))
        time.sleep(SECONDS)
        check(figures, clocks, since, "Database restarted")
        figures.add("Seconds until a clock ticked after the restart", took, aim="seconds", held=took < 60)
        lives = all(beat.is_running() for beat in clocks.beats)
        figures.add("Both clocks live", "yes" if lives else "no", aim="yes", held=lives)
        mark: Any = clocks.primary.ask(
            "SELECT extract(epoch FROM now() - at)::float8 FROM operations_marks WHERE name = 'clock'",
            database=postgres.DATABASE,
        )
        figures.add("Age of the mark of the clock, in seconds", float(mark), aim="≤ 60", held=mark <= 60)


class TestTimeOfDay:
    def test_goes_on_when_it_was_ahead(self, room: Room, figures: Figures) -> None:
        clock = MovedClock(room)
        clocks = Clocks(room, **clock.variables)
        clocks.wait_for_more(0)
        for hours in (25, 0, -25, 0):
            clock.move(hours * 3600)
            time.sleep(3)  # what was asked for before is done by then
            took = clocks.wait_for_more(len(clocks.lines()) + 3)
            figures.add(
                f"Seconds until jobs went on, the time of day {hours:+} h from the right one",
                took,
                aim="≤ 30",
                held=took <= 30,
            )
        lives = all(beat.is_running() for beat in clocks.beats)
        figures.add("Both clocks live", "yes" if lives else "no", aim="yes", held=lives)
