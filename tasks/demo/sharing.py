"""No one works at five places at once: shares of the demo's people, so that days are full and seldom too full.

The sketches give people whole days, since each was drawn by itself. What a person is asked for on the fullest day of a
task decides how much of their time that task gets; no date depends on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import connection

from projects.changes import changing
from projects.models import Project
from projects.permissions import System
from resources.models import Resource
from tasks.models import Assignment, AssignmentLoad
from tasks.plan.rescheduling import reschedule

#: How full the fullest days of people may be, one after another. Most days are less full, so that proposals find room.
LIMITS: Final = (120, 135, 105, 125, 170, 115, 140)
STEP: Final = 10


class SharePart(NamedTuple):
    """What a task asks of a person: percent, on these days."""

    assignment_id: int
    percent: Decimal
    days: Sequence[int]
    resource_id: int
    capacity: int


def share_hours(projects: Sequence[Project], *, actor: System) -> int:
    """Give every assignment of these projects its share; returns how many became smaller."""
    parts = _parts(projects)
    asked: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for part in parts:
        for day in part.days:
            asked[part.resource_id, day] += part.percent
    limits = {
        pk: LIMITS[place % len(LIMITS)]
        for place, pk in enumerate(sorted({part.resource_id for part in parts}))
    }
    units: dict[int, int] = {}
    for part in parts:
        peak = max(asked[part.resource_id, day] for day in part.days)
        limit = limits[part.resource_id] * part.capacity // 100
        if peak > limit:
            units[part.assignment_id] = max(STEP, int(part.percent * limit / peak) // STEP * STEP)
    _store(units)
    for project in projects:
        # The work of summaries follows that of their tasks, and the loads follow the plan.
        with changing(project, actor=actor) as record:
            record.notes["whole"] = True
            reschedule(project, record=record)
    return len(units)


def _parts(projects: Sequence[Project]) -> list[SharePart]:
    """Three simple look-ups: the tables are new, and without statistics a join of them may take minutes."""
    ids = [project.pk for project in projects]
    rows = AssignmentLoad.objects.filter(project__in=ids).values_list("assignment_id", "days", "resource_id")
    loads = {pk: (days, resource_id) for pk, days, resource_id in rows}
    given = Assignment.objects.filter(project__in=ids).order_by("pk").values_list("pk", "units_percentage")
    whole = dict(Resource.objects.values_list("pk", "capacity_percentage"))
    return [
        SharePart(pk, percent, loads[pk][0], loads[pk][1], whole[loads[pk][1]])
        for pk, percent in given
        if pk in loads
    ]


def _store(units: Mapping[int, int]) -> None:
    """The new shares, and the work of tasks by as much as their people do less."""
    rows = Assignment.objects.filter(pk__in=list(units)).values_list(
        "pk", "units_percentage", "task_id", "task__work_minutes"
    )
    work: dict[int, int] = {}
    less: dict[int, Decimal] = defaultdict(Decimal)
    for pk, before, task_id, minutes in rows:
        work[task_id] = minutes
        less[task_id] += before - units[pk]
    whole = _percent_of(list(work))
    shared = {pk: round(minutes * (1 - less[pk] / whole[pk])) for pk, minutes in work.items()}
    with connection.cursor() as cursor:
        for table, column, values in (
            ("task_assignments", "units_percentage", units),
            ("tasks", "work_minutes", shared),
        ):
            cursor.execute(
                f"UPDATE {table} SET {column} = new.value FROM unnest(%s::bigint[], %s::bigint[]) AS new(id, value)"  # nosec B608  # names are ours
                f" WHERE {table}.id = new.id",
                [list(values), list(values.values())],
            )


def _percent_of(task_ids: Sequence[int]) -> dict[int, Decimal]:
    """What all people of each task give it together, material apart."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    rows = Assignment.objects.filter(task__in=task_ids).exclude(resource__kind="material")
    for task_id, percent in rows.values_list("task_id", "units_percentage"):
        found[task_id] += percent
    return found
