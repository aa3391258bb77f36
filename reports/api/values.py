"""Values of columns as JSON: what the sheet, its workbooks and its filters know of a column, and nothing besides."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from reports.api.refusals import UnreadableError
from tasks.editing.refused import Cell
from tasks.sheet.columns.column import Column
from tasks.sheet.columns.comparing import NO, YES
from tasks.sheet.columns.kinds import Face, ValueKind, flag_text
from tasks.sheet.columns.registry import registry
from tasks.workbooks.written import typed, value_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from projects.permissions import Right
    from tasks.sheet.columns.column import Row
    from tasks.sheet.look import Look

#: Columns of an answer; each may be a question of its own.
MOST_COLUMNS: Final = 40
#: What only the page of one task finds out.
_OF_ONE_PAGE: Final = frozenset({"why"})
#: What each row says beside its values.
TREE: Final = Column(name="api-tree", header="", fields=("parent_id",))


def columns_for(rights: Collection[Right]) -> list[Column]:
    """All columns that a user with these rights may read, those of the project in hand among them."""
    held = {None, *rights}
    return [column for column in registry if column.right in held and column.name not in _OF_ONE_PAGE]


def usual_columns(rights: Collection[Right]) -> tuple[Column, ...]:
    """Those of the sheet."""
    return registry.shown(Face.SHEET, rights)


def columns_named(text: str, rights: Collection[Right]) -> Sequence[Column]:
    """The columns that a program asks for, by their names with commas between; without a word those of the sheet. Raises UnreadableError."""
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        return usual_columns(rights)
    if len(names) > MOST_COLUMNS:
        raise UnreadableError(
            _("一度に読める列は%(most)d個までです。") % {"most": MOST_COLUMNS}, field="columns"
        )
    known = {column.name: column for column in columns_for(rights)}
    for name in names:
        if name not in known:
            message = _(
                "「%(column)s」という列はないか、あなたの権限では見られません。列の名前は /columns で確かめられます。"
            )
            raise UnreadableError(message % {"column": name[:40]}, field="columns")
    return tuple(known[name] for name in names)


def choices_of(column: Column) -> dict[str, str] | None:
    """The few values that it can have, by the words that filters spell them with."""
    if not column.compares or not column.compares.choices:
        return None
    return {value: str(label) for value, label in column.compares.choices.items()}


def in_json(column: Column, row: Row, look: Look) -> Any:
    """A value of a row. What is one of a few is its word, in every language; shares are percent."""
    choices = column.compares and column.compares.choices
    if choices:
        found = column.value_of(row, look)
        if isinstance(found, str) and found in choices:
            return str(found)
    if column.kind is ValueKind.PERCENT:
        return column.value_of(row, look)
    value = value_of(column, row, look)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 4)
    return value


def cells_of(task_id: int, values: Mapping[str, Any], rights: Collection[Right]) -> list[Cell]:
    """Values of a task as what would be typed into its cells. Raises UnreadableError."""
    return [Cell(task_id, column.name, text) for column, text in typed_values(values, rights)]


def typed_values(values: Mapping[str, Any], rights: Collection[Right]) -> Iterator[tuple[Column, str]]:
    """Each column that is named, with the text that its value is typed as. Raises UnreadableError."""
    held = {None, *rights}
    for name, value in values.items():
        if name not in registry or registry[name].right not in held:
            message = _(
                "「%(column)s」という列はないか、あなたの権限では見られません。列の名前は /columns で確かめられます。"
            )
            raise UnreadableError(message % {"column": name[:40]}, field=name[:40])
        column = registry[name]
        if column.edit is None:
            message = _("「%(column)s」は計算で決まるため、書き込めません。")
            raise UnreadableError(message % {"column": column.title}, field=name)
        yield column, _typed(column, value)


def _typed(column: Column, value: Any) -> str:
    """In the units in which values are read."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return (YES if value else NO) if choices_of(column) else flag_text(value)
    if isinstance(value, str):
        is_day = column.kind is ValueKind.DAY
        return typed(column, value) if is_day else value
    if column.kind is ValueKind.PERCENT:
        return f"{value:g}%"
    return typed(column, repr(value))
