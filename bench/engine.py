"""The engine alone: a whole plan by size and by shape, beside other programs, and one edit by its cone."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from random import Random

from bench.engine_peers import PEERS, task_of
from bench.engine_shapes import SHAPES, START
from projects.worktime.rules import CalendarException, CalendarRules, Day, Week
from tasks.demo.generated import random_plan
from tasks.link_text import parse_links
from tasks.scheduling.live import LivePlan
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task
from tasks.scheduling.schedule import schedule

SIZES = (1_000, 10_000, 100_000)
PEOPLE = [f"P{number}" for number in range(100)]
START_DAY = 20_000
DAY: Day = ((540, 720), (780, 1080))
WEEK: Week = (DAY, DAY, DAY, DAY, DAY, (), ())
UNITS = {"day": 480, "week": 2400, "month": 9600}


def network_of(size: int) -> Network:
    """A generated plan with a company calendar, holidays, and absences of every second person."""
    rows = random_plan(size, PEOPLE, Random(size))
    parents: list[int] = []
    tasks = []
    for number, row in enumerate(rows, 1):
        del parents[row.level - 1 :]
        parent = parents[-1] if parents else None
        tasks.append(Task(number, round(row.days * 480), parent, is_milestone=row.is_milestone))
        parents.append(number)
    links = [
        Link(link.row, number, link.link_type, link.lag_kind, link.lag_minutes, link.lag_percent)  # type: ignore[arg-type]  # the words are the engine's
        for number, row in enumerate(rows, 1)
        for link in parse_links(row.after, **UNITS)
    ]
    ids = {name: number for number, name in enumerate(PEOPLE, 1)}
    holidays = tuple(CalendarException(day, day) for day in range(START_DAY - 1_000, START_DAY + 5_000, 23))
    away = [
        CalendarRules(-pk, base_id=1, exceptions=(CalendarException(START_DAY + pk, START_DAY + pk + 4),))
        for pk in ids.values()
        if pk % 2
    ]
    return Network(
        ProjectSettings(START_DAY * 1440 + 540, calendar_id=1),
        tuple(tasks),
        tuple(links),
        (CalendarRules(1, week=WEEK, exceptions=holidays), *away),
        tuple(Resource(pk, calendar_id=-pk if pk % 2 else None) for pk in ids.values()),
        tuple(
            Assignment(number, ids[name], percent / 100)
            for number, row in enumerate(rows, 1)
            for name, percent in row.people
        ),
    )


def measure() -> None:
    """Print what a pass costs by size, by shape beside others, and what an edit costs by its cone."""
    _say(f"A million turns of an adding loop: {_best(_turns, 3):.0f} ms\n")
    _measure_calendars()
    _measure_shapes()
    _measure_edits()


def _turns() -> None:
    total = 0
    for number in range(1_000_000):
        total += number


def _measure_calendars() -> None:
    _say("Whole pass: people, absences, holidays, four links with lags")
    _say(_columns("Tasks", "Links", "best ms", "with tuples", "µs/task", "peak MiB"))
    for size in SIZES:
        network = network_of(size)
        times = 3 if size >= SIZES[-1] else 7
        alone = _best(lambda network=network: schedule(network), times)  # type: ignore[misc]  # bound now
        whole = _best(lambda network=network: schedule(network).tasks.items(), times)  # type: ignore[misc]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        row = (
            f"{len(network.links):,}",
            f"{alone:.1f}",
            f"{whole:.1f}",
            f"{alone / size * 1000:.2f}",
            f"{peak:.0f}",
        )
        _say(_columns(f"{size:,}", *row))


def _measure_shapes() -> None:
    """Where the others answer, they have to answer the same."""
    peers = {name: peer for name, peer in PEERS.items() if name == "plain loop" or find_spec(name)}
    _say("\nWhole pass by shape, no calendars, 1.5 links a task; the others without summaries, ms")
    _say(_columns("Shape", "Tasks", "engine", *peers))
    for shape, make in SHAPES.items():
        for size in SIZES:
            network = make(size)
            times = 2 if size >= SIZES[-1] else 7
            row = [f"{_best(lambda network=network: schedule(network), times):.1f}"]  # type: ignore[misc]
            if shape != "tree":
                durations, pairs = task_of(network)
                wanted = [dates.finish - START for dates in schedule(network).tasks.values()]
                for peer in peers.values():
                    assert peer(durations, pairs)[0] == wanted
                    row.append(f"{_best(lambda peer=peer, d=durations, p=pairs: peer(d, p), times):.1f}")  # type: ignore[misc]
            _say(_columns(shape, f"{size:,}", *row))


def _measure_edits() -> None:
    """The last task of a chain and those before it, beside one that lasts longer: the project finish stays."""
    size = SIZES[-1]
    chain = SHAPES["chain"](size)
    live = LivePlan(replace(chain, tasks=(*chain.tasks, Task(size, 200 * size))))
    _say(f"\nAn edit of one task in a plan of {size:,}, ms")
    _say(_columns("Cone", "moved", "late dates", "whole pass"))
    whole = _best(lambda: schedule(live.network), 2)
    for cone in (10, 1_000, size):
        moved, late = [], []
        for turn in range(4):
            task = replace(chain.tasks[size - cone], duration_minutes=70 + turn)
            began = time.perf_counter()
            live.put_task(task)
            found = live.settle()
            moved.append((time.perf_counter() - began) * 1000)
            assert len(found) in (cone - 1, cone)
            began = time.perf_counter()
            live[task.id]
            late.append((time.perf_counter() - began) * 1000)
        _say(_columns(f"{cone:,}", f"{min(moved):.2f}", f"{min(late):.2f}", f"{whole:.0f}"))


def _best(work: Callable[[], object], times: int) -> float:
    """Milliseconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return min(found)


def _columns(*texts: str) -> str:
    return " ".join(text.rjust(11) for text in texts)


def _say(line: str) -> None:
    print(line, flush=True)
