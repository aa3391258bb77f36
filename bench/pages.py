"""Times, bytes, queries and memory of pages and edits.

`cpu` is what the worker and its database session worked for one answer: where other programs use the
machine too, the times are longer than they would be, and this figure is not.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.cases import Case, is_there
from bench.data import Stage
from bench.site import Site

WARM_UPS = 4
HEAD = ("ms", "first", "p50", "p95", "aim", "cpu", "kB", "queries", "MiB")


def measure(site: Site, stage: Stage, only: str, asked: Iterable[Case]) -> list[Sequence[str]]:
    """A row of the table for each case whose name contains `only`."""
    client = Client()
    client.force_login(stage.user, backend="projects.auth.AccountBackend")
    rows: list[Sequence[str]] = []
    for case in asked:
        if only.lower() not in case.name.lower():
            continue
        if not is_there(case):
            rows.append((case.name, "not there yet"))
        else:
            rows.append(measured(site, client, case))
        print(line(rows[-1]), flush=True)
    return rows


def measured(site: Site, client: Client, case: Case) -> Sequence[str]:
    """The row of one case."""
    times: list[float] = []
    size = 0
    spent = 0.0
    for number in range(WARM_UPS + case.rounds):
        status, body, taken, worked = _ask(site, case)
        if status != 200:
            words = " ".join(re.sub(rb"<[^>]*>", b" ", body).decode().split())
            return case.name, f" answered {status}: {words[:160]}"
        times.append(taken)
        size = max(size, len(body))
        spent += worked if number >= WARM_UPS else 0.0
    cpu = spent / case.rounds * 1000
    warm = sorted(times[WARM_UPS:])
    p50, p95 = statistics.median(warm), warm[int(len(warm) * 0.95)]
    reached = p95 if case.is_of_p95 else p50
    aim = f"{case.aim:.0f}{' ' if reached <= case.aim else '!'}" if case.aim else ""
    return (
        case.name, f"{times[0]:.1f}", f"{p50:.1f}", f"{p95:.1f}", aim, f"{cpu:.0f}", f"{size / 1000:.1f}",
        _queries(client, case), f"{site.memory():.0f}",
    )  # fmt: skip


def _ask(site: Site, case: Case) -> tuple[int, bytes, float, float]:
    """Status, body, milliseconds and seconds of work of one request; of one that is taken back those of what went wrong."""
    form = case.form() if case.form else None
    before = site.worked()
    status, body, taken = site.ask(case.path(), form, is_fragment=case.is_fragment)
    worked = sum(seconds - before.get(pid, 0.0) for pid, seconds in site.worked().items())
    if case.back and status == 200:
        status, answered, _ = site.ask(case.back(), {}, is_fragment=True)
        body = body if status == 200 else answered
    return status, body, taken, worked


def _queries(client: Client, case: Case) -> str:
    """Queries of a further request, without those of sessions and transactions."""
    headers = {"HX-Request": "true"} if case.is_fragment else {}
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            form = case.form() if case.form else None
            if form is not None:
                client.post(case.path(), dict(form), headers=headers)
            else:
                client.get(case.path(), headers=headers)
        if case.back:
            client.post(case.back(), headers=headers)
    ignored = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SELECT set_config", "SELECT current_setting")
    return str(sum(not query["sql"].startswith(ignored) for query in captured.captured_queries))


def line(row: Sequence[str]) -> str:
    """A row of the table as text."""
    name, *figures = row
    return name.ljust(40) + "".join(figure.rjust(9) for figure in figures)
