"""Which branches a user has closed. Part of how they look at a plan, not of the plan: nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Max

from tasks.models import CollapsedTask, Task

if TYPE_CHECKING:
    from projects.models import Project, User

#: Levels that are offered, as in Microsoft Project.
MOST_LEVELS: Final = 9


def open_all(*, project: Project, user: User) -> None:
    """Every branch that this user has closed is open."""
    CollapsedTask.objects.filter(user=user, project=project).delete()


def show_levels(*, project: Project, user: User, level: int) -> None:
    """Show rows down to a level (1: the outermost alone): every summary at it or below it is closed, all others are open."""
    heads = Task.objects.filter(
        project=project, deleted_at__isnull=True, is_summary=True, outline_level__gte=level
    )
    with transaction.atomic():
        open_all(project=project, user=user)
        CollapsedTask.objects.bulk_create(
            [
                CollapsedTask(organization_id=project.organization_id, project=project, user=user, task_id=pk)
                for pk in heads.values_list("pk", flat=True)
            ],
            ignore_conflicts=True,
        )


def levels_of(project: Project) -> int:
    """How many levels a plan has, of those that are offered."""
    rows = Task.objects.filter(project=project, deleted_at__isnull=True)
    return min(rows.aggregate(deepest=Max("outline_level"))["deepest"] or 0, MOST_LEVELS)


def toggle(*, task: Task, user: User) -> bool:
    """Close an open branch or open a closed one; whether it is closed now."""
    removed, _by_model = CollapsedTask.objects.filter(user=user, task=task).delete()
    if removed or not task.is_summary:
        return False
    CollapsedTask.objects.get_or_create(
        user=user,
        task=task,
        defaults={"organization_id": task.organization_id, "project_id": task.project_id},
    )
    return True
