"""The working time of resources as rules: the calendar, whole days away, and half days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from projects.calendars.services import rules_of
from projects.worktime.calendars import Calendars
from projects.worktime.moments import MINUTES_PER_DAY, day_number
from projects.worktime.rules import CalendarException, CalendarRules
from resources.models import Absence, AbsencePortion, Resource

if TYPE_CHECKING:
    from projects.worktime.calendar import WorkingTime
    from projects.worktime.rules import Day, Shift

#: Where a day is parted that works through its middle.
NOON = 720
#: A break that touches 11:00 to 14:00 is the midday break.
MIDDAY = (660, 840)
#: Longest stretch of half days that is looked at day by day; a longer one is no half day.
MOST_HALF_DAYS = 366


def calendars_of(
    resource_ids: Collection[int], *, base_id: int, own: Mapping[int, int | None] | None = None
) -> tuple[dict[int, int | None], tuple[CalendarRules, ...]]:
    """For each resource the id of its calendar (None: the base), and the rules of those that are its own.

    `own` are the calendars that stand at the resources, where the caller has read them: one query less.

    A resource that is away or has a calendar of its own gets rules under its negative id, which share a number
    space with the calendars; the calendars that they inherit from are not among the rules. Two queries, and those
    of `rules_of` where a person is away for half a day.
    """
    if own is None:
        own = dict(Resource.objects.filter(pk__in=list(resource_ids)).values_list("pk", "calendar_id"))
    bases = {pk: calendar_id or base_id for pk, calendar_id in own.items()}
    away = absences_as_rules(bases)
    chosen: dict[int, int | None] = {}
    rules: list[CalendarRules] = []
    for pk, calendar_id in sorted(own.items()):
        is_own = pk in away or calendar_id is not None
        chosen[pk] = -pk if is_own else None
        if is_own:
            rules.append(CalendarRules(-pk, base_id=bases[pk], exceptions=away.get(pk, ())))
    return chosen, tuple(rules)


def absences_as_rules(bases: Mapping[int, int]) -> dict[int, tuple[CalendarException, ...]]:
    """When each of some resources is away, as exceptions of the calendar that `bases` names for it.

    Whole days come first: of two exceptions on one day the first one counts, and a day off is off.
    """
    away = _absences(list(bases))
    halves = {pk for pk, items in away.items() if any(item.is_half for item in items)}
    calendars = Calendars(rules_of({bases[pk] for pk in halves})) if halves else None
    found = {}
    for pk, items in away.items():
        whole = [
            CalendarException(item.first, item.last, (), item.reason) for item in items if not item.is_half
        ]
        halved = _halves(items, calendars.calendar(bases[pk])) if calendars and pk in halves else []
        found[pk] = (*whole, *halved)
    return found


class _Away(NamedTuple):
    first: int
    last: int
    reason: str
    portion: str

    @property
    def is_half(self) -> bool:
        return self.portion != AbsencePortion.DAY


def _absences(resource_ids: Collection[int]) -> dict[int, list[_Away]]:
    away: dict[int, list[_Away]] = defaultdict(list)
    rows = Absence.objects.filter(resource__in=resource_ids).order_by("first_on", "pk")
    for pk, first, last, *rest in rows.values_list("resource_id", "first_on", "last_on", "reason", "portion"):
        away[pk].append(_Away(day_number(first), day_number(last), *rest))
    return away


def _halves(items: list[_Away], time: WorkingTime) -> list[CalendarException]:
    """One exception a day: a person who takes the morning and the afternoon off is away all day."""
    taken: dict[int, tuple[set[str], str]] = {}
    for item in items:
        if item.is_half:
            for day in range(item.first, min(item.last, item.first + MOST_HALF_DAYS) + 1):
                taken.setdefault(day, (set(), item.reason))[0].add(item.portion)
    return [
        CalendarException(day, day, _rest(time.shifts_of(day, day + 1), day, portions), reason)
        for day, (portions, reason) in sorted(taken.items())
    ]


def _rest(shifts: list[Shift], day: int, portions: set[str]) -> Day:
    """What is left of a day's shifts when the morning, the afternoon or both are taken off."""
    if not shifts or len(portions) > 1:
        return ()
    midnight = day * MINUTES_PER_DAY
    own = [(start - midnight, end - midnight) for start, end in shifts]
    middle = middle_of(own)
    if AbsencePortion.MORNING in portions:
        return tuple((max(start, middle), end) for start, end in own if end > middle)
    return tuple((start, min(end, middle)) for start, end in own if start < middle)


def middle_of(shifts: list[Shift]) -> int:
    """The minute that parts a day into its morning and its afternoon.

    The midday break, where there is one; noon, where the day works through it; and where all of it lies on one side
    (a night shift, an early one) half of its working time, since a half day off is half a day for everybody.
    """
    breaks = [(end, start) for (_, end), (start, _) in pairwise(shifts)]
    midday = [pause for pause in breaks if pause[0] <= MIDDAY[1] and pause[1] >= MIDDAY[0]]
    if midday:
        return max(midday, key=lambda pause: pause[1] - pause[0])[0]
    if shifts[0][0] < NOON < shifts[-1][1]:
        return NOON
    left = sum(end - start for start, end in shifts) // 2
    for start, end in shifts:
        if left <= end - start:
            return start + left
        left -= end - start
    return NOON
