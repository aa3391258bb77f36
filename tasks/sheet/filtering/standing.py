"""Which rows stand on a filtered sheet: what the filter found when it was applied, new rows, and the summaries above them.

What was found stays until the filter is applied again, as in Excel and Microsoft Project: a row that no longer matches after an edit
would else go from under the hands of its planner. So the ids that were found are kept under the revision at which they were found, which
the page sends along; where they are gone (a new day, an empty cache), the filter is applied again. They are no value of the present plan, which
`per_revision` keeps, but what this page shows, as long as it may be open.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from django.core.cache import cache
from django.db.models import Max, Q
from django.utils.translation import get_language

from projects.caching import build, digest, generation
from tasks.models import Task
from tasks.sheet.filtering.matching import rows_found
from tasks.sheet.filtering.notation import Word
from tasks.sheet.filtering.words import WORDS, Asked, among
from tasks.sheet.visible import Filtered, VisibleRows

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Project, User
    from tasks.sheet.filtering.notation import Filter

#: Seconds that a page finds again what its filter has found: a working day.
KEPT: Final = 43_200
#: Seconds that it is used for others, too: what other plans and the organization change in it (loads, names) may be so old.
FRESH: Final = 60
#: Seconds that the places of its rows are kept, as the chart's pictures are.
SCROLLED: Final = 180


class Found(NamedTuple):
    """What a filter has found at a revision of the plan: ids of tasks, and the last id that there was."""

    at: int
    ids: array[int]
    last: int
    #: When it was found, so that what hangs on it can be told from what hung on another finding at the same revision.
    at_moment: float


class Shown(NamedTuple):
    """The rows of what was found, and the stretches that are hidden, in one revision of the plan."""

    found: float
    hits: array[int]
    hidden: tuple[tuple[int, int], ...]


def filtered_rows(project: Project, user: User, filter_: Filter, *, at: int | None, on: date) -> VisibleRows:
    """The rows of a filtered sheet, which was filtered at the revision `at` or is now; two queries, and those of the filter.

    Branches that the user has closed are open: what was found is seen.
    """
    asked = Asked(project, user, on)
    kept = _kept(filter_, asked, at)
    found, rows = (kept, None) if kept else _find(filter_, asked)
    key = f"{_key(filter_, asked, found.at)}:shown:r{project.revision}"
    shown = _shown(found, rows, project, key)
    about = Filtered(filter_, found.at, len(shown.hits), project.task_count, shown.hits)
    return VisibleRows(project.task_count, shown.hidden, frozenset(), about)


def _shown(found: Found, hits: list[int] | None, project: Project, key: str) -> Shown:
    """Where the found tasks stand in this revision of the plan, which is known where they have just been found; kept for those who scroll."""
    kept: Shown | None = cache.get(key)
    if kept is not None and kept.found == found.at_moment:
        return kept
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
    if hits is None:
        # New rows are shown where they were made, whatever is in them yet.
        own = among(found.ids) | Q(pk__gt=found.last)
        hits = [row or 0 for row in tasks.filter(own).values_list("row_number", flat=True)]
    heads = tasks.filter(is_summary=True).values_list("row_number", "descendant_count")
    rows = sorted({*hits, *_above(hits, [(row or 0, below) for row, below in heads])})
    shown = Shown(found.at_moment, array("l", hits), _hidden(rows, project.task_count))
    cache.set(key, shown, SCROLLED)
    return shown


def _above(hits: list[int], heads: list[tuple[int, int]]) -> list[int]:
    """The summaries that have a hit under them."""
    return [row for row, below in heads if bisect_right(hits, row + below) > bisect_right(hits, row)]


def _hidden(rows: list[int], total: int) -> tuple[tuple[int, int], ...]:
    """The stretches between rows that are shown."""
    edges = zip([0, *rows], [*rows, total + 1], strict=True)
    return tuple((before + 1, behind - 1) for before, behind in edges if behind - before > 1)


def _key(filter_: Filter, asked: Asked, at: int) -> str:
    """Everything that a result hangs on; words of columns are compared in the reader's language."""
    is_own = any(isinstance(term, Word) and WORDS[term.name].is_own for term in filter_.terms)
    who = asked.user.pk if is_own else ""
    return (
        f"filter:{asked.project.pk}:{digest(f'{filter_}|{who}|{asked.on}|{get_language()}')}:r{at}:{build()}"
    )


def _kept(filter_: Filter, asked: Asked, at: int | None) -> Found | None:
    """What was found when the page was filtered; None where it is filtered now."""
    if at is None or at > asked.project.revision:
        return None
    kept: Found | None = cache.get(_key(filter_, asked, at))
    return kept


def _find(filter_: Filter, asked: Asked) -> tuple[Found, list[int] | None]:
    """What the filter finds now, and on which rows; of what another user has just found the rows are not known."""
    at = asked.project.revision
    key = _key(filter_, asked, at)
    # Loads and names hang on other plans and on the organization: the counter says when they may have changed.
    fresh = f"{key}:g{generation(asked.project.organization_id)}"
    if cache.get(fresh):
        kept: Found | None = cache.get(key)
        if kept is not None:
            return kept, None
    last = Task.objects.filter(project=asked.project).aggregate(last=Max("pk"))["last"] or 0
    rows = rows_found(filter_, asked)
    found = Found(at, array("q", [pk for pk, _row in rows]), last, time.time())
    cache.set(key, found, KEPT)
    cache.set(fresh, 1, FRESH)
    return found, [row for _pk, row in rows]
