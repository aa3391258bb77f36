"""An order as an address carries it: `-total_slack name`, first by the first; with `flat` as a list without its summaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tasks.models.views import LONGEST_SORT
from tasks.sheet.columns.registry import registry

if TYPE_CHECKING:
    from tasks.sheet.columns.column import Column

#: As many as Microsoft Project sorts by.
MOST_KEYS: Final = 3
#: No column has this name; a test holds them to it.
FLAT: Final = "flat"
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
    is_flat: bool = False

    def __str__(self) -> str:
        return " ".join([*map(str, self.keys), *([FLAT] if self.is_flat else [])])

    def __bool__(self) -> bool:
        return bool(self.keys) or self.is_flat

    def of(self, column: str) -> SortKey | None:
        """How a column takes part in it."""
        return next((key for key in self.keys if key.column == column), None)

    def turned(self, column: str) -> Sort:
        """After one press of a head: by this column alone, upwards, downwards, and not at all."""
        key = self.of(column)
        if key is None or len(self.keys) > 1:
            return Sort((SortKey(column),), self.is_flat)
        return Sort((), self.is_flat) if key.is_down else Sort((SortKey(column, True),), self.is_flat)

    def with_more(self, column: str) -> Sort:
        """With this column behind the others, or turned over where it is among them; three at most."""
        if self.of(column):
            keys = [SortKey(key.column, key.is_down != (key.column == column)) for key in self.keys]
        else:
            keys = [*self.keys[: MOST_KEYS - 1], SortKey(column)]
        return Sort(tuple(keys), self.is_flat)


def read_sort(text: str) -> Sort:
    """An order from an address; an empty text is that of the plan. Raises UnreadableSortError."""
    if len(text) > LONGEST_SORT:
        raise UnreadableSortError(_("並べ替えの指定が長すぎます。"))
    words = text.split()
    keys: dict[str, SortKey] = {}
    for word in words:
        if word == FLAT:
            continue
        name = word.removeprefix("-")
        if name not in registry or not is_sortable(registry[name]):
            raise UnreadableSortError(_("「%(column)s」では並べ替えられません。") % {"column": name[:40]})
        keys.setdefault(name, SortKey(name, word.startswith("-")))
    if len(keys) > MOST_KEYS:
        raise UnreadableSortError(_("並べ替えは%(most)d列までです。") % {"most": MOST_KEYS})
    return Sort(tuple(keys.values()), FLAT in words)


def is_sortable(column: Column) -> bool:
    """Whether rows can be sorted by a column."""
    return column.name not in _WITHOUT
