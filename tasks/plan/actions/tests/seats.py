"""Who sits on a task with which share, for tests: put there, read again."""

from __future__ import annotations

from typing import Any

from resources.models import Resource
from tasks.editing import fields as editing
from tasks.models import Assignment, Task
from tasks.scheduling.reference.shares import whole_part

DAY = 480


def given(task: Task, **fields: Any) -> Task:
    """The task with other fields, as if it had always been so."""
    Task.objects.filter(pk=task.pk).update(**fields)
    return Task.objects.select_related("project").get(pk=task.pk)


def sat(task: Task, *people: Resource, **fields: Any) -> None:
    """People on a task, as an import leaves them."""
    for person in people:
        Assignment.objects.create(
            organization_id=task.organization_id,
            project_id=task.project_id,
            task=task,
            resource=person,
            **fields,
        )


def seats(task: Task) -> dict[str, tuple[float, int]]:
    """Percent and minutes of work of everybody on a task."""
    duration = Task.objects.get(pk=task.pk).duration_minutes
    return {
        row.resource.name: (
            float(row.units_percentage),
            whole_part(duration, float(row.units_percentage) / 100)
            if row.work_minutes is None
            else row.work_minutes,
        )
        for row in Assignment.objects.filter(task=task).select_related("resource").order_by("pk")
    }


def figures(task: Task) -> tuple[int, int]:
    """Duration and work."""
    row = Task.objects.get(pk=task.pk)
    return row.duration_minutes, row.work_minutes


def assign(task: Task, who: dict[Resource, Any], actor: Any) -> None:
    editing.set_assignees(task=task, units={person.pk: units for person, units in who.items()}, actor=actor)
