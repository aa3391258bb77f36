"""What rows are sorted by: of each column one value a row that can be compared, or None. As many queries for ten rows as for ten thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tasks.models import Task
from tasks.sheet.columns.finding import folded
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.filtering.matching import expression_of, values_of
from tasks.sheet.look import make_look
from tasks.sheet.rows import rows_within
from tasks.sheet.sorting.ordering import natural
from tasks.sheet.visible import VisibleRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from projects.models import Project
    from tasks.sheet.columns.column import Column

_TEXTS: Final = (ValueKind.TEXT, ValueKind.NAME)


def tasks_with_values(
    project: Project, names: Sequence[str], on: date
) -> tuple[list[int], dict[str, list[Any]]]:
    """Ids of the tasks of a plan, from top to bottom, and of each column the values that they are sorted by, in that order.

    One query for what the database knows, and one with those of its sources for the rest.
    """
    columns = [registry[name] for name in names]
    asked = {
        column.name: found for column in columns if (found := expression_of(column, project, on)) is not None
    }
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
    made = {f"by_{name}": expression for name, expression in asked.items()}
    rows = list(tasks.annotate(**made).values_list("pk", *made))
    ids, *known = zip(*rows, strict=True) if rows else ((), *[() for _name in made])
    found = {name: _comparable(registry[name], values) for name, values in zip(asked, known, strict=True)}
    rest = tuple(column for column in columns if column.name not in asked)
    if rest:
        found |= _looked_at(project, rest, on)
    return list(ids), found


def _comparable(column: Column, values: Iterable[Any]) -> list[Any]:
    """Values of the database as they are compared: choices in their own order, texts as people read numbers in them."""
    choices = column.compares and column.compares.choices
    if choices:
        places = {name: place for place, name in enumerate(choices)}
        return [places.get(value) for value in values]
    if column.kind in _TEXTS:
        return [natural(folded(str(value))) if value not in {None, ""} else None for value in values]
    return list(values)


def _looked_at(project: Project, columns: tuple[Column, ...], on: date) -> dict[str, list[Any]]:
    """Of rows that are loaded: what stands in other tables, and amounts, which the database has encrypted."""
    everything = VisibleRows(project.task_count, (), frozenset())
    rows = rows_within(project, everything, columns, first=0, count=project.task_count, on=on)
    look = make_look(project)
    found = {}
    for column in columns:
        of_row = _values_of_row(column, look)
        found[column.name] = [of_row(row) for row in rows]
    return found


def _values_of_row(column: Column, look: Any) -> Callable[[Any], Any]:
    def value(row: Any) -> Any:
        values = values_of(column, row, look)
        if not values:
            return None
        return natural(folded(" ".join(map(str, values)))) if column.kind in _TEXTS else values[0]

    return value
