"""What a resource is on: its unfinished tasks in the projects that a user sees, and how many there are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import F

from projects.models import Project, ProjectStatus
from resources.models import ResourceKind
from tasks.models import Assignment

if TYPE_CHECKING:
    from projects.models import User
    from resources.models import Resource

#: Projects whose tasks are not worked on now.
_STILL: Final = [ProjectStatus.SUSPENDED, ProjectStatus.COMPLETED, ProjectStatus.CANCELLED]
#: What the page shows; who has more sees the next ones and how many there are.
MOST: Final = 30


@dataclass(frozen=True, slots=True)
class ResourceWork:
    """Open assignments by start."""

    assignments: list[Assignment]
    count: int
    #: Those in projects that this person does not see: they learn that they are there, not what they are.
    hidden: int
    is_counted: bool


def work_of(resource: Resource, user: User) -> ResourceWork:
    """Three queries."""
    open_ones = Assignment.objects.filter(
        resource=resource, task__deleted_at__isnull=True, task__is_summary=False, task__is_active=True,
        task__progress_percentage__lt=100, project__deleted_at__isnull=True,
    ).exclude(project__status__in=_STILL)  # fmt: skip
    seen = open_ones.filter(project__in=Project.objects.visible_to(user))
    rows = (
        seen.annotate(quantity=F("units_percentage") / 100)
        .select_related("task", "project")
        .order_by("task__start_minute", "project_id", "task__row_number")
    )
    count = seen.count()
    return ResourceWork(
        list(rows[:MOST]), count, open_ones.count() - count, resource.kind == ResourceKind.MATERIAL
    )
