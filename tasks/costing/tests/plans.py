"""Small plans for tests: Monday 2 November 2026, 8-12 and 13-17, amounts in hours and currency units."""

from datetime import date
from decimal import Decimal
from typing import Any

from projects.worktime.moments import minute_of
from tasks.costing.amounts import WORK_PER_HOUR, money_of
from tasks.costing.given import Assignment, Piece, Plan, Rate, Resource, Task
from tasks.costing.rollup import Figures, figures_of

FIRST = date(2026, 11, 2)


def at(day: int, hour: int = 8, minute: int = 0) -> int:
    """A moment in November 2026."""
    return minute_of(date(2026, 11, day), hour * 60 + minute)


def hours(amount: float) -> int:
    return round(amount * WORK_PER_HOUR)


def money(amount: str | int) -> int:
    return money_of(Decimal(amount))


def piece(start: int, finish: int, amount: float) -> Piece:
    return Piece(start, finish, hours(amount))


def task(
    uid: int = 1, *, first: int = 2, last: int = 6, days: int = 5, done: float = 0, **fields: Any
) -> Task:
    """Five days of eight hours from the 2nd to the 6th; ``done`` are days that are over."""
    begun = {"actual_start": at(first), "percent_complete": int(100 * done / days)} if done else {}
    return Task(
        **{
            "uid": uid,
            "start": at(first),
            "finish": at(last, 17),
            "duration": hours(8 * days),
            "actual_duration": hours(8 * done),
            **begun,
            **fields,
        }
    )


def person(
    uid: int = 1, rate: str = "10", overtime: str = "15", per_use: str = "0", **fields: Any
) -> Resource:
    return Resource(
        uid=uid, rates=(Rate(0, None, None, money(rate), money(overtime), money(per_use)),), **fields
    )


def works(uid: int = 1, task_uid: int = 1, resource_uid: int | None = 1, **fields: Any) -> Assignment:
    """The whole week, forty hours, unless ``fields`` say otherwise; work in hours."""
    for name in ("work", "actual_work", "overtime", "actual_overtime"):
        if name in fields:
            fields[name] = hours(fields[name])
    given = {"start": at(2), "finish": at(6, 17), "work": hours(40), **fields}
    return Assignment(uid=uid, task_uid=task_uid, resource_uid=resource_uid, **given)


def figures(*parts: Task | Resource | Assignment, **fields: Any) -> Figures:
    """A plan of these parts, computed."""
    return figures_of(
        Plan(
            tasks=tuple(part for part in parts if isinstance(part, Task)),
            resources=tuple(part for part in parts if isinstance(part, Resource)),
            assignments=tuple(part for part in parts if isinstance(part, Assignment)),
            **fields,
        )
    )
