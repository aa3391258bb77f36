"""What the page of a sheet shows of its order: the marks in its heads, the order in words, the form in which it is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tasks.sheet.choosing.services import offered_columns
from tasks.sheet.columns.registry import registry
from tasks.sheet.sorting.notation import FLAT, GROUP, MOST_KEYS, Sort, is_grouping, is_sortable, read_sort
from tasks.sheet.viewing.reading import FIELDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from projects.permissions import Right
    from projects.requests import SignedInRequest
    from tasks.sheet.choosing.services import ShownColumn
    from tasks.sheet.columns.column import Column


class Head(NamedTuple):
    """A head of the sheet: its column, what a press makes of the order, and what a press with Shift does."""

    column: Column
    width: int | None
    #: "ascending", "descending", or empty.
    order: str
    turned: str
    more: str
    #: Which of several it is; 0 where it is the only one, or none.
    number: int


def heads_of(columns: Sequence[ShownColumn], sort: Sort) -> list[Head]:
    """The heads of the columns that a user sees."""
    return [_head(column, width, sort) for column, width in columns]


def _head(column: Column, width: int | None, sort: Sort) -> Head:
    if not is_sortable(column):
        return Head(column, width, "", "", "", 0)
    key = sort.of(column.name)
    order = "" if key is None else "descending" if key.is_down else "ascending"
    number = sort.keys.index(key) + 1 if key and len(sort.keys) > 1 else 0
    turned, more = sort.turned(column.name), sort.with_more(column.name)
    return Head(column, width, order, str(turned), str(more), number)


class SortChip(NamedTuple):
    """A column of the order in words, and the address without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class SortBar:
    """An order as the page says it."""

    chips: list[SortChip]
    #: Without levels, and whether that can be turned over: groups have none.
    is_flat: bool
    has_groups: bool
    #: Addresses: sorted again, in the order of the plan, with or without the tree.
    again: str
    none: str
    turned: str


def sort_bar(request: SignedInRequest, sort: Sort) -> SortBar:
    """The bar above the rows of this request."""
    chips = []
    if sort.group:
        grouped = _("グループ：%(column)s") % {"column": registry[sort.group.column].title}
        chips.append(SortChip(grouped, _address(request, replace(sort, group=None))))
    chips += [
        SortChip(
            _spoken(registry[key.column], is_down=key.is_down), _address(request, _without(sort, key.column))
        )
        for key in sort.keys
    ]
    return SortBar(
        chips, sort.is_flat, sort.group is not None, _address(request, sort), _address(request, Sort()),
        _address(request, replace(sort, flat=not sort.flat)),
    )  # fmt: skip


def _without(sort: Sort, column: str) -> Sort:
    return replace(sort, keys=tuple(key for key in sort.keys if key.column != column))


def _spoken(column: Column, *, is_down: bool) -> str:
    words = _("%(column)s（降順）") if is_down else _("%(column)s（昇順）")
    return words % {"column": column.title}


def _address(request: SignedInRequest, sort: Sort) -> str:
    """This page in another order, as a link that any answer of it can hold: all else stays, but for the place in it."""
    fields = request.POST if request.method == "POST" else request.GET
    kept = {name: fields[name] for name in FIELDS if fields.get(name)}
    return f"?{urlencode(kept | {'sort': str(sort)})}"


class Choice(NamedTuple):
    """A place of the form: the columns that can be chosen there, and the one that is."""

    number: int
    chosen: str
    is_down: bool


def choices_of(sort: Sort) -> list[Choice]:
    """The places of the form, filled as the page is sorted."""
    keys = [(key.column, key.is_down) for key in sort.keys]
    keys += [("", False)] * (MOST_KEYS - len(keys))
    return [Choice(number, name, is_down) for number, (name, is_down) in enumerate(keys, 1)]


def sort_of_form(fields: Mapping[str, str]) -> Sort:
    """The order that a form says: `group`, `by-1`, `down-1`, … and `flat`. Raises UnreadableSortError."""
    group = [GROUP + fields["group"]] if fields.get("group") else []
    words = [
        ("-" if fields.get(f"down-{number}") else "") + fields[f"by-{number}"]
        for number in range(1, MOST_KEYS + 1)
        if fields.get(f"by-{number}")
    ]
    return read_sort(" ".join([*group, *words, *([FLAT] if fields.get(FLAT) else [])]))


def grouping_columns(rights: Collection[Right]) -> list[Column]:
    """Columns by which a user may put rows together."""
    return [column for column in offered_columns(rights) if is_grouping(column)]


def sortable_columns(rights: Collection[Right]) -> list[Column]:
    """Columns that a user may sort by."""
    return [column for column in offered_columns(rights) if is_sortable(column)]
