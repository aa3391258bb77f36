"""What the walls, limits and headers cost: the whole site, others of which something is switched off, and itself once more, asked in turn.

All answer the same requests within the same second, in an order that changes, so that other work on the machine slows them
alike. What counts is the median of the ratios within a round: how much more the whole one takes than the one without. The
aim for both walls and the limits together is at most 10 %.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final

import psycopg

from bench import memory
from bench.cases import Case, cases
from bench.data import Stage
from bench.site import Site, serving

ROUNDS, WARM_UPS, AIM = 300, 20, 0.10
NAMES: Final = ("Gantt, 10,000 tasks: scroll window", "List of 1,000 projects")
JUDGED: Final = "walls and limits"
HEAD: Final = ("without", "p50 ms", "whole: p50", "costs", "paired", "cpu ms", "whole: cpu")
#: Limits that are counted, and that nobody reaches.
LIMITED: Final = {
    "PYTHONHASHSEED": "0",
    "LIMITS": "on",
    **{f"LIMIT_{name}": "1000000/hour" for name in ("API_USER", "FRAGMENTS")},
}
WITHOUT: Final = {
    "first wall": "first",
    "second wall": "second",
    "limits": "limits",
    "walls and limits": "first second limits",
    "headers, too": "first second limits headers",
    # The whole site once more: what two processes of the same kind differ by.
    "nothing": "",
}


def measure(variables: Mapping[str, str], session: str, stage: Stage) -> None:
    """For each case a line for each part that is switched off; raises SystemExit where all together cost too much."""
    policies_hold(variables)
    dear = []
    with ExitStack() as stack:
        whole = stack.enter_context(serving({**variables, **LIMITED}, session))
        others = {
            words: stack.enter_context(serving(_open(variables, parts), session))
            for words, parts in WITHOUT.items()
        }
        for case in cases(stage):
            if case.name not in NAMES:
                continue
            print(f"{case.name}, load {os.getloadavg()[0]:.1f}")
            print(_line(HEAD))
            costs = _compare(case, whole, others)
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


def _compare(case: Case, whole: Site, others: Mapping[str, Site]) -> dict[str, float]:
    sites = [whole, *others.values()]
    times: dict[Site, list[float]] = {site: [] for site in sites}
    before: dict[Site, float] = {}
    for number in range(WARM_UPS + ROUNDS):
        if number == WARM_UPS:
            before = {site: _worked(site) for site in sites}
        path, place = case.path(), number % len(sites)
        # Whoever comes second finds the database's pages warm: they take turns.
        for site in sites[place:] + sites[:place]:
            status, body, taken = site.ask(path, is_fragment=case.is_fragment)
            if status != 200 or not body:
                raise SystemExit(f"{path} answered {status}")
            times[site].append(taken)
    measured = {site: taken[WARM_UPS:] for site, taken in times.items()}
    cpu = {site: (_worked(site) - before[site]) / ROUNDS * 1000 for site in sites}
    costs = {}
    for words, site in others.items():
        p50, of_whole = statistics.median(measured[site]), statistics.median(measured[whole])
        costs[words] = (
            statistics.median(a / b for a, b in zip(measured[whole], measured[site], strict=True)) - 1
        )
        figures = (f"{p50:.2f}", f"{of_whole:.2f}", f"{of_whole / p50 - 1:+.1%}", f"{costs[words]:+.1%}")
        print(_line((words, *figures, f"{cpu[site]:.2f}", f"{cpu[whole]:.2f}")), flush=True)
    return costs


def _worked(site: Site) -> float:
    """Seconds of this site's worker alone, without its database."""
    return sum(memory.worked(pid) for pid in memory.children(site.process.pid))


def _line(values: tuple[str, ...]) -> str:
    return values[0].ljust(24) + "".join(value.rjust(12) for value in values[1:])
