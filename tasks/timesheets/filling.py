"""What a week is filled with: the plan's minutes by day, or what was entered the week before. Only empty cells take it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from projects.worktime.moments import day_number, day_of
from resources.models import ResourceKind
from tasks.allocation.capacity import capacity_of
from tasks.models import AssignmentLoad, Task, TimeEntry, Timesheet, WorkKind
from tasks.timesheets.entering import RowKey, Typed, closed_months, enter_hours
from tasks.timesheets.weeks import Week, month_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import User
    from resources.models import Resource

Cells = dict[tuple[RowKey, date], int]
#: The plan is spread to the minute; a sheet is filled in quarters of an hour.
QUARTER: Final = 15


def planned_minutes(resource: Resource, week: Week) -> dict[int, dict[date, int]]:
    """By task and day what the plans need of this person in a week, as the loads keep it; one query."""
    numbers = [day_number(day) for day in week.days]
    found: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    rows = AssignmentLoad.objects.filter(resource=resource, days__overlap=numbers)
    for task_id, days, minutes in rows.values_list("task_id", "days", "minutes"):
        for number, each in zip(days, minutes, strict=True):
            if numbers[0] <= number <= numbers[-1]:
                found[task_id][day_of(number)] += each
    return found


def working_minutes(resource: Resource, week: Week) -> dict[date, int]:
    """How much this person works on each day of a week, by calendar and absences."""
    if resource.kind == ResourceKind.MATERIAL:
        return dict.fromkeys(week.days, 0)
    capacity = capacity_of([resource.pk], organization_id=resource.organization_id)
    return {day: capacity.day(resource.pk, day_number(day)) for day in week.days}


def fill_from_plan(*, resource: Resource, week: Week, actor: User, today: date) -> int:
    """Fill empty cells with what was planned, in quarters of an hour; returns how many. Raises what `enter_hours` does."""
    planned = planned_minutes(resource, week)
    seen = Task.objects.visible_to(actor).filter(pk__in=planned, is_summary=False)
    cells = {
        (RowKey(True, pk), day): min(round(minutes / QUARTER) * QUARTER, 1440)
        for pk in seen.order_by("project_id", "row_number").values_list("pk", flat=True)
        for day, minutes in planned[pk].items()
    }
    return _fill(resource, week, cells, actor, today)


def copy_last_week(*, resource: Resource, week: Week, actor: User, today: date) -> int:
    """Fill empty cells of working days with the hours of the same weekday a week ago; returns how many.

    Of tasks that are done, gone or no longer seen, and kinds that are not offered any more, nothing is taken over.
    """
    last = TimeEntry.objects.filter(
        sheet__resource=resource, sheet__week_on=week.later(-1).monday, minutes__gt=0, is_correction=False
    ).order_by("pk")
    works = working_minutes(resource, week)
    cells = {
        (RowKey.of(entry), entry.worked_on + timedelta(days=7)): entry.minutes
        for entry in last
        if works[entry.worked_on + timedelta(days=7)]
    }
    open_tasks = Task.objects.visible_to(actor).filter(
        pk__in={key.id for key, _day in cells if key.is_task}, is_summary=False, progress_percentage__lt=100
    )
    kinds = WorkKind.objects.filter(organization=resource.organization_id, is_active=True)
    known = {RowKey(True, pk) for pk in open_tasks.values_list("pk", flat=True)}
    known |= {RowKey(False, pk) for pk in kinds.values_list("pk", flat=True)}
    return _fill(
        resource, week, {cell: each for cell, each in cells.items() if cell[0] in known}, actor, today
    )


def _fill(
    resource: Resource, week: Week, cells: Mapping[tuple[RowKey, date], int], actor: User, today: date
) -> int:
    """Leave out what has hours already, days of closed months, and what would be more than a day has."""
    there: Cells = defaultdict(int)
    sums: dict[date, int] = defaultdict(int)
    sheet = Timesheet.objects.filter(resource=resource, week_on=week.monday)
    for entry in TimeEntry.objects.filter(sheet__in=sheet):
        there[RowKey.of(entry), entry.worked_on] += entry.minutes
        sums[entry.worked_on] += entry.minutes
    closed = closed_months(resource.organization_id, week.days)
    typed = []
    for (row, day), minutes in cells.items():
        if there[row, day] or not minutes or month_of(day) in closed or sums[day] + minutes > 1440:
            continue
        sums[day] += minutes
        typed.append(Typed(row, day, minutes, seen=0))
    enter_hours(resource=resource, week=week, typed=typed, actor=actor, today=today)
    return len(typed)
