"""Geometry of the dashboard's charts: plain data in, coordinates out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.figures.health import LATENESS

#: Colours of the risk map by impact (rows) and lateness (columns): what is not late is calm, whatever it weighs.
RISK_TONES: Final = ((0, 1, 2, 2), (0, 2, 2, 3), (1, 2, 3, 4), (1, 3, 4, 4))
CELL_WIDTH: Final = 62
CELL_HEIGHT: Final = 38


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line without axes, 72 by 28."""

    line: str
    area: str


def spark(values: Sequence[int]) -> Spark | None:
    """From the lowest to the highest value; none without a past."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    step = 72 / (len(values) - 1)
    heights = [
        26 - 24 * (value - low) / (high - low) if high > low else 26 - 12 * (high > 0) for value in values
    ]
    line = " ".join(f"{place * step:.1f},{height:.1f}" for place, height in enumerate(heights))
    return Spark(line, f"0,28 {line} 72,28")


def twin_spark(values: Sequence[tuple[int, int]]) -> tuple[Spark, Spark] | None:
    """Two small lines on one scale, such as planned and actual."""
    if len(values) < 2:
        return None
    low, high = min(map(min, values)), max(map(max, values))
    step, span = 72 / (len(values) - 1), max(1, high - low)
    lines = [
        " ".join(
            f"{place * step:.1f},{26 - 24 * (value - low) / span:.1f}" for place, value in enumerate(line)
        )
        for line in zip(*values, strict=True)
    ]
    first, second = (Spark(line, f"0,28 {line} 72,28") for line in lines)
    return first, second


@dataclass(frozen=True, slots=True)
class BarShare:
    """A part of a bar that is 100 wide."""

    key: str
    count: int
    x: float
    width: float


def shares(counts: Mapping[str, int]) -> list[BarShare]:
    """Parts side by side with a little air between them; nothing for what is zero."""
    total, at, parts = sum(counts.values()), 0.0, []
    for key, count in counts.items():
        width = 100 * count / total if total else 0
        if count:
            parts.append(BarShare(key, count, round(at, 2), round(max(width - 0.4, 0.3), 2)))
        at += width
    return parts


@dataclass(frozen=True, slots=True)
class RiskCell:
    """A field of the risk map, with how many projects stand in it."""

    impact: int
    late: int
    count: int
    x: int
    y: int
    tone: int

    @property
    def key(self) -> str:
        """As addresses write it."""
        return f"{self.impact}-{self.late}"

    @property
    def lateness(self) -> object:
        """The name of its column."""
        return LATENESS[self.late]

    @property
    def middle(self) -> tuple[int, int]:
        """Where the number stands."""
        return self.x + 30, self.y + 23


def risk_grid(counts: Mapping[tuple[int, int], int]) -> list[list[RiskCell]]:
    """Rows from the greatest impact down, columns from the least lateness on."""
    return [
        [
            RiskCell(
                impact, late, counts.get((impact, late), 0),
                58 + late * CELL_WIDTH, 22 + (3 - impact) * CELL_HEIGHT, RISK_TONES[impact][late],
            )
            for late in range(4)
        ]
        for impact in (3, 2, 1, 0)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """A month on the axis of the utilization line."""

    first: dt.date
    x: float
    y: float | None
    percentage: int | None


@dataclass(frozen=True, slots=True)
class MonthLine:
    """Utilization by month: what has been solid, what is planned dashed."""

    points: list[MonthPoint]
    past: str
    ahead: str
    now: MonthPoint
    levels: list[tuple[int, float]]

    @property
    def dy(self) -> int:
        """Where the figure of this month stands beside its point: above it, near the axis."""
        return -9 if (self.now.y or 0) > 120 else 18


def month_line(months: Sequence[tuple[dt.date, int | None]], now: int) -> MonthLine | None:
    """600 by 170; the scale holds 100 % always and everything else too. None without any figure."""
    known = [percentage for _first, percentage in months if percentage is not None]
    if not known:
        return None
    step = 20 if min(known) >= 60 and max(known) <= 140 else 50
    low, high = min(*known, 80) // step * step, -(-max(*known, 100) // step) * step

    def y(percentage: int) -> float:
        return round(148 - 128 * (percentage - low) / (high - low), 1)

    points = [
        MonthPoint(first, round(56 + 520 * place / (len(months) - 1), 1), None if value is None else y(value), value)
        for place, (first, value) in enumerate(months)
    ]  # fmt: skip
    return MonthLine(
        points, _line(points[: now + 1]), _line(points[now:]), points[now],
        [(level, y(level)) for level in range(low, high + 1, step)],
    )  # fmt: skip


def _line(points: Sequence[MonthPoint]) -> str:
    return " ".join(f"{point.x},{point.y}" for point in points if point.y is not None)
