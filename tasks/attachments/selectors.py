"""Which files hang on a task, and what one person may do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from projects.permissions import Right, rights_in
from tasks.models import TaskAttachment

if TYPE_CHECKING:
    from projects.models import User
    from tasks.models import Task


def attached(task: Task, user: User) -> dict[str, Any]:
    """What the list of files of a task shows. One query, as long as the list may be."""
    rights = rights_in(user, task.project)
    found = TaskAttachment.objects.filter(task=task, deleted_at__isnull=True).select_related("uploaded_by")
    files = list(found.order_by("-uploaded_at", "-pk")[:50])
    for file in files:
        file.is_removable = Right.EDIT_PLAN in rights or (  # type: ignore[attr-defined]  # for the page alone
            Right.COMMENT in rights and file.uploaded_by_id == user.pk
        )
    return {"files": files, "may_attach": Right.COMMENT in rights}
