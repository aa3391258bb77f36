"""What links and assignments tie: tasks with tasks, and with people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from resources.models import Resource
from tasks.models import Assignment, TaskLink
from tasks.undo.rows import LINKS, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.undo.rows import Values

#: The columns that say what a link or an assignment ties, the task first that it is about.
ENDS: Final = {LINKS: ("successor_id", "predecessor_id", "id"), PEOPLE: ("task_id", "id")}


def ends_in(values: Values) -> list[int]:
    """The ids of the tasks that a link or an assignment ties."""
    return [values[name] for name in ("task_id", "predecessor_id", "successor_id") if name in values]


def ends_of(kind: str, values: Values) -> tuple[int, int]:
    """The pair that is there once."""
    if kind == LINKS:
        return values["predecessor_id"], values["successor_id"]
    return values["task_id"], values["resource_id"]


def taken(kind: str, rows: Sequence[Values]) -> set[tuple[int, int]]:
    """What is tied already of what would come back; and people that are no more."""
    pairs = [ends_of(kind, values) for values in rows]
    if not pairs:
        return set()
    if kind == LINKS:
        links = TaskLink.objects.filter(successor__in=[successor for _predecessor, successor in pairs])
        return set(links.values_list("predecessor", "successor"))
    people = {person for _task, person in pairs}
    there = set(Resource.objects.filter(pk__in=people).values_list("pk", flat=True))
    on_it = Assignment.objects.filter(task__in=[task for task, _person in pairs])
    return set(on_it.values_list("task", "resource")) | {pair for pair in pairs if pair[1] not in there}
