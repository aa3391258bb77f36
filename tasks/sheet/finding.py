"""Where a text stands in the names of a plan, whatever of it is on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tasks.models import Task

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.sheet.visible import VisibleRows

#: So many rows are counted; a text that stands in more of them is too short to look for.
MOST_FOUND: Final = 2_000


@dataclass(frozen=True)
class Found:
    """The row to go to: its task, its place among those that are shown (counted from 0), which of how many it is."""

    task_id: int
    place: int
    number: int
    count: int
    #: It stands under a summary that this user has closed; `place` is the summary's.
    is_hidden: bool


def tasks_named(project: Project, text: str) -> list[tuple[int, int, str]]:
    """Ids, row numbers and names of the tasks with this text in their names, from top to bottom; one query."""
    rows = Task.objects.filter(project=project, deleted_at__isnull=True, name__icontains=text)
    found = rows.order_by("row_number").values_list("pk", "row_number", "name")[:MOST_FOUND]
    return [(pk, row or 0, name) for pk, row, name in found]


def find(
    project: Project, visible: VisibleRows, text: str, *, behind: int | None, is_back: bool
) -> Found | None:
    """The next row with this text behind the one of a task (or before it), going round at the end; three queries at most."""
    rows = tasks_named(project, text)
    if not rows:
        return None
    at = 0
    if behind is not None:
        at = Task.objects.filter(project=project, pk=behind).values_list("row_number", flat=True).first() or 0
    numbers = range(len(rows))
    if is_back:
        number = next((each for each in reversed(numbers) if rows[each][1] < at), len(rows) - 1)
    else:
        number = next((each for each in numbers if rows[each][1] > at), 0)
    task_id, row, _name = rows[number]
    place = visible.position_of(row)
    return Found(task_id, place - 1, number + 1, len(rows), visible.row_at(place) != row)
