"""How much of each resource there is, day by day: what loads are compared with.

Hundreds of people work on the same few calendars, and most of them are seldom away. So the minutes of a day are counted
once a calendar, and a person's absences are laid over them; no one gets a calendar compiled of their own, unless they
work past midnight, where a shift that falls away takes minutes from two days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import sub
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from projects.calendars.services import rules_of
from projects.models import Calendar
from projects.worktime.calendar import FIRST_DAY, LAST_DAY
from projects.worktime.calendars import Calendars
from projects.worktime.errors import WorktimeError
from projects.worktime.moments import MINUTES_PER_DAY
from resources.models import Resource, ResourceKind
from resources.working_times import calendars_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from projects.worktime.calendar import WorkingTime
    from projects.worktime.rules import CalendarException, CalendarRules
    from tasks.plan.arrays import Array

#: So many days are counted at first; the window doubles when a question leaves it.
BLOCK = 64


class DayMinutes:
    """The working minutes of a calendar, day by day, as sums from the first day asked for."""

    def __init__(self, time: WorkingTime | None) -> None:
        self.time = time  # None: it has no working time at all
        self._first = 0
        self._sums: list[int] = []

    def between(self, first_day: int, last_day: int) -> int:
        """Working minutes from one day to another, both included."""
        first, last = max(first_day, FIRST_DAY), min(last_day, LAST_DAY - 2)
        if self.time is None or first > last:
            return 0
        self._cover(self.time, first, last)
        return self._sums[last + 1 - self._first] - self._sums[first - self._first]

    def each(self, first_day: int, last_day: int) -> list[int]:
        """The working minutes of every day from one to another, both included."""
        if self.time is None or first_day > last_day:
            return [0] * (last_day - first_day + 1)
        self._cover(self.time, first_day, last_day)
        sums = self._sums[first_day - self._first : last_day + 2 - self._first]
        return list(map(sub, sums[1:], sums))

    def of(self, days: Sequence[int]) -> list[int]:
        """The working minutes of some days, ascending."""
        first, last = (max(days[0], FIRST_DAY), min(days[-1], LAST_DAY - 2)) if days else (0, -1)
        if self.time is None or first > last:
            return [0] * len(days)
        self._cover(self.time, first, last)
        sums, begin = self._sums, self._first
        return [sums[day + 1 - begin] - sums[day - begin] if first <= day <= last else 0 for day in days]

    def _cover(self, time: WorkingTime, first: int, last: int) -> None:
        count = len(self._sums)
        if count and self._first <= first and last + 1 < self._first + count:
            return
        low = min(first, self._first) if count else first
        high = max(last + 2, self._first + count if count else 0, low + max(BLOCK, 2 * count))
        self._first = low
        self._sums = [time.position(day * MINUTES_PER_DAY) for day in range(low, min(high, LAST_DAY))]


class Capable(NamedTuple):
    """One resource: whose days it has, how much of them, and where it is away."""

    days: DayMinutes
    percentage: int
    exceptions: tuple[CalendarException, ...]


class Capacity:
    """The minutes that resources have; material, and who is not known here, has none."""

    def __init__(self, capable: Mapping[int, Capable]) -> None:
        self._capable = capable

    def day(self, resource_id: int, day: int) -> int:
        """The minutes of one day, by its number since 1970-01-01."""
        return self.between(resource_id, day, day)

    def between(self, resource_id: int, first_day: int, last_day: int) -> int:
        """The minutes from one day to another, both included."""
        found = self._capable.get(resource_id)
        if found is None:
            return 0
        minutes = found.days.between(first_day, last_day)
        for exception in found.exceptions:
            if exception.first_day <= last_day and exception.last_day >= first_day:
                minutes = _with_exceptions(found, first_day, last_day)
                break
        return minutes * found.percentage // 100

    def of_days(self, resource_ids: Array, days: Array) -> Array:
        """The minutes of single days, each of the resource beside it; both ascending, resources first."""
        found = np.zeros(len(days), np.int64)
        ids, begins = np.unique(resource_ids, return_index=True)
        ends = np.append(begins, len(days))[1:].tolist()
        first, last = int(days.min(initial=LAST_DAY)), int(days.max(initial=FIRST_DAY))
        for pk, begin, end in zip(ids.tolist(), begins.tolist(), ends, strict=True):
            own = self._capable.get(pk)
            if own is None:
                continue
            # All days that are asked about is counted at once, and not wider from one person to the next.
            own.days.between(first, last)
            some = days[begin:end].tolist()
            minutes = [each * own.percentage // 100 for each in own.days.of(some)]
            for exception in own.exceptions:
                away = range(bisect_left(some, exception.first_day), bisect_right(some, exception.last_day))
                for place in away:
                    minutes[place] = self.day(pk, some[place])
            found[begin:end] = minutes
        return found

    def each(self, resource_ids: Iterable[int], spans: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
        """The minutes of all these stretches of days, ascending and apart, for each resource.

        Who is on the same calendar for the same share has the same minutes, counted once; only where a person is
        away are they counted for that person alone.
        """
        counted: dict[tuple[int, int], list[int]] = {}
        found: dict[int, list[int]] = {}
        starts, ends = [first for first, _ in spans], [last for _, last in spans]
        for pk in resource_ids:
            own = self._capable.get(pk)
            if own is None:
                found[pk] = [0] * len(spans)
                continue
            key = (id(own.days), own.percentage)
            if key not in counted:
                counted[key] = [own.days.between(*span) * own.percentage // 100 for span in spans]
            found[pk] = counted[key]
            touched = {
                place
                for exception in own.exceptions
                for place in range(
                    bisect_left(ends, exception.first_day), bisect_right(starts, exception.last_day)
                )
            }
            if touched:
                found[pk] = [
                    self.between(pk, *span) if place in touched else minutes
                    for place, (span, minutes) in enumerate(zip(spans, counted[key], strict=True))
                ]
        return found


def _with_exceptions(found: Capable, first_day: int, last_day: int) -> int:
    """Day by day where a person is away: of two exceptions on a day the first one counts."""
    others: dict[int, int] = {}
    for exception in found.exceptions:
        minutes = sum(end - start for start, end in exception.shifts)
        for day in range(max(first_day, exception.first_day), min(last_day, exception.last_day) + 1):
            others.setdefault(day, minutes)
    lost = sum(found.days.between(day, day) - minutes for day, minutes in others.items())
    return found.days.between(first_day, last_day) - lost


def capacity_of(resource_ids: Collection[int], *, organization_id: int) -> Capacity:
    """The capacity of people and equipment, by their calendars or the organization's. Eight queries, or fewer."""
    base_id = default_calendar_id(organization_id)
    if base_id is None:
        return Capacity({})
    works = {ResourceKind.PERSON, ResourceKind.EQUIPMENT}
    rows = Resource.objects.filter(pk__in=list(resource_ids), kind__in=works).values_list(
        "pk", "calendar_id", "capacity_percentage"
    )
    bases = {pk: (calendar_id or base_id, percentage) for pk, calendar_id, percentage in rows}
    _chosen, own = calendars_of(list(bases), base_id=base_id)
    shared = rules_of({calendar_id for calendar_id, _ in bases.values()} | {base_id})
    return capacity_from((*shared, *own), bases)


def default_calendar_id(organization_id: int) -> int | None:
    """The calendar of those who have none of their own."""
    rows = Calendar.objects.filter(organization_id=organization_id, is_default=True)
    return rows.values_list("pk", flat=True).first()


def capacity_from(
    rules: Iterable[CalendarRules], bases: Mapping[int, tuple[int, int]], calendars: Calendars | None = None
) -> Capacity:
    """The capacity of resources {id: (calendar, percentage)}; those who are away have rules under the negative id."""
    by_id = {item.id: item for item in rules}
    calendars = calendars or Calendars(by_id.values())
    shared: dict[int, DayMinutes] = {}
    capable: dict[int, Capable] = {}
    for pk, (calendar_id, percentage) in bases.items():
        own = by_id.get(-pk)
        exceptions = own.exceptions if own else ()
        if exceptions and _works_past_midnight(calendar_id, by_id):
            capable[pk] = Capable(_days(calendars, -pk), percentage, ())
            continue
        if calendar_id not in shared:
            shared[calendar_id] = _days(calendars, calendar_id)
        capable[pk] = Capable(shared[calendar_id], percentage, exceptions)
    return Capacity(capable)


def _days(calendars: Calendars, calendar_id: int) -> DayMinutes:
    try:
        return DayMinutes(calendars.calendar(calendar_id))
    except WorktimeError:
        return DayMinutes(None)


def _works_past_midnight(calendar_id: int | None, by_id: Mapping[int, CalendarRules]) -> bool:
    while calendar_id is not None and calendar_id in by_id:
        rules = by_id[calendar_id]
        days = (*rules.week, *(day for item in rules.work_weeks for day in item.week))
        shifts = [shift for day in days for shift in day or ()]
        shifts += [shift for exception in rules.exceptions for shift in exception.shifts]
        if any(end > MINUTES_PER_DAY for _, end in shifts):
            return True
        calendar_id = rules.base_id
    return False
