"""Geometry of the burndown: days and minutes in, coordinates out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.safestring import SafeString

from config.web import formats
from reports.charts.curve import BOTTOM, LEFT, RIGHT, TOP, Tick, months_between, ticks
from reports.charts.parts import axes, table_rows

#: More points of the line would not be seen.
MOST_POINTS: Final = 80
#: Rows of the table behind it.
MOST_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class Left:
    """A row of the table: work that was left, and that should have been."""

    day: dt.date
    minutes: int
    ideal: int


@dataclass(frozen=True, slots=True)
class Burndown:
    """The lines as `points` of SVG, and the figures of their sentence."""

    ideal: str
    actual: str
    area: str
    months: list[Tick]
    levels: list[tuple[int, float]]
    now: Left | None
    now_x: float
    now_y: float
    is_flipped: bool
    rows: list[Left]
    minutes_per_day: int

    @property
    def axes(self) -> SafeString:
        """Grid, levels in person-days, and months."""
        return axes([(f"{level:,}", at) for level, at in self.levels], self.months)

    @property
    def table(self) -> SafeString:
        """The rows as they are read."""
        return table_rows(
            (formats.day_plain(row.day), self._work(row.minutes), self._work(row.ideal)) for row in self.rows
        )

    def _work(self, minutes: int) -> str:
        return formats.person_days(minutes, self.minutes_per_day)


class _Scale(NamedTuple):
    """Where a day and an amount stand."""

    first: dt.date
    end: dt.date
    top: int

    def x(self, day: dt.date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - self.first).days / (self.end - self.first).days, 1)

    def y(self, minutes: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * minutes / self.top, 1)


def draw_burndown(
    left: Sequence[tuple[dt.date, int]],
    *,
    total: int,
    first: dt.date,
    last: dt.date,
    today: dt.date,
    minutes_per_day: int,
) -> Burndown:
    """From the eve of the plan to its end or today, whichever is later."""
    last = max(last, first + dt.timedelta(days=1))
    scale = _Scale(
        first, max([last, *(day for day, _ in left)]), max([total, *(minutes for _, minutes in left)])
    )
    rows = [
        Left(day, minutes, round(total * max(0, (last - day).days) / (last - first).days))
        for day, minutes in left
    ]
    shown = [(scale.x(day), scale.y(minutes)) for day, minutes in _thinned(left)]
    line = " ".join(f"{x},{y}" for x, y in shown)
    now_x, now_y = shown[-1] if shown else (float(LEFT), float(TOP))
    return Burndown(
        ideal=f"{scale.x(first)},{scale.y(total)} {scale.x(last)},{scale.y(0)}",
        actual=line,
        area=f"{shown[0][0]},{scale.y(0)} {line} {now_x},{scale.y(0)}" if len(shown) > 1 else "",
        months=ticks(months_between(first, scale.end), scale.x),
        levels=[(days, scale.y(days * minutes_per_day)) for days in _levels(scale.top / minutes_per_day)],
        now=rows[-1] if rows and rows[-1].day == today else None, now_x=now_x, now_y=now_y,
        is_flipped=bool(rows) and now_x > RIGHT - 110,
        rows=rows[:: -max(1, -(-len(rows) // MOST_ROWS))][::-1], minutes_per_day=minutes_per_day,
    )  # fmt: skip


def _levels(most: float) -> range:
    """Round numbers from nothing to the top, five or so."""
    step = next(step * 10**power for power in range(12) for step in (1, 2, 5) if most <= 5 * step * 10**power)
    return range(0, int(most) + 1, step)


def _thinned(left: Sequence[tuple[dt.date, int]]) -> list[tuple[dt.date, int]]:
    """Evenly, with the last one kept."""
    step = max(1, -(-len(left) // MOST_POINTS))
    return list(left[::-step])[::-1]
