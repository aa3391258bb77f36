"""Rows of a plan as steps keep them: what one step has changed, what they are now, and writing them back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from projects.models import Project
from tasks.models import Assignment, PlanStepRow, Task, TaskLink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import Model

TASKS, LINKS, PEOPLE, PROJECTS = "tasks", "task_links", "task_assignments", "projects"
MODELS: Final[dict[str, type[Model]]] = {
    TASKS: Task, LINKS: TaskLink, PEOPLE: Assignment, PROJECTS: Project
}  # fmt: skip
#: Where a task stands is kept as an order and not with its row; what follows from it triggers keep.
PLACE: Final = frozenset({
    "row_number", "outline_level", "wbs_code", "descendant_count", "is_summary", "parent_id", "start_date", "end_date", "own",
})  # fmt: skip
DELETED: Final = "deleted_at"

Values = dict[str, Any]


class RowChange(NamedTuple):
    """One row as one step found and left it; None where it was not there."""

    kind: str
    row_id: int
    before: Values | None
    after: Values | None
    #: What the step took from what a person wrote, without writing anything into its place.
    lost: Values

    @property
    def cells(self) -> list[str]:
        """Columns that were written."""
        return sorted((self.after or {}).keys() - {DELETED}) if self.before is not None else []

    @property
    def came(self) -> bool:
        """Whether the step has made the task, or brought it back."""
        return self.before is None or (bool(self.before.get(DELETED)) and not (self.after or {}).get(DELETED))

    @property
    def went(self) -> bool:
        """Whether the step has deleted the task."""
        return self.before is not None and DELETED in self.before and bool((self.after or {}).get(DELETED))


def changes_of(step_ids: Collection[int]) -> dict[int, list[RowChange]]:
    """What each of these steps has changed; several writes of a row are one. One query."""
    rows = PlanStepRow.objects.filter(step__in=step_ids).order_by("pk")
    found: dict[int, dict[tuple[str, int], list[tuple[Values | None, Values | None]]]] = {}
    for step_id, kind, row_id, before, after in rows.values_list(
        "step_id", "kind", "row_id", "before", "after"
    ):
        found.setdefault(step_id, {}).setdefault((kind, row_id), []).append((before, after))
    return {
        step_id: [each for (kind, pk), writes in of_step.items() if (each := _folded(kind, pk, writes))]
        for step_id, of_step in found.items()
    }


def _folded(kind: str, row_id: int, writes: list[tuple[Values | None, Values | None]]) -> RowChange | None:
    known = _columns(kind)
    first, last = writes[0][0], writes[-1][1]
    if first is None and last is None:
        return None
    before: Values = {}
    after: Values = {}
    for was, became in writes:
        before = {**_known(was, known), **before}
        after |= _known(became, known)
    if kind != TASKS and (first is None or last is None):
        return RowChange(kind, row_id, None if first is None else before, None if last is None else after, {})
    lost = {name: value for name, value in before.items() if name not in after}
    same = {name for name, value in after.items() if before.get(name) == value and name in before}
    cells = after.keys() - same
    if first is None:
        return RowChange(kind, row_id, None, {name: after[name] for name in cells}, {})
    return RowChange(
        kind, row_id, {name: before[name] for name in cells}, {name: after[name] for name in cells}, lost
    )


def _columns(kind: str) -> frozenset[str]:
    names = frozenset(_names(kind))
    return names if kind == PROJECTS else names - PLACE


def _names(kind: str) -> list[str]:
    """The columns of a table."""
    return [field.column for field in MODELS[kind]._meta.concrete_fields if field.column]


def _known(values: Values | None, known: Collection[str]) -> Values:
    """Without columns that are no more."""
    return {name: value for name, value in (values or {}).items() if name in known}


def read_rows(kind: str, ids: Collection[int], names: Iterable[str]) -> dict[int, Values]:
    """How some columns of rows stand, as JSON has them; one query, none without rows."""
    if not ids:
        return {}
    columns = ", ".join(connection.ops.quote_name(name) for name in sorted({"id", *names}))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rows.id, to_jsonb(rows)::text FROM (SELECT {columns} FROM {kind} WHERE id = ANY(%s)) AS rows",  # nosec B608  # names of columns are ours
            [list(ids)],
        )
        return {pk: json.loads(values) for pk, values in cursor.fetchall()}


def update_rows(kind: str, updates: Mapping[int, Values]) -> None:
    """Set columns of rows: one statement for all rows that have the same columns."""
    groups: dict[tuple[str, ...], list[Values]] = {}
    for pk, values in updates.items():
        if values:
            groups.setdefault(tuple(sorted(values)), []).append({"id": pk, **values})
    for names, rows in groups.items():
        sets = ", ".join(
            f"{connection.ops.quote_name(name)} = new.{connection.ops.quote_name(name)}" for name in names
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {kind} AS rows SET {sets}"  # nosec B608  # names of columns are ours
                f" FROM jsonb_populate_recordset(NULL::{kind}, %s::jsonb) AS new WHERE rows.id = new.id",
                [json.dumps(rows)],
            )


def insert_rows(kind: str, rows: Iterable[Values]) -> None:
    """Rows that were there once, with the ids that they had."""
    given = list(rows)
    if not given:
        return
    names = ", ".join(map(connection.ops.quote_name, _names(kind)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {kind} ({names}) SELECT {names}"  # nosec B608  # names of columns are ours
            f" FROM jsonb_populate_recordset(NULL::{kind}, %s::jsonb)",
            [json.dumps(given)],
        )


def delete_rows(kind: str, ids: Collection[int]) -> None:
    """Rows of links and assignments that go."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {kind} WHERE id = ANY(%s)", [list(ids)])  # nosec B608  # a name of ours
