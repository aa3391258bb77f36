"""Formulas of custom fields over the columns of a plan: which columns they may name, and what these give them.

A formula is kept with columns by their names (`[start] + [f12]`), so that it stays right when a column is called otherwise, and is
shown with their titles in the reader's language.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils import translation

from tasks.formulas.checking import check
from tasks.formulas.errors import FormulaError, Problem
from tasks.formulas.ordering import in_order
from tasks.formulas.reading import read, with_names
from tasks.formulas.tree import Kind
from tasks.models import FieldKind
from tasks.sheet.columns.comparing import ANSWERS
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.columns.registry import registry
from tasks.sheet.parsing import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from tasks.formulas.tree import Node
    from tasks.sheet.columns.column import Column
    from tasks.sheet.columns.custom import Declared

#: Columns whose text is the same for every reader.
_TEXTS: Final = frozenset({"name", "code", "description", "deliverable"})
_LANGUAGES: Final = ("ja", "en")
OF_FIELDS: Final[Mapping[str, Kind]] = {
    FieldKind.TEXT: Kind.TEXT, FieldKind.CHOICE: Kind.TEXT, FieldKind.NUMBER: Kind.NUMBER, FieldKind.MONEY: Kind.NUMBER,
    FieldKind.DURATION: Kind.NUMBER, FieldKind.DATE: Kind.DAY, FieldKind.FLAG: Kind.FLAG,
}  # fmt: skip


class Formula(NamedTuple):
    """A formula that was read, and the columns that it names."""

    node: Node
    names: frozenset[str]


@lru_cache(maxsize=512)
def read_formula(text: str) -> Formula:
    """A formula as it is kept. Raises FormulaError."""
    node = read(text)
    return Formula(node, frozenset(each.value for each in node.walk() if each.what == "column"))


def kind_of(column: Column) -> Kind | None:
    """What a formula sees in a column of ours; None where it may not name it: words that readers have in their own language, links, people."""
    compares = column.compares
    if compares and compares.choices is not None:
        return Kind.FLAG if compares.choices is ANSWERS else None
    if column.kind is ValueKind.DAY:
        return Kind.DAY
    if column.kind in {ValueKind.TEXT, ValueKind.NAME}:
        return Kind.TEXT if column.name in _TEXTS else None
    return Kind.NUMBER


def kinds_of(fields: Iterable[Declared]) -> dict[str, Kind]:
    """What each column is to a formula, by its name."""
    ours = {column.name: kind for column in registry.ours() if (kind := kind_of(column)) is not None}
    return ours | {field.column: OF_FIELDS[field.kind] for field in fields}


def titles_of(fields: Iterable[Declared]) -> list[str]:
    """What a formula may name, in the reader's language: fields first."""
    ours = [column.title for column in registry.ours() if kind_of(column) is not None]
    return [*(field.name for field in fields), *ours]


def kept(text: str, fields: Collection[Declared]) -> tuple[str, Node]:
    """A formula as it was typed, with its columns by their names, and its tree with the places of what was typed.

    Names that no column has stay, and are refused when it is checked. Raises FormulaError where it cannot be read.
    """
    known = _titles() | {folded(field.name): field.column for field in fields}
    names = kinds_of(fields)

    def name_of(title: str) -> str:
        return title if title in names else known.get(folded(title), title)

    return with_names(text, name_of), _renamed(read(text), name_of)


def _renamed(node: Node, name_of: Callable[[str], str]) -> Node:
    value = name_of(node.value) if node.what == "column" else node.value
    return replace(node, value=value, parts=tuple(_renamed(part, name_of) for part in node.parts))


def shown(text: str, fields: Collection[Declared]) -> str:
    """A formula as it is kept, with the titles of its columns in the reader's language."""
    titles = {column.name: column.title for column in registry.ours()}
    titles |= {field.column: field.name for field in fields}
    return with_names(text, lambda name: titles.get(name, name))


def _titles() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        with translation.override(language):
            for column in registry.ours():
                if kind_of(column) is None:
                    continue
                for title in (column.header, column.label):
                    if title:
                        found.setdefault(folded(str(title)), column.name)
    return found


def check_formula(
    node: Node, field: Declared, fields: Collection[Declared], *, is_condition: bool = False
) -> None:
    """Whether a formula makes a value of the field, or a condition of one of its marks. Raises FormulaError.

    Amounts are for those who see money: what is computed of them is an amount itself.
    """
    found = check(node, kinds_of(fields))
    wanted = Kind.FLAG if is_condition else OF_FIELDS[field.kind]
    if found is not wanted and not (wanted is Kind.TEXT and found is Kind.NUMBER):
        raise FormulaError(Problem.RESULT, 0, found, wanted)
    if field.kind == FieldKind.MONEY:
        return
    amounts = {column.name: column.title for column in registry.ours() if column.is_money}
    amounts |= {each.column: each.name for each in fields if each.kind == FieldKind.MONEY}
    for part in node.walk():
        if part.what == "column" and part.value in amounts:
            raise FormulaError(Problem.MONEY, part.at, amounts[part.value])


def fields_in_order(fields: Collection[Declared]) -> list[Declared]:
    """Those with a formula behind those that they need. Raises FormulaError (CIRCLE) with the names of the fields."""
    by_name = {field.column: field for field in fields}
    needs = {
        name: read_formula(field.formula).names & by_name.keys()
        for name, field in by_name.items()
        if field.formula
    }
    try:
        return [by_name[name] for name in in_order(needs)]
    except FormulaError as error:
        names = error.piece.split(" → ")
        raise FormulaError(error.problem, piece=" → ".join(by_name[name].name for name in names)) from None


def columns_named(fields: Iterable[Declared]) -> tuple[Column, ...]:
    """The columns of ours that formulas and marks name."""
    texts = [
        text for field in fields for text in (field.formula, *(mark for _tone, mark in field.marks)) if text
    ]
    names = names_in(texts)
    return tuple(column for column in registry.ours() if column.name in names)


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """All columns that some formulas name."""
    return frozenset(name for text in texts for name in _names(text))


def _names(text: str) -> frozenset[str]:
    try:
        return read_formula(text).names
    except FormulaError:
        return frozenset()


def value_for(column: Column, values: Sequence[Any]) -> list[Any]:
    """Bare values of a column as formulas have them: work in hours, amounts as numbers, flags as yes and no."""
    if column.kind is ValueKind.HOURS:
        return [None if value is None else value / 60 for value in values]
    if column.kind is ValueKind.YEN:
        return [None if value is None else float(value) for value in values]
    return [value if value != "" else None for value in values]
