"""What a plan file says that has no column here, as JSON beside the rows, so that an export can say it again.

Only values that differ from the defaults are written, so most tasks need a few bytes or none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from tasks.interchange.plan_file import PlanAssignment, PlanProject, PlanResource

if TYPE_CHECKING:
    from projects.models import Project

T = TypeVar("T")

#: Fields of a task that no column holds. Dates of manual tasks and constraints: only where they mean nothing here; a
#: fixed cost: only where it is too large or too fine for its column.
TASK = frozenset({
    "manual_start_minute", "manual_finish_minute", "constraint_minute", "fixed_cost", "wbs", "duration_unit", "manual_duration_minutes", "leveling_delay_unit", "leveling_delay_is_elapsed",
    "percent_work_complete", "physical_percent_complete", "remaining_work_minutes", "overtime_work_minutes",
    "cost", "actual_cost", "is_recurring", "is_external", "is_subproject", "baselines", "custom_values", "extras",
})  # fmt: skip
#: Those of them that are only true as long as work, duration and progress are unchanged.
TASK_VOLATILE = frozenset({
    "percent_work_complete", "remaining_work_minutes", "overtime_work_minutes", "cost", "actual_cost",
    "manual_start_minute", "manual_finish_minute", "manual_duration_minutes",
})  # fmt: skip
#: Elements that say of work or dates what is only true as long as they are unchanged.
EXTRAS_VOLATILE = frozenset({
    "ActualOvertimeWork", "ActualOvertimeWorkProtected", "ActualWorkProtected", "DurationText", "FinishText",
    "PeakUnits", "PreLeveledFinish", "PreLeveledStart", "StartText",
})  # fmt: skip
ASSIGNMENT = frozenset(field.name for field in fields(PlanAssignment)) - {
    "task_uid", "resource_uid", "units", "work_minutes", "actual_work_minutes", "remaining_work_minutes",
    "delay_minutes",
}  # fmt: skip
#: Dates and money of an assignment, which follow its task.
ASSIGNMENT_VOLATILE = frozenset({
    "work_minutes", "start_minute", "finish_minute", "stop_minute", "resume_minute", "percent_work_complete", "cost", "actual_cost",
    "actual_start_minute", "actual_finish_minute",
})  # fmt: skip
#: Those of them that stand for where the task lies.
ASSIGNMENT_DATES = frozenset({"start_minute", "finish_minute"})
RESOURCE = frozenset(field.name for field in fields(PlanResource)) - {"name", "calendar_uid", "row_id"}
PROJECT = frozenset(field.name for field in fields(PlanProject)) - {"calendar_uid"}


def to_json(value: Any, names: Collection[str] | None = None) -> dict[str, Any]:
    """The fields of a dataclass (or those of these names) that are not at their defaults."""
    found: dict[str, Any] = {}
    kind: Any = type(value)
    for field in _fields(kind):
        if names is not None and field.name not in names:
            continue
        item = getattr(value, field.name)
        if field.default is MISSING or item != field.default:
            found[field.name] = _plain(item)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return to_json(value) if is_dataclass(value) else value


def from_json(kind: type[T], data: dict[str, Any]) -> T:
    """The dataclass again."""
    return kind(**values_of(kind, data))


def values_of(kind: type, data: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments for a dataclass; names that it does not know are left out."""
    hints = _hints(kind)
    return {name: _typed(hints[name], value) for name, value in data.items() if name in hints}


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        hint = next(choice for choice in get_args(hint) if choice is not type(None))
    if hint is Decimal:
        return Decimal(value)
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_typed(inner, item) for item in value)
    return from_json(hint, value) if is_dataclass(hint) and isinstance(hint, type) else value


@cache
def _fields(kind: Any) -> tuple[Field[Any], ...]:
    return fields(kind)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def figures_of(project: Project) -> list[Any]:
    """What the row of the whole project was true for."""
    return [project.planned_start_minute, project.planned_finish_minute, project.progress_percentage]


def still_true(known: dict[str, Any], volatile: frozenset[str]) -> dict[str, Any]:
    """What is left of what a file said, after an edit."""
    left = {name: value for name, value in known.items() if name not in volatile}
    if "extras" in left:
        left["extras"] = tuple(item for item in left["extras"] if item.name not in EXTRAS_VOLATILE)
    return left
