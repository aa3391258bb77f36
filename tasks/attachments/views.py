"""Files on a task: add one, take it, take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import is_fragment, render, toast
from projects.errors import RuleBrokenError
from projects.permissions import Right, require
from tasks.attachments.selectors import attached
from tasks.attachments.services import add_attachment, remove_attachment
from tasks.models import TaskAttachment
from tasks.sheet.views import find_task

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.models import Task


@require_POST
@login_required
def attachment_add(request: SignedInRequest, task_id: int) -> HttpResponse:
    """Keep a file that a user sent."""
    task = find_task(request, task_id)
    require(request.user, Right.COMMENT, task.project)
    file = request.FILES.get("file")
    if file is None:
        return _list(request, task, _("添付するファイルを選んでください。"))
    try:
        attachment = add_attachment(task=task, file=file, actor=request.user)
    except RuleBrokenError as refusal:
        return _list(request, task, str(refusal))
    toast(request, _("「%(name)s」を添付しました。") % {"name": attachment.name})
    return _list(request, task)


@require_POST
@login_required
def attachment_remove(request: SignedInRequest, attachment_id: int) -> HttpResponse:
    """Take a file away."""
    attachment = _find(request, attachment_id)
    remove_attachment(attachment=attachment, actor=request.user)
    toast(request, _("「%(name)s」を削除しました。") % {"name": attachment.name})
    return _list(request, attachment.task)


@require_safe
@login_required
def attachment_file(request: SignedInRequest, attachment_id: int) -> HttpResponseBase:
    """The bytes, to be saved and never to be shown: whatever they hold, nothing of it runs on this site."""
    attachment = _find(request, attachment_id)
    prefix: str = settings.ACCEL_REDIRECT_PREFIX
    if prefix:
        response: HttpResponseBase = HttpResponse()
        response["X-Accel-Redirect"] = f"{prefix}{quote(attachment.key)}"
    else:
        try:
            response = FileResponse(default_storage.open(attachment.key))
        except FileNotFoundError:
            raise Http404 from None
    response["Content-Type"] = attachment.content_type
    response["Content-Disposition"] = content_disposition_header(True, attachment.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _find(request: SignedInRequest, attachment_id: int) -> TaskAttachment:
    found = TaskAttachment.objects.visible_to(request.user).select_related("task__project", "uploaded_by")
    return get_object_or_404(found, pk=attachment_id)


def _list(request: SignedInRequest, task: Task, problem: str = "") -> HttpResponse:
    """The list anew; without htmx, back to the page, with the refusal on it."""
    if is_fragment(request) or problem:
        context = attached(task, request.user) | {
            "section": "projects", "tab": "wbs", "project": task.project, "task": task, "problem": problem,
        }  # fmt: skip
        name = "tasks/attachments/list.html#files" if is_fragment(request) else "tasks/attachments/list.html"
        return render(request, name, context, status=422 if problem else 200)
    return redirect("tasks:task_detail", task.pk)
