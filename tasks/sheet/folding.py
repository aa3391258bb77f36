"""Which branches a user has closed. Part of how they look at a plan, not of the plan: nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.models import CollapsedTask

if TYPE_CHECKING:
    from projects.models import Project, User
    from tasks.models import Task


def open_all(*, project: Project, user: User) -> None:
    """Every branch that this user has closed is open."""
    CollapsedTask.objects.filter(user=user, project=project).delete()


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
