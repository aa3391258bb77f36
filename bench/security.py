"""What rights, row-level security, limits and headers cost.

The whole site, others of which something is switched off, and the whole site once more answer the same requests
within the same second, in an order that is drawn anew for each, so that other work on the machine slows them alike.
Two processes of the very same kind differ by up to 4 % for as long as they live, by where they came to lie in memory,
so there are several of each kind, started in turn. What counts is the median of the ratios within a round: how much
more the whole one takes than the one without. The aim for rights, row-level security and limits together is at most
10 %.
"""

from __future__ import annotations

import os
import random
import statistics
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final

import psycopg

from bench import memory
from bench.cases import Case, cases
from bench.data import Stage
from bench.site import Site, serving

ROUNDS, WARM_UPS, AIM = 150, 15, 0.10
COPIES: Final = 3
NAMES: Final = ("Gantt, 10,000 tasks: scroll window", "List of 1,000 projects")
JUDGED: Final = "rights, RLS and limits"
HEAD: Final = ("without", "p50 ms", "whole: p50", "costs", "paired", "cpu ms", "whole: cpu")
#: Limits that are counted, and never reached.
LIMITED: Final = {
    "PYTHONHASHSEED": "0",
    "LIMITS": "on",
    **{f"LIMIT_{name}": "1000000/hour" for name in ("API_USER", "FRAGMENTS")},
}
WITHOUT: Final = {
    "rights": "first",
    "row-level security": "second",
    "limits": "limits",
    "rights, RLS and limits": "first second limits",
    "headers, too": "first second limits headers",
    # The whole site once more: what is left of the differences between processes of the same kind.
    "nothing": "",
}
WHOLE: Final = ""


def measure(variables: Mapping[str, str], session: str, stage: Stage) -> None:
    """For each case a line for each part that is switched off; raises SystemExit where all together cost too much."""
    policies_hold(variables)
    dear = []
    with ExitStack() as stack:
        sites: dict[str, list[Site]] = {}
        for number in range(COPIES):
            kinds = [WHOLE, *WITHOUT]
            for words in kinds if number % 2 else reversed(kinds):
                environment = _open(variables, WITHOUT[words]) if words else {**variables, **LIMITED}
                sites.setdefault(words, []).append(stack.enter_context(serving(environment, session)))
        for case in cases(stage):
            if case.name not in NAMES:
                continue
            print(f"{case.name}, load {os.getloadavg()[0]:.1f}")
            print(_line(HEAD))
            costs = _compare(case, sites)
            dear += [case.name for words, cost in costs.items() if words == JUDGED and cost > AIM]
    if dear:
        raise SystemExit(f"More than {AIM:.0%}: {', '.join(dear)}")


def policies_hold(variables: Mapping[str, str]) -> None:
    """That row-level security stands before the app's role, and not before the one that owns the tables."""
    for name, wanted in (("DATABASE_URL", True), ("DATABASE_OWNER_URL", False)):
        with psycopg.connect(variables[name]) as connection:
            found = connection.execute("SELECT row_security_active('tasks')").fetchone()
        if found != (wanted,):
            raise SystemExit(f"Row-level security for {name} is {found}, and should be {wanted}.")


def _open(variables: Mapping[str, str], parts: str) -> dict[str, str]:
    database = variables["DATABASE_OWNER_URL" if "second" in parts else "DATABASE_URL"]
    more = {"DJANGO_SETTINGS_MODULE": "bench.open_doors", "OPEN": parts, "DATABASE_URL": database}
    return {**variables, **LIMITED, **more}


def _compare(case: Case, sites: Mapping[str, list[Site]]) -> dict[str, float]:
    every = [(words, site) for words, copies in sites.items() for site in copies]
    drawn = random.Random(7)
    rounds: list[dict[str, float]] = []
    before: dict[str, float] = {}
    for number in range(WARM_UPS + ROUNDS):
        if number == WARM_UPS:
            before = {words: _worked(copies) for words, copies in sites.items()}
        path, taken = case.path(), dict.fromkeys(sites, 0.0)
        # The second one finds the database's pages warm.
        for words, site in drawn.sample(every, len(every)):
            status, body, milliseconds = site.ask(path, is_fragment=case.is_fragment)
            if status != 200 or not body:
                raise SystemExit(f"{path} answered {status}")
            taken[words] += milliseconds / COPIES
        rounds.append(taken)
    measured = rounds[WARM_UPS:]
    cpu = {
        words: (_worked(copies) - before[words]) / ROUNDS / COPIES * 1000 for words, copies in sites.items()
    }
    p50 = {words: statistics.median(each[words] for each in measured) for words in sites}
    costs = {}
    for words in WITHOUT:
        costs[words] = statistics.median(each[WHOLE] / each[words] for each in measured) - 1
        figures = (
            f"{p50[words]:.2f}",
            f"{p50[WHOLE]:.2f}",
            f"{p50[WHOLE] / p50[words] - 1:+.1%}",
            f"{costs[words]:+.1%}",
        )
        print(_line((words, *figures, f"{cpu[words]:.2f}", f"{cpu[WHOLE]:.2f}")), flush=True)
    return costs


def _worked(copies: list[Site]) -> float:
    """Seconds of these sites' workers alone, without their database."""
    return sum(memory.worked(pid) for site in copies for pid in memory.children(site.process.pid))


def _line(values: tuple[str, ...]) -> str:
    return values[0].ljust(24) + "".join(value.rjust(12) for value in values[1:])
