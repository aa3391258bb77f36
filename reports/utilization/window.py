"""Which days a heat map shows and of whom: what its address asks for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from config.web import query as web_query
from config.web.fields import EARLIEST, LATEST

GRAINS: Final = ("d", "w", "m")
#: How many columns each grain offers; the first is what a laptop shows.
LENGTHS: Final = {"d": (28, 14, 56), "w": (16, 26, 53), "m": (12, 6, 24)}
GROUPS: Final = ("department", "skill", "organization")
KINDS: Final = ("person", "equipment", "all")


class ShownPeriod(NamedTuple):
    """A day, a week from Monday, or a month."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def period_of(grain: str, day: dt.date) -> ShownPeriod:
    """The period in which a day lies."""
    if grain == "d":
        return ShownPeriod(day, day)
    if grain == "w":
        monday = day - dt.timedelta(days=day.weekday())
        return ShownPeriod(monday, monday + dt.timedelta(days=6))
    first = day.replace(day=1)
    return ShownPeriod(first, (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1))


def shifted(grain: str, first: dt.date, columns: int) -> dt.date:
    """The first day so many periods later or earlier."""
    if grain == "m":
        index = first.year * 12 + first.month - 1 + columns
        return dt.date(index // 12, index % 12 + 1, 1)
    return first + dt.timedelta(days=columns * (7 if grain == "w" else 1))


@dataclass(frozen=True, slots=True)
class UtilizationWindow:
    """So many periods of a grain from a day on."""

    grain: str
    first: dt.date
    columns: int

    @property
    def periods(self) -> list[ShownPeriod]:
        """The columns of the map."""
        return [
            period_of(self.grain, shifted(self.grain, self.first, place)) for place in range(self.columns)
        ]

    @property
    def last(self) -> dt.date:
        """The last day of the last column."""
        return period_of(self.grain, shifted(self.grain, self.first, self.columns - 1)).last

    def turned(self, pages: int) -> UtilizationWindow:
        """The window that follows, or the one before."""
        return replace(self, first=_kept(self.grain, shifted(self.grain, self.first, pages * self.columns)))


def _kept(grain: str, day: dt.date) -> dt.date:
    """Within the years that a plan can have, with room for the longest window."""
    earliest, latest = EARLIEST + dt.timedelta(days=31), LATEST - dt.timedelta(days=800)
    return period_of(grain, min(max(day, earliest), latest)).first


def opening(grain: str, today: dt.date) -> dt.date:
    """Where a map begins by itself: a little before today, so that what just went by is in sight."""
    first = period_of(grain, today).first
    if grain == "d":
        return period_of("w", today).first
    return shifted(grain, first, -2 if grain == "w" else -1)


@dataclass(frozen=True, slots=True)
class UtilizationFilters:
    """What the address asks for, with everything unknown left out."""

    window: UtilizationWindow
    group: str = "department"
    department: str = ""
    kind: str = "person"
    skill: int | None = None
    text: str = ""
    #: Whether it is about what was worked, and not about what is planned.
    is_actual: bool = False

    @classmethod
    def read(cls, query: Any, today: dt.date) -> UtilizationFilters:
        """From a query string."""
        grain = query.get("grain", "w")
        grain = grain if grain in GRAINS else "w"
        columns = web_query.positive(query.get("columns"), LENGTHS[grain][0], 99)
        group, kind = query.get("group", ""), query.get("kind", "")
        skill = web_query.positive(query.get("skill"), 1, 2**62) if query.get("skill") else None
        return cls(
            window=UtilizationWindow(
                grain,
                _kept(grain, _day(query.get("from", "")) or opening(grain, today)),
                columns if columns in LENGTHS[grain] else LENGTHS[grain][0],
            ),
            group=group if group in GROUPS else GROUPS[0],
            department=web_query.text(query, "department"),
            kind=kind if kind in KINDS else KINDS[0],
            skill=skill,
            text=web_query.text(query, "q"),
            is_actual=query.get("of") == "actual",
        )

    @property
    def is_plain(self) -> bool:
        """Whether no person is left out."""
        return not (self.department or self.skill or self.text or self.kind != KINDS[0])


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
