"""Where rows stand on a sorted sheet: where they stood when it was sorted, until it is sorted again.

As what a filter has shown (`filtering/standing.py`): a row whose value was changed keeps its place, else it would go from under the hands of
its planner. The ids are kept in the order of their values, under the revision at which they were sorted; the tree is put on anew each time, so
that a row that was moved stands below its present summary.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_right
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.caching import build, digest, generation
from tasks.models import Task
from tasks.sheet.filtering.standing import FRESH, KEPT, SCROLLED
from tasks.sheet.sorting.ordering import in_tree, sorted_places
from tasks.sheet.sorting.values import LINE, Line, tasks_with_values
from tasks.sheet.visible import Ordered, VisibleRows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from projects.models import Project
    from tasks.sheet.sorting.notation import Sort
    from tasks.sheet.sorting.values import Sorted


class Found(NamedTuple):
    """What was sorted at a revision of the plan: ids of tasks in the order of their values."""

    at: int
    ids: array[int]
    #: So that what hangs on it can be told from what hangs on another sorting at the same revision.
    at_moment: float
    #: Of each group the number of its first task among the ids, and its words; none where rows are not put together.
    groups: tuple[tuple[int, str], ...] = ()


class Shown(NamedTuple):
    """Row numbers in their order, in one revision of the plan, with nothing hidden."""

    found: float
    rows: array[int]
    #: The group of each of them, by its number; of those that have come since one behind the last.
    groups: array[int]


def ordered_rows(
    project: Project, visible: VisibleRows, sort: Sort, *, at: int | None, on: date
) -> VisibleRows:
    """The same rows in an order; a flat one has no summaries. One query, and those by which rows are sorted where they are now."""
    key = _key(project, sort, on)
    kept = _kept(project, key, at)
    found, lines = (kept, None) if kept else _sort(project, sort, key, on)
    shown = _shown(project, sort, found, lines, f"{key}:r{found.at}:{sort.is_flat}:shown:r{project.revision}")
    if sort.is_flat and visible.filtered is None:
        visible = VisibleRows(project.task_count, (), frozenset())
    seen = bytearray(b"\1") * (visible.total + 1)
    for first, last in visible.hidden:
        seen[first : last + 1] = bytes(last - first + 1)
    rows = array("l", _seen(shown, seen))
    words = (*(word for _first, word in found.groups), _("並べ替えた後に加わった行")) if sort.group else ()
    filtered = visible.filtered
    if sort.is_flat and filtered is not None:
        filtered = replace(filtered, hits=sum(row > 0 for row in rows))
    ordered = Ordered(str(sort), found.at, found.at_moment, sort.is_flat, words)
    return replace(visible, filtered=filtered, order=rows, ordered=ordered)


def _seen(shown: Shown, seen: bytearray) -> Iterator[int]:
    """Rows that are not hidden; a head, below zero, before the first one of each group."""
    before = -1
    for row, group in zip(shown.rows, shown.groups or repeat(before), strict=False):
        if not seen[row]:
            continue
        if group != before:
            yield -1 - group
            before = group
        yield row


def _shown(project: Project, sort: Sort, found: Found, lines: list[Line] | None, key: str) -> Shown:
    """The order in this revision of the plan, whose lines are known where it has just been sorted; kept for those who scroll."""
    kept: Shown | None = cache.get(key)
    if kept is not None and kept.found == found.at_moment:
        return kept
    if lines is None:
        tasks = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
        lines = [Line(*row) for row in tasks.values_list(*LINE)]
    place_of = {line.pk: place for place, line in enumerate(lines)}
    there = [at for at, pk in enumerate(found.ids) if pk in place_of]
    places = [place_of[found.ids[at]] for at in there]
    firsts = [first for first, _word in found.groups]
    group_of = (
        {place: bisect_right(firsts, at) - 1 for place, at in zip(places, there, strict=True)}
        if firsts
        else {}
    )
    known = set(found.ids)
    # What has come since stands last, where it was not sorted yet.
    places += [place for place, line in enumerate(lines) if line.pk not in known]
    if sort.is_flat:
        places = [place for place in places if not lines[place].is_summary]
    else:
        places = in_tree(places, [line.level for line in lines])
    groups = [group_of.get(place, len(firsts)) for place in places] if sort.group else []
    shown = Shown(found.at_moment, array("l", [place + 1 for place in places]), array("l", groups))
    cache.set(key, shown, SCROLLED)
    return shown


def _key(project: Project, sort: Sort, on: date) -> str:
    """Everything that an order hangs on beside the revision; whether it is flat is seen later."""
    keys = str(replace(sort, flat=False))
    return f"sort:{project.pk}:{digest(f'{keys}|{on}|{get_language()}')}:{build()}"


def _kept(project: Project, key: str, at: int | None) -> Found | None:
    if at is None or at > project.revision:
        return None
    kept: Found | None = cache.get(f"{key}:r{at}")
    return kept


def _sort(project: Project, sort: Sort, key: str, on: date) -> tuple[Found, list[Line] | None]:
    """Sorted now, with the lines that were read; what another user has just sorted at the same revision is taken over."""
    key = f"{key}:r{project.revision}"
    fresh = f"{key}:g{generation(project.organization_id)}"
    if cache.get(fresh):
        kept: Found | None = cache.get(key)
        if kept is not None:
            return kept, None
    names = [each.column for each in sort.keys]
    group = sort.group.column if sort.group else ""
    lines, values, grouped = tasks_with_values(project, names, on, group)
    columns = [(values[each.column], each.is_down) for each in sort.keys]
    if sort.group:
        columns.insert(0, ([value and value.key for value in grouped], sort.group.is_down))
    places = sorted_places(columns, len(lines))
    heads = _heads([grouped[place] for place in places]) if sort.group else ()
    found = Found(project.revision, array("q", [lines[place].pk for place in places]), time.time(), heads)
    cache.set(key, found, KEPT)
    cache.set(fresh, 1, FRESH)
    return found, lines


def _heads(values: list[Sorted | None]) -> tuple[tuple[int, str], ...]:
    """Where each group begins among sorted values, and its words."""
    found: list[tuple[int, str]] = []
    for at, value in enumerate(values):
        before = values[at - 1] if at else None
        if not at or (value and value.key) != (before and before.key):
            found.append((at, value.word if value else _("（値なし）")))
    return tuple(found)
