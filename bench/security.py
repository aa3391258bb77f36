"""What limits and headers cost: a site with them and one without, asked in turn.

Both answer the same requests within the same second, so that other work on the machine slows them alike; the ratio of
the medians is what counts. The aim is at most 10 %.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Final

from bench import memory
from bench.cases import Case, cases
from bench.data import Stage
from bench.site import Site, serving

ROUNDS, WARM_UPS = 200, 20
NAMES: Final = ("Gantt, 10,000 tasks: scroll window", "List of 1,000 projects")
HEAD = ("ms", "p50 without", "p50 with", "more", "cpu without", "cpu with", "headers")
#: Limits that are counted, and that nobody reaches.
LIMITED: Final = {"LIMITS": "on", **{f"LIMIT_{name}": "1000000/hour" for name in ("API_USER", "FRAGMENTS")}}
BARE: Final = {"LIMITS": "off", "DJANGO_SETTINGS_MODULE": "bench.bare"}


def measure(variables: Mapping[str, str], session: str, stage: Stage) -> None:
    """A line for each case."""
    print(_line(HEAD))
    with serving({**variables, **BARE}, session) as bare, serving({**variables, **LIMITED}, session) as whole:
        for case in cases(stage):
            if case.name in NAMES:
                print(_line(_compare(case, bare, whole)), flush=True)


def _compare(case: Case, bare: Site, whole: Site) -> tuple[str, ...]:
    times: dict[Site, list[float]] = {bare: [], whole: []}
    before: dict[Site, float] = {}
    for number in range(WARM_UPS + ROUNDS):
        if number == WARM_UPS:
            before = {site: _worked(site) for site in times}
        path = case.path()
        # Whoever comes second finds the database's pages warm: they take turns.
        for site in (bare, whole) if number % 2 else (whole, bare):
            status, _, taken = site.ask(path, is_fragment=case.is_fragment)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
            times[site].append(taken)
    p50 = {site: statistics.median(taken[WARM_UPS:]) for site, taken in times.items()}
    cpu = {site: (_worked(site) - before[site]) / ROUNDS * 1000 for site in times}
    return (
        case.name, f"{p50[bare]:.2f}", f"{p50[whole]:.2f}", f"{p50[whole] / p50[bare] - 1:+.1%}",
        f"{cpu[bare]:.2f}", f"{cpu[whole]:.2f}", f"{len(_headers(whole)) - len(_headers(bare)):+d}",
    )  # fmt: skip


def _worked(site: Site) -> float:
    """Seconds of this site's worker alone: limits and headers ask the database nothing."""
    return sum(memory.worked(pid) for pid in memory.children(site.process.pid))


def _headers(site: Site) -> set[str]:
    """The names of what came with a page, to show that the one has them and the other has not."""
    site.connection.request("GET", "/preferences/", headers={"Cookie": f"sessionid={site.session}"})
    response = site.connection.getresponse()
    response.read()
    return {name.lower() for name, _ in response.getheaders()}


def _line(values: tuple[str, ...]) -> str:
    return values[0].ljust(40) + "".join(value.rjust(13) for value in values[1:])
