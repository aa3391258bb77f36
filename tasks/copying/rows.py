"""The rows of a plan for its copy: one statement a table, whatever the size of the plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import NOT_PROVIDED, Model

from projects.models import Calendar, CalendarException
from projects.storing import next_ids
from resources.models import Resource
from tasks.models import Assignment, Mode, Task, TaskLink
from tasks.scheduling.constraint_types import HOLDS_START

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.plan.working_days import Shift

#: What happened to a task, where its dates were, and what a file said of it: a copy begins without. The values are SQL.
FRESH: Final[dict[str, str]] = {
    "status": "'not_started'", "progress_percentage": "0", "actual_start_minute": "NULL",
    "actual_finish_minute": "NULL", "actual_duration_minutes": "0", "remaining_minutes": "NULL",
    "stop_minute": "NULL", "resume_minute": "NULL", "actual_work_minutes": "0", "early_start_minute": "NULL",
    "early_finish_minute": "NULL", "late_start_minute": "NULL", "late_finish_minute": "NULL",
    "total_slack_minutes": "NULL", "free_slack_minutes": "NULL", "is_critical": "false", "driver_kind": "''",
    "driver_task_id": "NULL", "source_uid": "NULL", "recorded_start_minute": "NULL",
    "recorded_finish_minute": "NULL", "recorded_reason": "''", "extras": "NULL", "deleted_at": "NULL",
    "own": """old.own || '{"progress_percentage": 0, "start_minute": null, "finish_minute": null}'""",
}  # fmt: skip

#: The same for an assignment.
_ASSIGNMENT: Final = {
    "actual_work_minutes": "0", "remaining_work_minutes": "NULL", "project_id": "%s",
    "task_id": "task.new", "resource_id": "coalesce(resource.new, old.resource_id)",
}  # fmt: skip


def columns_of(model: type[Model], *, without: Collection[str] = ()) -> list[str]:
    """The columns that have to be filled."""
    return [
        str(field.column)
        for field in model._meta.local_concrete_fields
        if not field.generated and field.db_default is NOT_PROVIDED and field.column not in without
    ]


def _pairs(mapping: Mapping[int, int]) -> list[list[int]]:
    return [list(mapping), list(mapping.values())]


# -- calendars and resources of the project alone --------------------------------------------------------------


def copy_calendars(source: Project, copy: Project) -> dict[int, int]:
    """Calendars that belong to the source alone; the new ids by the old."""
    old = list(Calendar.objects.filter(project=source).order_by("pk"))
    ids = dict(zip((row.pk for row in old), next_ids("calendars", len(old)), strict=True))
    made = []
    for row in old:
        row.pk, row.project, row.is_default = ids[row.pk], copy, False
        row.base_id = ids.get(row.base_id, row.base_id) if row.base_id else None
        made.append(row)
    Calendar.objects.bulk_create(made)
    exceptions = list(CalendarException.objects.filter(calendar__in=list(ids)).order_by("pk"))
    for exception in exceptions:
        exception.pk, exception.calendar_id = None, ids[exception.calendar_id]
    CalendarException.objects.bulk_create(exceptions)
    return ids


def copy_resources(source: Project, copy: Project, calendars: Mapping[int, int]) -> dict[int, int]:
    """Resources that came with the source's file and belong to it alone; the new ids by the old."""
    old = list(Resource.objects.filter(project=source).order_by("pk"))
    ids = dict(zip((row.pk for row in old), next_ids("resources", len(old)), strict=True))
    for row in old:
        row.pk, row.project = ids[row.pk], copy
        # An account is a resource once, and that is the one of the source.
        row.user_id = None
        row.calendar_id = calendars.get(row.calendar_id, row.calendar_id) if row.calendar_id else None
    Resource.objects.bulk_create(old)
    return ids


# -- tasks -----------------------------------------------------------------------------------------------------


def copy_tasks(
    source: Project, copy: Project, shift: Shift, calendars: Mapping[int, int], *, copies_people: bool
) -> dict[int, int]:
    """All rows of the plan, moved; the new ids by the old. Raises WorktimeError where the calendar runs dry."""
    dated = _dated(source)
    old = list(_alive(source).order_by("row_number").values_list("pk", flat=True))
    ids = dict(zip(old, next_ids("tasks", len(old)), strict=True))
    moved = [_moved(row, shift) for row in dated]
    columns = columns_of(Task)
    taken = FRESH | {
        "id": "own.new", "project_id": "%s", "parent_id": "parent.new",
        "calendar_id": "coalesce(calendar.new, old.calendar_id)", "constraint_minute": "date.bound",
        "deadline_minute": "date.deadline", "start_minute": "date.start", "finish_minute": "date.finish",
        "splits": "date.splits", "approver_id": "old.approver_id" if copies_people else "NULL",
    }  # fmt: skip
    places = ", ".join(taken.get(column, f"old.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tasks ({', '.join(columns)}) SELECT {places} FROM tasks old"  # nosec B608  # our own columns
            " JOIN unnest(%s::bigint[], %s::bigint[]) AS own(old, new) ON own.old = old.id"
            " LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS parent(old, new) ON parent.old = old.parent_id"
            " LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS calendar(old, new) ON calendar.old = old.calendar_id"
            " LEFT JOIN unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::jsonb[])"
            " AS date(old, bound, deadline, start, finish, splits) ON date.old = old.id ORDER BY own.new",
            [
                copy.pk, *_pairs(ids), *_pairs(ids), *_pairs(calendars),
                *[[row[at] for row in moved] for at in range(6)],
            ],
        )  # fmt: skip
    return ids


def _alive(source: Project) -> Any:
    return Task.objects.filter(project=source, deleted_at__isnull=True)


def _dated(source: Project) -> list[tuple[Any, ...]]:
    """Tasks with moments that were given by hand; all other dates are computed."""
    rows = _alive(source).values_list(
        "pk", "constraint_type", "constraint_minute", "deadline_minute", "start_minute", "finish_minute",
        "splits", "mode", "is_pinned",
    )  # fmt: skip
    return [row for row in rows if any(value is not None for value in row[2:4]) or row[6] or _is_given(row)]


def _is_given(row: tuple[Any, ...]) -> bool:
    return bool(row[7] == Mode.MANUAL or row[8])


def _moved(row: tuple[Any, ...], shift: Shift) -> tuple[Any, ...]:
    pk, kind, bound, deadline, start, finish, splits = row[:7]
    new_start = new_finish = None
    if _is_given(row):
        new_start, new_finish = _maybe(shift.start, start), _maybe(shift.finish, finish)
        if new_start is not None and new_finish is not None:
            # Both ends on days off can land on one day of work.
            new_finish = max(new_start, new_finish)
    return (
        pk, _maybe(shift.start if kind in HOLDS_START else shift.finish, bound), _maybe(shift.finish, deadline),
        new_start, new_finish, _pieces(splits, shift),
    )  # fmt: skip


def _maybe(move: Callable[[int], int], minute: int | None) -> int | None:
    return None if minute is None else move(minute)


def _pieces(splits: list[list[int]] | None, shift: Shift) -> str | None:
    """The worked pieces of an interrupted task; without them when days off have laid one over another."""
    moved = [[shift.start(first), shift.finish(last)] for first, last in sorted(splits or ())]
    ends = [moment for piece in moved for moment in piece]
    return json.dumps(moved) if moved and ends == sorted(ends) else None


# -- links and people ------------------------------------------------------------------------------------------


def copy_links(source: Project, copy: Project, ids: Mapping[int, int]) -> None:
    """Who waits for whom."""
    columns = columns_of(TaskLink, without=["id"])
    taken = {"project_id": "%s", "predecessor_id": "before.new", "successor_id": "after.new"}
    places = ", ".join(taken.get(column, f"old.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO task_links ({', '.join(columns)}) SELECT {places} FROM task_links old"  # nosec B608  # our own columns
            " JOIN unnest(%s::bigint[], %s::bigint[]) AS before(old, new) ON before.old = old.predecessor_id"
            " JOIN unnest(%s::bigint[], %s::bigint[]) AS after(old, new) ON after.old = old.successor_id"
            " WHERE old.project_id = %s ORDER BY old.id",
            [copy.pk, *_pairs(ids), *_pairs(ids), source.pk],
        )


def copy_assignments(
    source: Project, copy: Project, ids: Mapping[int, int], resources: Mapping[int, int]
) -> None:
    """Who works on what, as it was planned."""
    columns = columns_of(Assignment, without=["id"])
    places = ", ".join(_ASSIGNMENT.get(column, f"old.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO task_assignments ({', '.join(columns)}) SELECT {places} FROM task_assignments old"  # nosec B608  # our own columns
            " JOIN unnest(%s::bigint[], %s::bigint[]) AS task(old, new) ON task.old = old.task_id"
            " LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS resource(old, new) ON resource.old = old.resource_id"
            " WHERE old.project_id = %s ORDER BY old.id",
            [copy.pk, *_pairs(ids), *_pairs(resources), source.pk],
        )
