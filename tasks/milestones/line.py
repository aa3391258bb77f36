"""The time line of milestones: days in, coordinates out. A diamond stands in the first lane that has room for its name."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

WIDTH: Final = 1200
LEFT, RIGHT = 16, WIDTH - 16
#: Height of the axis, of a lane, and how many lanes there may be.
TOP, LANE, MOST_LANES = 30, 22, 6
#: Width of a letter at the size that the style sheet gives labels; of a Japanese one twice that.
LETTER: Final = 6.2
LONGEST_NAME: Final = 26
MOST_MONTHS: Final = 14
GAP: Final = 14


class Point(NamedTuple):
    """A milestone as the line needs it."""

    day: dt.date
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Diamond:
    """Where a milestone stands, and its name as far as there is room for it."""

    x: float
    y: float
    label: str
    is_flipped: bool
    point: Point


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Everything that is drawn."""

    diamonds: list[Diamond]
    months: list[tuple[float, dt.date, bool]]
    now_x: float | None
    height: int
    first: dt.date
    last: dt.date


def draw_line(points: Sequence[Point], today: dt.date) -> TimeLine | None:
    """The line from the month of the first milestone to that of the last; today is on it when it is near."""
    if not points:
        return None
    days = [point.day for point in points]
    first = min(days).replace(day=1)
    last = _next_month(max(days))
    length = (last - first).days

    def x(day: dt.date) -> float:
        return round(LEFT + (RIGHT - LEFT) * (day - first).days / length, 1)

    diamonds, lanes = _placed(points, x)
    now = x(today) if first <= today <= last else None
    return TimeLine(diamonds, _months(first, last, x), now, TOP + lanes * LANE + 6, min(days), max(days))


def _placed(points: Sequence[Point], x: Callable[[dt.date], float]) -> tuple[list[Diamond], int]:
    ends: list[float] = []
    placed: list[Diamond] = []
    unnamed: list[tuple[float, Point]] = []
    for point in sorted(points, key=lambda each: each.day):
        at, name = x(point.day), cut(point.name)
        width = width_of(name) + GAP
        flips = at + width > RIGHT
        begin, end = (at - width, at + GAP) if flips else (at - 8, at + width)
        lane = next((number for number, free in enumerate(ends) if free <= begin), len(ends))
        if lane == MOST_LANES:
            unnamed.append((at, point))
            continue
        ends[lane:] = [end, *ends[lane + 1 :]]
        placed.append(Diamond(at, _middle(lane), name, flips, point))
    # Those without room for a name stand below all names, so that none of them covers one.
    placed += [Diamond(at, _middle(len(ends)), "", False, point) for at, point in unnamed]
    return placed, len(ends) + bool(unnamed)


def _middle(lane: int) -> float:
    return TOP + lane * LANE + LANE / 2


def width_of(text: str) -> float:
    """About how wide a text is drawn."""
    return sum(LETTER * (2 if unicodedata.east_asian_width(letter) in "WFA" else 1) for letter in text)


def cut(name: str) -> str:
    """A name that leaves room for others."""
    width = 0
    for place, letter in enumerate(name):
        width += 2 if unicodedata.east_asian_width(letter) in "WFA" else 1
        if width > LONGEST_NAME:
            return name[:place] + "…"
    return name


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _months(
    first: dt.date, last: dt.date, x: Callable[[dt.date], float]
) -> list[tuple[float, dt.date, bool]]:
    """Where months begin, each with whether its year is said: as many as can be read."""
    months = []
    month = first
    while month < last:
        months.append(month)
        month = _next_month(month)
    step = -(-len(months) // MOST_MONTHS)
    shown = months[::step]
    return [
        (x(month), month, place == 0 or month.year != shown[place - 1].year)
        for place, month in enumerate(shown)
    ]
