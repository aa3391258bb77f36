"""Simulating a plan over its durations: the one way in."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tasks.scheduling.columns import Columns, Whole
from tasks.scheduling.errors import Unsuitable
from tasks.scheduling.leveling.people import Elsewhere
from tasks.scheduling.risk.leveled_runs import LeveledRuns, Leveling
from tasks.scheduling.risk.one_by_one import SlowRuns
from tasks.scheduling.risk.outlook import Outlook, outlook_of
from tasks.scheduling.risk.runs import Found, QuickRuns
from tasks.scheduling.risk.sampling import draw
from tasks.scheduling.risk.uncertain import (
    LARGEST_SEED,
    MOST_CELLS,
    MOST_RUNS,
    RiskRefused,
    Uncertainty,
    remaining_of,
)
from tasks.scheduling.schedule import schedule

AT_ONCE = 50
"""Runs between two words of progress."""


def simulate(
    columns: Columns,
    uncertainty: Uncertainty,
    *,
    runs: int = 1000,
    seed: int = 1,
    threads: int = 1,
    elsewhere: Elsewhere | None = None,
    told: Callable[[int], None] | None = None,
) -> Outlook:
    """Schedule a plan many times, each time with other durations of what is left of it.

    Calendars, leave, links, constraints and what is done are the engine's own in every run; levelling delays stay as they are.
    With ``elsewhere``, what people do outside of the plan, each run is levelled anew instead, in the order of the plan as levelled.
    The same plan, ranges, runs and seed give the same answer to the byte, in however many threads. ``told`` hears how many runs are done.

    Raises RiskRefused, and NetworkError or WorktimeError for a plan that is wrong, or that is so in one of the runs.
    """
    if not (1 <= runs <= MOST_RUNS and 1 <= seed <= LARGEST_SEED and runs * len(columns.tasks) <= MOST_CELLS):
        raise RiskRefused("amount")
    if columns.project.from_finish:
        raise RiskRefused("from_finish")
    rows = _varied(columns, uncertainty)
    drawn = draw(uncertainty, rows, runs, seed)
    found = Found(
        np.empty((runs, len(columns.tasks)), np.int32),  # moments of plans fit, and take half the memory
        np.empty(runs, np.int64),
        np.zeros(len(columns.tasks), np.int64),
    )
    if elsewhere is not None:
        planned = _make_levelled(columns, elsewhere, rows, drawn.minutes, found, threads, told or _no_one)
    else:
        planned = schedule(columns).project_finish
        try:
            makers = [QuickRuns(columns, rows, drawn.minutes) for _ in range(max(1, threads))]
            _make_quickly(makers, found, told or _no_one)
        except Unsuitable:
            _make_slowly(columns, rows, drawn.minutes, found, told or _no_one)
    return outlook_of(columns, planned, rows, drawn, found, seed)


def _varied(columns: Columns, uncertainty: Uncertainty) -> Whole:
    remaining = remaining_of(columns)
    uncertainty.check(remaining)
    varies = uncertainty.pessimistic > uncertainty.optimistic
    for one in uncertainty.drivers:
        varies[list(one.rows)] = True
    rows = np.flatnonzero(varies & (remaining > 0))
    if not len(rows):
        raise RiskRefused("nothing_uncertain")
    return rows


def _make_levelled(
    columns: Columns,
    elsewhere: Elsewhere,
    rows: Whole,
    minutes: Whole,
    found: Found,
    threads: int,
    told: Callable[[int], None],
) -> int:
    """When the plan itself ends, levelled in the same way."""
    try:
        leveling = Leveling(columns, elsewhere)
        makers = [LeveledRuns(columns, leveling, rows, minutes) for _ in range(max(1, threads))]
    except Unsuitable as error:
        raise RiskRefused("leveled") from error
    _make_quickly(makers, found, told)
    return leveling.made.finish


def _make_quickly(makers: Sequence[QuickRuns], found: Found, told: Callable[[int], None]) -> None:
    count = len(found.end)
    # Each has its own rows to write to, and its own count of paths; which run is whose changes nothing.
    parts = [found._replace(on_path=np.zeros_like(found.on_path)) for _ in makers]
    with ThreadPoolExecutor(len(makers)) as pool:
        for at in range(0, count, AT_ONCE * len(makers)):
            bounds = [min(at + AT_ONCE * number, count) for number in range(len(makers) + 1)]
            some = zip(makers, parts, bounds, bounds[1:], strict=False)
            for done in [pool.submit(maker.run, first, last, part) for maker, part, first, last in some]:
                done.result()
            told(bounds[-1])
    for part in parts:
        found.on_path[:] += part.on_path


def _make_slowly(
    columns: Columns, rows: Whole, minutes: Whole, found: Found, told: Callable[[int], None]
) -> None:
    slow = SlowRuns(columns, rows, minutes)
    for at in range(len(found.end)):
        slow.run(at, at + 1, found)
        told(at + 1)


def _no_one(_done: int) -> None:
    """Hears nothing."""
