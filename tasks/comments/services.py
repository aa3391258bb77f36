"""What is said about a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.changes import changing
from projects.errors import RuleBrokenError
from projects.permissions import Right
from tasks.models import TaskComment

if TYPE_CHECKING:
    from projects.models import User
    from tasks.models import Task


def add_comment(*, task: Task, body: str, actor: User) -> TaskComment:
    """Say something about a task."""
    text = body.strip()
    if not text:
        raise RuleBrokenError(_("コメントを入力してください。"), field="body")
    if len(text) > 5000:
        raise RuleBrokenError(
            _("コメントは5000文字までです。短くするか、分けて投稿してください。"), field="body"
        )
    with changing(task.project, actor=actor, needs=Right.COMMENT) as record:
        comment = TaskComment.objects.create(
            organization_id=task.organization_id,
            project_id=task.project_id,
            task=task,
            author=actor,
            body=text,
        )
        record("comment.added", target=task, after={"comment": comment.pk})
    return comment
