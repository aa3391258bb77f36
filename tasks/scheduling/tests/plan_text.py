"""Reads plans that a planner could have written: names instead of ids, "2d" instead of minutes."""

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from projects.worktime.rules import (
    OFFICE_WEEK,
    CalendarException,
    CalendarRules,
    Day,
    Recurrence,
    RecurrenceKind,
    Week,
    WorkWeek,
)
from tasks.scheduling.constraint_types import ConstraintType
from tasks.scheduling.network import (
    Assignment,
    LagKind,
    Link,
    LinkType,
    Network,
    ProjectSettings,
    Resource,
    Task,
)

CASES = Path(__file__).parent.parent / "cases"
EPOCH = datetime(1970, 1, 1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES = {"m": 1, "h": 60, "d": 480, "w": 2400, "em": 1, "eh": 60, "ed": 1440, "ew": 10080}
AMOUNT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(e?[mhdw]|e?%)")
AFTER = re.compile(r"(?P<name>.+?)(?: (?P<type>FS|SS|FF|SF))?(?: (?P<lag>[+-].+))?")


def minute(text: str) -> int:
    return int((datetime.fromisoformat(text) - EPOCH).total_seconds() // 60)


def amount(text: str) -> tuple[int, str]:
    match = AMOUNT.fullmatch(text)
    assert match, f"{text!r} is no amount of time"
    number, unit = match.groups()
    return round(float(number) * MINUTES.get(unit, 1)), unit


def plans_in(path: Path) -> list[dict[str, Any]]:
    """The documents of a file: one, or one for each row of its table.

    A column in braces fills that place of the text, any other one ("Pump.start") is what is expected there.
    """
    text = path.read_text(encoding="utf-8")
    head = tomllib.loads(text.partition("\n[")[0])  # the rest may not be readable before it is filled
    if "columns" not in head:
        return [tomllib.loads(text)]
    columns = head["columns"]
    found = []
    for row in head["rows"]:
        filled = text
        for column, value in zip(columns, row, strict=True):
            if column.startswith("{"):
                filled = filled.replace(column, value)
        plan = tomllib.loads(filled)
        plan["title"] += f" ({', '.join(row)})"
        for column, value in zip(columns, row, strict=True):
            if not column.startswith("{") and value:
                task, _, field = column.rpartition(".")
                plan.setdefault("expect", {}).setdefault(task, {})[field] = value
        found.append(plan)
    return found


def network_from(path: Path) -> tuple[Network, dict[str, int], dict[str, Any]]:
    """The network, the ids by name, and the whole document of a file with one plan."""
    (document,) = plans_in(path)
    return (*network_of(document), document)


def network_of(document: dict[str, Any]) -> tuple[Network, dict[str, int]]:
    """The network and the ids by name."""
    names = [entry["name"] for entry in document["task"]]
    ids = {name: number for number, name in enumerate(dict.fromkeys(names), start=1)}
    calendars = {name: number for number, name in enumerate(document.get("calendar", {}), start=1)}
    people = {name: number for number, name in enumerate(document.get("person", {}), start=1)}
    project = document["project"]
    network = Network(
        project=ProjectSettings(
            start_minute=minute(project["start"]),
            finish_minute=minute(project["finish"]) if "finish" in project else None,
            status_minute=minute(project["status"]) if "status" in project else None,
            multiple_critical_paths=project.get("multiple_critical_paths", False),
            from_finish=project.get("from_finish", False),
            calendar_id=calendars.get(project.get("calendar")),
            honors_constraints=_is_yes(project.get("honors_constraints", True)),
            critical_slack_limit_minutes=amount(project.get("slack_limit", "0d"))[0],
        ),
        tasks=tuple(_task(entry, ids, calendars) for entry in document["task"]),
        links=tuple(
            _link(text, entry["name"], ids)
            for entry in document["task"]
            for text in entry.get("after", [])
            if text
        ),
        calendars=tuple(
            _calendar(number, document["calendar"][name], calendars) for name, number in calendars.items()
        ),
        resources=tuple(
            Resource(
                id=number, name=name, calendar_id=calendars.get(document["person"][name].get("calendar"))
            )
            for name, number in people.items()
        ),
        assignments=tuple(
            _assignment(text, entry, ids[entry["name"]], people)
            for entry in document["task"]
            for text in entry.get("people", [])
        ),
    )
    return network, ids


def _is_yes(value: bool | str) -> bool:
    """A word where it comes from the row of a table."""
    return value is True or value in ("true", "yes")


def _task(entry: dict[str, Any], ids: dict[str, int], calendars: dict[str, int]) -> Task:
    duration, unit = amount(entry.get("duration") or "0d")
    kind, _, moment = (entry.get("constraint") or "ASAP").partition(" ")
    optional: dict[str, Any] = {
        field: minute(entry[key])
        for key, field in (
            ("deadline", "deadline_minute"),
            ("start", "start_minute"),
            ("finish", "finish_minute"),
            ("actual_start", "actual_start_minute"),
            ("actual_finish", "actual_finish_minute"),
            ("resume", "resume_minute"),
        )
        if entry.get(key)
    }
    return Task(
        id=ids[entry["name"]],
        name=entry["name"],
        duration_minutes=duration,
        is_elapsed=unit.startswith("e"),
        parent_id=ids.get(entry.get("in", ""), 999) if "in" in entry else None,
        is_active=entry.get("active", True),
        mode=entry.get("mode") or "auto",
        constraint_type=cast(ConstraintType, kind),
        constraint_minute=minute(moment) if moment else None,
        calendar_id=calendars.get(entry["calendar"], 999) if entry.get("calendar") else None,
        ignores_resource_calendar=entry.get("ignores_people", False),
        percent_complete=int(entry.get("percent") or 0),
        splits=tuple((minute(start), minute(finish)) for start, finish in entry.get("pieces", [])),
        leveling_delay_minutes=amount(entry.get("leveling_delay", "0ed"))[0],
        **optional,
    )


def _assignment(text: str, entry: dict[str, Any], task_id: int, people: dict[str, int]) -> Assignment:
    """A name, with "+1d" of one who begins so much later and then works for the whole duration."""
    name, _, delay = text.partition(" +")
    if not delay:
        return Assignment(task_id=task_id, resource_id=people[name])
    work = amount(entry["duration"])[0]
    return Assignment(
        task_id=task_id, resource_id=people[name], work_minutes=work, delay_minutes=amount(delay)[0]
    )


def _link(text: str, successor: str, ids: dict[str, int]) -> Link:
    match = AFTER.fullmatch(text.strip())
    assert match, f"{text!r} is no link"
    number, unit = amount(match["lag"]) if match["lag"] else (0, "d")
    is_percent = unit.endswith("%")
    kind = {"%": "percent", "e%": "elapsed_percent"}.get(
        unit, "elapsed" if unit.startswith("e") else "working"
    )
    return Link(
        predecessor_id=ids.get(match["name"], 999),
        successor_id=ids[successor],
        link_type=cast(LinkType, match["type"] or "FS"),
        lag_kind=cast(LagKind, kind),
        lag_minutes=0 if is_percent else number,
        lag_percent=float(number) if is_percent else 0.0,
    )


def _calendar(number: int, entry: dict[str, Any], calendars: dict[str, int]) -> CalendarRules:
    base = entry.get("base")
    week: list[Day | None] = [None] * 7 if base else list(OFFICE_WEEK)
    for name, hours in entry.get("week", {}).items():
        week[WEEKDAYS.index(name)] = _hours(hours)
    return CalendarRules(
        id=number,
        base_id=calendars.get(base, 999) if base else None,
        week=_week(week),
        exceptions=tuple(
            CalendarException(
                _day(item["from"]),
                _day(item.get("to", item["from"])),
                _hours(item.get("hours", "")),
                recurrence=_recurrence(item),
            )
            for item in entry.get("exceptions", [])
        ),
        work_weeks=tuple(
            WorkWeek(
                _day(item["from"]),
                _day(item["to"]),
                _week([_hours(item[name]) if name in item else None for name in WEEKDAYS]),
            )
            for item in entry.get("weeks", [])
        ),
    )


def _recurrence(item: dict[str, Any]) -> Recurrence | None:
    """Every so many days, or weeks on some days; a day or a weekday of every so many months, or of one month a year."""
    if not {"every", "on", "day"} & item.keys():
        return None
    rules: dict[str, Any] = {"every": item.get("every", 1), "count": item.get("times")}
    if "on" in item:
        rules["weekdays"] = tuple(WEEKDAYS.index(name) for name in item["on"])
    period = "yearly" if "month" in item else "monthly"
    if "day" in item:
        kind, rules["month_day"] = f"{period}_day", item["day"]
    elif "nth" in item:
        kind, rules["position"] = f"{period}_weekday", item["nth"]
    else:
        kind = "weekly" if "on" in item else "daily"
    rules["month"] = item.get("month", 1)
    return Recurrence(cast(RecurrenceKind, kind), **rules)


def _week(days: list[Day | None]) -> Week:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _hours(text: str) -> Day:
    shifts = []
    for shift in text.split():
        first, last = (int(part[:2]) * 60 + int(part[3:]) for part in shift.split("-"))
        shifts.append((first, last if last > first else last + 1440))
    return tuple(shifts)


def _day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH.date()).days
