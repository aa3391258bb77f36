"""An order as an address carries it: `-total_slack name`, first by the first; with `flat` as a list without its summaries.

`group.assignees -finish`: such a list, put together by the values of a column, each under a head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tasks.models.views import LONGEST_SORT
from tasks.sheet.columns.kinds import ValueKind
from tasks.sheet.columns.registry import registry

if TYPE_CHECKING:
    from tasks.sheet.columns.column import Column

#: As many as Microsoft Project sorts by.
MOST_KEYS: Final = 3
#: No column has this name; a test holds them to it.
FLAT: Final = "flat"
#: What stands before the column of groups; no name of a column has a dot.
GROUP: Final = "group."
#: What has no values to be compared.
_WITHOUT: Final = frozenset({"why"})


class UnreadableSortError(ValueError):
    """What is wrong with an order, in words for its reader."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column, upwards or downwards; rows without a value stand last both ways."""

    column: str
    is_down: bool = False

    def __str__(self) -> str:
        return f"-{self.column}" if self.is_down else self.column


@dataclass(frozen=True, slots=True)
class Sort:
    """Up to three columns, the first of which counts most. Without a column it is the order of the plan."""

    keys: tuple[SortKey, ...] = ()
    flat: bool = False
    group: SortKey | None = None

    def __str__(self) -> str:
        group = [f"{GROUP}{self.group}"] if self.group else []
        return " ".join([*group, *map(str, self.keys), *([FLAT] if self.flat else [])])

    def __bool__(self) -> bool:
        return bool(self.keys) or self.is_flat

    @property
    def is_flat(self) -> bool:
        """Whether it is a list without summaries; groups are."""
        return self.flat or self.group is not None

    @property
    def columns(self) -> list[str]:
        """All columns that take part in it."""
        return [key.column for key in (self.group, *self.keys) if key]

    def of(self, column: str) -> SortKey | None:
        """How a column takes part in it."""
        return next((key for key in self.keys if key.column == column), None)

    def turned(self, column: str) -> Sort:
        """After one press of a head: by this column alone, upwards, downwards, and not at all."""
        key = self.of(column)
        if key is None or len(self.keys) > 1:
            return replace(self, keys=(SortKey(column),))
        return replace(self, keys=() if key.is_down else (SortKey(column, True),))

    def with_more(self, column: str) -> Sort:
        """With this column behind the others, or turned over where it is among them; three at most."""
        if self.of(column):
            keys = [SortKey(key.column, key.is_down != (key.column == column)) for key in self.keys]
        else:
            keys = [*self.keys[: MOST_KEYS - 1], SortKey(column)]
        return replace(self, keys=tuple(keys))


def read_sort(text: str) -> Sort:
    """An order from an address; an empty text is that of the plan. Raises UnreadableSortError."""
    if len(text) > LONGEST_SORT:
        raise UnreadableSortError(_("並べ替えの指定が長すぎます。"))
    words = text.split()
    keys: dict[str, SortKey] = {}
    group = None
    for word in words:
        if word.startswith(GROUP):
            group = _group(word.removeprefix(GROUP))
        elif word != FLAT:
            key = _key(word)
            keys.setdefault(key.column, key)
    if len(keys) > MOST_KEYS:
        raise UnreadableSortError(_("並べ替えは%(most)d列までです。") % {"most": MOST_KEYS})
    return Sort(tuple(keys.values()), FLAT in words, group)


def _key(word: str) -> SortKey:
    name = word.removeprefix("-")
    if name not in registry or not is_sortable(registry[name]):
        raise UnreadableSortError(_("「%(column)s」では並べ替えられません。") % {"column": name[:40]})
    return SortKey(name, word.startswith("-"))


def _group(word: str) -> SortKey:
    key = _key(word)
    if not is_grouping(registry[key.column]):
        raise UnreadableSortError(
            _("「%(column)s」ではグループにまとめられません。") % {"column": registry[key.column].title}
        )
    return key


def is_sortable(column: Column) -> bool:
    """Whether rows can be sorted by a column."""
    return column.name not in _WITHOUT


def is_grouping(column: Column) -> bool:
    """Whether rows can be put together by a column: by its values, of days by their months."""
    return is_sortable(column) and not column.is_money and (column.groups or column.kind is ValueKind.DAY)
