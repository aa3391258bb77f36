"""The words and date patterns that the chart writes; the caller has them in the reader's language."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

_DAY_ZERO: Final = date(1970, 1, 1).toordinal()
_LAST_DAY: Final = date.max.toordinal() - _DAY_ZERO


def date_of(day: int) -> date:
    """The date of an epoch-day, held inside what a date can say."""
    return date.fromordinal(min(max(day, 1 - _DAY_ZERO), _LAST_DAY) + _DAY_ZERO)


def epoch_day(day: date) -> int:
    return day.toordinal() - _DAY_ZERO


def weekday_of(day: int) -> int:
    """Monday is 0; 1970-01-01 was a Thursday."""
    return (day + 3) % 7


@dataclass(frozen=True, slots=True)
class ChartWords:
    """Patterns for ``str.format``: year, month, day, weekday, month_name, or what is named beside them."""

    weekdays: tuple[str, ...]
    month_names: tuple[str, ...]
    long_day: str  # 2026/11/24（火）
    short_day: str  # 11/24
    year_month: str  # 2026年11月
    month: str  # 11月
    year: str  # 2026年
    months: str  # 4–6月: first, last
    from_to: str  # start, finish
    progress: str  # percent
    critical: str
    late: str  # days
    assigned: str  # names
    deadline: str  # date
    baseline: str  # days
    status: str  # date
    today: str
    milestone: str
    separator: str  # between the parts of a label
    _days: dict[tuple[str, int], str] = field(default_factory=dict, repr=False, compare=False)

    def spell(self, pattern: str, day: int) -> str:
        """A day by a pattern; a window repeats few days many times, so they are kept."""
        key = (pattern, day)
        if key not in self._days:
            on = date_of(day)
            self._days[key] = pattern.format(
                year=on.year,
                month=on.month,
                day=on.day,
                weekday=self.weekdays[on.weekday()],
                month_name=self.month_names[on.month - 1],
            )
        return self._days[key]
