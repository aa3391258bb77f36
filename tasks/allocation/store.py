"""What each assignment has put into the sums: kept to be taken out again exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from django.db import connection

from tasks.allocation.days import NO_LOAD, Load
from tasks.plan.arrays import arrays_cursor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class LoadChange(NamedTuple):
    """What one assignment puts in now, and what it had put in before."""

    project_id: int
    assignment_id: int
    task_id: int
    resource_id: int
    old: Load
    new: Load


class Stored(NamedTuple):
    """An assignment and what it has put in; one that is gone may still have something in."""

    assignment_id: int
    task_id: int
    resource_id: int
    load: Load
    is_assigned: bool


_KEEP: Final = """
    INSERT INTO assignment_loads (organization_id, project_id, resource_id, task_id, assignment_id, days, minutes)
    SELECT %s, project_id, resource_id, task_id, assignment_id, days::int[], minutes::int[]
    FROM unnest(
        %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], string_to_array(%s, ';'), string_to_array(%s, ';')
    ) AS new(project_id, resource_id, task_id, assignment_id, days, minutes)
    ON CONFLICT (assignment_id) DO UPDATE SET days = excluded.days, minutes = excluded.minutes
"""


# The days of each resource, and the tasks that do not count, are arrays of different lengths: they travel as texts.
_BESIDE: Final = """
    SELECT asked.resource_id, other.task_id
    FROM unnest(%s::bigint[], string_to_array(%s, ';'), string_to_array(%s, ';')) AS asked(resource_id, days, but),
    LATERAL (
        SELECT project_id, task_id FROM assignment_loads AS load
        WHERE load.resource_id = asked.resource_id AND load.days && asked.days::int[]
            AND load.task_id <> ALL (asked.but::bigint[])
        ORDER BY project_id, task_id LIMIT %s::int
    ) AS other
    ORDER BY asked.resource_id, other.project_id, other.task_id
"""


def beside(
    days: Mapping[int, Collection[int]], but: Mapping[int, Collection[int]], *, limit: int
) -> dict[int, list[int]]:
    """By resource the tasks that need it on one of its days, without those in `but`; so many at most of each. One query."""
    found: dict[int, list[int]] = {}
    ids = list(days)
    words: list[Any] = [
        np.array(ids, np.int64), _texts(days[pk] for pk in ids), _texts(but[pk] for pk in ids), limit
    ]  # fmt: skip
    with arrays_cursor() as cursor:
        cursor.execute(_BESIDE, words)
        for resource_id, task_id in cursor.fetchall():
            found.setdefault(resource_id, []).append(task_id)
    return found


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
) -> tuple[str, list[int | str]]:
    which = "project_id = %s"
    found: list[int | str] = [project_id]
    for column, ids in (("task_id", task_ids), ("resource_id", resource_ids)):
        if ids is not None:
            which += f" AND {column} = ANY(%s::bigint[])"
            found.append(_text(ids))
    return which, found


def store_changes(changes: Collection[LoadChange], *, organization_id: int) -> None:
    """Keep what each assignment has put in, so that it can be taken out again exactly."""
    gone = [change.assignment_id for change in changes if change.new == NO_LOAD]
    kept = [change for change in changes if change.new != NO_LOAD]
    with arrays_cursor() as cursor:
        if gone:
            ids: list[Any] = [np.array(gone, np.int64)]
            cursor.execute("DELETE FROM assignment_loads WHERE assignment_id = ANY(%s::bigint[])", ids)
        if kept:
            numbers = [
                [change.project_id for change in kept], [change.resource_id for change in kept],
                [change.task_id for change in kept], [change.assignment_id for change in kept],
            ]  # fmt: skip
            words: list[Any] = [
                organization_id, *(np.array(each, np.int64) for each in numbers),
                _texts(change.new.days for change in kept), _texts(change.new.minutes for change in kept),
            ]  # fmt: skip
            cursor.execute(_KEEP, words)


def _texts(rows: Iterable[Iterable[int]]) -> str:
    """Arrays of different lengths cannot stand in one array: they travel as one text."""
    return ";".join(map(_text, rows))


def _text(numbers: Iterable[int]) -> str:
    """An array as PostgreSQL writes it: a list of thousands would be put together one by one."""
    return "{" + ",".join(map(str, numbers)) + "}"
