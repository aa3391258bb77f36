"""A plan file whose dates are past, as a plan that begins on another day.

What lay on the fifth day of work lies on the fifth day of work again, by the calendar of the project: dates of constraints,
deadlines, dates set by hand or held. All else the engine computes. The new plan has not begun, so progress is left out;
exceptions of calendars and baselines are of their own days and stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from config.web.formats import day_plain
from projects.worktime.calendars import Calendars
from projects.worktime.moments import day_of, first_day_of
from tasks.interchange.plan_file import PlanAssignment, PlanFile, PlanTask, Recorded
from tasks.plan.working_days import Shift
from tasks.scheduling.constraint_types import HOLDS_FINISH

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from tasks.importing.words import Notes


def begins_on(plan_file: PlanFile) -> date:
    """The day on which the plan of a file begins; of one that is scheduled from its finish, that of its first task."""
    start = plan_file.project.start_minute
    if plan_file.project.from_finish:
        starts = [
            task.recorded.start_minute for task in plan_file.tasks if task.recorded.start_minute is not None
        ]
        start = min(starts, default=start)
    return day_of(first_day_of(start))


def shifted(plan_file: PlanFile, starts_on: date, notes: Notes) -> PlanFile:
    """The same plan, begun on another day; raises WorktimeError where its calendar has no work that far away."""
    project, old = plan_file.project, begins_on(plan_file)
    clock = Calendars(plan_file.calendars).calendar(project.calendar_uid)
    shift = Shift(clock, start=old, new_start=starts_on)
    notes.doubt("plan_shifted", old=day_plain(old), new=day_plain(starts_on))
    begun = sum(_has_begun(task) for task in plan_file.tasks)
    if begun:
        notes.lose("progress_left_out", count=begun)
    aim = project.finish_minute if project.from_finish else None
    return replace(
        plan_file,
        project=replace(
            project,
            start_minute=shift.start(project.start_minute),
            finish_minute=_moved(shift.finish, aim),
            status_minute=None,
        ),
        tasks=tuple(_task(task, shift) for task in plan_file.tasks),
        assignments=tuple(_assignment(item, shift) for item in plan_file.assignments),
        summary_task=None if plan_file.summary_task is None else _task(plan_file.summary_task, shift),
    )


def _moved(move: Callable[[int], int], minute: int | None) -> int | None:
    return None if minute is None else move(minute)


def _has_begun(task: PlanTask) -> bool:
    return bool(task.percent_complete or task.actual_work_minutes) or task.actual_start_minute is not None


def _task(task: PlanTask, shift: Shift) -> PlanTask:
    holds_finish = task.constraint_type in HOLDS_FINISH
    recorded = task.recorded
    return replace(
        task,
        manual_start_minute=_moved(shift.start, task.manual_start_minute),
        manual_finish_minute=_moved(shift.finish, task.manual_finish_minute),
        constraint_minute=_moved(shift.finish if holds_finish else shift.start, task.constraint_minute),
        deadline_minute=_moved(shift.finish, task.deadline_minute),
        splits=tuple((shift.start(start), shift.finish(finish)) for start, finish in task.splits),
        recorded=Recorded(
            _moved(shift.start, recorded.start_minute), _moved(shift.finish, recorded.finish_minute)
        ),
        **(_not_begun(task) if _has_begun(task) else {}),
    )


def _not_begun(task: PlanTask) -> dict[str, Any]:
    return {
        **dict.fromkeys(("percent_complete", "percent_work_complete", "physical_percent_complete"), 0),
        **dict.fromkeys(("actual_start_minute", "actual_finish_minute", "stop_minute", "resume_minute")),
        "actual_duration_minutes": 0,
        "remaining_minutes": task.duration_minutes,
        "actual_work_minutes": 0,
        "remaining_work_minutes": task.work_minutes,
        "actual_cost": None,
    }


def _assignment(item: PlanAssignment, shift: Shift) -> PlanAssignment:
    return replace(
        item,
        start_minute=_moved(shift.start, item.start_minute),
        finish_minute=_moved(shift.finish, item.finish_minute),
        actual_start_minute=None,
        actual_finish_minute=None,
        stop_minute=None,
        resume_minute=None,
        actual_work_minutes=0,
        remaining_work_minutes=item.work_minutes,
        percent_work_complete=0,
        actual_cost=None,
    )
