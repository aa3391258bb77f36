"""Geometry of projects as bubbles: how fast across, how dear upwards, how large by the area. Plain data in, coordinates out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

LEFT, RIGHT, TOP, BOTTOM = 44, 692, 12, 300
#: How far from 1 the edges are, the nearest ones that hold all points; what lies outside of the last stands at the edge.
SPANS: Final[dict[float, tuple[float, ...]]] = {
    0.2: (0.8, 0.9, 1.0, 1.1, 1.2),
    0.3: (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3),
    0.5: (0.5, 0.7, 0.9, 1.0, 1.1, 1.3, 1.5),
}
SMALLEST, LARGEST = 5.0, 24.0
#: Names of the chart: the largest bubbles whose names have room.
MOST_NAMES: Final = 12
NAME_LENGTH: Final = 12
LINE: Final = 14
WIDE, NARROW = 12.0, 7.0


class Point(NamedTuple):
    """A project as the chart needs it."""

    name: str
    spi: float
    cpi: float
    size: float


@dataclass(frozen=True, slots=True)
class Bubble:
    """Where it stands; `place` is that of its point in what was given."""

    place: int
    x: float
    y: float
    radius: float
    #: The first letters of its name, where they have room beside it.
    name: str = ""
    is_left: bool = False

    @property
    def name_x(self) -> float:
        """Where its name begins, or ends on its left."""
        return round(self.x - self.radius - 4 if self.is_left else self.x + self.radius + 4, 1)


class Scale(NamedTuple):
    """From an index to its place."""

    span: float

    def x(self, index: float) -> float:
        """Across: SPI."""
        return round(LEFT + (RIGHT - LEFT) * self._share(index), 1)

    def y(self, index: float) -> float:
        """Upwards: CPI."""
        return round(BOTTOM - (BOTTOM - TOP) * self._share(index), 1)

    @property
    def levels(self) -> tuple[float, ...]:
        """Indices with a line."""
        return SPANS[self.span]

    def _share(self, index: float) -> float:
        return (min(max(index - 1, -self.span), self.span) + self.span) / (2 * self.span)


def scale_of(points: Sequence[Point]) -> Scale:
    """The closest look at all of them."""
    farthest = max((max(abs(point.spi - 1), abs(point.cpi - 1)) for point in points), default=0)
    return Scale(next((span for span in SPANS if farthest <= span), max(SPANS)))


def bubbles(points: Sequence[Point], scale: Scale) -> list[Bubble]:
    """The largest first, so that small ones stand above them."""
    largest = max((point.size for point in points), default=0) or 1
    order = sorted(range(len(points)), key=lambda place: (-points[place].size, place))
    found = [_bubble(place, points[place], largest, scale) for place in order]
    return _named(found, points)


def _bubble(place: int, point: Point, largest: float, scale: Scale) -> Bubble:
    radius = max(SMALLEST, LARGEST * math.sqrt(max(point.size, 0) / largest))
    return Bubble(place, scale.x(point.spi), scale.y(point.cpi), round(radius, 1))


def _named(found: list[Bubble], points: Sequence[Point]) -> list[Bubble]:
    """Names beside the largest, right of them or left, unless they would lie on another name or leave the chart."""
    taken: list[tuple[float, float, float]] = []
    named = []
    for bubble in found:
        name, is_left = "", False
        if len(taken) < MOST_NAMES:
            text = _short(points[bubble.place].name)
            for is_left in (False, True):
                begin = (
                    bubble.x - bubble.radius - 4 - _width(text) if is_left else bubble.x + bubble.radius + 4
                )
                box = (begin, begin + _width(text), bubble.y)
                if _has_room(box, taken) and not _hides(box, bubble, found):
                    taken.append(box)
                    name = text
                    break
        named.append(Bubble(bubble.place, bubble.x, bubble.y, bubble.radius, name, is_left and bool(name)))
    return named


def _short(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"


def _width(text: str) -> float:
    return sum(WIDE if ord(letter) > 0x2E7F or letter == "…" else NARROW for letter in text)


def _has_room(box: tuple[float, float, float], taken: Sequence[tuple[float, float, float]]) -> bool:
    begin, end, at = box
    if begin < LEFT or end > RIGHT:
        return False
    return all(abs(at - other) >= LINE or end < left or begin > right for left, right, other in taken)


def _hides(box: tuple[float, float, float], own: Bubble, found: Sequence[Bubble]) -> bool:
    """Whether a name would lie on another bubble."""
    begin, end, at = box
    return any(
        each is not own
        and begin < each.x + each.radius
        and end > each.x - each.radius
        and abs(at - each.y) < each.radius + LINE / 2
        for each in found
    )
