"""Facts of the project that its dates depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.lifecycle.services import MOVES_TASKS, moves_tasks, set_fields
from projects.models import Calendar, Project
from projects.models.task_types import TaskType
from tasks.plan.steps import keep_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.plan.unit import PlanUnit

#: What a person sets of a plan, and can take back as a step. Names, parents and money are facts of a project and no part of its plan.
SETTINGS: Final = MOVES_TASKS | {
    "end_date",
    "minutes_per_day",
    "minutes_per_week",
    "days_per_month",
    "default_task_type",
    "progress_rule",
    "progress_steps",
}
#: What follows from them, unless a file has said it to the minute.
ENDS: Final = ("start_minute", "finish_minute")


def set_settings(
    plan: PlanUnit, changes: Mapping[str, Any], *, locks: bool = True, ends: Mapping[str, Any] | None = None
) -> frozenset[str]:
    """Set fields of the project, and have the dates computed where one of them depends on it. Raises RuleBrokenError.

    What changes settings alone is kept in the open step. Returns the names of the fields that changed.
    """
    before = _stored(plan.project)
    changed = set_fields(plan.project, plan.record, changes, locks=locks and not plan.is_trial, ends=ends)
    if changed and changed <= SETTINGS:
        after = _stored(plan.project)
        columns = [name for name, value in after.items() if before[name] != value]
        keep_project(
            plan.project,
            {name: before[name] for name in columns},
            {name: after[name] for name in columns},
        )
    if plan.project.task_count:
        plan.moves_dates |= moves_tasks(plan.project, changed)
    return changed


def kind_of_new(project: Project) -> dict[str, Any]:
    """Of which kind a new task of the plan is; of fixed work it is always effort-driven."""
    kind = project.default_task_type
    return {"task_type": kind, "is_effort_driven": kind == TaskType.FIXED_WORK}


def put_settings_back(plan: PlanUnit, values: Mapping[str, Any]) -> None:
    """Set settings as a step has kept them, by the names of their columns. Raises RuleBrokenError.

    Its parent is not locked: an undo holds its own plan already, and would wait for it against the order of ids.
    """
    fields = {field.column: field for field in Project._meta.concrete_fields}
    changes = {
        fields[name].name: fields[name].to_python(value)
        for name, value in values.items()
        if name not in (*ENDS, "calendar_id")
    }
    if "calendar_id" in values:
        changes["calendar"] = _calendar(plan.project, values["calendar_id"])
    ends = {name: values[name] for name in ENDS if name in values}
    set_settings(plan, changes, locks=False, ends=ends)


def _calendar(project: Project, calendar_id: int) -> Calendar:
    found = Calendar.objects.filter(pk=calendar_id, organization=project.organization_id).first()
    if found is None:
        raise RuleBrokenError(_("このカレンダーは使えません。一覧から選び直してください。"), field="calendar")
    return found


def _stored(project: Project) -> dict[str, Any]:
    """The settings by the names of their columns."""
    names = [*(name for name in SETTINGS if name != "calendar"), "calendar_id", *ENDS]
    found: dict[str, Any] = Project.objects.values(*names).get(pk=project.pk)
    return found
