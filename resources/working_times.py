"""The working time of resources as rules: the calendar, whole days away, and half days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

from projects.services.working_calendars import day_number, rules_of
from projects.worktime.rules import MINUTES_PER_DAY, CalendarException, CalendarRules
from projects.worktime.shelf import Shelf
from resources.models import Absence, AbsencePortion, Resource

if TYPE_CHECKING:
    from datetime import date

    from projects.worktime.rules import Day

#: Where a morning ends that somebody takes off: what was to be worked before noon is free then.
NOON = 720
#: Longest stretch of half days that is looked at day by day; a longer one is nobody's half day.
MOST_HALF_DAYS = 366

Calendars = tuple[CalendarRules, ...]


def calendars_of(resource_ids: Collection[int], *, base_id: int) -> tuple[dict[int, int | None], Calendars]:
    """For each resource the id of its calendar (None: the base), and the rules of those that are its own.

    A resource that is away or has a calendar of its own gets rules under its negative id, which share a number
    space with the calendars; the calendars that they inherit from are not among the rules. Two queries, and those
    of `rules_of` where somebody is away for half a day.
    """
    bases = dict(Resource.objects.filter(pk__in=list(resource_ids)).values_list("pk", "calendar_id"))
    away = _absences(resource_ids)
    halves = {pk for pk, items in away.items() if any(portion != AbsencePortion.DAY for *_, portion in items)}
    shelf = Shelf(rules_of({bases.get(pk) or base_id for pk in halves})) if halves else None
    chosen: dict[int, int | None] = {}
    rules: list[CalendarRules] = []
    for pk, calendar_id in sorted(bases.items()):
        chosen[pk] = calendar_id
        base = calendar_id or base_id
        if pk in away:
            rules.append(CalendarRules(-pk, base_id=base, exceptions=_exceptions(away[pk], base, shelf)))
        elif calendar_id:
            rules.append(CalendarRules(-pk, base_id=base))
        if pk in away or calendar_id:
            chosen[pk] = -pk
    return chosen, tuple(rules)


_Away = tuple["date", "date", str, str]


def _absences(resource_ids: Collection[int]) -> dict[int, list[_Away]]:
    away: dict[int, list[_Away]] = defaultdict(list)
    rows = Absence.objects.filter(resource__in=list(resource_ids)).order_by("first_on", "pk")
    for pk, *item in rows.values_list("resource_id", "first_on", "last_on", "reason", "portion"):
        away[pk].append(tuple(item))  # type: ignore[arg-type]  # the four columns above
    return away


def _exceptions(items: list[_Away], base_id: int, shelf: Shelf | None) -> tuple[CalendarException, ...]:
    """Whole days first: of two exceptions on one day the first one counts, and a day off is off."""
    whole = [
        CalendarException(day_number(first), day_number(last), (), reason)
        for first, last, reason, portion in items
        if portion == AbsencePortion.DAY
    ]
    return (
        *whole,
        *(half for item in items if item[3] != AbsencePortion.DAY for half in _halves(item, base_id, shelf)),
    )


def _halves(item: _Away, base_id: int, shelf: Shelf | None) -> list[CalendarException]:
    first, last, reason, portion = item
    days = range(day_number(first), min(day_number(last), day_number(first) + MOST_HALF_DAYS) + 1)
    time = shelf.calendar(base_id) if shelf else None
    found = []
    for day in days:
        shifts = time.shifts_of(day, day + 1) if time else []
        found.append(CalendarException(day, day, _rest(shifts, day, portion), reason))
    return found


def _rest(shifts: list[tuple[int, int]], day: int, portion: str) -> Day:
    """What is left of a day's shifts when the morning or the afternoon is taken off."""
    midnight = day * MINUTES_PER_DAY
    low, high = (NOON, 2 * MINUTES_PER_DAY) if portion == AbsencePortion.MORNING else (0, NOON)
    cut = ((max(start - midnight, low), min(end - midnight, high)) for start, end in shifts)
    return tuple((start, end) for start, end in cut if start < end)
