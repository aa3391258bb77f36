"""Questions about plans. What the engine reads is loaded as tuples: no objects, no texts, no history."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from django.db.models import F, FloatField
from django.db.models.functions import Cast

from projects.services.working_calendars import day_number, rules_of
from projects.worktime.rules import CalendarRules
from resources.models import Resource
from resources.working_times import calendars_of
from tasks.lateness import DaysLate
from tasks.models import Assignment, CollapsedTask, Task, TaskLink
from tasks.scheduling import network as engine

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from projects.models import Project, User

#: Columns that the engine reads, in the order of `network_task`.
INPUT = (
    "id", "parent_id", "duration_minutes", "is_elapsed", "is_milestone", "is_active", "mode",
    "constraint_type", "constraint_minute", "deadline_minute", "calendar_id", "ignores_resource_calendar",
    "task_type", "is_effort_driven", "priority", "leveling_delay_minutes", "progress_percentage",
    "actual_start_minute", "actual_finish_minute", "actual_duration_minutes", "remaining_minutes",
    "stop_minute", "resume_minute", "is_pinned", "splits", "start_minute", "finish_minute",
)  # fmt: skip
#: Columns that the engine computes, in the order of `rescheduling`.
COMPUTED = (
    "start_minute", "finish_minute", "early_start_minute", "early_finish_minute", "late_start_minute",
    "late_finish_minute", "total_slack_minutes", "free_slack_minutes", "is_critical", "driver_kind",
    "driver_task_id", "duration_minutes", "work_minutes", "progress_percentage",
)  # fmt: skip
KIND = {"person": "work", "equipment": "work", "material": "material", "cost": "cost"}


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A network, with what the database holds of the columns that scheduling will compute."""

    network: engine.Network
    stored: dict[int, tuple[Any, ...]]


def load_plan(project: Project) -> LoadedPlan:
    """The network of a project. Seven queries, whatever its size."""
    columns = INPUT + COMPUTED
    rows = list(
        Task.objects.filter(project=project, deleted_at__isnull=True)
        .order_by("row_number")
        .values_list(*columns)
    )
    width = len(INPUT)
    stored = {row[0]: row[width:] for row in rows}
    assignments = _assignments(project, stored)
    resources, calendars = _resources(project, {item.resource_id for item in assignments})
    used = {row[10] for row in rows if row[10]} | {rules.base_id for rules in calendars if rules.base_id}
    network = engine.Network(
        project=network_settings(project),
        tasks=tuple(network_task(row) for row in rows),
        links=_links(project),
        calendars=(*rules_of(used | {project.calendar_id}), *calendars),
        resources=resources,
        assignments=assignments,
    )
    return LoadedPlan(network, stored)


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
        status_minute=(day_number(status) + 1) * 1440 if status else None,
        honors_constraints=project.honours_constraints,
        critical_slack_limit_minutes=project.critical_slack_minutes,
        minutes_per_day=project.minutes_per_day,
    )


def network_task(row: tuple[Any, ...]) -> engine.Task:
    """A task as the engine reads it, from the columns of `INPUT`."""
    (
        task_id, parent_id, duration, is_elapsed, is_milestone, is_active, mode, constraint, constraint_minute,
        deadline, calendar_id, ignores, task_type, is_effort_driven, priority, delay, percent, actual_start,
        actual_finish, actual_duration, remaining, stop, resume, is_pinned, splits, start, finish,
    ) = row[: len(INPUT)]  # fmt: skip
    is_given = is_pinned or mode == "manual"
    return engine.Task(
        id=task_id,
        duration_minutes=duration,
        parent_id=parent_id,
        is_elapsed=is_elapsed,
        is_milestone=is_milestone,
        is_active=is_active,
        mode=mode,
        constraint_type=constraint,
        constraint_minute=constraint_minute,
        deadline_minute=deadline,
        calendar_id=calendar_id,
        ignores_resource_calendar=ignores,
        task_type=task_type,
        is_effort_driven=is_effort_driven,
        priority=priority,
        leveling_delay_minutes=delay,
        percent_complete=percent,
        actual_start_minute=actual_start,
        actual_finish_minute=actual_finish,
        actual_duration_minutes=actual_duration,
        remaining_minutes=remaining,
        stop_minute=stop,
        resume_minute=resume,
        is_pinned=is_pinned,
        start_minute=start if is_given else None,
        finish_minute=finish if is_given else None,
        splits=tuple((a, b) for a, b in splits or ()),
    )


def _links(project: Project) -> tuple[engine.Link, ...]:
    names = [field.name for field in fields(engine.Link)]
    rows = TaskLink.objects.filter(project=project).order_by("pk").values_list(*names)
    return tuple(itertools.starmap(engine.Link, rows))


def _assignments(project: Project, task_ids: Container[int]) -> tuple[engine.Assignment, ...]:
    """Those on tasks that are not deleted: asking the database that would read the tasks once more."""
    rows = network_assignments(Assignment.objects.filter(project=project))
    return tuple(item for item in rows if item.task_id in task_ids)


def network_assignments(rows: QuerySet[Assignment]) -> Iterator[engine.Assignment]:
    """Assignments as the engine reads them, in the order in which they were made."""
    names = [field.name for field in fields(engine.Assignment)]
    units = Cast(F("units_percentage") / 100, FloatField())
    return itertools.starmap(engine.Assignment, rows.order_by("pk").annotate(units=units).values_list(*names))


def _resources(
    project: Project, ids: set[int]
) -> tuple[tuple[engine.Resource, ...], tuple[CalendarRules, ...]]:
    """Resources, and for each that is away or has a calendar of its own the rules for it.

    A resource's rules carry its negative id, so that they share a number space with the calendars.
    """
    chosen, calendars = calendars_of(ids, base_id=project.calendar_id)
    rows = Resource.objects.filter(pk__in=ids).order_by("pk")
    resources = [
        engine.Resource(pk, kind=KIND[kind], calendar_id=chosen[pk], max_units=capacity / 100)  # type: ignore[arg-type]  # the table above gives the engine's words
        for pk, kind, capacity in rows.values_list("pk", "kind", "capacity_percentage")
    ]
    return tuple(resources), calendars


def days_late_of(task: Task, *, on: date) -> int:
    """By how many days one task is late; one query."""
    return int(Task.objects.filter(pk=task.pk).values_list(DaysLate(on), flat=True).get())


@dataclass(frozen=True, slots=True)
class VisibleRows:
    """Which rows of a plan one person sees: all but those under summaries that he has closed."""

    total: int
    hidden: tuple[tuple[int, int], ...]  # first and last row of each hidden stretch, ascending, apart
    collapsed: frozenset[int]

    @property
    def count(self) -> int:
        """How many rows there are to scroll through."""
        return self.total - sum(last - first + 1 for first, last in self.hidden)

    def row_at(self, position: int) -> int:
        """The row number that stands at a position, counted from 1 over what is seen."""
        row = position
        for first, last in self.hidden:
            if row < first:
                break
            row += last - first + 1
        return row

    def position_of(self, row: int) -> int:
        """The position at which a row stands; a hidden row counts as the summary above it."""
        before = 0
        for first, last in self.hidden:
            if row > last:
                before += last - first + 1
            elif row >= first:
                return first - 1 - before
        return row - before

    def ranges(self, first: int, last: int) -> list[tuple[int, int]]:
        """The stretches of row numbers that fill the positions from first to last (both included)."""
        last = min(last, self.count)
        found: list[tuple[int, int]] = []
        position = max(first, 1)
        while position <= last:
            row = self.row_at(position)
            end = next((begin - 1 for begin, _ in self.hidden if begin > row), self.total)
            length = min(end - row, last - position) + 1
            found.append((row, row + length - 1))
            position += length
        return found


def visible_rows(project: Project, user: User) -> VisibleRows:
    """One query, as long as the list of what this person has closed."""
    rows = (
        CollapsedTask.objects.filter(user=user, project=project, task__deleted_at__isnull=True)
        .order_by("task__row_number")
        .values_list("task_id", "task__row_number", "task__descendant_count")
    )
    hidden: list[tuple[int, int]] = []
    collapsed = set()
    for task_id, row, descendants in rows:
        collapsed.add(task_id)
        first, last = (row or 0) + 1, (row or 0) + descendants
        if descendants and (not hidden or first > hidden[-1][1]):
            hidden.append((first, last))
    return VisibleRows(project.task_count, tuple(hidden), frozenset(collapsed))
