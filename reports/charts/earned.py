"""Geometry of the curve of earned value: sums by day in, coordinates out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from config.web import formats
from reports.charts.curve import BOTTOM, LEFT, RIGHT, TOP, Tick, months_between, ticks
from reports.charts.parts import axes

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from reports.performance.sums import Line

#: A forecast of more than so many times the budget would flatten all else; its line leaves the chart.
MOST_OF_BUDGET: Final = 2.5


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a plan is led: to one of some sums, by a day."""

    day: dt.date
    sums: Sequence[float]


@dataclass(frozen=True, slots=True)
class EarnedChart:
    """The lines as `points` of SVG, and where their ends are named."""

    planned: str
    earned: str
    actual: str
    #: From what is spent to the least and the most that is expected, and its middle line.
    cone: str
    now_x: float
    earned_y: float
    actual_y: float
    earned_above: bool
    is_flipped: bool
    months: list[Tick]
    levels: list[tuple[str, float]]

    @property
    def axes(self) -> SafeString:
        """Grid, levels and months."""
        return axes(self.levels, self.months)


def draw_earned(line: Line, *, ending: Ending | None, scale: int) -> EarnedChart:
    """The curve; `scale` is how much a labelled 1 of the axis is worth. `line` has at least two days."""
    ends = ending.sums if ending else ()
    first = line.days[0]
    last = max([line.days[-1], first + dt.timedelta(days=1), *([ending.day] if ending else [])])
    budget = max(line.planned)
    top = max([budget, *line.earned, *line.actual, *(min(each, budget * MOST_OF_BUDGET) for each in ends), 1])

    def x(day: dt.date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - first).days / (last - first).days, 1)

    def y(amount: float) -> float:
        return round(max(BOTTOM - (BOTTOM - TOP) * amount / top, 0), 1)

    shown = len(line.earned)
    now = line.days[shown - 1]
    return EarnedChart(
        planned=_points(line.days, line.planned, x, y),
        earned=_points(line.days[:shown], line.earned, x, y),
        actual=_points(line.days[:shown], line.actual, x, y),
        cone=_cone(ending, now, line.actual[-1], x, y),
        now_x=x(now), earned_y=y(line.earned[-1]), actual_y=y(line.actual[-1]),
        earned_above=line.earned[-1] >= line.actual[-1], is_flipped=x(now) > RIGHT - 60,
        months=ticks(months_between(first, last), x),
        levels=[(formats.number(level), y(level * scale)) for level in _levels(top / scale)],
    )  # fmt: skip


def _points(
    days: Sequence[dt.date], amounts: Sequence[float], x: Callable[[dt.date], float], y: Callable[[float], float]
) -> str:  # fmt: skip
    """A line; steps that stay level keep their ends only."""
    found = [(x(day), y(amount)) for day, amount in zip(days, amounts, strict=True)]
    inner = (
        here
        for (before, here), (_, after) in pairwise(pairwise(found))
        if not before[1] == here[1] == after[1]
    )
    return " ".join(f"{left},{top}" for left, top in [found[0], *inner, *found[1:][-1:]])


def _cone(
    ending: Ending | None, now: dt.date, spent: float, x: Callable[[dt.date], float], y: Callable[[float], float]
) -> str:  # fmt: skip
    if ending is None or not ending.sums or ending.day <= now:
        return ""
    low, high = min(ending.sums), max(ending.sums)
    return f"{x(now)},{y(spent)} {x(ending.day)},{y(high)} {x(ending.day)},{y(low)}"


def _levels(most: float) -> list[float]:
    """Round numbers from nothing to the top, five or so."""
    step = next(
        step * 10**power for power in range(-2, 14) for step in (1, 2, 5) if most <= 5 * step * 10**power
    )
    return [step * number for number in range(int(most / step) + 1)]
