"""Calendars of MSPDI as the rules that the engine works with."""

from collections import Counter
from collections.abc import Iterator

from projects.worktime.moments import MINUTES_PER_DAY, MINUTES_PER_HOUR
from projects.worktime.rules import (
    INHERITED,
    OFFICE_DAY,
    CalendarException,
    CalendarRules,
    Day,
    Recurrence,
    RecurrenceKind,
    Shift,
    Week,
    WorkWeek,
)
from tasks.interchange.mspdi import values
from tasks.interchange.mspdi.fields import Fields, Notebook
from tasks.interchange.plan_file import OTHER_NAME
from tasks.interchange.refusals import TooManyItems
from tasks.interchange.xml.items import Node

MAX_EXCEPTIONS = 50_000
RECURRENCES: dict[int, RecurrenceKind] = {
    2: "yearly_day",
    3: "yearly_weekday",
    4: "monthly_day",
    5: "monthly_weekday",
    6: "weekly",
    7: "daily",
}
# What "the third … of the month" may count: days, working weekdays, weekend days, then Sunday to Saturday.
MONTH_ITEMS: dict[int, tuple[int, ...]] = {
    0: (0, 1, 2, 3, 4, 5, 6),
    1: (0, 1, 2, 3, 4),
    2: (5, 6),
    **{code: ((code - 4) % 7,) for code in range(3, 10)},
}
_READ = frozenset(["UID", "Name", "IsBaseCalendar", "BaseCalendarUID", "WeekDays", "Exceptions", "WorkWeeks"])
_NOTHING = (("IsBaselineCalendar", "0"),)


def children(value: "str | list[Node]", name: str) -> "Iterator[list[Node]]":
    """The elements of that name inside a list element."""
    if isinstance(value, list):
        for child, inner in value:
            if child == name:
                yield inner if isinstance(inner, list) else []


class CalendarReader:
    """Reads one calendar after another; odd hours are noted and left out."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook
        self.uid = -1
        self.name = ""
        self.unknown: Counter[str] = Counter()  # elements that no calendar here can hold

    def read(self, uid: int, nodes: "list[Node]") -> CalendarRules:
        fields = Fields(nodes, "Calendar", self.notebook)
        fields.uid = self.uid = uid
        fields.name = self.name = fields.short("Name", OTHER_NAME)
        parts = {name: value for name, value in nodes if isinstance(value, list)}
        self._count_unknown(nodes)
        base = fields.number("BaseCalendarUID", -1)
        days = [self._week_day(day) for day in children(parts.get("WeekDays", ""), "WeekDay")]
        exceptions = [self._exception(item) for item in children(parts.get("Exceptions", ""), "Exception")]
        if "Exceptions" not in parts:
            # Files for old versions have them among the weekdays; newer ones repeat them there.
            exceptions = [found for _, found in days if found is not None]
        if len(exceptions) > MAX_EXCEPTIONS:
            raise TooManyItems(kind="calendar exception", limit=MAX_EXCEPTIONS)
        return CalendarRules(
            id=uid,
            name=self.name,
            base_id=base if base > 0 else None,
            week=self._week(day for day, _ in days),
            exceptions=tuple(found for found in exceptions if found is not None),
            work_weeks=tuple(
                week
                for item in children(parts.get("WorkWeeks", ""), "WorkWeek")
                if (week := self._work_week(item)) is not None
            ),
        )

    def _count_unknown(self, nodes: "list[Node]") -> None:
        for name, value in nodes:
            if name not in _READ and value and (name, value) not in _NOTHING:
                self.unknown[name] += 1

    def _lose(self, element: str) -> None:
        self.notebook.lose(
            "calendar_part_lost",
            "Calendar {uid} '{name}' holds {element}, which can't be kept.",
            uid=self.uid,
            name=self.name,
            element=element,
        )

    def _fields(self, nodes: "list[Node]") -> Fields:
        fields = Fields(nodes, "Calendar", self.notebook)
        fields.uid, fields.name = self.uid, self.name
        return fields

    def _week(self, days: "Iterator[tuple[int, Day] | None]") -> Week:
        week: list[Day | None] = list(INHERITED)
        for day in days:
            if day is not None:
                week[day[0]] = day[1]
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = week
        return (monday, tuesday, wednesday, thursday, friday, saturday, sunday)

    def _week_day(self, nodes: "list[Node]") -> "tuple[tuple[int, Day] | None, CalendarException | None]":
        fields = self._fields(nodes)
        kind = fields.number("DayType", 0)
        parts = dict(nodes)
        if 1 <= kind <= 7:
            shifts = self._shifts(fields, parts.get("WorkingTimes"))
            return ((kind - 2) % 7, shifts), None
        period = self._period(parts.get("TimePeriod", ""))
        if period is None:
            self._lose("WeekDay")
            return None, None
        return None, CalendarException(*period, self._shifts(fields, parts.get("WorkingTimes")))

    def _shifts(self, fields: Fields, times: "str | list[Node] | None") -> Day:
        if not fields.flag("DayWorking"):
            return ()
        if not times:
            return OFFICE_DAY
        shifts = []
        for nodes in children(times, "WorkingTime"):
            shift = self._shift(dict(nodes))
            if shift is not None:
                shifts.append(shift)
        day = sorted_shifts(shifts)
        if len(day) < len(shifts):
            self.notebook.doubt(
                "hours_overlap",
                "Calendar {uid} '{name}' has working hours that overlap; they are read as {hours}.",
                uid=self.uid,
                name=self.name,
                hours=", ".join(f"{_clock(start)}-{_clock(finish)}" for start, finish in day),
            )
        return day

    def _shift(self, parts: "dict[str, str | list[Node]]") -> Shift | None:
        try:
            start = values.parse_time(str(parts.get("FromTime", "")))
            finish = values.parse_time(str(parts.get("ToTime", "")))
        except ValueError:
            self.notebook.doubt(
                "hours_unreadable",
                "Calendar {uid} '{name}' has working hours that can't be read; they are left out.",
                uid=self.uid,
                name=self.name,
            )
            return None
        if finish > start:
            return start, finish
        if finish:
            self.notebook.doubt(
                "hours_over_midnight",
                "Calendar {uid} '{name}' has working hours that do not end after they begin ({start}-{finish}); they are "
                "read as going on into the next day.",
                uid=self.uid,
                name=self.name,
                start=_clock(start),
                finish=_clock(finish),
            )
        # Midnight at the end is written 00:00; a finish before the start lies in the next day.
        return start, finish + MINUTES_PER_DAY

    def _period(self, value: "str | list[Node]") -> tuple[int, int] | None:
        fields = self._fields(value if isinstance(value, list) else [])
        first, last = fields.day("FromDate"), fields.day("ToDate")
        if first is None or last is None:
            return None
        return (first, last) if first <= last else None

    def _exception(self, nodes: "list[Node]") -> CalendarException | None:
        parts = dict(nodes)
        period = self._period(parts.get("TimePeriod", ""))
        if period is None:
            self._lose("Exception")
            return None
        fields = self._fields(nodes)
        shifts = self._shifts(fields, parts.get("WorkingTimes"))
        name = fields.short("Name", OTHER_NAME)
        return CalendarException(*period, shifts, name, self._recurrence(fields))

    def _recurrence(self, fields: Fields) -> Recurrence | None:
        kind = RECURRENCES.get(fields.number("Type", 1))
        if kind is None:
            return None
        every = min(max(fields.number("Period", 1), 1), 1000)
        days = fields.number("DaysOfWeek", 0)
        weekdays = (
            tuple(sorted((bit - 1) % 7 for bit in range(7) if days >> bit & 1)) if kind == "weekly" else ()
        )
        if kind == "weekly" and not weekdays:
            return None
        if kind.endswith("_weekday"):
            weekdays = MONTH_ITEMS.get(fields.number("MonthItem", 0), MONTH_ITEMS[0])
        occurrences = fields.number("Occurrences", 0)
        counted = fields.flag("EnteredByOccurrences") and occurrences > 0
        return Recurrence(
            kind=kind,
            every=every,
            weekdays=weekdays,
            month_day=min(max(fields.number("MonthDay", 1), 1), 31),
            position=min(max(fields.number("MonthPosition", 0), 0), 4) + 1,
            month=min(max(fields.number("Month", 0), 0), 11) + 1,
            count=occurrences if counted else None,
        )

    def _work_week(self, nodes: "list[Node]") -> WorkWeek | None:
        parts = dict(nodes)
        period = self._period(parts.get("TimePeriod", ""))
        if period is None:
            self._lose("WorkWeek")
            return None
        days = (self._week_day(day)[0] for day in children(parts.get("WeekDays", ""), "WeekDay"))
        return WorkWeek(*period, self._week(days), str(parts.get("Name", "") or ""))


def sorted_shifts(shifts: list[Shift]) -> Day:
    """Sorted, and shifts that overlap made one, since no minute is worked twice."""
    merged: list[Shift] = []
    for start, finish in sorted(shifts):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(finish, merged[-1][1]))
        else:
            merged.append((start, finish))
    return tuple(merged)


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute % MINUTES_PER_DAY, MINUTES_PER_HOUR)
    return f"{hours}:{minutes:02}"
