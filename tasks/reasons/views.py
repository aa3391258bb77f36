"""Why a date: a page, and the drawer beside WBS or chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from config.web.htmx import render
from projects.permissions import rights_in
from tasks.reasons.chain import explain
from tasks.sheet.views import find_task

if TYPE_CHECKING:
    from projects.requests import SignedInRequest


@require_safe
@login_required
def task_why(request: SignedInRequest, task_id: int) -> HttpResponse:
    """From a task's dates down to what is driven by nothing, each step a link; htmx gets the drawer beside WBS or chart."""
    task = find_task(request, task_id)
    context = {
        "section": "projects", "tab": "wbs", "project": task.project, "task": task,
        "rights": rights_in(request.user, task.project),
        "end": "finish" if request.GET.get("end") == "finish" else "start",
        **explain(task)._asdict(),
    }  # fmt: skip
    return render(request, "tasks/reasons/page.html", context, partials=["task-drawer", "task-held"])
