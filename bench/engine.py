"""The engine alone: how long a whole plan takes to compute, by its size."""

from __future__ import annotations

import resource
import time
from random import Random

from projects.worktime.rules import CalendarException, CalendarRules, Day, Week
from tasks.demo.generated import random_plan
from tasks.link_text import parse_links
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
    """Print a line for each size."""
    print("Tasks".rjust(8), "Links".rjust(8), "best ms".rjust(9), "µs/task".rjust(9), "peak MiB".rjust(9))
    for size in SIZES:
        network = network_of(size)
        times = []
        for _ in range(3 if size >= SIZES[-1] else 7):
            began = time.perf_counter()
            schedule(network)
            times.append(time.perf_counter() - began)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size:8,} {len(network.links):8,} {min(times) * 1000:9.1f} {min(times) / size * 1e6:9.2f} {peak:9.0f}",
            flush=True,
        )
