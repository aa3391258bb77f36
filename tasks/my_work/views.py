"""マイタスク: what is mine over all projects, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web.htmx import render
from tasks.my_work.selectors import line_of, my_work
from tasks.sheet.views import find_task
from tasks.sheet.visible import days_late_of

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.editing.forms import ProgressForm
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


@require_safe
@login_required
def my_tasks(request: SignedInRequest) -> HttpResponse:
    """Unfinished tasks of this person: late, this week, later."""
    context = {"section": "my-tasks", "groups": my_work(request.user, timezone.localdate())}
    return render(request, "tasks/my_work/list.html", context)


@dataclass(frozen=True)
class LineFace:
    """A line of マイタスク as it answers a report of progress."""

    task_id: int
    #: The address that takes the report back.
    undo: str = ""

    def draw(self, request: SignedInRequest, change: PlanChange, *, said: str) -> HttpResponse:
        """The line as it is now; what was said stands in it."""
        return answer_line(request, find_task(request, self.task_id), said=said, undo=self.undo)

    def page(self, change: PlanChange) -> str:
        """All of them."""
        return reverse("tasks:my_tasks")


def answer_line(
    request: SignedInRequest, task: Task, *, form: ProgressForm | None = None, said: str = "", undo: str = ""
) -> HttpResponse:
    """One line anew: what its report has brought about, or the form that was refused."""
    line = line_of(task, days_late_of(task, on=timezone.localdate()))
    context = {"line": line, "form": form, "said": said, "undo": undo}
    return render(request, "tasks/my_work/list.html#my-task", context, status=422 if form else 200)
