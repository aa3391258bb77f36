"""Reads the input parts of a ``pmcase/1`` JSON case as a network; what a case expects is never looked at."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from projects.worktime.moments import MINUTES_PER_DAY
from projects.worktime.rules import CalendarException, CalendarRules, Day, Week, WorkWeek
from tasks.scheduling.constraint_types import ConstraintType
from tasks.scheduling.network import (
    Assignment,
    LagKind,
    Link,
    Network,
    ProjectSettings,
    Resource,
    Task,
)

FORMAT = "pmcase/1"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a plan has a wall clock and no time zone
Json = Mapping[str, Any]


class NotACase(ValueError):
    """The JSON is something else than a ``pmcase/1`` case."""


def network_from_case(case: Json) -> Network:
    """Project, calendars, people, tasks and links of a case."""
    if not isinstance(case, Mapping) or case.get("format") != FORMAT:
        raise NotACase("The file is JSON, but not a pmcase/1 case: its format field does not say so.")
    try:
        return Network(
            project=_project(case["project"]),
            tasks=tuple(_task(task) for task in case["tasks"]),
            links=tuple(_link(link, task) for task in case["tasks"] for link in task.get("links", ())),
            calendars=tuple(_calendar(calendar) for calendar in case.get("calendars", ())),
            resources=tuple(_resource(resource) for resource in case.get("resources", ())),
            assignments=tuple(
                _assignment(assignment)
                for assignment in case.get("assignments", ())
                if assignment.get("resource") is not None
            ),
        )
    except NotACase:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise NotACase(
            f"The pmcase/1 case lacks a part that it needs, or has it in another form: {error!r}."
        ) from error


def minute_of(text: str | None) -> int | None:
    """Minutes since 1970-01-01 00:00; seconds are rounded half up."""
    if not text:
        return None
    seconds = (datetime.fromisoformat(text) - EPOCH).total_seconds()
    return int((seconds + 30) // 60)


def whole(minutes: float | None) -> int:
    """A number of minutes, rounded half up."""
    return int((2 * (minutes or 0) + 1) // 2)


def _project(project: Json) -> ProjectSettings:
    start = minute_of(project["start"])
    if start is None:
        raise NotACase("The pmcase/1 case has no project start.")
    per_day = whole(project.get("minutes_per_day", 480))
    return ProjectSettings(
        start_minute=start,
        finish_minute=minute_of(project.get("finish")),
        from_finish=project.get("schedule_from") == "finish",
        calendar_id=project.get("calendar"),
        status_minute=minute_of(project.get("status_date")),
        honors_constraints=bool(project.get("honor_constraints", True)),
        critical_slack_limit_minutes=whole(project.get("critical_slack_limit_days", 0) * per_day),
        minutes_per_day=per_day,
        default_start=_clock(project.get("default_start", "08:00")),
        default_finish=_clock(project.get("default_finish", "17:00")),
        multiple_critical_paths=bool(project.get("multiple_critical_paths", False)),
    )


def _task(task: Json) -> Task:
    pinned: Json = task.get("pinned") or {}
    return Task(
        id=int(task["uid"]),
        duration_minutes=whole(task.get("duration_minutes")),
        parent_id=task.get("parent"),
        name=task.get("name") or "",
        is_elapsed=bool(task.get("duration_elapsed")),
        is_milestone=bool(task.get("milestone")),
        is_active=bool(task.get("active", True)),
        mode="manual" if task.get("mode") == "manual" else "auto",
        constraint_type=cast(ConstraintType, task.get("constraint") or "ASAP"),
        constraint_minute=minute_of(task.get("constraint_date")),
        deadline_minute=minute_of(task.get("deadline")),
        calendar_id=task.get("calendar"),
        ignores_resource_calendar=bool(task.get("ignore_resource_calendar")),
        task_type=task.get("type") or "fixed_units",
        is_effort_driven=bool(task.get("effort_driven")),
        priority=int(task.get("priority", 500)),
        leveling_delay_minutes=whole(task.get("leveling_delay_minutes")),
        percent_complete=whole(task.get("percent_complete")),
        actual_start_minute=minute_of(task.get("actual_start")),
        actual_finish_minute=minute_of(task.get("actual_finish")),
        actual_duration_minutes=whole(task.get("actual_duration_minutes")),
        remaining_minutes=_optional(task.get("remaining_duration_minutes")),
        stop_minute=minute_of(task.get("stop")),
        resume_minute=minute_of(task.get("resume")),
        is_pinned=bool(pinned),
        start_minute=minute_of(pinned.get("start")),
        finish_minute=minute_of(pinned.get("finish")),
        splits=tuple(_piece(piece) for piece in task.get("splits", ())),
    )


def _piece(piece: list[str]) -> tuple[int, int]:
    start, finish = minute_of(piece[0]), minute_of(piece[1])
    if start is None or finish is None:
        raise NotACase("A split of a task lacks its start or finish.")
    return start, finish


def _optional(minutes: float | None) -> int | None:
    return None if minutes is None else whole(minutes)


def _link(link: Json, task: Json) -> Link:
    percent = link.get("lag_percent")
    elapsed = bool(link.get("lag_elapsed"))
    kind: LagKind = "elapsed" if elapsed else "working"
    if percent:
        kind = "elapsed_percent" if elapsed else "percent"
    return Link(
        predecessor_id=int(link["pred"]),
        successor_id=int(task["uid"]),
        link_type=link.get("type", "FS"),
        lag_kind=kind,
        lag_minutes=0 if percent else whole(link.get("lag_minutes")),
        lag_percent=float(percent or 0),
    )


def _calendar(calendar: Json) -> CalendarRules:
    return CalendarRules(
        id=int(calendar["uid"]),
        name=calendar.get("name") or "",
        base_id=calendar.get("base"),
        week=_week(calendar.get("week") or {}),
        exceptions=tuple(
            CalendarException(_day(item["from"]), _day(item["to"]), _hours(item.get("hours") or ()))
            for item in calendar.get("exceptions", ())
        ),
        work_weeks=tuple(
            WorkWeek(
                _day(item["from"]),
                _day(item["to"]),
                _week(item.get("week") or item.get("days") or {}),
            )
            for item in calendar.get("work_weeks", ())
        ),
    )


def _week(week: Json) -> Week:
    days = [None if week.get(name) is None else _hours(week[name]) for name in WEEKDAYS]
    return cast(Week, tuple(days))


def _hours(hours: Any) -> Day:
    shifts = []
    for start, end in hours:
        first, last = _clock(start), _clock(end)
        shifts.append((first, last if last > first else last + MINUTES_PER_DAY))
    return tuple(shifts)


def _clock(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def _day(text: str) -> int:
    return (date.fromisoformat(text[:10]) - EPOCH.date()).days


def _resource(resource: Json) -> Resource:
    return Resource(
        id=int(resource["uid"]),
        name=resource.get("name") or "",
        kind=resource.get("type") or "work",
        calendar_id=resource.get("calendar"),
        max_units=float(resource.get("max_units") or 1.0),
    )


def _assignment(assignment: Json) -> Assignment:
    return Assignment(
        task_id=int(assignment["task"]),
        resource_id=int(assignment["resource"]),
        units=float(assignment.get("units", 1.0)),
        work_minutes=_optional(assignment.get("work_minutes")),
        actual_work_minutes=whole(assignment.get("actual_work_minutes")),
        delay_minutes=whole(assignment.get("delay_minutes")),
        is_contoured=bool(assignment.get("contour")),
    )
