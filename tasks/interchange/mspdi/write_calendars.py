"""The rules that the engine works with as calendars of MSPDI."""

from projects.worktime.moments import MINUTES_PER_DAY
from projects.worktime.rules import CalendarException, CalendarRules, Day, Shift, Week, WorkWeek
from tasks.interchange.mspdi import values
from tasks.interchange.mspdi.calendars import MONTH_ITEMS, RECURRENCES, sorted_shifts
from tasks.interchange.xml.items import Node

_KIND_CODES = {kind: code for code, kind in RECURRENCES.items()}
_MONTH_ITEM_CODES = {weekdays: code for code, weekdays in MONTH_ITEMS.items()}


def calendar_nodes(rules: CalendarRules) -> "list[Node]":
    """One calendar as elements."""
    nodes: list[Node] = [
        ("UID", str(rules.id)),
        ("Name", rules.name),
        ("IsBaseCalendar", "1" if rules.base_id is None else "0"),
        ("IsBaselineCalendar", "0"),
        ("BaseCalendarUID", str(-1 if rules.base_id is None else rules.base_id)),
    ]
    days = _day_nodes(rules.week)
    if days:
        nodes.append(("WeekDays", days))
    if rules.exceptions:
        nodes.append(("Exceptions", [("Exception", _exception_nodes(item)) for item in rules.exceptions]))
    if rules.work_weeks:
        nodes.append(("WorkWeeks", [("WorkWeek", _work_week_nodes(item)) for item in rules.work_weeks]))
    return nodes


def _day_nodes(week: Week) -> "list[Node]":
    nodes: list[Node] = []
    split = _until_midnight(week)
    for kind in range(1, 8):
        day = split[(kind - 2) % 7]
        if day is not None:
            nodes.append(("WeekDay", [("DayType", str(kind)), *_hours_nodes(day)]))
    return nodes


def _until_midnight(week: Week) -> "list[Day | None]":
    """Night shifts cut at midnight, as Microsoft Project writes them, where the next day has hours of its own."""
    days: list[list[Shift] | None] = [None if day is None else [] for day in week]
    for number, day in enumerate(week):
        following = days[(number + 1) % 7]
        for start, finish in day or ():
            here = days[number]
            assert here is not None  # it has shifts
            if finish > MINUTES_PER_DAY and following is not None:
                here.append((start, MINUTES_PER_DAY))
                following.append((0, finish - MINUTES_PER_DAY))
            else:
                here.append((start, finish))
    return [None if day is None else sorted_shifts(day) for day in days]


def _hours_nodes(day: Day) -> "list[Node]":
    nodes: list[Node] = [("DayWorking", "1" if day else "0")]
    if day:
        nodes.append(
            (
                "WorkingTimes",
                [
                    (
                        "WorkingTime",
                        [
                            ("FromTime", values.format_time(start % MINUTES_PER_DAY)),
                            ("ToTime", values.format_time(finish % MINUTES_PER_DAY)),
                        ],
                    )
                    for start, finish in day
                ],
            )
        )
    return nodes


def _period_nodes(first_day: int, last_day: int) -> Node:
    return (
        "TimePeriod",
        [
            ("FromDate", values.format_moment(first_day * MINUTES_PER_DAY)),
            ("ToDate", values.format_moment(last_day * MINUTES_PER_DAY + MINUTES_PER_DAY - 1)),
        ],
    )


def _exception_nodes(item: CalendarException) -> "list[Node]":
    rule = item.recurrence
    counted = rule is not None and rule.count is not None
    nodes: list[Node] = [
        ("EnteredByOccurrences", "1" if counted else "0"),
        _period_nodes(item.first_day, item.last_day),
        ("Occurrences", str(rule.count if rule and rule.count else item.last_day - item.first_day + 1)),
        ("Name", item.name),
        ("Type", str(_KIND_CODES[rule.kind] if rule else 1)),
    ]
    if rule is not None:
        nodes += [("Period", str(rule.every))]
        if rule.kind == "weekly":
            nodes.append(("DaysOfWeek", str(sum(1 << (day + 1) % 7 for day in rule.weekdays))))
        else:
            nodes += [
                ("MonthItem", str(_MONTH_ITEM_CODES.get(rule.weekdays, 0))),
                ("MonthPosition", str(rule.position - 1)),
                ("Month", str(rule.month - 1)),
                ("MonthDay", str(rule.month_day)),
            ]
    return nodes + _hours_nodes(item.shifts)


def _work_week_nodes(item: WorkWeek) -> "list[Node]":
    return [
        _period_nodes(item.first_day, item.last_day),
        ("Name", item.name),
        ("WeekDays", _day_nodes(item.week)),
    ]
