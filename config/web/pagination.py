"""Pages of a list, bounded: no address makes the site count or fetch without end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest

from config.web.query import positive as positive  # lists read their other numbers with it too

T = TypeVar("T")
PER_PAGE = 50
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list and what its links need."""

    items: Sequence[T]
    number: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """Position of the first item, from 1."""
        return (self.number - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Position of the last item."""
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def previous(self) -> int | None:
        """The page before."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The page after."""
        return self.number + 1 if self.number < self.pages else None

    @property
    def window(self) -> list[int | None]:
        """Page numbers to show, None for a gap: 1 … 4 5 6 … 20."""
        near = {1, self.pages, *range(self.number - 1, self.number + 2)}
        shown: list[int | None] = []
        for page in sorted(page for page in near if 1 <= page <= self.pages):
            if shown and isinstance(shown[-1], int) and page - shown[-1] > 1:
                shown.append(page - 1 if page - shown[-1] == 2 else None)
            shown.append(page)
        return shown


def paginate(
    request: HttpRequest, rows: QuerySet[Any, T] | Sequence[T], *, per_page: int = PER_PAGE
) -> Page[T]:
    """The page that `?page=` asks for; past the end means the last one."""
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    pages = max(1, -(-total // per_page))
    number = min(positive(request.GET.get("page"), 1, LAST_PAGE), pages)
    start = (number - 1) * per_page
    return Page(list(rows[start : start + per_page]), number, per_page, total)
