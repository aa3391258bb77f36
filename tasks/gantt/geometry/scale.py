"""From days to pixels: the five zooms, how wide a chart is, and where a day lies on it."""

from dataclasses import dataclass
from math import ceil
from typing import Final, Literal, NamedTuple

from tasks.gantt.geometry.words import weekday_of

ROW_HEIGHT: Final = 32
AXIS_HEIGHT: Final = 48

ZoomName = Literal["day", "week", "month", "quarter", "year"]
Shading = Literal["days", "long", "none"]


class Zoom(NamedTuple):
    """One step of the scale; ``snap_days`` 0 means that nothing is dragged at this size."""

    name: ZoomName
    pixels_per_day: float
    days_per_tile: int
    snap_days: int
    shading: Shading
    shows_details: bool  # labels and baselines
    shows_tasks: bool  # else summaries and milestones only


# A tile of the axis is about a screen wide; its days are whole weeks.
ZOOMS: Final[dict[str, Zoom]] = {
    zoom.name: zoom
    for zoom in (
        Zoom("day", 28, 35, 1, "days", True, True),
        Zoom("week", 7, 140, 1, "days", True, True),
        Zoom("month", 2.4, 420, 7, "long", True, True),
        Zoom("quarter", 0.9, 1120, 0, "none", False, True),
        Zoom("year", 0.35, 2800, 0, "none", False, False),
    )
}
DEFAULT_ZOOM: Final = "week"

_LEAST_WIDTH: Final = 2000  # px: a short plan still fills a wide screen
_MOST_WIDTH: Final = 8_000_000  # px: one stray date in the year 9000 must not break the browser
_LABEL_ROOM: Final = 240  # px after the last bar, for its label and for dragging


@dataclass(frozen=True, slots=True)
class Scale:
    """A zoom laid over a span of days; everything horizontal is measured with it."""

    zoom: Zoom
    first_day: int
    days: int

    @classmethod
    def around(cls, zoom: Zoom, first_day: int, last_day: int) -> "Scale":
        """Room for the days given, from a Monday, with space for labels behind."""
        first = first_day - 7
        first -= weekday_of(first)
        room = ceil(_LABEL_ROOM / zoom.pixels_per_day)
        days = max(last_day + 1 - first + room, ceil(_LEAST_WIDTH / zoom.pixels_per_day))
        return cls(zoom, first, min(-(-days // 7) * 7, int(_MOST_WIDTH / zoom.pixels_per_day)))

    @property
    def width(self) -> int:
        return ceil(self.days * self.zoom.pixels_per_day)

    @property
    def tiles(self) -> int:
        """How many pieces the axis is fetched in."""
        return -(-self.days // self.zoom.days_per_tile)

    def x(self, day: int) -> float:
        """The left edge of a day."""
        return (day - self.first_day) * self.zoom.pixels_per_day

    def tile_of(self, day: int) -> int:
        return min(max((day - self.first_day) // self.zoom.days_per_tile, 0), self.tiles - 1)

    def tile_days(self, tile: int) -> range:
        start = self.first_day + tile * self.zoom.days_per_tile
        return range(start, min(start + self.zoom.days_per_tile, self.first_day + self.days))
