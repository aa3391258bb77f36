"""One resource: when it works and when it is away, and what it costs."""

from __future__ import annotations

import calendar as months
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from projects.calendars.services import rules_of
from projects.models import Calendar
from projects.worktime.calendar import WorkingTime
from projects.worktime.calendars import Calendars
from projects.worktime.moments import day_number
from resources.models import Absence, AbsencePortion, AbsenceReason, Resource, ResourceRate

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from projects.models import Organization

#: Coming absences that the page lists; who has more sees the first ones.
SHOWN: Final = 50
MONTHS_SHOWN: Final = 3
#: Months that can be looked at lie within these years.
FIRST_YEAR, LAST_YEAR = 1971, 2148


def working_time_of(resource: Resource) -> WorkingTime:
    """The hours of a resource, as if it were never away; where it has no calendar, those of the organization."""
    calendar_id = resource.calendar_id
    if calendar_id is None:
        default = Calendar.objects.filter(organization=resource.organization_id, is_default=True)
        calendar_id = default.values_list("pk", flat=True).first()
    return Calendars(rules_of([calendar_id] if calendar_id else [])).calendar(calendar_id)


class PaidLeave(NamedTuple):
    """Days of 有休 in a business year: those that have been taken, and those that are entered ahead."""

    year: int
    taken: float
    ahead: float


def business_year(organization: Organization, day: dt.date) -> tuple[int, dt.date, dt.date]:
    """The organization's year that holds a day: its name (年度), its first and its last day."""
    month = organization.fiscal_year_start_month
    year = day.year if day.month >= month else day.year - 1
    first = dt.date(year, month, 1)
    return year, first, dt.date(year + 1, month, 1) - dt.timedelta(days=1)


def paid_leave(resource: Resource, time: WorkingTime, *, today: dt.date) -> PaidLeave:
    """有休 of this business year in working days, half a day as 0.5; one query."""
    year, first, last = business_year(resource.organization, today)
    found = Absence.objects.filter(
        resource=resource, kind=AbsenceReason.PAID, first_on__lte=last, last_on__gte=first
    )
    taken = ahead = 0.0
    for begin, end, portion in found.values_list("first_on", "last_on", "portion"):
        weight = 1.0 if portion == AbsencePortion.DAY else 0.5
        for number in range(max(begin, first).toordinal(), min(end, last).toordinal() + 1):
            on = dt.date.fromordinal(number)
            if works_on(time, on):
                taken += weight * (on <= today)
                ahead += weight * (on > today)
    return PaidLeave(year, taken, ahead)


def works_on(time: WorkingTime, on: dt.date) -> bool:
    """Whether a shift begins on this day. Asked day by day: shifts that meet at midnight come as one."""
    number = day_number(on)
    return bool(time.shifts_of(number, number + 1))


def coming_absences(resource: Resource, *, today: dt.date) -> list[Absence]:
    """Absences that are not over, the next one first."""
    coming = Absence.objects.filter(resource=resource, last_on__gte=today)
    return list(coming.order_by("first_on", "portion", "pk")[:SHOWN])


def past_absences(resource: Resource, *, today: dt.date) -> QuerySet[Absence]:
    """Absences that are over, the latest first."""
    return Absence.objects.filter(resource=resource, last_on__lt=today).order_by("-first_on", "pk")


class CalendarDay(NamedTuple):
    """A day of a month: is there work, and who is away of it."""

    on: dt.date
    works: bool
    away: frozenset[str]


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month as it hangs on a wall, weeks from Monday; None where another month's days stand."""

    first: dt.date
    weeks: list[list[CalendarDay | None]]


def read_month(text: str | None, today: dt.date) -> dt.date:
    """The first day of the month that an address names (2026-04), else of this one."""
    try:
        year, month = map(int, (text or "").split("-"))
        first = dt.date(year, month, 1)
    except ValueError:
        first = today.replace(day=1)
    return first if FIRST_YEAR <= first.year <= LAST_YEAR else today.replace(day=1)


def add_months(first: dt.date, count: int) -> dt.date:
    """The first day of another month."""
    number = first.year * 12 + first.month - 1 + count
    return dt.date(number // 12, number % 12 + 1, 1)


def months_of(resource: Resource, time: WorkingTime, *, first: dt.date) -> list[CalendarMonth]:
    """Three months with what is free and when the resource is away; one query."""
    end = add_months(first, MONTHS_SHOWN)
    away: dict[dt.date, set[str]] = {}
    found = Absence.objects.filter(resource=resource, first_on__lt=end, last_on__gte=first)
    for start, last, portion in found.values_list("first_on", "last_on", "portion"):
        for number in range(max(start, first).toordinal(), min(last, end).toordinal() + 1):
            away.setdefault(dt.date.fromordinal(number), set()).add(portion)

    def day(on: dt.date, month: int) -> CalendarDay | None:
        return CalendarDay(on, works_on(time, on), frozenset(away.get(on, ()))) if on.month == month else None

    wall = months.Calendar()
    found_months = (add_months(first, number) for number in range(MONTHS_SHOWN))
    return [
        CalendarMonth(
            each,
            [[day(on, each.month) for on in week] for week in wall.monthdatescalendar(each.year, each.month)],
        )
        for each in found_months
    ]


class RateLine(NamedTuple):
    """A rate, the last day on which it holds, and whether that is today."""

    rate: ResourceRate
    last_on: dt.date | None
    is_current: bool


def rates_of(resource: Resource, *, today: dt.date) -> list[RateLine]:
    """All rates, the newest first."""
    lines: list[RateLine] = []
    following: dt.date | None = None
    for rate in ResourceRate.objects.filter(resource=resource).order_by("-valid_from"):
        last = following - dt.timedelta(days=1) if following else None
        is_current = rate.valid_from <= today and (last is None or today <= last)
        lines.append(RateLine(rate, last, is_current))
        following = rate.valid_from
    return lines
