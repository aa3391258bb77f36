"""Setting fields of one task. Where it lies is in `place`, who works on it in `people`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy

from projects.errors import RuleBrokenError
from tasks.models import Mode, TaskType
from tasks.plan.actions.people import LONGEST_TASK_MINUTES, WEIGHED, Followed, rebalance
from tasks.plan.actions.team import NEEDED, Team, team_of
from tasks.scheduling.constraint_types import WITHOUT_DATE

if TYPE_CHECKING:
    from tasks.models import Task
    from tasks.plan.unit import PlanUnit

#: What a planner may set directly.
EDITABLE = frozenset({
    "name", "description", "duration_minutes", "is_elapsed", "is_estimated", "work_minutes", "priority",
    "is_milestone", "deliverable", "approver_id", "mode", "task_type", "is_effort_driven", "constraint_type",
    "constraint_minute", "deadline_minute", "calendar_id", "ignores_resource_calendar", "is_active", "fixed_cost",
})  # fmt: skip
#: Fields that no date depends on: the plan is not computed again for them.
MOVES_NO_DATES = frozenset({
    "name", "description", "priority", "deliverable", "approver_id", "is_estimated", "work_minutes", "fixed_cost"
})  # fmt: skip

#: What a broken rule says; before the point stands the field. Translated when it is said: these rules are asked of each cell.
_RULES: Final = {
    "name": gettext_lazy("タスク名を入力してください。"),
    "duration.summary": gettext_lazy(
        "サマリータスクの期間は子タスクから決まります。子タスクの期間を変更してください。"
    ),
    "duration": gettext_lazy("期間は0日以上、10年以内で入力してください。"),
    "work": gettext_lazy("工数は0以上で入力してください。"),
    "priority": gettext_lazy("優先度は0から1000の間で入力してください。"),
    "constraint": gettext_lazy("この制約には日付が必要です。日付を入力してください。"),
    "calendar": gettext_lazy("このカレンダーは使えません。一覧から選び直してください。"),
}


def set_fields(plan: PlanUnit, task: Task, changes: Mapping[str, Any], *, keeps_units: bool = False) -> None:
    """Set fields of a task by name; nothing is recorded where they are set already. Raises RuleBrokenError.

    Where duration or work are among them, the other one or the units of people give way: see `people.rebalance`.
    """
    unknown = set(changes) - EDITABLE
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    values = _checked(plan, task, dict(changes))
    plan.rows.refresh(task, [*values, *NEEDED])
    before = {name: getattr(task, name) for name in values}
    if before == values:
        return
    team = _set(plan, task, values)
    followed = Followed({}, {})
    if team:
        is_whole = {"duration_minutes", "work_minutes"} <= values.keys()
        followed = rebalance(plan, task, team, keeps_units=keeps_units, is_whole=is_whole)
    plan.rows.save(task, [*values, *followed.columns])
    plan.record("task.edited", target=task, before=before | followed.before, after=values | followed.after)
    plan.touch(task, moves_dates=not set(values) <= MOVES_NO_DATES - {"work_minutes"})


def _set(plan: PlanUnit, task: Task, values: Mapping[str, Any]) -> Team | None:
    """Set the fields; returns who is on the task and how, as it was before any of it was another, where that counts."""
    for name in values.keys() - WEIGHED:
        setattr(task, name, values[name])
    team = _team(plan, task) if WEIGHED & values.keys() else None
    for name in WEIGHED & values.keys():
        setattr(task, name, values[name])
    return team


def _team(plan: PlanUnit, task: Task) -> Team | None:
    """None where nothing can give way: no one is on the task, it has not begun, and its finish is computed."""
    rows = plan.rows.assignments(task)
    hangs = rows or task.actual_start_minute is not None or task.mode == Mode.MANUAL
    return team_of(task, rows) if hangs else None


def _checked(plan: PlanUnit, task: Task, values: dict[str, Any]) -> dict[str, Any]:
    """The rules on one task's fields, said to a person; the database holds them too."""
    if "name" in values:
        values["name"] = str(values["name"]).strip()[:500]
    if values.get("is_milestone"):
        values["duration_minutes"] = 0
    kinds = {"task_type", "is_effort_driven"} & values.keys()
    if kinds and values.get("task_type", task.task_type) == TaskType.FIXED_WORK:
        values["is_effort_driven"] = True
    broken = _broken_rule(plan, task, values)
    if broken:
        raise RuleBrokenError(str(_RULES[broken]), field=broken.partition(".")[0])
    if values.get("constraint_type") in WITHOUT_DATE:
        values["constraint_minute"] = None
    return values


def _broken_rule(plan: PlanUnit, task: Task, values: Mapping[str, Any]) -> str:
    """The key in `_RULES` of the first rule that is broken; "" where all are kept."""
    if values.get("name") == "":
        return "name"
    if "duration_minutes" in values:
        if task.is_summary:
            return "duration.summary"
        if not 0 <= values["duration_minutes"] <= LONGEST_TASK_MINUTES:
            return "duration"
    if values.get("work_minutes", 0) < 0:
        return "work"
    if not 0 <= values.get("priority", 0) <= 1000:
        return "priority"
    needs_date = values.get("constraint_type", task.constraint_type) not in WITHOUT_DATE
    if needs_date and values.get("constraint_minute", task.constraint_minute) is None:
        return "constraint"
    calendar_id = values.get("calendar_id")
    is_foreign = calendar_id is not None and not plan.rows.has_calendar(calendar_id)
    return "calendar" if is_foreign else ""
