"""Questions about plans. What the engine reads is loaded elsewhere: see `tasks/plan/loading.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.models import CollapsedTask, Task
from tasks.plan.lateness import DaysLate

if TYPE_CHECKING:
    from datetime import date

    from projects.models import Project, User


def days_late_of(task: Task, *, on: date) -> int:
    """By how many days one task is late; one query."""
    return int(Task.objects.filter(pk=task.pk).values_list(DaysLate(on), flat=True).get())


@dataclass(frozen=True, slots=True)
class VisibleRows:
    """Which rows of a plan one person sees: all but those under summaries that they have closed."""

    total: int
    hidden: tuple[tuple[int, int], ...]  # first and last row of each hidden stretch, ascending, apart
    collapsed: frozenset[int]

    @property
    def count(self) -> int:
        """How many rows there are to scroll through."""
        return self.total - sum(last - first + 1 for first, last in self.hidden)

    def row_at(self, position: int) -> int:
        """The row number that stands at a position, counted from 1 over what is seen."""
        row = position
        for first, last in self.hidden:
            if row < first:
                break
            row += last - first + 1
        return row

    def position_of(self, row: int) -> int:
        """The position at which a row stands; a hidden row counts as the summary above it."""
        before = 0
        for first, last in self.hidden:
            if row > last:
                before += last - first + 1
            elif row >= first:
                return first - 1 - before
        return row - before

    def ranges(self, first: int, last: int) -> list[tuple[int, int]]:
        """The stretches of row numbers that fill the positions from first to last (both included)."""
        last = min(last, self.count)
        found: list[tuple[int, int]] = []
        position = max(first, 1)
        while position <= last:
            row = self.row_at(position)
            end = next((begin - 1 for begin, _ in self.hidden if begin > row), self.total)
            length = min(end - row, last - position) + 1
            found.append((row, row + length - 1))
            position += length
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
