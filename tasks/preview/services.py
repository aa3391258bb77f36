"""What would follow from a change that is not made yet: a text in a cell, a bar that is held, or a link that is being drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from projects.permissions import Right, require
from tasks.allocation.foreseen import foreseen
from tasks.editing.links import put_link
from tasks.editing.writing import put_values, read_cell
from tasks.plan.actions.place import set_finish, set_start
from tasks.plan.outcome import OVERALLOCATED
from tasks.plan.unit import trying_plan
from tasks.sheet.columns.registry import registry
from tasks.sheet.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from projects.models import Project, User
    from tasks.allocation.sums import Total
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange
    from tasks.plan.rescheduling import Rescheduled
    from tasks.plan.unit import PlanUnit


@dataclass(frozen=True, slots=True)
class GhostBar:
    """Where a task would lie, in plan minutes."""

    task_id: int
    start: int
    finish: int
    is_critical: bool


@dataclass(frozen=True)
class Foreseen:
    """What would follow: the outcome of the change, and of the asked tasks those that would look different."""

    change: PlanChange
    bars: tuple[GhostBar, ...]
    #: Tasks of the whole plan that would begin, or cease, to be critical.
    critical: int = 0
    #: When the plan begins, and would begin, in plan minutes; None without tasks.
    start_before: int | None = None
    start_after: int | None = None


def preview_cell(*, task: Task, column: str, text: str, actor: User, shown: Collection[int]) -> Foreseen:
    """What would follow from a text in a cell; see `write_cell`. `shown` are the tasks that the asker sees.

    Raises what writing it would raise, and PlanBusyError while the plan is being changed.
    """
    declared = registry[column]
    edit = declared.edit
    if edit is None:
        raise ValueError(f"nothing is typed into {column!r}")
    if declared.right:
        require(actor, declared.right, task.project)
    value = read_cell(column, text, task, Reader(task.project))
    return foresee(
        task.project, lambda plan: put_values(plan, task, {column: value}), actor, shown, needs=edit.needs
    )


def preview_move(*, task: Task, start_minute: int, actor: User, shown: Collection[int]) -> Foreseen:
    """What would follow from another start; see `move_task`."""
    return foresee(task.project, lambda plan: set_start(plan, task, start_minute), actor, shown)


def preview_resize(*, task: Task, finish_minute: int, actor: User, shown: Collection[int]) -> Foreseen:
    """What would follow from another finish; see `resize_task`."""
    return foresee(task.project, lambda plan: set_finish(plan, task, finish_minute), actor, shown)


def preview_link(
    *, task: Task, predecessor_id: int, link_type: str, actor: User, shown: Collection[int]
) -> Foreseen:
    """What would follow from a link to this task; see `link_two`."""
    return foresee(task.project, lambda plan: put_link(plan, task, predecessor_id, link_type), actor, shown)


def foresee(
    project: Project, act: Callable[[PlanUnit], object], actor: User, shown: Collection[int] = (),
    needs: Right = Right.EDIT_PLAN,
) -> Foreseen:  # fmt: skip
    """What would follow from actions on a plan; see `preview_cell`."""
    over: tuple[Total, ...] = ()
    with trying_plan(project, actor=actor, needs=needs) as plan:
        start_before = project.planned_start_minute
        act(plan)
        plan.compute()
        over = foreseen(plan.record) if plan.record.entries else ()
    change = replace(plan.change, notes={**plan.change.notes, OVERALLOCATED: over})
    if plan.result is None:
        return Foreseen(change, (), start_before=start_before, start_after=start_before)
    start_after = plan.result.scheduled.project_start if len(plan.result.scheduled) else None
    return Foreseen(
        change,
        _bars(plan.result, shown),
        _critical(plan.result),
        start_before=start_before,
        start_after=start_after,
    )


def _critical(result: Rescheduled) -> int:
    return int(np.count_nonzero(result.scheduled.is_critical != result.before["is_critical"]))


def _bars(result: Rescheduled, shown: Collection[int]) -> tuple[GhostBar, ...]:
    """Those of the shown tasks that would lie elsewhere, or be critical where they were not, or the other way around."""
    scheduled, before = result.scheduled, result.before
    differs = (scheduled.start != before["start_minute"]) | (scheduled.finish != before["finish_minute"])
    differs |= scheduled.is_critical != before["is_critical"]
    rows = np.flatnonzero(differs & np.isin(scheduled.id, list(shown)))
    columns = (scheduled.id, scheduled.start, scheduled.finish, scheduled.is_critical)
    values = zip(*(column[rows].tolist() for column in columns), strict=True)
    return tuple(GhostBar(pk, start, finish, bool(critical)) for pk, start, finish, critical in values)
