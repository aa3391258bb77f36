"""Typing into a plan: one cell of the WBS, or the form of a task with everything on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tasks.editing.rebalanced import telling
from tasks.editing.refused import Cell, CellsRefusedError
from tasks.editing.writing import write_cells
from tasks.plan.actions.days import finish_on, last_for, start_on
from tasks.plan.actions.fields import set_fields
from tasks.plan.actions.links import set_links
from tasks.plan.actions.people import set_people
from tasks.plan.clocks import first_of
from tasks.plan.unit import changing_plan
from tasks.sheet.reading import links_typed

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from projects.models import User
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange
    from tasks.plan.unit import PlanUnit


def write_cell(
    *, task: Task, column: str, text: str, actor: User, was: str | None = None
) -> PlanChange:  # fmt: skip
    """Put what was typed into a cell: the case of one of `write_cells`, refused with its own reason.

    `was` is what the cell showed when editing began: another text there now raises CellChangedError.
    """
    cell = Cell(task.pk, column, text, was)
    with telling(task, {column: text}) as told:
        try:
            change = write_cells(project=task.project, cells=[cell], actor=actor).change
        except CellsRefusedError as refusal:
            raise refusal.refused[0].error from refusal
    task.refresh_from_db()
    return told(change)


def revise_task(
    *, task: Task, changes: Mapping[str, Any], actor: User, typed: Mapping[str, str] | None = None,
    revision: int | None = None, duration: tuple[int, bool] | None = None, start: date | None = None,
    finish: date | None = None, units: Mapping[int, Decimal | None] | None = None, predecessors: str | None = None,
) -> PlanChange:  # fmt: skip
    """Change everything that a task's form holds, or nothing: one revision, and the dates computed once.

    A day that is None stays as it is. Where duration and finish are both given, the finish decides. People come before
    what was said of work and time, so that it is this which stays; see `people.rebalance` for what gives way. `typed`
    are the texts of the fields that were changed: what gives way is told of the others.
    """
    changes = dict(changes)
    work = changes.pop("work_minutes", None)
    if finish is not None:
        duration = None
    links = None if predecessors is None else links_typed(task.project, predecessors)
    with (
        telling(task, typed or {}) as told,
        changing_plan(task.project, actor=actor, revision=revision) as plan,
    ):
        if changes:
            set_fields(plan, task, changes)
        if units is not None:
            set_people(plan, task, units)
        _last(plan, task, duration, work, keeps_units=units is not None)
        if start is not None:
            start_on(plan, task, start)
        if finish is not None:
            finish_on(plan, task, finish, start=None if start is None else first_of(task, start))
        if links is not None:
            set_links(plan, task, links)
    task.refresh_from_db()
    return told(plan.change)


def _last(
    plan: PlanUnit, task: Task, duration: tuple[int, bool] | None, work: int | None, *, keeps_units: bool
) -> None:
    """How long a task takes and how much work it is, as far as either was said."""
    if duration is not None and work is not None:
        both = {"duration_minutes": duration[0], "is_elapsed": duration[1], "work_minutes": work}
        set_fields(plan, task, both, keeps_units=keeps_units)
    elif duration is not None:
        last_for(plan, task, *duration)
    elif work is not None:
        set_fields(plan, task, {"work_minutes": work})
