"""How busy an organization is, month by month: the bottom line of the heat map."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from reports.utilization.selectors import heat_map
from reports.utilization.window import UtilizationFilters, UtilizationWindow, period_of, shifted

if TYPE_CHECKING:
    from projects.models import Organization

#: Months before this one, and all months of the line.
BACK: Final = 5
MONTHS: Final = 12


class LoadMonth(NamedTuple):
    """Planned work against capacity; None without working time."""

    first: dt.date
    percentage: int | None


class Busyness(NamedTuple):
    """The line, and this month's figures."""

    months: list[LoadMonth]
    now: int | None
    over_people: int

    @property
    def first(self) -> dt.date:
        """Where the map that shows the same months begins."""
        return self.months[0].first

    @property
    def last(self) -> LoadMonth:
        """The end of the line."""
        return self.months[-1]


def busyness_of(organization: Organization, today: dt.date) -> Busyness:
    """The same people and figures as the heat map by month, which it leads to."""
    this = period_of("m", today).first
    window = UtilizationWindow("m", shifted("m", this, -BACK), MONTHS)
    found = heat_map(organization, UtilizationFilters(window=window))
    loads = found.whole.loads or []
    months = [
        LoadMonth(period.first, load.percentage) for period, load in zip(window.periods, loads, strict=False)
    ]
    over = sum(found.board.load(person, BACK).is_over for person in found.whole.people)
    months = months or [LoadMonth(period.first, None) for period in window.periods]
    return Busyness(months, months[BACK].percentage, over)
