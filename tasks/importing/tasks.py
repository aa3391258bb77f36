"""The tasks of a plan file as rows, written in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from projects.storing import next_ids, store
from tasks.importing import kept
from tasks.importing.sealed import Sealed
from tasks.importing.words import Notes
from tasks.models import Mode, Task, TaskStatus
from tasks.plan.outline import OutlineRow, places
from tasks.scheduling.constraint_types import WITHOUT_DATE

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.interchange.plan_file import PlanAssignment, PlanFile, PlanTask
    from tasks.plan.outline import Place
    from tasks.scheduling.network import Task as EngineTask

WBS_LENGTH = 1_000
MOST_MONEY, CENT = Decimal(10) ** 13, Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Made:
    """What the rows of tasks need of what was made before them."""

    project: Project
    calendars: dict[int, int]
    resources: dict[int, int]
    notes: Notes
    as_recorded: bool
    sealed: Sealed


def make_tasks(made: Made, plan_file: PlanFile, network: Sequence[EngineTask]) -> dict[int, int]:
    """The rows of the plan; returns their ids by the file's numbers."""
    ids = dict(
        zip((task.uid for task in plan_file.tasks), next_ids("tasks", len(plan_file.tasks)), strict=True)
    )
    rows = places([OutlineRow(ids[task.uid], task.outline_level) for task in plan_file.tasks])
    people: dict[int, list[PlanAssignment]] = {}
    for item in plan_file.assignments:
        people.setdefault(item.task_uid, []).append(item)
    store(
        (
            _task(made, task, held, place, people.get(task.uid, ()))
            for task, held, place in zip(plan_file.tasks, network, rows, strict=True)
        ),
    )
    return ids


def _task(
    made: Made, task: PlanTask, held: EngineTask, place: Place, people: Sequence[PlanAssignment]
) -> Task:
    recorded, project = task.recorded, made.project
    row = Task(
        organization_id=project.organization_id,
        project_id=project.pk,
        name=_task_name(task, made.notes),
        description=task.notes,
        status=_status(task),
        priority=task.priority,
        is_milestone=task.is_milestone,
        is_active=task.is_active,
        mode=task.mode,
        task_type=task.task_type,
        is_effort_driven=task.is_effort_driven,
        duration_minutes=task.duration_minutes,
        is_elapsed=task.is_elapsed,
        is_estimated=task.is_estimated,
        constraint_type=task.constraint_type,
        constraint_minute=None if task.constraint_type in WITHOUT_DATE else task.constraint_minute,
        deadline_minute=task.deadline_minute,
        calendar_id=None if task.calendar_uid is None else made.calendars[task.calendar_uid],
        ignores_resource_calendar=task.ignores_resource_calendar,
        leveling_delay_minutes=task.leveling_delay_minutes,
        work_minutes=max(task.work_minutes or 0, 0),
        fixed_cost=stored_money(task.fixed_cost),
        progress_percentage=task.percent_complete,
        actual_start_minute=task.actual_start_minute,
        actual_finish_minute=task.actual_finish_minute,
        actual_duration_minutes=task.actual_duration_minutes,
        remaining_minutes=task.remaining_minutes,
        stop_minute=task.stop_minute,
        resume_minute=task.resume_minute,
        actual_work_minutes=max(task.actual_work_minutes or 0, 0),
        is_pinned=held.is_pinned,
        splits=[list(piece) for piece in task.splits] or None,
        start_minute=held.start_minute,
        finish_minute=_not_before(held.start_minute, held.finish_minute),
        source_uid=task.uid,
        recorded_start_minute=recorded.start_minute,
        recorded_finish_minute=recorded.finish_minute,
    )
    _place(row, place)
    if place.is_summary:
        # A summary of a file spans its children whatever its mode says; the mode is kept for an export.
        row.mode = Mode.AUTO
    _put_actuals_in_order(row, task, made.notes)
    was_auto = None
    if made.as_recorded and not place.is_summary and recorded.start_minute is not None:
        was_auto = {"is_pinned": row.is_pinned} if task.mode == "auto" else None
        # Work that has begun would go on from its actual dates, if nothing held it.
        row.mode, row.is_pinned = Mode.MANUAL, row.actual_start_minute is not None
        row.start_minute = recorded.start_minute
        row.finish_minute = _not_before(recorded.start_minute, recorded.finish_minute)
    row.extras = _extras(task, row, people, made)
    if was_auto is not None:
        row.extras = (row.extras or {}) | {"was_auto": was_auto}
    return row


def _task_name(task: PlanTask, notes: Notes) -> str:
    if task.name.strip():
        return task.name
    notes.doubt("task_unnamed", uid=task.uid)
    return _("名称なし")


def _status(task: PlanTask) -> str:
    if task.percent_complete == 100:
        return TaskStatus.COMPLETED
    started = task.percent_complete or task.actual_start_minute is not None
    return TaskStatus.IN_PROGRESS if started else TaskStatus.NOT_STARTED


def _place(row: Task, place: Place) -> None:
    row.pk, row.parent_id, row.row_number = place.task_id, place.parent_id, place.row_number
    row.outline_level, row.wbs_code = place.outline_level, place.wbs_code[:WBS_LENGTH]
    row.descendant_count, row.is_summary = place.descendant_count, place.is_summary


def _put_actuals_in_order(row: Task, task: PlanTask, notes: Notes) -> None:
    start, finish = row.actual_start_minute, row.actual_finish_minute
    if start is not None and finish is not None and finish < start:
        row.actual_finish_minute = start
        notes.doubt("actual_finish_before_start", uid=task.uid, name=task.name)


def _not_before(start: int | None, finish: int | None) -> int | None:
    return finish if start is None or finish is None else max(start, finish)


def stored_money(value: Decimal | None) -> Decimal:
    """What the column holds of an amount."""
    return value.quantize(CENT) if value is not None and abs(value) < MOST_MONEY else Decimal(0)


def as_of(row: Task) -> list[int]:
    """What the figures of the file that follow from others were true for."""
    return [row.duration_minutes, row.work_minutes, row.actual_work_minutes, row.progress_percentage]


def _of_assignment(item: PlanAssignment) -> dict[str, Any]:
    own = kept.to_json(item, kept.ASSIGNMENT)
    if item.work_minutes is not None and (item.overtime_work_minutes or 0) > item.work_minutes:
        own["work_minutes"] = item.work_minutes  # what is left of it would not say that
    return own


def _held_by_columns(task: PlanTask, row: Task) -> frozenset[str]:
    """What the columns of this one row say, though there is no column for it in others."""
    held: set[str] = set()
    if task.mode == "manual" and not row.is_summary:
        held |= {"manual_start_minute", "manual_finish_minute"}
    if task.constraint_type not in WITHOUT_DATE:
        held.add("constraint_minute")
    if row.fixed_cost == (task.fixed_cost or 0):
        held.add("fixed_cost")
    return frozenset(held)


def _extras(task: PlanTask, row: Task, people: Sequence[PlanAssignment], made: Made) -> dict[str, Any] | None:
    """What a task keeps of the file; its money goes where it is encrypted."""
    own = kept.to_json(task, kept.TASK)
    if own.get("wbs") == row.wbs_code:
        del own["wbs"]
    for name in _held_by_columns(task, row):
        own.pop(name, None)
    if task.mode != row.mode:
        own["mode"] = task.mode
    extras: dict[str, Any] = {}
    if own:
        extras["task"] = own
    if people:
        extras["assignments"] = [
            {"resource": made.resources[item.resource_uid], **_of_assignment(item)} for item in people
        ]
    made.sealed.take_from_task(row.pk, extras)
    if extras and not row.is_summary:
        extras["as_of"] = as_of(row)
    return extras or None
