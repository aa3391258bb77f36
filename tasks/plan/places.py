"""Where the rows of a plan stand, read and written as columns: one statement to read them, and at most two for all that differ.

Most rows that a change of order touches only have another number or code. They are written apart from those that stand under
another row now: fewer columns, and no trigger that looks for what a summary has of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from tasks.plan.arrays import Array, arrays_cursor
from tasks.plan.outline import OutlineRow, PlaceColumns

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from projects.models import Project

#: A row that stands under none.
NONE: Final = 0
_WHERE = "project_id = %s::bigint AND deleted_at IS NULL"
_LINES: Final = f"""
SELECT array_agg(id), array_agg(outline_level)
  FROM (SELECT id, outline_level FROM tasks WHERE {_WHERE} ORDER BY row_number) AS rows
"""
# Codes are digits and points: one text is read and taken apart in a fraction of the time of an array of them.
_PLACES: Final = f"""
SELECT array_agg(id), array_agg(COALESCE(parent_id, {NONE})), array_agg(row_number::bigint),
       array_agg(outline_level::bigint), array_agg(descendant_count::bigint), array_agg(is_summary),
       string_agg(wbs_code, E'\\n')
  FROM (
    SELECT id, parent_id, row_number, outline_level, descendant_count, is_summary, wbs_code
      FROM tasks WHERE {_WHERE} ORDER BY row_number
  ) AS rows
"""
_NUMBERED: Final = """
UPDATE tasks SET row_number = new.row_number, wbs_code = new.wbs_code
  FROM unnest(%s::bigint[], %s::bigint[], string_to_array(%s::text, E'\\n')) AS new(id, row_number, wbs_code)
 WHERE tasks.id = new.id AND tasks.project_id = %s::bigint
"""
_PLACED: Final = """
UPDATE tasks SET row_number = new.row_number, wbs_code = new.wbs_code, parent_id = NULLIF(new.parent_id, 0),
                 outline_level = new.outline_level, descendant_count = new.descendant_count,
                 is_summary = new.descendant_count > 0
  FROM unnest(%s::bigint[], %s::bigint[], string_to_array(%s::text, E'\\n'), %s::bigint[], %s::bigint[], %s::bigint[])
    AS new(id, row_number, wbs_code, parent_id, outline_level, descendant_count)
 WHERE tasks.id = new.id AND tasks.project_id = %s::bigint
"""


@dataclass(frozen=True)
class StoredPlaces:
    """The places of all rows of a plan as they are stored, in the order of the rows."""

    ids: Array
    parents: Array
    numbers: Array
    levels: Array
    counts: Array
    summaries: Array
    codes: Array

    @cached_property
    def lines(self) -> list[OutlineRow]:
        """The rows in order, with their levels; a list of the caller's own is made of it where it changes."""
        return _lines(self.ids, self.levels)


def _lines(ids: Array, levels: Array) -> list[OutlineRow]:
    return list(map(OutlineRow._make, zip(ids.tolist(), levels.tolist(), strict=True)))


def read_lines(project: Project) -> list[OutlineRow]:
    """The rows of a plan in order, with their levels. One query."""
    ids, levels = _columns(_LINES, project)
    return [] if ids is None else _lines(ids, levels)


def read_places(project: Project) -> StoredPlaces:
    """Where the rows of a plan stand. One query, with no object for a row."""
    *numbers, codes = _columns(_PLACES, project)
    if codes is None:
        numbers = [np.empty(0, np.int64)] * len(numbers)
    ids, parents, rows, levels, counts, summaries = numbers
    found = np.array(codes.split("\n") if codes is not None else [], object)
    return StoredPlaces(ids, parents, rows, levels, counts, summaries, found)


def _columns(statement: str, project: Project) -> Sequence[Any]:
    """Arrays; without rows None each."""
    with arrays_cursor() as cursor:
        cursor.execute(statement, [project.pk])
        row: Sequence[Any] = cursor.fetchall()[0]
    return row


def write_places(
    project: Project, stored: StoredPlaces, new: PlaceColumns, *, but: Collection[int] = ()
) -> set[int]:
    """Store the places that differ from what is stored; those of `but` are not stored yet, and not written.

    Returns the tasks that stand under another row than before, or have become a summary, or an ordinary task.
    """
    ids = np.array(new.task_ids, np.int64)
    codes = np.array(new.codes, object)
    parents, numbers, levels, counts = (
        np.array(each, np.int64) for each in (new.parents, new.numbers, new.levels, new.counts)
    )
    at, is_stored = _found(stored.ids, ids)
    before = _Aligned(stored, at, is_stored)
    is_there = ~np.isin(ids, np.fromiter(but, np.int64, len(but)))
    goes_under = before.differ("parents", parents) | before.differ("summaries", counts > 0)
    is_placed = goes_under | before.differ("levels", levels) | before.differ("counts", counts)
    is_numbered = before.differ("numbers", numbers) | before.differ("codes", codes)
    order = _order(numbers, before)
    order = order[is_there[order]]
    _write(project, _NUMBERED, order[(is_numbered & ~is_placed)[order]], ids, numbers, codes)
    _write(project, _PLACED, order[is_placed[order]], ids, numbers, codes, parents, levels, counts)
    return set(ids[goes_under & is_there].tolist())


def _write(
    project: Project, statement: str, rows: Array, ids: Array, numbers: Array, codes: Array, *more: Array
) -> None:
    if not len(rows):
        return
    values: list[Any] = [
        ids[rows], numbers[rows], "\n".join(codes[rows].tolist()), *(each[rows] for each in more), project.pk
    ]  # fmt: skip
    with arrays_cursor() as cursor:
        cursor.execute(statement, values)


class _Aligned(NamedTuple):
    """What is stored of rows in another order; of those that are not stored everything differs."""

    stored: StoredPlaces
    at: Array
    is_stored: Array

    def differ(self, name: str, new: Array) -> Array:
        """The rows of which this column is another."""
        values = getattr(self.stored, name)
        found: Array = ~self.is_stored if not len(values) else (values[self.at] != new) | ~self.is_stored
        return found


def _found(stored: Array, ids: Array) -> tuple[Array, Array]:
    """Where each task is among those that are stored, and whether it is."""
    if not len(stored):
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
    order = np.argsort(stored)
    at = order[np.minimum(np.searchsorted(stored, ids, sorter=order), len(stored) - 1)]
    return at, stored[at] == ids


def _order(numbers: Array, before: _Aligned) -> Array:
    """The rows in an order in which hardly any takes a number that another still has: each such pair is looked at again at commit.

    What moves down is written from the last row to the first, and then what moves up from the first to the last.
    """
    rows = np.arange(len(numbers))
    if not len(before.stored.numbers):
        return rows
    goes_down = numbers > np.where(before.is_stored, before.stored.numbers[before.at], 0)
    return np.concatenate((rows[goes_down][::-1], rows[~goes_down]))
