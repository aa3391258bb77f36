"""Setting what stands in a custom field of one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tasks.models import Task
    from tasks.plan.unit import PlanUnit

#: The columns of `tasks` that hold them by the column of the field: amounts apart from all others.
VALUES: Final = "field_values"
AMOUNTS: Final = "field_amounts"


def holder_of(name: str) -> str:
    """The column of `tasks` that holds a field, by its name in the sheet (`CustomField.column`)."""
    return AMOUNTS if name.startswith("m") else VALUES


def set_value(plan: PlanUnit, task: Task, name: str, value: Any) -> None:
    """Set a field, as JSON keeps it; None empties it. The record calls it by its column: f12, or m12 where it is an amount.

    No date depends on it; nothing is recorded where it is set already.
    """
    holder = holder_of(name)
    plan.rows.refresh(task, [holder])
    stands: dict[str, Any] = getattr(task, holder) or {}
    before = stands.get(name)
    if before == value:
        return
    # What was emptied by hand is told from what was never filled: of that a file may have a value still (`tasks/exporting/custom.py`).
    setattr(task, holder, {**stands, name: value})
    plan.rows.save(task, [holder])
    plan.record("task.filled", target=task, before={name: before}, after={name: value})
    plan.touch(task, moves_dates=False)
