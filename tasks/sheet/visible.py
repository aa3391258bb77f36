"""Questions about plans. What the engine reads is loaded elsewhere: see `tasks/plan/loading.py`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from tasks.models import CollapsedTask, Task
from tasks.plan.lateness import DaysLate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from projects.models import Project, User
    from tasks.sheet.filtering.notation import Filter


def days_late_of(task: Task, *, on: date) -> int:
    """By how many days one task is late; one query."""
    return int(Task.objects.filter(pk=task.pk).values_list(DaysLate(on), flat=True).get())


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter has done to the rows: the filter as its address says it, and which tasks it has shown."""

    filter: Filter
    #: The revision of the plan at which it was applied: what was shown then stays until it is applied again.
    at: int
    #: Tasks that it shows for themselves, and how many there are in the plan; summaries above them are context.
    hits: int
    total: int
    #: The rows of these tasks, ascending.
    rows: Sequence[int] = field(repr=False, compare=False, default=())


@dataclass(frozen=True, slots=True)
class Ordered:
    """In which order rows stand, where it is not that of the plan: as an address says it, and when they were sorted."""

    sort: str
    #: The revision of the plan at which it was sorted: rows stay where they stood until they are sorted again.
    at: int
    at_moment: float
    #: A list without summaries.
    is_flat: bool
    #: Words of the heads under which rows are put together; of a list without groups none.
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisibleRows:
    """Which rows of a plan a user sees: all but those under summaries that they have closed, or those that a filter shows.

    They stand in the order of the plan, which stretches of hidden rows describe, or in one of their own (`order`).
    """

    total: int
    hidden: tuple[tuple[int, int], ...]  # first and last row of each hidden stretch, ascending, apart
    collapsed: frozenset[int]
    filtered: Filtered | None = None
    ordered: Ordered | None = None
    #: On a sorted sheet the numbers of the rows that are seen, from top to bottom; a head of a group is below zero, -1 the first of
    #: `ordered.groups`. It has a place, and is no row: no one can ask for it by a number.
    order: Sequence[int] | None = field(repr=False, compare=False, default=None)
    #: Then of each row number where it stands, from 1; 0: nowhere.
    _places: list[int] = field(init=False, repr=False, compare=False)
    # Of each hidden stretch its first row, how many rows are hidden before it, and how many are seen before it.
    _firsts: list[int] = field(init=False, repr=False, compare=False)
    _before: list[int] = field(init=False, repr=False, compare=False)
    _seen: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = [0] * (self.total + 1 if self.order is not None else 0)
        for place, row in enumerate(self.order or (), 1):
            if row > 0:
                places[row] = place
        object.__setattr__(self, "_places", places)
        firsts = [first for first, _last in self.hidden]
        before = list(accumulate((last - first + 1 for first, last in self.hidden), initial=0))
        object.__setattr__(self, "_firsts", firsts)
        object.__setattr__(self, "_before", before)
        object.__setattr__(
            self, "_seen", [first - 1 - gone for first, gone in zip(firsts, before, strict=False)]
        )

    @property
    def count(self) -> int:
        """How many places there are to scroll through."""
        if self.order is not None:
            return len(self.order)
        return self.total - self._before[-1]

    @property
    def tasks(self) -> int:
        """How many rows are seen; heads of groups are none."""
        if self.order is None:
            return self.count
        return sum(row > 0 for row in self.order) if self.ordered and self.ordered.groups else len(self.order)

    def row_at(self, position: int) -> int:
        """The row number that stands at a position, counted from 1 over what is seen; at a head that of the row below it."""
        if self.order is not None:
            return next(row for row in self.order[position - 1 : position + 1] if row > 0)
        return position + self._before[bisect_left(self._seen, position)]

    def position_of(self, row: int) -> int:
        """The position at which a row stands; a hidden row counts as the one that is seen above it, or as the first."""
        if self.order is not None:
            return self._place_in_order(row)
        passed = bisect_right(self._firsts, row)
        if passed and row <= self.hidden[passed - 1][1]:
            return max(self._seen[passed - 1], 1)
        return row - self._before[passed]

    def _place_in_order(self, row: int) -> int:
        # What is hidden below a closed summary stands where that stands.
        passed = bisect_right(self._firsts, row)
        if passed and row <= self.hidden[passed - 1][1]:
            row = self.hidden[passed - 1][0] - 1
        return max(self._places[row] if row < len(self._places) else 0, 1)

    def is_hidden(self, row: int) -> bool:
        """Whether a row is not seen."""
        if self.order is not None:
            return row >= len(self._places) or not self._places[row]
        passed = bisect_right(self._firsts, row)
        return passed > 0 and row <= self.hidden[passed - 1][1]

    def hides(self, first: int, last: int) -> bool:
        """Whether any of the rows from first to last (both included, as the plan counts them) is not seen."""
        if self.order is not None:
            return any(self.is_hidden(row) for row in range(first, last + 1))
        passed = bisect_right(self._firsts, last)
        return first <= last and passed > 0 and self.hidden[passed - 1][1] >= first

    def ranges(self, first: int, last: int) -> list[tuple[int, int]]:
        """The stretches of row numbers that fill the positions from first to last (both included), in the order of these."""
        last = min(last, self.count)
        if self.order is not None:
            return _runs(self.order[max(first, 1) - 1 : last])
        found: list[tuple[int, int]] = []
        position = max(first, 1)
        passed = bisect_left(self._seen, position)
        while position <= last:
            row = position + self._before[passed]
            end = self._firsts[passed] - 1 if passed < len(self._firsts) else self.total
            length = min(end - row, last - position) + 1
            found.append((row, row + length - 1))
            position += length
            passed += 1
        return found

    @property
    def flat_level(self) -> int:
        """The level of all rows in a list without levels: 1, or 2 below the heads of groups; 0 where rows have their own."""
        if self.ordered is None or not self.ordered.is_flat:
            return 0
        return 2 if self.ordered.groups else 1

    def rows_from(self, row: int, count: int) -> list[tuple[int, int]]:
        """The stretches of this row and those that are seen below it, so many at most."""
        position = self.position_of(row)
        if self.order is None:
            return self.ranges(position, position + count - 1)
        return _runs([each for each in self.order[position - 1 :] if each > 0][:count])

    def heads(self, first: int, count: int) -> list[tuple[int, int, Sequence[int]]]:
        """Heads among some places (counted from 0): where each stands, which group it is, and the row numbers of its group."""
        order = self.order or ()
        found = []
        for place in range(first, min(first + count, len(order))):
            if order[place] < 0:
                end = next((at for at in range(place + 1, len(order)) if order[at] < 0), len(order))
                found.append((place, -1 - order[place], order[place + 1 : end]))
        return found


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Row numbers as stretches of such that follow each other."""
    found: list[tuple[int, int]] = []
    before = 0
    for row in rows:
        if found and row == before + 1 and before > 0:
            found[-1] = (found[-1][0], row)
        elif row > 0:
            found.append((row, row))
        before = row
    return found


def visible_rows(project: Project, user: User) -> VisibleRows:
    """One query, as long as the list of what this person has closed."""
    rows = (
        CollapsedTask.objects.filter(user=user, project=project, task__deleted_at__isnull=True)
        .order_by("task__row_number")
        .values_list("task_id", "task__row_number", "task__descendant_count")
    )
    hidden: list[tuple[int, int]] = []
    collapsed = set()
    for task_id, row, descendants in rows:
        collapsed.add(task_id)
        first, last = (row or 0) + 1, (row or 0) + descendants
        if descendants and (not hidden or first > hidden[-1][1]):
            hidden.append((first, last))
    return VisibleRows(project.task_count, tuple(hidden), frozenset(collapsed))
