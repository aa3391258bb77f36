"""What is said about a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from projects.permissions import Right, require
from tasks.comments.services import add_comment
from tasks.details.views import drawer_again, task_page
from tasks.editing.forms import CommentForm
from tasks.sheet.views import find_task

if TYPE_CHECKING:
    from projects.requests import SignedInRequest


@require_POST
@login_required
def comment_add(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Say something about a task."""
    task = find_task(request, task_id)
    require(request.user, Right.COMMENT, task.project)
    form = CommentForm(request.POST, auto_id="comment-%s")
    if not form.is_valid():
        return task_page(request, task, comment_form=form, status=422)
    add_comment(task=task, body=form.cleaned_data["body"], actor=request.user)
    return drawer_again(request, task_id)
