"""The kept loads in the database: one statement for the sums of all rows, one for what each assignment has put in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from projects import caching
from projects.services.working_calendars import day_of
from projects.worktime.recurrence import weekday_of
from tasks.load_days import NO_LOAD, Load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tasks.capacity import Capacity

DayKey = tuple[int, int]
"""Resource and day number."""

Row = tuple[int, str, int, int, Any]
"""Resource, grain, day number of the first day, minutes, and of days the capacity."""


class Change(NamedTuple):
    """What one assignment puts in now, and what it had put in before."""

    project_id: int
    assignment_id: int
    task_id: int
    resource_id: int
    old: Load
    new: Load


class Total(NamedTuple):
    """A day of a resource after a change: the sum of all plans, by how much it rose, and what there is."""

    resource_id: int
    day: int
    planned: int
    rise: int
    capacity: int


class Stored(NamedTuple):
    """An assignment and what it has put in; one that is gone may still have something in."""

    assignment_id: int
    task_id: int
    resource_id: int
    load: Load
    is_assigned: bool


def stored_loads(
    project_id: int, *, task_ids: Collection[int] | None = None, resource_ids: Collection[int] | None = None
) -> list[Stored]:
    """The assignments of a project with what they have put in, and what those have that are gone."""
    which, values = _which(project_id, task_ids, resource_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT COALESCE(a.id, l.assignment_id), COALESCE(a.task_id, l.task_id),
                COALESCE(a.resource_id, l.resource_id), l.days, l.minutes, a.id IS NOT NULL
            FROM (SELECT id, task_id, resource_id FROM task_assignments WHERE {which}) AS a
            FULL JOIN (
                SELECT assignment_id, task_id, resource_id, days, minutes FROM assignment_loads WHERE {which}
            ) AS l ON l.assignment_id = a.id
            """,  # nosec B608  # names of columns are ours
            [*values, *values],
        )
        return [
            Stored(row[0], row[1], row[2], Load(row[3], row[4]) if row[3] else NO_LOAD, row[5])
            for row in cursor.fetchall()
        ]


def _which(
    project_id: int, task_ids: Collection[int] | None, resource_ids: Collection[int] | None
) -> tuple[str, list[int | list[int]]]:
    which, values = "project_id = %s", [project_id]
    found: list[int | list[int]] = [*values]
    for column, ids in (("task_id", task_ids), ("resource_id", resource_ids)):
        if ids is not None:
            which += f" AND {column} = ANY(%s::bigint[])"
            found.append(list(ids))
    return which, found


def deltas_of(changes: Iterable[Change]) -> dict[DayKey, int]:
    """By how much each day of each resource rises or falls."""
    deltas: dict[DayKey, int] = defaultdict(int)
    for change in changes:
        for sign, load in ((-1, change.old), (1, change.new)):
            for day, minutes in zip(*load, strict=True):
                deltas[change.resource_id, day] += sign * minutes
    return deltas


def store_changes(changes: Collection[Change], *, organization_id: int) -> None:
    """Keep what each assignment has put in, so that it can be taken out again exactly."""
    gone = [change.assignment_id for change in changes if change.new == NO_LOAD]
    kept = [change for change in changes if change.new != NO_LOAD]
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("DELETE FROM assignment_loads WHERE assignment_id = ANY(%s::bigint[])", [gone])
        if kept:
            # Arrays of different lengths cannot stand in one array: they travel as text.
            cursor.execute(
                """
                INSERT INTO assignment_loads
                    (organization_id, project_id, resource_id, task_id, assignment_id, days, minutes)
                SELECT %s, project_id, resource_id, task_id, assignment_id, days::int[], minutes::int[]
                FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[])
                    AS new(project_id, resource_id, task_id, assignment_id, days, minutes)
                ON CONFLICT (assignment_id) DO UPDATE SET days = excluded.days, minutes = excluded.minutes
                """,
                [
                    organization_id,
                    [change.project_id for change in kept],
                    [change.resource_id for change in kept],
                    [change.task_id for change in kept],
                    [change.assignment_id for change in kept],
                    [_array(change.new.days) for change in kept],
                    [_array(change.new.minutes) for change in kept],
                ],
            )


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def add_deltas(deltas: Mapping[DayKey, int], capacity: Capacity, *, organization_id: int) -> list[Total]:
    """Add to the sums of days, weeks and months; a delta of 0 only renews the capacity of its day.

    One statement in one order of rows: two changes that share a person wait for each other here and never in a
    ring, and what comes back holds what the other has put in.
    """
    found = add_rows([*_days(deltas, capacity), *_periods(deltas)], organization_id=organization_id)
    return [Total(row[0], row[2], row[3], deltas[row[0], row[2]], row[4]) for row in found if row[1] == "d"]


def add_rows(rows: Iterable[Row], *, organization_id: int) -> list[Row]:
    """Add to rows of any grain; gives what they hold then. Nothing is kept where nothing is planned."""
    ordered = sorted(rows, key=lambda row: row[:3])
    if not ordered:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO resource_loads AS kept
                (organization_id, resource_id, grain, first_on, planned_minutes, capacity_minutes)
            SELECT %s, resource_id, grain, DATE '1970-01-01' + day, minutes, capacity
            FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::bigint[], %s::int[])
                AS new(resource_id, grain, day, minutes, capacity)
            ON CONFLICT (resource_id, grain, first_on) DO UPDATE
                SET planned_minutes = kept.planned_minutes + excluded.planned_minutes,
                    capacity_minutes = excluded.capacity_minutes
            RETURNING resource_id, grain, first_on - DATE '1970-01-01', planned_minutes, capacity_minutes
            """,
            [organization_id, *(list(column) for column in zip(*ordered, strict=True))],
        )
        found: list[Row] = cursor.fetchall()
        empty = [row[:3] for row in found if not row[3]]
        if empty:
            cursor.execute(
                """
                DELETE FROM resource_loads AS kept
                USING unnest(%s::bigint[], %s::text[], %s::int[]) AS empty(resource_id, grain, day)
                WHERE kept.resource_id = empty.resource_id AND kept.grain = empty.grain
                    AND kept.first_on = DATE '1970-01-01' + empty.day AND kept.planned_minutes = 0
                """,
                [list(column) for column in zip(*empty, strict=True)],
            )
    # Whoever writes sums: the heat map remembers them until then.
    caching.bump_on_commit(organization_id)
    return found


def _days(deltas: Mapping[DayKey, int], capacity: Capacity) -> Iterable[Row]:
    return (
        (resource_id, "d", day, minutes, capacity.day(resource_id, day))
        for (resource_id, day), minutes in deltas.items()
    )


def _periods(deltas: Mapping[DayKey, int]) -> Iterable[Row]:
    sums: dict[tuple[int, str, int], int] = defaultdict(int)
    months: dict[int, int] = {}
    for (resource_id, day), minutes in deltas.items():
        if minutes:
            sums[resource_id, "w", day - weekday_of(day)] += minutes
            if day not in months:
                months[day] = day - day_of(day).day + 1
            sums[resource_id, "m", months[day]] += minutes
    return ((*key, minutes, None) for key, minutes in sums.items() if minutes)
