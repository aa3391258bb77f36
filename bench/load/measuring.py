"""A hundred people and ten editors of one plan at once, on the site as a container runs it: how much it bears.

Three parts. *Alone*: one editor who hurries, for what a change costs. *Busy hour*: everybody is at work and opens another page
each 15 seconds, as in docs/scaling.md. *As much as it bears*: the same people with half a second between two pages, so that
a request always waits; its requests a second are what the machine can serve.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from bench.load import company, figures, serving
from bench.load.asking import Load, Person
from bench.load.driving import drive
from bench.load.machine import Machine, others

if TYPE_CHECKING:
    from bench.data import Stage


class Part(NamedTuple):
    """So many people with pauses of so many seconds, for so long, after a begin that is not counted."""

    name: str
    readers: int
    editors: int
    pause: float
    begin: float
    seconds: float


PARTS = (
    Part("Alone", 0, 1, 2.0, 5, 40),
    Part("Busy hour", company.READERS, company.EDITORS, 15.0, 20, 90),
    Part("As much as it bears", company.READERS, company.EDITORS, 0.5, 10, 90),
)


def measure(variables: Mapping[str, str], stage: Stage, only: str) -> None:
    """Print a table and the costs of each part whose name contains `only`; end with 1 when something went wrong or was lost."""
    everybody = company.gather(stage)
    problems = 0
    with (
        serving.running(variables) as (ports, site, worker),
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as generator,
    ):
        machine = Machine(site, worker, generator.submit(os.getpid).result())
        for part in PARTS:
            if only.lower() in part.name.lower():
                people = everybody.readers[: part.readers] + everybody.editors[: part.editors]
                load = _load(part, people, everybody, ports, stage)
                problems += _measure(part, load, machine, generator, stage)
    if problems:
        raise SystemExit(1)


def _load(
    part: Part, people: tuple[Person, ...], everybody: company.Company, ports: list[int], stage: Stage
) -> Load:
    from reports.documents.paper.typesetter import can_typeset

    return Load(
        tuple(ports), people, part.pause, part.begin + part.seconds,
        plan=stage.sizes[company.SHARED].pk, rows=company.SHARED, sizes=everybody.sizes,
        formats=("xlsx", "csv", "pdf-a4") if can_typeset() else ("xlsx", "csv"),
    )  # fmt: skip


def _measure(part: Part, load: Load, machine: Machine, generator: ProcessPoolExecutor, stage: Stage) -> int:
    """Errors and lost changes of one part."""
    print(f"{part.name}: {part.readers} people who look, {part.editors} editors of one plan, {part.pause:g} s between two pages,"
          f" {part.seconds:g} s; before it the machine's load was {others()}", flush=True)  # fmt: skip
    under_way = generator.submit(drive, load)
    time.sleep(part.begin)
    before = machine.read()
    began = time.monotonic()
    outcome = under_way.result()
    seconds = time.monotonic() - began
    after = machine.read()
    counted = [sample for sample in outcome.samples if sample.at >= part.begin]
    print(figures.line(figures.HEAD))
    for row in figures.rows(counted, seconds):
        print(figures.line(row))
    changes = sum(sample.kind.startswith("Edit") and sample.status == 200 for sample in counted)
    for text in figures.cost(before, after, len(counted), changes, seconds):
        print(f"    {text}")
    lost = company.lost(stage.sizes[company.SHARED], outcome.kept)
    for text in figures.edits(outcome, lost):
        print(f"    {text}", flush=True)
    return figures.errors(counted) + len(lost)
