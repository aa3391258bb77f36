"""Parts of an export that are few: the project, its resources, absences, numbers, and what an import kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from projects.worktime.moments import MINUTES_PER_DAY, day_number, last_day_of
from projects.worktime.rules import CalendarRules
from resources.models import ResourceKind
from resources.working_times import absences_as_rules
from tasks.importing import kept
from tasks.importing.rows import GROUP_LENGTH, KINDS, capacity_of
from tasks.interchange.plan_file import PlanProject, PlanResource, PlanTask, Recorded

if TYPE_CHECKING:
    from projects.models import Project
    from projects.worktime.calendar import WorkingTime
    from resources.models import Resource


def absence_rules(resources: Collection[Resource], project_calendar_id: int) -> list[CalendarRules]:
    """A calendar of their own for all who are away some time; its id is the resource's, below zero.

    The days and half days only: why a person is away is not told outside.
    """
    bases = {row.pk: row.calendar_id or project_calendar_id for row in resources}
    away = absences_as_rules(bases)
    return [
        CalendarRules(
            -row.pk,
            row.name,
            base_id=bases[row.pk],
            exceptions=tuple(replace(item, name="") for item in away[row.pk]),
        )
        for row in resources
        if row.pk in away
    ]


def file_project(project: Project, known: dict[str, Any], calendar_uid: int) -> PlanProject:
    """The project as the head of a file; `known` is what the file said of it beyond our columns."""
    known = kept.values_of(PlanProject, known)
    backward = project.schedule_from == "finish"
    start = project.start_minute if not backward else known.get("start_minute", project.planned_start_minute)
    return PlanProject(**known | {
        "name": known.get("name") or project.name,
        "title": project.name,
        "start_minute": project.start_minute if start is None else start,
        "finish_minute": project.finish_minute if backward else project.planned_finish_minute,
        "from_finish": backward,
        "calendar_uid": calendar_uid,
        "status_minute": _status_minute(project, known.get("status_minute")),
        "honors_constraints": project.honours_constraints,
        "critical_slack_limit_days": project.critical_slack_minutes // project.minutes_per_day,
        "minutes_per_day": project.minutes_per_day,
        "minutes_per_week": project.minutes_per_week,
        "days_per_month": project.days_per_month,
        "default_task_type": project.default_task_type,
    })  # fmt: skip


def _status_minute(project: Project, known: int | None) -> int | None:
    """The end of the status date: the file's own as long as it is that day."""
    on = project.status_on
    if on is None or (known is not None and last_day_of(known) == day_number(on)):
        return None if on is None else known
    return day_number(on) * MINUTES_PER_DAY + 1020


def of_summary(task: PlanTask, project: Project, clock: WorkingTime) -> PlanTask:
    """The row of the project with the figures of today; what it cost or took in the file no longer counts."""
    start, finish = project.planned_start_minute, project.planned_finish_minute
    duration = 0 if start is None or finish is None else clock.between(start, finish)
    kept_fields = {
        name: getattr(task, name) for name in ("uid", "row_id", "outline_level", "name", "wbs", "notes")
    }
    return PlanTask(
        **kept_fields,
        duration_minutes=duration,
        percent_complete=project.progress_percentage,
        baselines=task.baselines,
        custom_values=task.custom_values,
        extras=tuple(item for item in task.extras if item.name not in kept.EXTRAS_VOLATILE),
        recorded=Recorded(start, finish),
    )


def file_resource(
    row: Resource, number: int, data: dict[str, Any], *, uid: int, calendar_uid: int | None
) -> PlanResource:  # fmt: skip
    """A resource with what the file said of it beyond our columns."""
    known = kept.values_of(PlanResource, data)
    return PlanResource(**known | {
        "uid": uid,
        "row_id": number,
        "name": row.name,
        "calendar_uid": calendar_uid,
        "is_inactive": not row.is_active,
        **_own_or_files(row, known),
    })  # fmt: skip


def _own_or_files(row: Resource, known: dict[str, Any]) -> dict[str, Any]:
    """What the file said more finely than a column can hold it, as long as the column still says the same."""
    kind, units, group = known.get("kind", "work"), known.get("max_units", 1.0), known.get("group", "")
    return {
        "kind": kind if KINDS[kind] == row.kind else _kind_of(row),
        "max_units": units
        if capacity_of(units) == row.capacity_percentage
        else row.capacity_percentage / 100,
        "group": group if group[:GROUP_LENGTH] == row.department else row.department,
    }


def _kind_of(row: Resource) -> str:
    return "material" if row.kind == ResourceKind.MATERIAL else "work"


def numbers(known: dict[int, int], rows: list[Any]) -> dict[int, int]:
    return numbers_of(known, [row.pk for row in rows])


def numbers_of(known: dict[int, int], ids: list[int], least: int = 1) -> dict[int, int]:
    """A number for each id: the file's own where it had one, above all of these where not."""
    numbers: dict[int, int] = {}
    taken: set[int] = set()
    for pk in ids:
        uid = known.get(pk)
        if uid is not None and uid >= least and uid not in taken:
            numbers[pk] = uid
            taken.add(uid)
    following = max(taken, default=0)
    for pk in ids:
        if pk not in numbers:
            following += 1
            numbers[pk] = following
    return numbers
