"""Where a text stands in a plan, whatever of it is on the page: in names, notes, people and all else that is read as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import BooleanField, ExpressionWrapper, Q

from tasks.models import Task
from tasks.sheet.columns.registry import registry
from tasks.sheet.rows import within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from projects.models import Project
    from tasks.sheet.columns.column import Column
    from tasks.sheet.visible import VisibleRows

#: So many rows are looked at; a text that stands in more of them is too short to look for.
MOST_FOUND: Final = 2_000
#: Looked through also by those who do not see them as columns: what a task is called, and what is written about it.
_ALWAYS: Final = ("name", "code", "description")


@dataclass(frozen=True)
class Found:
    """The cell to go to: its task and column, its row's place among those that are shown (counted from 0), which of how many it is."""

    task_id: int
    column: Column
    place: int
    number: int
    count: int
    #: It stands under a summary that this user has closed; `place` is the summary's.
    is_hidden: bool
    #: Whether the user sees its column.
    is_shown: bool


def tasks_named(project: Project, text: str) -> list[tuple[int, int, str]]:
    """Ids, row numbers and names of the tasks with this text in their names, from top to bottom; one query."""
    rows = Task.objects.filter(project=project, deleted_at__isnull=True, name__icontains=text)
    found = rows.order_by("row_number").values_list("pk", "row_number", "name")[:MOST_FOUND]
    return [(pk, row or 0, name) for pk, row, name in found]


def find(
    project: Project, visible: VisibleRows, shown: Sequence[Column], text: str, *, behind: int | None, inside: str,
    is_back: bool, on: date,
) -> Found | None:  # fmt: skip
    """The next cell with this text behind one (or before it), going round at the end; two queries.

    Cells come row by row as these stand, in the order of the `shown` columns. Without a column to start `inside`, its whole row is passed. Of a sheet
    that is filtered what is seen is looked through, as in Excel.
    """
    columns = [*shown, *(registry[name] for name in _ALWAYS if registry[name] not in shown)]
    cells = _cells(project, visible, columns, text, on)
    if not cells:
        return None
    start = Task.objects.filter(project=project, pk=behind or 0)
    row = start.values_list("row_number", flat=True).first()
    names = [column.name for column in columns]
    whole = -1 if is_back else len(columns)
    place = visible.position_of(row) if row else 0
    at = (place, row or 0, names.index(inside) if inside in names else whole)
    numbers = range(len(cells))
    if is_back:
        number = next((each for each in reversed(numbers) if cells[each][:3] < at), len(cells) - 1)
    else:
        number = next((each for each in numbers if cells[each][:3] > at), 0)
    place, row, order, task_id = cells[number]
    return Found(
        task_id, columns[order], place - 1, number + 1, len(cells), is_hidden=visible.is_hidden(row),
        is_shown=order < len(shown),
    )  # fmt: skip


def _cells(
    project: Project, visible: VisibleRows, columns: Sequence[Column], text: str, on: date
) -> list[tuple[int, int, int, int]]:
    """Positions and numbers of rows, places of columns and ids of tasks, in their order; one query, and 2,000 rows at most."""
    asked = {order: column.finds(text, on) for order, column in enumerate(columns) if column.finds}
    somewhere = Q()
    for condition in asked.values():
        somewhere |= condition
    made = {
        f"in_{order}": ExpressionWrapper(condition, output_field=BooleanField())
        for order, condition in asked.items()
    }
    if visible.filtered or visible.order is not None:
        somewhere &= within(visible.ranges(1, visible.count))
    rows = Task.objects.filter(somewhere, project=project, deleted_at__isnull=True).annotate(**made)
    found = rows.order_by("row_number").values_list("pk", "row_number", *made)[:MOST_FOUND]
    cells = [
        (visible.position_of(row or 0), row or 0, order, pk)
        for pk, row, *flags in found
        for order, flag in zip(asked, flags, strict=True)
        if flag
    ]
    return sorted(cells) if visible.order is not None else cells
