"""Geometry of charts: plain data in, coordinates out, and the parts that repeat as text."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.safestring import SafeString

from config.web import formats
from reports.charts.parts import axes, table_rows
from reports.figures.percent import percent

Point = tuple[dt.date, float]

WIDTH, HEIGHT = 700, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 700, 10, 176
#: So many names of months fit below the axis.
MOST_MONTHS: Final = 12
#: And so wide is one of them; one that begins nearer to the right edge would be cut.
MONTH_WIDTH: Final = 28


@dataclass(frozen=True, slots=True)
class Tick:
    """A name on an axis and where it stands."""

    at: float
    day: dt.date


@dataclass(frozen=True, slots=True)
class Curve:
    """The lines of a progress curve as `points` of SVG, and the figures that its sentence needs."""

    plan: str
    actual: str
    area: str
    forecast: str
    today: dt.date
    now_x: float
    now_y: float
    plan_y: float
    finish: dt.date
    actual_percentage: int
    plan_percentage: int
    months: list[Tick]
    levels: list[tuple[int, float]]
    is_flipped: bool
    #: For the table behind: a day, planned and actual percent; none beyond today.
    rows: list[tuple[dt.date, int, int | None]]

    @property
    def axes(self) -> SafeString:
        """Grid, levels and months."""
        return axes([(f"{level}%", at) for level, at in self.levels], self.months)

    @property
    def table(self) -> SafeString:
        """The rows as they are read."""
        return table_rows(
            (formats.day_plain(day), formats.percent(plan), formats.percent(actual))
            for day, plan, actual in self.rows
        )


def draw(*, plan: Sequence[Point], actual: Sequence[Point], today: dt.date, finish: dt.date) -> Curve:
    """A curve from the eve of the plan to its end or the forecast, whichever is later."""
    first, last = plan[0][0], max(plan[-1][0], finish, plan[0][0] + dt.timedelta(days=1))
    length = (last - first).days

    def x(day: dt.date) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(max((day - first).days / length, 0), 1), 1)

    def y(share: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * share, 1)

    def line(points: Sequence[Point]) -> str:
        return " ".join(f"{x(day)},{y(share)}" for day, share in points)

    now = min(max(today, first), last)
    stands = actual[-1][1] if actual else 0.0
    planned = _at(plan, now)
    area = f"{x(actual[0][0])},{y(0)} {line(actual)} {x(actual[-1][0])},{y(0)}" if actual else ""
    leads = [(actual[-1][0], stands), (finish, 1.0)] if actual and stands < 1 and finish > now else []
    months = months_between(first, last)
    return Curve(
        plan=line(plan), actual=line(actual), area=area, forecast=line(leads), today=now, now_x=x(now),
        now_y=y(stands), plan_y=y(planned), finish=finish,
        actual_percentage=percent(stands, 1), plan_percentage=percent(planned, 1),
        months=ticks(months, x),
        levels=[(level, y(level / 100)) for level in (0, 25, 50, 75, 100)],
        is_flipped=x(now) > RIGHT - 90,
        rows=_rows(plan, actual, sorted({*months, now}), now),
    )  # fmt: skip


def _rows(
    plan: Sequence[Point], actual: Sequence[Point], days: Sequence[dt.date], now: dt.date
) -> list[tuple[dt.date, int, int | None]]:
    def done(day: dt.date) -> int | None:
        return percent(_at(actual, day), 1) if actual and day <= now else None

    return [(day, percent(_at(plan, day), 1), done(day)) for day in days]


def _at(points: Sequence[Point], day: dt.date) -> float:
    """The share on a day, straight between two points."""
    for (left, low), (right, high) in pairwise(points):
        if day == right:
            return high
        if day < right:
            span = (right - left).days
            return low + (high - low) * ((day - left).days / span if span else 1.0)
    return points[-1][1]


def ticks(months: Iterable[dt.date], x: Callable[[dt.date], float]) -> list[Tick]:
    """Where the names of months stand, without one that the right edge would cut."""
    return [Tick(at, month) for month in months if (at := x(month)) <= RIGHT - MONTH_WIDTH]


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of months, thinned out until their names fit."""
    begin = first.year * 12 + first.month
    months = [dt.date(index // 12, index % 12 + 1, 1) for index in range(begin, last.year * 12 + last.month)]
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if len(months) <= MOST_MONTHS * step)
    return [month for month in months if (month.year * 12 + month.month - 1) % step == 0]
