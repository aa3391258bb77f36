"""What somebody has to do, over all projects that he sees."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.models import ProjectStatus
from tasks.models import Assignment, Task

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User

#: What one group shows; who has more sees the most urgent ones and how many there are.
MOST: Final = 30
#: Projects whose tasks nobody works on now.
_STILL: Final = [ProjectStatus.SUSPENDED, ProjectStatus.COMPLETED, ProjectStatus.CANCELLED]


def my_work(user: User, on: date) -> list[dict[str, Any]]:
    """Groups with their first tasks by finish; two queries a group, whatever there is."""
    sunday = on + timedelta(days=6 - on.weekday())
    mine = (
        Task.objects.visible_to(user)
        .filter(
            pk__in=Assignment.objects.filter(resource__user=user).values("task"),
            is_summary=False, is_active=True, progress_percentage__lt=100,
        )
        .exclude(project__status__in=_STILL)
    )  # fmt: skip
    late = Q(end_date__lt=on)
    this_week = Q(end_date__gte=on, start_date__lte=sunday)
    return [
        _group("late", _("遅れている"), mine.filter(late), on),
        _group("week", _("今週"), mine.filter(this_week), on),
        _group("later", _("これから"), mine.exclude(late).exclude(this_week), on),
    ]


def _group(key: str, label: Any, tasks: QuerySet[Task], on: date) -> dict[str, Any]:
    rows = tasks.select_related("project").order_by("end_date", "project_id", "row_number", "pk")[:MOST]
    return {"key": key, "label": label, "count": tasks.count(), "lines": [line_of(task, on) for task in rows]}


def line_of(task: Task, on: date) -> dict[str, Any]:
    """A task as マイタスク shows it."""
    is_late = task.progress_percentage < 100 and task.end_date is not None and task.end_date < on
    return {
        "task": task,
        "project": task.project,
        "state": "late" if is_late else task.status,
        "days_late": (on - task.end_date).days if is_late and task.end_date else 0,
    }
