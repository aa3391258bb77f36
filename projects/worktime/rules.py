"""What a working calendar says, as plain data.

Moments are minutes since 1970-01-01 00:00 of the plan's own wall clock; see ``moments``.
Weekdays count from Monday = 0.
"""

from dataclasses import dataclass
from typing import Literal

from projects.worktime.moments import MINUTES_PER_DAY

Shift = tuple[int, int]
"""From and to in minutes after midnight; ``to`` beyond 1440 reaches into the next day (22:00-06:00 is (1320, 1800))."""

Day = tuple[Shift, ...]
Week = tuple[Day | None, Day | None, Day | None, Day | None, Day | None, Day | None, Day | None]
"""Monday to Sunday; ``None`` means "as the base calendar does", an empty day means no work."""

RecurrenceKind = Literal["daily", "weekly", "monthly_day", "monthly_weekday", "yearly_day", "yearly_weekday"]

INHERITED: Week = (None, None, None, None, None, None, None)
OFFICE_DAY: Day = ((480, 720), (780, 1020))
OFFICE_WEEK: Week = (OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, (), ())
_WHOLE_DAY: Day = ((0, MINUTES_PER_DAY),)
AROUND_THE_CLOCK: Week = (
    _WHOLE_DAY, _WHOLE_DAY, _WHOLE_DAY, _WHOLE_DAY, _WHOLE_DAY, _WHOLE_DAY, _WHOLE_DAY
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Which days between the first and the last day of an exception it touches."""

    kind: RecurrenceKind
    every: int = 1  # days, weeks, months or years between two hits
    weekdays: tuple[int, ...] = ()  # weekly: the days hit; *_weekday: the one weekday, or several
    month_day: int = 1  # *_day: day of the month
    position: int = 1  # *_weekday: 1-4, or 5 for the last one of the month
    month: int = 1  # yearly: 1-12
    count: int | None = None  # stop after so many hits, even before the last day


@dataclass(frozen=True, slots=True)
class CalendarException:
    """Other hours than usual, on a range of days (both ends included) or on the days a recurrence picks."""

    first_day: int
    last_day: int
    shifts: Day = ()
    name: str = ""
    recurrence: Recurrence | None = None


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """Another usual week for a range of days, both ends included; ``None`` days stay as they were."""

    first_day: int
    last_day: int
    week: Week
    name: str = ""


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """One calendar as it was entered; ``base_id`` names the calendar that fills its gaps."""

    id: int
    name: str = ""
    base_id: int | None = None
    week: Week = INHERITED
    exceptions: tuple[CalendarException, ...] = ()
    work_weeks: tuple[WorkWeek, ...] = ()
