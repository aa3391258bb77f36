"""What the page of a filtered sheet shows beside its rows: the filter in words, how many rows it finds, the ways out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from tasks.sheet.filtering.matching import tasks_found
from tasks.sheet.filtering.notation import Filter, Word
from tasks.sheet.filtering.reading import read_asked
from tasks.sheet.filtering.sentences import Chip, chips_of, sentence_of
from tasks.sheet.filtering.words import WORDS, Asked
from tasks.sheet.sorting.notation import read_sort
from tasks.sheet.sorting.page import SortBar, sort_bar
from tasks.sheet.viewing.page import view_button

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projects.models import Project, User
    from projects.requests import SignedInRequest
    from tasks.sheet.columns.column import Row
    from tasks.sheet.visible import VisibleRows

#: Of "recent changes" the menu means a week.
RECENT: Final = "today-7"


@dataclass(frozen=True, slots=True)
class QuickItem:
    """A quick word of the menu: whether it holds already, and the filter after it was pressed."""

    label: str
    is_on: bool
    turned: str


@dataclass(frozen=True, slots=True)
class FilterBar:
    """A filter as the page says it; without one it has the menu alone."""

    text: str
    at: int | None
    hits: int
    total: int
    chips: list[Chip]
    sentence: str
    problems: tuple[str, ...]
    items: list[QuickItem]
    #: The order of the rows, where it is not that of the plan.
    order: SortBar | None


def bar_of(request: SignedInRequest, project: Project, visible: VisibleRows) -> FilterBar:
    """The bar above the rows of this request."""
    about = visible.filtered
    filter_ = about.filter if about else Filter()
    return FilterBar(
        text=str(filter_),
        at=about.at if about else None,
        hits=about.hits if about else visible.tasks,
        total=visible.total,
        chips=chips_of(filter_),
        sentence=sentence_of(filter_),
        problems=_problems(request, project),
        items=[_item(filter_, name) for name in WORDS],
        order=sort_bar(request, read_sort(visible.ordered.sort)) if visible.ordered else None,
    )


def _problems(request: SignedInRequest, project: Project) -> tuple[str, ...]:
    """What of the address was left out, in sentences."""
    gone = view_button(request, project).problem
    return (*([gone] if gone else []), *read_asked(request, project).problems)


def _item(filter_: Filter, name: str) -> QuickItem:
    word = WORDS[name]
    turned = filter_.with_word(Word(name, RECENT if word.has_day else ""))
    return QuickItem(str(word.label), name in filter_.words, str(turned))


def context_of(project: Project, visible: VisibleRows, user: User, rows: Sequence[Row]) -> frozenset[int]:
    """Ids of those of some rows that the filter of the sheet shows and does not find.

    Where the plan has not changed since it was applied that is known; else the filter is asked about these rows alone: one query, and
    those of what it cannot ask the database.
    """
    about = visible.filtered
    if about is None or not rows:
        return frozenset()
    if about.at == project.revision:
        hits = set(about.rows)
        return frozenset(row.id for row in rows if row.row_number not in hits)
    ids = [row.id for row in rows]
    asked = Asked(project, user, timezone.localdate())
    return frozenset(ids) - set(tasks_found(about.filter, asked, only=ids))
