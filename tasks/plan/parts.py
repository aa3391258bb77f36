"""Parts of a plan that is held as columns: which rows need people, and some rows without the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tasks.scheduling.columns import FIELDS, AssignmentColumns, Columns, LinkColumns, TaskColumns
from tasks.scheduling.network import ProjectSettings

if TYPE_CHECKING:
    from tasks.scheduling.columns import Flag

Kind = TypeVar("Kind", TaskColumns, LinkColumns, AssignmentColumns)


def no_rows(kind: type[Kind]) -> Kind:
    """Columns of nothing."""
    nothing: dict[str, Any] = {name: np.empty(0, dtype) for name, dtype in FIELDS[kind].items()}
    return kind(**nothing)


def some_rows(rows: Kind, chosen: Flag) -> Kind:
    """The chosen rows of a kind, in their order."""
    kind = type(rows)
    found: dict[str, Any] = {name: getattr(rows, name)[chosen] for name in FIELDS[kind]}
    return kind(**found)


def alone(*, tasks: TaskColumns | None = None, assignments: AssignmentColumns | None = None) -> Columns:
    """Rows without a plan around them."""
    return Columns(
        project=ProjectSettings(0),
        tasks=tasks or no_rows(TaskColumns),
        links=no_rows(LinkColumns),
        calendars=(),
        resources=(),
        assignments=assignments or no_rows(AssignmentColumns),
    )


def parents_in(tasks: TaskColumns, chosen: Flag) -> Flag:
    """The rows whose parent is among the chosen ones."""
    found: Flag = np.isin(tasks.parent_id, tasks.id[chosen])
    return found


def under(tasks: TaskColumns, chosen: Flag) -> Flag:
    """The chosen rows with all that is under them."""
    found = chosen
    while chosen.any():
        chosen = parents_in(tasks, chosen) & ~found
        found = found | chosen
    return found


def working_rows(tasks: TaskColumns) -> Flag:
    """Summaries need no people: their children say who works. Neither do milestones, and what is inactive."""
    is_summary = np.isin(tasks.id, tasks.parent_id)
    working: Flag = ~is_summary & ~tasks.is_milestone & ~under(tasks, ~tasks.is_active)
    return working


def part_of(columns: Columns, tasks: Flag, assignments: Flag) -> Columns:
    """Some tasks and assignments of a plan, without its outline and links."""
    part = some_rows(columns.tasks, tasks)
    new_row = np.cumsum(tasks) - 1
    part.splits = {int(new_row[row]): pieces for row, pieces in columns.tasks.splits.items() if tasks[row]}
    return replace(
        columns,
        tasks=part,
        links=no_rows(LinkColumns),
        assignments=some_rows(columns.assignments, assignments),
    )
