"""The average utilization week by week as a line: plain figures in, coordinates out."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from reports.utilization.selectors import Utilization
from reports.utilization.window import ShownPeriod, UtilizationWindow, period_of, shifted

WIDTH: Final = 700
LEFT, TOP, BOTTOM = 44, 10, 176
#: A quarter back, three quarters ahead.
WEEKS_BACK: Final = 13
WEEKS: Final = 53


class Week(NamedTuple):
    """One point of the line, and the row of the table behind it."""

    period: ShownPeriod
    load: Utilization
    x: float
    y: float
    is_now: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The line as `points` of SVG, its grid and its names."""

    weeks: list[Week]
    line: str
    levels: list[tuple[int, float]]
    full: float
    months: list[tuple[float, dt.date]]
    now: Week | None


def trend_window(today: dt.date) -> UtilizationWindow:
    """The weeks that a trend shows."""
    return UtilizationWindow("w", shifted("w", period_of("w", today).first, -WEEKS_BACK), WEEKS)


def _scale(most: int) -> tuple[int, int]:
    """Where the axis ends, and from level to level: at most seven of them, and always past 100 %."""
    step = 25 if most <= 125 else 50 if most <= 250 else 100
    top = max(step * 5, -(-most // step) * step)
    while top // step > 6:
        step *= 2
        top = -(-top // step) * step
    return top, step


def draw_trend(window: UtilizationWindow, loads: Sequence[Utilization], today: dt.date) -> Trend:
    """A line over all weeks; one without capacity lies on the ground."""
    periods = window.periods
    shares = [load.percentage or 0 for load in loads]
    top, step = _scale(max(shares, default=0))

    def y(share: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * share / top, 1)

    def x(place: int) -> float:
        return round(LEFT + (WIDTH - LEFT) * place / max(len(periods) - 1, 1), 1)

    weeks = [
        Week(period, load, x(place), y(share), period.first <= today <= period.last)
        for place, (period, load, share) in enumerate(zip(periods, loads, shares, strict=True))
    ]
    months = [
        (week.x, week.period.first)
        for before, week in zip([None, *weeks], weeks, strict=False)
        if before is None or before.period.first.month != week.period.first.month
    ]
    return Trend(
        weeks=weeks,
        line=" ".join(f"{week.x},{week.y}" for week in weeks),
        levels=[(level, y(level)) for level in range(0, top + 1, step)],
        full=y(100),
        # A month of which only the end is shown has no room for its name.
        months=[each for each, after in itertools.pairwise(months) if after[0] - each[0] > 36],
        now=next((week for week in weeks if week.is_now), None),
    )
