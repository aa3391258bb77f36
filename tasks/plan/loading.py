"""A plan as columns: three statements that answer with arrays, or what was written since they did, and a few for calendars and people.

What most rows have nothing to say about is read only where a row says something: a group of columns comes with the
ids of its rows. No text, comment or record is touched, and there is no object for a row.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from projects.calendars.services import rules_of
from projects.worktime.moments import MINUTES_PER_DAY, day_number
from resources.models import Resource
from resources.working_times import calendars_of
from tasks.plan.arrays import Array
from tasks.plan.parts import alone, some_rows
from tasks.plan.reading import Answers, read
from tasks.plan.tables import ASSIGNMENTS, COMPUTED, LINKS, TASKS, SourceTable
from tasks.plan.warm import answers_of
from tasks.scheduling import network as engine
from tasks.scheduling.columns import (
    CODES,
    FIELDS,
    LARGEST,
    NOTHING,
    ROWS,
    AssignmentColumns,
    Columns,
    LinkColumns,
    TaskColumns,
    network_of,
)
from tasks.scheduling.errors import DateOutOfRange

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from projects.models import Project
    from projects.worktime.rules import CalendarRules

KIND: Final = {"person": "work", "equipment": "work", "material": "material", "cost": "cost"}

Kind = TypeVar("Kind", TaskColumns, LinkColumns, AssignmentColumns)


@dataclass(frozen=True)
class LoadedPlan:
    """A plan, with what the database holds of the columns that scheduling will compute, by their names."""

    columns: Columns
    stored: Mapping[str, Array]

    @cached_property
    def network(self) -> engine.Network:
        """The same plan as objects, for those that look at single tasks."""
        return network_of(self.columns)

    @cached_property
    def row_of(self) -> dict[int, int]:
        """The row of each task."""
        return {pk: row for row, pk in enumerate(self.columns.tasks.id.tolist())}


def load_plan(project: Project) -> LoadedPlan:
    """The plan of a project. As many queries for ten tasks as for ten thousand."""
    found = answers_of(project.pk)
    tasks, stored = _tasks(found[TASKS.name])
    links = _columns(LinkColumns, LINKS, found[LINKS.name])
    assignments = _living(_columns(AssignmentColumns, ASSIGNMENTS, found[ASSIGNMENTS.name]), tasks)
    resources, calendars = _resources(project, set(np.unique(assignments.resource_id).tolist()))
    used = set(np.unique(tasks.calendar_id).tolist()) - {NOTHING}
    used |= {rules.base_id for rules in calendars if rules.base_id} | {project.calendar_id}
    columns = Columns(
        network_settings(project), tasks, links, (*rules_of(used), *calendars), resources, assignments
    )
    return LoadedPlan(columns, stored)


def load_tasks(task_ids: Collection[int]) -> dict[int, engine.Task]:
    """Some tasks as the engine reads them, of whatever projects; one query."""
    tasks, _stored = _tasks(read(TASKS, "id = ANY(%s::bigint[])", [np.array(list(task_ids), np.int64)]))
    return {task.id: task for task in network_of(alone(tasks=tasks)).tasks}


def load_assignments(task_ids: Collection[int]) -> tuple[engine.Assignment, ...]:
    """The assignments of some tasks as the engine reads them, in the order in which they were made; one query."""
    found = read(ASSIGNMENTS, "task_id = ANY(%s::bigint[])", [np.array(list(task_ids), np.int64)])
    return network_of(alone(assignments=_columns(AssignmentColumns, ASSIGNMENTS, found))).assignments


def network_settings(project: Project) -> engine.ProjectSettings:
    """A project as the engine reads it."""
    status = project.status_on
    backward = project.schedule_from == "finish"
    return engine.ProjectSettings(
        start_minute=project.start_minute,
        finish_minute=project.finish_minute,
        from_finish=backward,
        calendar_id=project.calendar_id,
        # The status date means the end of that day.
        status_minute=(day_number(status) + 1) * MINUTES_PER_DAY if status else None,
        honors_constraints=project.honours_constraints,
        critical_slack_limit_minutes=project.critical_slack_minutes,
        minutes_per_day=project.minutes_per_day,
    )


# -- Columns ---------------------------------------------------------------------------------------------


def _tasks(found: Answers) -> tuple[TaskColumns, dict[str, Array]]:
    """The columns of tasks, and what is stored of those that are computed."""
    columns = _columns(TaskColumns, TASKS, found)
    stored = {name: found["", name] for name in COMPUTED if ("", name) in found}
    stored["progress_percentage"] = columns.percent_complete
    stored["is_torn"] = np.isin(columns.id, found["is_torn", "id"])
    is_given = columns.is_pinned | (columns.mode == CODES["mode"]["manual"])
    columns.start_minute = np.where(is_given, columns.start_minute, NOTHING)
    columns.finish_minute = np.where(is_given, columns.finish_minute, NOTHING)
    if splits := found["", "splits"]:
        row_of = {pk: row for row, pk in enumerate(columns.id.tolist())}
        pieces = {row_of[pk]: tuple((a, b) for a, b in each) for pk, each in splits.items() if each}
        columns.splits = dict(sorted(pieces.items()))
    return columns, stored


def _columns(kind: type[Kind], table: SourceTable, found: Answers) -> Kind:
    """The arrays of all rows; those of a group are laid over what is usual."""
    ids = found["", "id"]
    values: dict[str, Any] = {
        name: found["", name].astype(dtype, copy=False)
        if ("", name) in found
        else np.full(len(ids), _usual(kind, name), dtype)
        for name, dtype in FIELDS[kind].items()
    }
    order = np.argsort(ids)
    for name, group in table.groups.items():
        if len(found[name, "id"]) and group.columns:
            rows = order[np.searchsorted(ids, found[name, "id"], sorter=order)]
            for each in group.columns:
                values[each][rows] = found[name, each]
    columns = kind(**values)
    _refuse_large(columns, values)
    return columns


def _refuse_large(columns: Kind, values: Mapping[str, Array]) -> None:
    """Numbers that no date or duration can be are refused before they are added up."""
    for name, numbers in values.items():
        if numbers.dtype != np.int64:
            continue
        too_large = (numbers > LARGEST) | ((numbers < -LARGEST) & (numbers != NOTHING))
        if too_large.any():
            row = int(too_large.argmax())
            raise DateOutOfRange(int(_task_ids(columns)[row]), name)


def _task_ids(columns: TaskColumns | LinkColumns | AssignmentColumns) -> Array:
    """Of which task each row speaks."""
    match columns:
        case TaskColumns():
            return columns.id
        case LinkColumns():
            return columns.successor_id
    return columns.task_id


def _usual(kind: type, name: str) -> Any:
    """What a new row has: words as codes, None as nothing."""
    value = next((each.default for each in fields(ROWS[kind]) if each.name == name), None)
    if name in CODES:
        return CODES[name][str(value)]
    return NOTHING if value is None else value


def _living(assignments: AssignmentColumns, tasks: TaskColumns) -> AssignmentColumns:
    """Those on tasks that are not deleted: asking the database that would read the tasks once more."""
    there = np.isin(assignments.task_id, tasks.id)
    if there.all():
        return assignments
    return some_rows(assignments, there)


def _resources(
    project: Project, ids: set[int]
) -> tuple[tuple[engine.Resource, ...], tuple[CalendarRules, ...]]:
    """Resources, and for each that is away or has a calendar of its own the rules for it.

    A resource's rules carry its negative id, so that they share a number space with the calendars.
    """
    found = Resource.objects.filter(pk__in=ids).order_by("pk")
    rows = list(found.values_list("pk", "kind", "capacity_percentage", "calendar_id"))
    own = {pk: calendar_id for pk, _kind, _capacity, calendar_id in rows}
    chosen, calendars = calendars_of(ids, base_id=project.calendar_id, own=own)
    resources = [
        engine.Resource(pk, kind=KIND[kind], calendar_id=chosen[pk], max_units=capacity / 100)  # type: ignore[arg-type]  # the table above gives the engine's words
        for pk, kind, capacity, _calendar_id in rows
    ]
    return tuple(resources), calendars
