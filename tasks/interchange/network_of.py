"""A plan file as the network that the engine schedules."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal, TypeVar

from tasks.interchange.plan_file import (
    PlanAssignment,
    PlanFile,
    PlanLink,
    PlanProject,
    PlanResource,
    PlanTask,
)
from tasks.scheduling.constraint_types import WITHOUT_DATE
from tasks.scheduling.network import Assignment, Link, Network, ProjectSettings, Resource, Task

T = TypeVar("T")

PinReason = Literal["manual", "external", "started", "split", "leveled", "contoured"]
"""Why a task keeps the dates of the file instead of being computed."""


def pins(plan_file: PlanFile) -> dict[int, PinReason]:
    """Tasks that keep their dates, told from their own fields and assignments; summaries never do."""
    summaries = plan_file.summary_uids()
    reasons: dict[int, PinReason] = {}
    for task in plan_file.tasks:
        reason = _reason(task)
        if reason is not None and task.uid not in summaries:
            reasons[task.uid] = reason
    for assignment in plan_file.assignments:
        uid = assignment.task_uid
        if uid in reasons or uid in summaries:
            continue
        if assignment.leveling_delay_minutes:
            reasons[uid] = "leveled"
        elif assignment.contour != "flat":
            reasons[uid] = "contoured"
    return reasons


def _reason(task: PlanTask) -> PinReason | None:
    if task.mode == "manual":
        return "manual"
    if task.is_external:
        return "external"
    if task.actual_start_minute is not None or task.actual_finish_minute is not None or task.percent_complete:
        return "started"
    if task.splits:
        return "split"
    return "leveled" if task.leveling_delay_minutes else None


def network_of(plan_file: PlanFile, *, hold_started: bool = True, hold_dated: bool = False) -> Network:
    """The whole plan for the engine.

    Dates that the file recorded are read for pinned tasks only. Without ``hold_started`` work that has begun is
    computed from its actual dates and what remains, as a plan that lives on here needs it. ``hold_dated`` is for files
    that kept dates of pinned tasks and of no others: nothing else in them may tell that a task was interrupted.
    """
    reasons = pins(plan_file)
    if hold_dated:
        reasons = {**_interrupted(plan_file), **reasons}
    if not hold_started:
        reasons = {uid: reason for uid, reason in reasons.items() if reason != "started"}
    return _assembled(plan_file, reasons, plan_file.tasks, plan_file.links, plan_file.assignments)


def network_instead_of(plan_files: list[PlanFile]) -> Network:
    """The network of the one file in the list, row by row in its place: both at once may be too large.

    The list is empty afterwards; no other may hold the file, or it takes the room all the same.
    """
    plan_file = plan_files.pop()
    reasons = pins(plan_file)
    tasks, links, assignments = list(plan_file.tasks), list(plan_file.links), list(plan_file.assignments)
    plan_file = replace(plan_file, tasks=(), links=(), assignments=())
    return _assembled(plan_file, reasons, _taken(tasks), _taken(links), _taken(assignments))


def _taken(rows: list[T]) -> Iterator[T]:
    rows.reverse()
    while rows:
        yield rows.pop()


def _assembled(
    plan_file: PlanFile,
    reasons: dict[int, PinReason],
    tasks: Iterable[PlanTask],
    links: Iterable[PlanLink],
    assignments: Iterable[PlanAssignment],
) -> Network:
    return Network(
        project=_project(plan_file.project),
        tasks=tuple(_task(task, reasons.get(task.uid)) for task in tasks),
        links=tuple(_link(link) for link in links),
        calendars=plan_file.calendars,
        resources=tuple(_resource(resource) for resource in plan_file.resources),
        assignments=tuple(_assignment(assignment) for assignment in assignments),
    )


def _interrupted(plan_file: PlanFile) -> dict[int, PinReason]:
    summaries = plan_file.summary_uids()
    return {
        task.uid: "split"
        for task in plan_file.tasks
        if task.uid not in summaries
        and task.recorded.start_minute is not None
        and task.recorded.finish_minute is not None
    }


def _project(project: PlanProject) -> ProjectSettings:
    start = project.start_minute
    if project.from_finish and project.finish_minute is not None:
        start = project.finish_minute
    return ProjectSettings(
        start_minute=start,
        finish_minute=project.finish_minute if project.from_finish else None,
        from_finish=project.from_finish,
        calendar_id=project.calendar_uid,
        status_minute=project.status_minute,
        honors_constraints=project.honors_constraints,
        critical_slack_limit_minutes=project.critical_slack_limit_days * project.minutes_per_day,
        minutes_per_day=project.minutes_per_day,
        default_start=project.default_start,
        default_finish=project.default_finish,
        multiple_critical_paths=project.multiple_critical_paths,
    )


def _task(task: PlanTask, pin: PinReason | None) -> Task:
    start, finish = _held_dates(task, pin)
    return Task(
        id=task.uid,
        duration_minutes=task.duration_minutes,
        parent_id=task.parent_uid,
        name=task.name,
        is_elapsed=task.is_elapsed,
        is_milestone=task.is_milestone,
        is_active=task.is_active,
        mode=task.mode,
        constraint_type=task.constraint_type,
        constraint_minute=None if task.constraint_type in WITHOUT_DATE else task.constraint_minute,
        deadline_minute=task.deadline_minute,
        calendar_id=task.calendar_uid,
        ignores_resource_calendar=task.ignores_resource_calendar,
        task_type=task.task_type,
        is_effort_driven=task.is_effort_driven,
        priority=task.priority,
        leveling_delay_minutes=task.leveling_delay_minutes,
        leveling_delay_is_elapsed=task.leveling_delay_is_elapsed,
        percent_complete=task.percent_complete,
        actual_start_minute=task.actual_start_minute,
        actual_finish_minute=task.actual_finish_minute,
        actual_duration_minutes=task.actual_duration_minutes,
        remaining_minutes=task.remaining_minutes,
        stop_minute=task.stop_minute,
        resume_minute=task.resume_minute,
        is_pinned=pin not in (None, "manual") and start is not None,
        start_minute=start,
        finish_minute=finish,
        splits=task.splits,
    )


def _held_dates(task: PlanTask, pin: PinReason | None) -> tuple[int | None, int | None]:
    """Start and finish to hold; a manual task may have dates of its own beside the ones shown."""
    if pin is None:
        return None, None
    start, finish = task.recorded.start_minute, task.recorded.finish_minute
    if pin == "manual":
        start = task.manual_start_minute if task.manual_start_minute is not None else start
        finish = task.manual_finish_minute if task.manual_finish_minute is not None else finish
    return start, finish


def _link(link: PlanLink) -> Link:
    return Link(
        predecessor_id=link.predecessor_uid,
        successor_id=link.successor_uid,
        link_type=link.link_type,
        lag_kind=link.lag_kind,
        lag_minutes=link.lag_minutes,
        lag_percent=link.lag_percent,
    )


def _resource(resource: PlanResource) -> Resource:
    return Resource(
        id=resource.uid,
        name=resource.name,
        kind=resource.kind,
        calendar_id=resource.calendar_uid,
        max_units=resource.max_units,
    )


def _assignment(assignment: PlanAssignment) -> Assignment:
    return Assignment(
        task_id=assignment.task_uid,
        resource_id=assignment.resource_uid,
        units=assignment.units,
        work_minutes=assignment.work_minutes,
        actual_work_minutes=assignment.actual_work_minutes,
        remaining_work_minutes=assignment.remaining_work_minutes,
        delay_minutes=assignment.delay_minutes,
        overtime_minutes=assignment.overtime_work_minutes or 0,
        is_contoured=assignment.contour != "flat",
    )
