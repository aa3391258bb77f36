"""Roughly when the rows of a sketch run, and durations stretched to a project's length. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from projects.worktime.moments import MINUTES_PER_DAY
from tasks.demo.sketch import Sketch
from tasks.plan.link_text import TypedLink, parse_links

MINUTES = 480
#: Lags stay as they are, so the factor is approached in a few steps.
STEPS = 4


def fitted(rows: Sequence[Sketch], days: float) -> list[Sketch]:
    """The rows with durations that make the whole last about so many working days."""
    factor = 1.0
    for _ in range(STEPS):
        factor *= days / max(_length(rows, factor), 1.0)
    return [
        replace(row, days=max(0.5, round(row.days * factor * 2) / 2)) if row.days else row for row in rows
    ]


def _length(rows: Sequence[Sketch], factor: float) -> float:
    return max((end for _, end in spans(rows, factor)), default=0.0)


def spans(rows: Sequence[Sketch], factor: float = 1.0) -> list[tuple[float, float]]:
    """When each row begins and ends, in working days from the start; days on the clock count five of seven."""
    starts: list[float] = []
    ends: list[float] = []
    for row in rows:
        on_clock = row.traits.get("calendar") == "elapsed"
        days = row.days * factor * (5 / 7 if on_clock else 1.0)
        links = parse_links(row.after, day=MINUTES, week=5 * MINUTES, month=20 * MINUTES)
        start = max((_earliest(link, starts, ends, days) for link in links), default=0.0)
        starts.append(max(start, 0.0))
        ends.append(starts[-1] + days)
    return list(zip(starts, ends, strict=True))


def _earliest(link: TypedLink, starts: Sequence[float], ends: Sequence[float], days: float) -> float:
    start, end = starts[link.row - 1], ends[link.row - 1]
    lag = (
        link.lag_minutes * 5 / 7 / MINUTES_PER_DAY
        if link.lag_kind == "elapsed"
        else link.lag_minutes / MINUTES
    ) + link.lag_percent / 100 * (end - start)
    begin = start if link.link_type in {"SS", "SF"} else end
    return begin + lag - (days if link.link_type in {"FF", "SF"} else 0.0)
