"""Rows of a plan as rows of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tasks.importing import kept
from tasks.importing.rows import LAG_UNITS
from tasks.importing.tasks import as_of, stored_money
from tasks.interchange.plan_file import PlanAssignment, PlanLink, PlanTask, Recorded, Unit
from tasks.models import TaskLink
from tasks.scheduling.constraint_types import WITHOUT_DATE

if TYPE_CHECKING:
    from projects.worktime.calendar import WorkingTime
    from tasks.importing.sealed import Sealed
    from tasks.models import Assignment, Task

LAG_UNIT_OF: dict[str, Unit] = {short: unit for unit, short in LAG_UNITS.items()}  # type: ignore[misc]  # its keys are units
ClockOf = Callable[["int | None"], "WorkingTime"]
#: A file may have an assignment 0.
NO_UID = -1


def is_fresh(task: Task, extras: dict[str, Any]) -> bool:
    """Whether work, duration and progress are still those of the file."""
    return task.is_summary or extras.get("as_of") == as_of(task)


def has_file_dates(task: Task) -> bool:
    """Whether a task lies where the file had it."""
    return (task.start_minute, task.finish_minute) == (
        task.recorded_start_minute,
        task.recorded_finish_minute,
    )


def file_task(
    task: Task, sealed: Sealed, uids: dict[int, int], calendars: dict[int, int], clock_of: ClockOf
) -> PlanTask:
    """A task with what the file said of it beyond our columns; `clock_of` gives the working time of a calendar."""
    extras = task.extras or {}
    known = kept.values_of(PlanTask, sealed.of_task(task.pk, extras.get("task", {})))
    if not is_fresh(task, extras):
        known = kept.still_true(known, kept.TASK_VOLATILE)
    mode = known.pop("mode", task.mode) if task.is_summary else task.mode
    held = task.mode == "manual"
    return PlanTask(**known | {
        "uid": uids[task.pk],
        "name": task.name,
        "row_id": task.row_number,
        "parent_uid": None if task.parent_id is None else uids[task.parent_id],
        "outline_level": task.outline_level,
        "wbs": known.get("wbs", task.wbs_code),
        "duration_minutes": task.duration_minutes,
        "is_elapsed": task.is_elapsed,
        "is_estimated": task.is_estimated,
        "is_milestone": task.is_milestone,
        "is_active": task.is_active,
        "mode": mode,
        "manual_start_minute": task.start_minute if held else known.get("manual_start_minute"),
        "manual_finish_minute": task.finish_minute if held else known.get("manual_finish_minute"),
        "constraint_type": task.constraint_type,
        "constraint_minute": _constraint_minute(task, known),
        "deadline_minute": task.deadline_minute,
        "calendar_uid": None if task.calendar_id is None else calendars[task.calendar_id],
        "ignores_resource_calendar": task.ignores_resource_calendar,
        "task_type": task.task_type,
        "is_effort_driven": task.is_effort_driven,
        "priority": task.priority,
        "leveling_delay_minutes": task.leveling_delay_minutes,
        "percent_complete": task.progress_percentage,
        "actual_start_minute": task.actual_start_minute,
        "actual_finish_minute": task.actual_finish_minute,
        "actual_duration_minutes": task.actual_duration_minutes,
        "remaining_minutes": task.remaining_minutes,
        "stop_minute": task.stop_minute,
        "resume_minute": task.resume_minute,
        "splits": _pieces(task, clock_of) if task.splits else (),
        "work_minutes": task.work_minutes,
        "actual_work_minutes": task.actual_work_minutes,
        "fixed_cost": _fixed_cost(task, known.get("fixed_cost")),
        "notes": task.description,
        "recorded": _recorded(task),
    })  # fmt: skip


def _pieces(task: Task, clock_of: ClockOf) -> tuple[tuple[int, int], ...]:
    """When an interrupted task is worked on; where it has moved, with the same work and pauses from its start."""
    pieces = [(first, last) for first, last in task.splits or ()]
    start, finish = task.start_minute, task.finish_minute
    if start is None or finish is None or (pieces[0][0], pieces[-1][1]) == (start, finish):
        return tuple(pieces)
    clock = clock_of(task.calendar_id)
    moved = [(start, clock.add(start, clock.between(*pieces[0])))]
    for before, (first, last) in pairwise(pieces):
        begin = clock.next_working(clock.add(moved[-1][1], clock.between(before[1], first)))
        moved.append((begin, clock.add(begin, clock.between(first, last))))
    if finish > moved[-1][0]:
        moved[-1] = (moved[-1][0], finish)
    return tuple(moved)


def _fixed_cost(task: Task, known: Decimal | None) -> Decimal | None:
    """The file's own, as long as the column holds what could be held of it."""
    if known is not None and task.fixed_cost == stored_money(known):
        return known
    return task.fixed_cost.normalize() + 0 if task.fixed_cost else None


def _constraint_minute(task: Task, known: dict[str, Any]) -> int | None:
    """The date of the constraint; beside "as soon as possible" the one that the file had there, which does nothing."""
    return known.get("constraint_minute") if task.constraint_type in WITHOUT_DATE else task.constraint_minute


def _recorded(task: Task) -> Recorded:
    return Recorded(
        task.start_minute, task.finish_minute, task.early_start_minute, task.early_finish_minute,
        task.late_start_minute, task.late_finish_minute, task.total_slack_minutes, task.free_slack_minutes,
        task.is_critical,
    )  # fmt: skip


def links_of(task_ids: list[int], uids: dict[int, int]) -> dict[int, list[PlanLink]]:
    """What each of these tasks waits for, as long as it is in the plan."""
    columns = ("link_type", "lag_kind", "lag_minutes", "lag_percent")
    rows = TaskLink.objects.filter(successor__in=task_ids).order_by("pk")
    found: dict[int, list[PlanLink]] = defaultdict(list)
    for before, after, unit, *rest in rows.values_list(
        "predecessor_id", "successor_id", "lag_unit", *columns
    ):
        if before in uids:
            values: dict[str, Any] = dict(zip(columns, rest, strict=True))
            link = PlanLink(uids[before], uids[after], **values, lag_unit=LAG_UNIT_OF.get(unit, "days"))
            found[after].append(link)
    return found


def file_assignment(
    row: Assignment, data: dict[str, Any], uids: tuple[int, int], *, fresh: bool, has_dates: bool
) -> PlanAssignment:
    """An assignment with what the file said of it beyond our columns; `NO_UID` where it has no number yet.

    `fresh` says whether work and progress of its task are still those of the file, `has_dates` the same of the dates.
    """
    known = kept.values_of(PlanAssignment, data)
    if not fresh:
        known = kept.still_true(known, kept.ASSIGNMENT_VOLATILE)
    elif not has_dates:
        known = {name: value for name, value in known.items() if name not in kept.ASSIGNMENT_DATES}
    whole = known.pop("work_minutes", None)
    work = row.work_minutes
    if work is not None and whole is None:
        whole = work + (known.get("overtime_work_minutes") or 0)
    return PlanAssignment(**known | {
        "uid": known.get("uid", NO_UID),
        "task_uid": uids[0],
        "resource_uid": uids[1],
        "units": float(row.units_percentage) / 100,
        "work_minutes": None if work is None else whole,
        "actual_work_minutes": row.actual_work_minutes,
        "remaining_work_minutes": row.remaining_work_minutes,
        "delay_minutes": row.delay_minutes,
    })  # fmt: skip
