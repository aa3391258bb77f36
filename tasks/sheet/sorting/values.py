"""What rows are sorted by: of each column one value a row that can be compared, or None. As many queries for ten rows as for ten thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.translation import gettext as _

from tasks.models import Task
from tasks.sheet.columns.finding import folded
from tasks.sheet.columns.kinds import ValueKind, spell
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


class Line(NamedTuple):
    """A task as far as its place hangs on it."""

    pk: int
    level: int
    is_summary: bool


#: The columns of the table behind a line.
LINE: Final = ("pk", "outline_level", "is_summary")


class Sorted(NamedTuple):
    """A value as it is compared, and as a head of a group says it."""

    key: Any
    word: str


def tasks_with_values(
    project: Project, names: Sequence[str], on: date, group: str = ""
) -> tuple[list[Line], dict[str, list[Any]], list[Sorted | None]]:
    """The tasks of a plan, from top to bottom, and of each column the values that they are sorted by, in that order.

    With the column of a `group` its values, too, as they are put together. One query for what the database knows, and one with those of its sources for the rest.
    """
    columns = [registry[name] for name in dict.fromkeys([*names, *([group] if group else [])])]
    asked = {
        column.name: found for column in columns if (found := expression_of(column, project, on)) is not None
    }
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
    made = {f"by_{name}": expression for name, expression in asked.items()}
    rows = list(tasks.annotate(**made).values_list(*LINE, *made))
    lines = [Line(*row[:3]) for row in rows]
    bare = {name: [row[at] for row in rows] for at, name in enumerate(asked, len(LINE))}
    bare |= {
        column.name: [told.get(line.pk) for line in lines]
        for column in columns
        if column.compares
        and column.compares.by_task
        and (told := column.compares.by_task(project)) is not None
    }
    bare |= {
        column.name: [values.get(line.pk) for line in lines]
        for column in columns
        if column.compares
        and column.compares.of_plan
        and (values := column.compares.of_plan(project)) is not None
    }
    rest = tuple(column for column in columns if column.name not in bare)
    if rest:
        bare |= _looked_at(project, rest, on)
    found = {column.name: _comparable(column, bare[column.name]) for column in columns}
    grouped = _grouped(registry[group], bare[group], found[group]) if group else []
    return lines, found, grouped


def _grouped(column: Column, values: Iterable[Any], keys: Iterable[Any]) -> list[Sorted | None]:
    """What is alike by its key is one group, under the words of its first row."""
    return [
        None
        if key is None
        else _in_month(value)
        if column.kind is ValueKind.DAY
        else Sorted(key, _word(column, value))
        for value, key in zip(values, keys, strict=True)
    ]


def _in_month(day: date) -> Sorted:
    return Sorted((day.year, day.month), f"{day:%Y/%m}")


def _word(column: Column, value: Any) -> str:
    choices = column.compares and column.compares.choices
    if choices:
        return str(choices[value])
    if column.compares and column.compares.by_task:
        return str(value.text)
    return str(value) if column.kind in _TEXTS else spell(value, column.kind)


def _comparable(column: Column, values: Iterable[Any]) -> list[Any]:
    """Values of the database as they are compared: choices in their own order, texts as people read numbers in them."""
    choices = column.compares and column.compares.choices
    if choices:
        places = {name: place for place, name in enumerate(choices)}
        return [places.get(value) for value in values]
    if column.compares and column.compares.by_task:
        return [natural(folded(value.reading)) if value else None for value in values]
    if column.kind in _TEXTS:
        return [natural(folded(str(value))) if value not in {None, ""} else None for value in values]
    return list(values)


def _looked_at(project: Project, columns: tuple[Column, ...], on: date) -> dict[str, list[Any]]:
    """Bare values of rows that are loaded: what stands in other tables, and amounts, which the database has encrypted."""
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
        return _("、").join(map(str, values)) if column.kind in _TEXTS else values[0]

    return value
