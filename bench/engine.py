"""The engine alone: a whole plan by size and by shape, beside other programs, and one edit by its cone."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from importlib.util import find_spec
from random import Random
from typing import Any

import numpy as np

from bench.engine_peers import PEERS, Peer, task_of
from bench.engine_shapes import SHAPES, START
from projects.worktime.rules import CalendarException, CalendarRules, Day, Week
from tasks.demo.generated import random_plan
from tasks.plan.link_text import parse_links
from tasks.scheduling.columns import columns_of
from tasks.scheduling.compiled import ready
from tasks.scheduling.live.plan import LivePlan
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task
from tasks.scheduling.plan import Plan
from tasks.scheduling.reference.passes import reference_plan
from tasks.scheduling.risk.simulate import simulate
from tasks.scheduling.risk.uncertain import Uncertainty, by_template, remaining_of
from tasks.scheduling.schedule import schedule, use
from tasks.scheduling.scheduled import ScheduledColumns, scheduled_columns_of

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
    began = time.process_time()
    made = ready.make()
    use(ready.dates)
    _say(f"Compiled passes: {'compiled' if made else 'loaded'} in {time.process_time() - began:.1f} s")
    _say(
        f"A million turns of an adding loop: {_best(_turns, 3):.0f} ms. All figures are milliseconds of CPU, the best of some.\n"
    )
    _measure_calendars()
    _measure_shapes()
    _measure_edits()
    _measure_runs()


def _turns() -> None:
    total = 0
    for number in range(1_000_000):
        total += number


def _measure_calendars() -> None:
    _say(
        "Whole pass: people, absences, holidays, four links with lags. From columns, as they are loaded, to columns;"
    )
    _say(
        "beside it the plain passes, from objects to lists, and what it costs to make a plan of either for others"
    )
    _say(_columns("Tasks", "Links", "compiled", "µs/task", "as a plan", "plain", "as a plan", "peak MiB"))
    for size in SIZES:
        network = network_of(size)
        columns, times = columns_of(network), 3 if size >= SIZES[-1] else 9
        assert_same(schedule(columns), reference_plan(network))
        quick = _best(partial(schedule, columns), times)
        quick_plan = _best(partial(_as_plan, schedule, columns), times)
        plain = _best(partial(reference_plan, network), times)
        plain_plan = _best(partial(_as_plan, reference_plan, network), times)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures = (quick, quick / size * 1000, quick_plan, plain, plain_plan)
        cells = [f"{figure:.2f}" for figure in figures]
        _say(_columns(f"{size:,}", f"{len(network.links):,}", *cells, f"{peak:.0f}"))


def _as_plan(compute: Callable[..., Any], plan: object) -> None:
    found = compute(plan)
    (found if isinstance(found, Plan) else found.plan()).tasks.items()


def assert_same(found: ScheduledColumns, plan: Plan) -> None:
    """Every column of both."""
    wanted = scheduled_columns_of(plan)
    for each in fields(ScheduledColumns):
        assert np.array_equal(getattr(found, each.name), getattr(wanted, each.name)), each.name


def _measure_shapes() -> None:
    """Where the others answer, they have to answer the same."""
    peers = {name: peer for name, peer in PEERS.items() if name == "plain loop" or find_spec(name)}
    _say(
        "\nWhole pass by shape, no calendars, 1.5 links a task; the others without summaries, slack and drivers, for the"
    )
    _say(
        "same early and late finishes. Ours from columns to columns, theirs from lists of durations and pairs to lists,"
    )
    _say("and in brackets without the building of their graph")
    _say(_columns("Shape", "Tasks", "compiled", "µs/task", "plain passes", *peers, width=16))
    for shape, make in SHAPES.items():
        for size in (*SIZES, 1_000_000):
            _say(
                _columns(
                    shape, f"{size:,}", *_shape_cells(make(size), peers if shape != "tree" else {}), width=16
                )
            )


def _shape_cells(network: Network, peers: dict[str, Peer]) -> list[str]:
    size, columns = len(network.tasks), columns_of(network)
    times = 2 if size >= SIZES[-1] else 9
    quick = _best(partial(schedule, columns), max(times, 4))
    cells = [f"{quick:.2f}", f"{quick / size * 1000:.3f}"]
    if size > SIZES[-1]:
        return cells
    plan = reference_plan(network)
    found = schedule(columns)
    assert_same(found, plan)
    cells.append(f"{_best(partial(reference_plan, network), times):.1f}")
    durations, pairs = task_of(network)
    early, late = (found.finish - START).tolist(), (found.late_finish - START).tolist()
    for peer in peers.values():
        graph = peer.build(durations, pairs)
        assert peer.solve(graph) == (early, late)
        whole = _best(lambda: peer.solve(peer.build(durations, pairs)), times)  # noqa: B023 - called at once
        built = _best(partial(peer.solve, graph), times)
        cells.append(f"{whole:.1f} ({built:.1f})")
    return cells


def _measure_edits() -> None:
    """The last task of a chain and those before it, beside one that lasts longer: the project finish stays."""
    size = SIZES[-1]
    chain = SHAPES["chain"](size)
    live = LivePlan(replace(chain, tasks=(*chain.tasks, Task(size, 200 * size))))
    _say(f"\nAn edit of one task in a plan of {size:,}, ms")
    _say(_columns("Cone", "moved", "late dates", "whole pass"))
    whole = _best(lambda: reference_plan(live.network), 2)
    for cone in (10, 1_000, size):
        moved, late = [], []
        for turn in range(4):
            task = replace(chain.tasks[size - cone], duration_minutes=70 + turn)
            began = time.process_time()
            live.put_task(task)
            found = live.settle()
            moved.append((time.process_time() - began) * 1000)
            assert len(found) in (cone - 1, cone)
            began = time.process_time()
            live[task.id]
            late.append((time.process_time() - began) * 1000)
        _say(_columns(f"{cone:,}", f"{min(moved):.2f}", f"{min(late):.2f}", f"{whole:.0f}"))


def _measure_runs() -> None:
    """Elapsed time, not CPU: runs are shared by threads."""
    columns, threads = columns_of(network_of(10_000)), min(4, os.cpu_count() or 1)
    ranges = Uncertainty(*by_template(remaining_of(columns), 10, 30))
    work = partial(simulate, columns, ranges, runs=1000, threads=threads)
    work()
    began = time.perf_counter()
    work()
    _say(f"\n1,000 runs of 10,000 tasks in {threads} threads: {time.perf_counter() - began:.2f} s elapsed")


def _best(work: Callable[[], object], times: int) -> float:
    """Milliseconds of CPU, so that others on the machine count less."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append((time.process_time() - began) * 1000)
    return min(found)


def _columns(*texts: str, width: int = 11) -> str:
    return " ".join(text.rjust(width) for text in texts)


def _say(line: str) -> None:
    print(line, flush=True)
