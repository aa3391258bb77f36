"""Pieces of an export: numbers, absences, and what an import kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from projects.worktime.rules import CalendarRules
from resources.working_times import absences_as_rules
from tasks.interchange.plan_file import Recorded
from tasks.models import PlanImport
from tasks.services.importing_tasks import as_of

if TYPE_CHECKING:
    from projects.models import Project
    from resources.models import Resource
    from tasks.models import Task


def absence_rules(resources: Collection[Resource], project_calendar_id: int) -> list[CalendarRules]:
    """A calendar of his own for everybody who is away some time; its id is the resource's, below zero.

    The days and half days only: why somebody is away is nobody's business outside.
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


def kept_of(project: Project) -> dict[str, Any]:
    """What the last import of this project kept of its file."""
    rows = PlanImport.objects.filter(project=project, state=PlanImport.State.IMPORTED)
    summary = rows.order_by("-imported_at", "-pk").values_list("summary", flat=True).first()
    return dict((summary or {}).get("file", {}))


def is_fresh(task: Task, extras: dict[str, Any]) -> bool:
    """Whether work, duration and progress are still those of the file."""
    return task.is_summary or extras.get("as_of") == as_of(task)


def recorded(task: Task) -> Recorded:
    return Recorded(
        task.start_minute, task.finish_minute, task.early_start_minute, task.early_finish_minute,
        task.late_start_minute, task.late_finish_minute, task.total_slack_minutes, task.free_slack_minutes,
        task.is_critical,
    )  # fmt: skip


def numbers(known: dict[int, int], rows: list[Any]) -> dict[int, int]:
    return numbers_of(known, [row.pk for row in rows])


def numbers_of(known: dict[int, int], ids: list[int]) -> dict[int, int]:
    """A number for each id: the file's own where it had one, above all of these where not."""
    numbers: dict[int, int] = {}
    taken: set[int] = set()
    for pk in ids:
        uid = known.get(pk)
        if uid is not None and uid > 0 and uid not in taken:
            numbers[pk] = uid
            taken.add(uid)
    following = max(taken, default=0)
    for pk in ids:
        if pk not in numbers:
            following += 1
            numbers[pk] = following
    return numbers
