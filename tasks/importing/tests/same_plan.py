"""Whether two plan files are the same plan: before an import, and after its export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from projects.worktime.rules import CalendarRules
from tasks.interchange.plan_file import PlanAssignment, PlanFile, PlanProject, PlanTask, Recorded

#: What a summary has of its children.
ROLLED_UP = ("duration_minutes", "work_minutes", "actual_work_minutes", "percent_complete")


def differences(before: PlanFile, after: PlanFile, *, as_recorded: bool = False) -> list[str]:
    """What is not the same, but for what is computed here, the numbers of rows, and names that are missing."""
    old, new = _comparable(before, as_recorded=as_recorded), _comparable(after, as_recorded=as_recorded)
    return list(_compared("", old, new))


def recorded_dates(plan: PlanFile) -> dict[int, tuple[int | None, int | None]]:
    """Starts and finishes, where the file has both."""
    found = {task.uid: (task.recorded.start_minute, task.recorded.finish_minute) for task in plan.tasks}
    return {uid: dates for uid, dates in found.items() if None not in dates}


def _comparable(plan: PlanFile, *, as_recorded: bool) -> dict[str, Any]:
    summaries = plan.summary_uids()
    return {
        "project": _project(plan.project),
        "calendars": {item.id: _calendar(item) for item in plan.calendars},
        "tasks": {
            task.uid: _task(task, is_summary=task.uid in summaries, as_recorded=as_recorded)
            for task in plan.tasks
        },
        "links": set(plan.links),
        "resources": {
            item.uid: replace(item, row_id=None, name=_name(item.name, "名称なし", item.uid))
            for item in plan.resources
        },
        "assignments": {item.uid: _assignment(item) for item in plan.assignments},
        "custom_fields": plan.custom_fields,
        "summary_assignments": plan.summary_assignments,
    }


def _name(name: str, instead: str, uid: int) -> str:
    return name if name.strip() else f"{instead} {uid}"


def _calendar(rules: CalendarRules) -> CalendarRules:
    """Exceptions by their first day, as the pages list them."""
    exceptions = sorted(rules.exceptions, key=lambda item: item.first_day)
    return replace(rules, name=_name(rules.name, "カレンダー", rules.id), exceptions=tuple(exceptions))


def _project(project: PlanProject) -> PlanProject:
    """The name is chosen when it is imported, the end follows from the tasks."""
    finish = project.finish_minute if project.from_finish else None
    return replace(project, name="", title="", finish_minute=finish)


def _task(task: PlanTask, *, is_summary: bool, as_recorded: bool) -> PlanTask:
    computed: dict[str, Any] = {
        "recorded": Recorded(),
        "row_id": None,
        "wbs": "",
        "name": task.name if task.name.strip() else "名称なし",
        "work_minutes": task.work_minutes or 0,
        "actual_work_minutes": task.actual_work_minutes or 0,
        "fixed_cost": task.fixed_cost or Decimal(0),
    }
    if is_summary:
        computed |= dict.fromkeys(ROLLED_UP, 0)
    elif as_recorded:
        # All are manual there, at the dates of the file.
        computed |= {"mode": "manual", "manual_start_minute": None, "manual_finish_minute": None}
    elif task.mode == "manual":
        computed |= {"manual_start_minute": None, "manual_finish_minute": None}
    return replace(task, **computed)


def _assignment(item: PlanAssignment) -> PlanAssignment:
    """Without dates that only repeat where the task lies, or lay."""
    return replace(item, start_minute=None, finish_minute=None)


def _compared(where: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in _all(before, after):
            yield from _compared(f"{where} {key}", before.get(key), after.get(key))
    elif type(before) is type(after) and isinstance(before, (PlanTask, PlanAssignment, PlanProject)):
        for field in fields(before):
            yield from _compared(
                f"{where}.{field.name}", getattr(before, field.name), getattr(after, field.name)
            )
    else:
        yield f"{where}: {before!r} → {after!r}"


def _all(*found: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(key for keys in found for key in keys))
