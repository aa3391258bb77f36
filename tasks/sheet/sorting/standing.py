"""Where rows stand on a sorted sheet: where they stood when it was sorted, until it is sorted again.

As what a filter has shown (`filtering/standing.py`): a row whose value was changed keeps its place, else it would go from under the hands of
its planner. The ids are kept in the order of their values, under the revision at which they were sorted; the tree is put on anew each time, so
that a row that was moved stands below its present summary.
"""

from __future__ import annotations

import time
from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.utils.translation import get_language

from projects.caching import build, digest, generation
from tasks.models import Task
from tasks.sheet.filtering.standing import FRESH, KEPT, SCROLLED
from tasks.sheet.sorting.ordering import in_tree, sorted_places
from tasks.sheet.sorting.values import tasks_with_values
from tasks.sheet.visible import Ordered, VisibleRows

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Project
    from tasks.sheet.sorting.notation import Sort


class Found(NamedTuple):
    """What was sorted at a revision of the plan: ids of tasks in the order of their values."""

    at: int
    ids: array[int]
    #: So that what hangs on it can be told from what hangs on another sorting at the same revision.
    at_moment: float


class Shown(NamedTuple):
    """Row numbers in their order, in one revision of the plan, with nothing hidden."""

    found: float
    rows: array[int]


def ordered_rows(
    project: Project, visible: VisibleRows, sort: Sort, *, at: int | None, on: date
) -> VisibleRows:
    """The same rows in an order; a flat one has no summaries. One query, and those by which rows are sorted where they are now."""
    key = _key(project, sort, on)
    found = _kept(project, key, at) or _sort(project, sort, key, on)
    shown = _shown(project, sort, found, f"{key}:r{found.at}:{sort.is_flat}:shown:r{project.revision}")
    if sort.is_flat and visible.filtered is None:
        visible = VisibleRows(project.task_count, (), frozenset())
    seen = bytearray(b"\1") * (visible.total + 1)
    for first, last in visible.hidden:
        seen[first : last + 1] = bytes(last - first + 1)
    rows = array("l", [row for row in shown.rows if seen[row]])
    filtered = visible.filtered
    if sort.is_flat and filtered is not None:
        filtered = replace(filtered, hits=len(rows))
    ordered = Ordered(str(sort), found.at, found.at_moment, sort.is_flat)
    return replace(visible, filtered=filtered, order=rows, ordered=ordered)


def _shown(project: Project, sort: Sort, found: Found, key: str) -> Shown:
    kept: Shown | None = cache.get(key)
    if kept is not None and kept.found == found.at_moment:
        return kept
    tasks = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
    lines = list(tasks.values_list("pk", "outline_level", "is_summary"))
    place_of = {pk: place for place, (pk, _level, _is_summary) in enumerate(lines)}
    places = [place_of[pk] for pk in found.ids if pk in place_of]
    known = set(found.ids)
    # What has come since stands last, where it was not sorted yet.
    places += [place for place, (pk, _level, _is_summary) in enumerate(lines) if pk not in known]
    if sort.is_flat:
        places = [place for place in places if not lines[place][2]]
    else:
        places = in_tree(places, [level for _pk, level, _is_summary in lines])
    shown = Shown(found.at_moment, array("l", [place + 1 for place in places]))
    cache.set(key, shown, SCROLLED)
    return shown


def _key(project: Project, sort: Sort, on: date) -> str:
    """Everything that an order hangs on beside the revision; whether it is flat is seen later."""
    keys = " ".join(map(str, sort.keys))
    return f"sort:{project.pk}:{digest(f'{keys}|{on}|{get_language()}')}:{build()}"


def _kept(project: Project, key: str, at: int | None) -> Found | None:
    if at is None or at > project.revision:
        return None
    kept: Found | None = cache.get(f"{key}:r{at}")
    return kept


def _sort(project: Project, sort: Sort, key: str, on: date) -> Found:
    """Sorted now; what another user has just sorted at the same revision is taken over."""
    key = f"{key}:r{project.revision}"
    fresh = f"{key}:g{generation(project.organization_id)}"
    if cache.get(fresh):
        kept: Found | None = cache.get(key)
        if kept is not None:
            return kept
    names = [each.column for each in sort.keys]
    ids, values = tasks_with_values(project, names, on)
    places = sorted_places([(values[each.column], each.is_down) for each in sort.keys], len(ids))
    found = Found(project.revision, array("q", [ids[place] for place in places]), time.time())
    cache.set(key, found, KEPT)
    cache.set(fresh, 1, FRESH)
    return found
