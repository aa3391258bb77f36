"""Working calendars between the database and the engine: rows in, rules out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from projects.models import Calendar, CalendarException, Holiday, Organization
from projects.worktime.moments import day_number
from projects.worktime.rules import CalendarException as Exception_
from projects.worktime.rules import CalendarRules, Day, Recurrence, Week, WorkWeek

#: 9–12 and 13–18 is the usual day of a Japanese office; imports bring their own.
JAPANESE_DAY = [[540, 720], [780, 1080]]
JAPANESE_WEEK: list[list[list[int]]] = [JAPANESE_DAY] * 5 + [[], []]


def rules_of(calendar_ids: Iterable[int]) -> tuple[CalendarRules, ...]:
    """The rules of these calendars and of all they inherit from. Three queries, and one for each level of bases."""
    calendars = _with_bases(calendar_ids)
    exceptions: dict[int, list[Exception_]] = defaultdict(list)
    rows = CalendarException.objects.filter(calendar__in=list(calendars)).order_by("first_on", "pk")
    for calendar_id, first, last, shifts, name, recurrence in rows.values_list(
        "calendar_id", "first_on", "last_on", "shifts", "name", "recurrence"
    ):
        exceptions[calendar_id].append(
            Exception_(day_number(first), day_number(last), as_day(shifts), name, _recurrence(recurrence))
        )
    holidays = _holidays() if any(row["follows_japanese_holidays"] for row in calendars.values()) else []
    return tuple(
        CalendarRules(
            id=pk,
            name=row["name"],
            base_id=row["base_id"],
            week=as_week(row["week"]),
            exceptions=_with_holidays(exceptions[pk], holidays if row["follows_japanese_holidays"] else []),
            work_weeks=tuple(
                WorkWeek(item["first_day"], item["last_day"], as_week(item["week"]), item.get("name", ""))
                for item in row["work_weeks"]
            ),
        )
        for pk, row in sorted(calendars.items())
    )


def _with_bases(calendar_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    wanted = set(calendar_ids)
    while wanted:
        rows = Calendar.objects.filter(pk__in=wanted).values(
            "pk", "name", "base_id", "week", "work_weeks", "follows_japanese_holidays"
        )
        found |= {row["pk"]: dict(row) for row in rows}
        wanted = {row["base_id"] for row in found.values() if row["base_id"]} - set(found)
    return found


def _holidays() -> list[tuple[int, str]]:
    rows = Holiday.objects.filter(is_observed=True).order_by("held_on").values_list("held_on", "name")
    return [(day_number(day), name) for day, name in rows]


def _with_holidays(own: list[Exception_], holidays: Sequence[tuple[int, str]]) -> tuple[Exception_, ...]:
    """The operator's exceptions, and the holidays on which they have said nothing else."""
    spoken_for = {
        day for item in own if not item.recurrence for day in range(item.first_day, item.last_day + 1)
    }
    free = [Exception_(day, day, (), name) for day, name in holidays if day not in spoken_for]
    return (*own, *free)


def as_day(shifts: Sequence[Sequence[int]]) -> Day:
    """JSON shifts as the engine reads them."""
    return tuple((start, end) for start, end in shifts)


def as_week(week: Sequence[Sequence[Sequence[int]] | None]) -> Week:
    """A JSON week as the engine reads it; null stays "as the base"."""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        None if shifts is None else as_day(shifts) for shifts in week
    )
    return (monday, tuesday, wednesday, thursday, friday, saturday, sunday)


def _recurrence(fields: dict[str, Any] | None) -> Recurrence | None:
    if not fields:
        return None
    return Recurrence(**{**fields, "weekdays": tuple(fields.get("weekdays", ()))})


def make_company_calendar(organization: Organization, *, name: str, using: str = "default") -> Calendar:
    """A Japanese company's calendar: five days a week, holidays off, 年末年始 (12/29–1/3) off for ten years."""
    calendar = Calendar.objects.using(using).create(
        organization=organization,
        name=name,
        week=JAPANESE_WEEK,
        follows_japanese_holidays=True,
        is_default=True,
    )
    this_year = date.today().year  # noqa: DTZ011  # only the span of the rows depends on it
    CalendarException.objects.using(using).bulk_create(
        CalendarException(
            organization=organization,
            calendar=calendar,
            name="年末年始",
            first_on=date(year, 12, 29),
            last_on=date(year + 1, 1, 3),
        )
        for year in range(this_year - 3, this_year + 11)
    )
    return calendar
