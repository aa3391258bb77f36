"""What is behind one cell: the tasks that put work into a person's day, week or month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection
from django.db.models import F

from projects.caching import per_resource
from projects.worktime.moments import day_number
from reports.utilization.selectors import Utilization
from tasks.allocation.capacity import capacity_of
from tasks.models import Assignment, ResourceLoad, Task

if TYPE_CHECKING:
    from decimal import Decimal

    from projects.models import User
    from reports.utilization.window import ShownPeriod
    from resources.models import Resource

#: Tasks that are named; the rest is one line with its sum.
MOST_TASKS: Final = 50


class CellPart(NamedTuple):
    """What one task puts in."""

    task: Task
    units: Decimal | int
    minutes: int


class DayOver(NamedTuple):
    """A day with more work than time."""

    day: dt.date
    load: Utilization


@dataclass(frozen=True, slots=True)
class Behind:
    """A cell with its parts: their minutes add up to its figure."""

    load: Utilization
    parts: list[CellPart]
    #: Minutes of tasks in projects that this person does not see.
    hidden: int
    #: Minutes of further tasks, and how many.
    rest: int
    rest_count: int
    days_over: list[DayOver]
    #: Of what was worked: minutes of indirect work, which are no part of the figure.
    indirect: int = 0


class Needed(NamedTuple):
    """What all readers see of a cell: minutes by task, what there is, and the days that are over."""

    minutes: dict[int, int]
    capacity: int
    days_over: list[DayOver]


def behind(resource: Resource, period: ShownPeriod, user: User) -> Behind:
    """Two queries, and two with those of the calendars that are remembered, whatever the number of tasks."""
    needed = _needed(resource, period)
    rows = needed.minutes
    # Which of them a user may know is asked each time.
    tasks = {
        task.pk: task
        for task in Task.objects.visible_to(user).filter(pk__in=list(rows)).select_related("project")
    }
    units = dict(
        Assignment.objects.filter(resource=resource, task__in=list(tasks)).values_list(
            "task", "units_percentage"
        )
    )
    parts = [CellPart(tasks[pk], units.get(pk, 0), minutes) for pk, minutes in rows.items() if pk in tasks]
    parts.sort(key=lambda part: (-part.minutes, part.task.pk))
    further = parts[MOST_TASKS:]
    return Behind(
        load=Utilization(sum(rows.values()), needed.capacity),
        parts=parts[:MOST_TASKS],
        hidden=sum(minutes for pk, minutes in rows.items() if pk not in tasks),
        rest=sum(part.minutes for part in further),
        rest_count=len(further),
        days_over=needed.days_over,
    )


def _needed(resource: Resource, period: ShownPeriod) -> Needed:
    """Remembered until a plan, or what its people can do, changes."""

    def ask() -> Needed:
        capacity = capacity_of([resource.pk], organization_id=resource.organization_id)
        return Needed(
            _minutes(resource, period),
            capacity.between(resource.pk, day_number(period.first), day_number(period.last)),
            _days_over(resource, period),
        )

    return per_resource(resource.pk, resource.organization_id, f"{period.first}..{period.last}", ask)


def _minutes(resource: Resource, period: ShownPeriod) -> dict[int, int]:
    """Minutes by task, from what each assignment has put into the sums."""
    first, last = day_number(period.first), day_number(period.last)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_id, sum(needed)::bigint FROM assignment_loads, unnest(days, minutes) AS each(day, needed)"
            " WHERE resource_id = %s AND days && %s::int[] AND day BETWEEN %s AND %s GROUP BY task_id",
            [resource.pk, list(range(first, last + 1)), first, last],
        )
        return dict(cursor.fetchall())


def _days_over(resource: Resource, period: ShownPeriod) -> list[DayOver]:
    rows = ResourceLoad.objects.filter(
        resource=resource, grain=ResourceLoad.Grain.DAY, first_on__range=(period.first, period.last),
        planned_minutes__gt=F("capacity_minutes"),
    ).order_by("first_on")  # fmt: skip
    columns = rows.values_list("first_on", "planned_minutes", "capacity_minutes")
    return [DayOver(day, Utilization(planned, capacity or 0)) for day, planned, capacity in columns]
