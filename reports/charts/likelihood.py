"""Geometry of the curve of a simulation: how likely a plan is done by a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from config.web import formats
from projects.worktime.moments import MINUTES_PER_DAY, day_of
from reports.charts.curve import BOTTOM, LEFT, RIGHT, TOP, Tick
from reports.charts.parts import axes

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

#: Between the days that are named below the axis; the first step of which so many fit.
STEPS: Final = (1, 2, 3, 7, 14, 28, 56, 112, 224, 448, 896)
MOST_DAYS: Final = 8
#: A label on a line that stands nearer to the right edge goes to its left.
LABEL: Final = 90


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the curve or the axis."""

    x: float
    y: float
    is_flipped: bool


@dataclass(frozen=True, slots=True)
class LikelihoodChart:
    """The curve as `points` of SVG, percentiles upon it, and the days that it is compared with."""

    line: str
    percentiles: dict[int, Mark]
    plan: Mark
    #: None where it lies far away from all runs.
    deadline: Mark | None
    days: list[Tick]

    @property
    def axes(self) -> SafeString:
        """Grid, shares and days."""
        levels = [(f"{level}%", _y(level / 100)) for level in (0, 25, 50, 75, 100)]
        return axes(levels, self.days, formats.day_dense)


def draw_likelihood(
    curve: Sequence[int], *, plan: int, deadline: int, percentiles: Sequence[tuple[int, int]]
) -> LikelihoodChart:
    """The curve; `curve` are the moments by which 0, 1, … 100 percent of the runs are done."""
    low, high = min(curve[0], plan), max(curve[-1], plan)
    width = max(high - low, 7 * MINUTES_PER_DAY)
    is_near = low - width <= deadline <= high + width
    if is_near:
        low, high = min(low, deadline), max(high, deadline)
    first, last = low // MINUTES_PER_DAY - 1, high // MINUTES_PER_DAY + 2
    begin, span = first * MINUTES_PER_DAY, (last - first) * MINUTES_PER_DAY

    def x(moment: int) -> float:
        return round(LEFT + (RIGHT - LEFT) * (moment - begin) / span, 1)

    def mark(moment: int, share: float) -> Mark:
        return Mark(x(moment), _y(share), x(moment) > RIGHT - LABEL)

    last_share = len(curve) - 1
    return LikelihoodChart(
        line=" ".join(f"{x(moment)},{_y(share / last_share)}" for share, moment in enumerate(curve)),
        percentiles={share: mark(moment, share / 100) for share, moment in percentiles},
        plan=mark(plan, 0),
        deadline=mark(deadline, 1) if is_near else None,
        days=_days(first, last, x),
    )


def _y(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def _days(first: int, last: int, x: Callable[[int], float]) -> list[Tick]:
    step = next((step for step in STEPS if last - first <= MOST_DAYS * step), STEPS[-1])
    days = range(first + 1, last, step)
    return [Tick(at, day_of(day)) for day in days if (at := x(day * MINUTES_PER_DAY)) <= RIGHT - 40]
