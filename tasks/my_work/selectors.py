"""What a user has to do, over all projects that they see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from projects.models import ProjectStatus
from tasks.models import Assignment, Task
from tasks.plan.actions.progress import Standing
from tasks.plan.actions.progress_rules import choices_of
from tasks.plan.lateness import DaysLate

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User

#: What one group shows; who has more sees the most urgent ones and how many there are.
MOST: Final = 30
#: Projects whose tasks are not worked on now.
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
        .annotate(days_late=DaysLate(on))
    )  # fmt: skip
    late = Q(days_late__gt=0)
    this_week = Q(days_late=0, start_date__lte=sunday)
    return [
        _group("late", _("遅れている"), mine.filter(late)),
        _group("week", _("今週"), mine.filter(this_week)),
        _group("later", _("これから"), mine.exclude(late).exclude(this_week)),
    ]


def _group(key: str, label: Any, tasks: QuerySet[Task]) -> dict[str, Any]:
    first = tasks.order_by("end_date", "project_id", "row_number", "pk")[:MOST]
    return {
        "key": key,
        "label": label,
        "count": tasks.count(),
        "lines": [line_of(task, task.days_late) for task in first.select_related("project", "parent")],  # type: ignore[attr-defined]  # annotated
    }


def line_of(task: Task, days_late: int) -> dict[str, Any]:
    """A task as マイタスク shows it."""
    return {
        "task": task,
        "project": task.project,
        "state": "late" if days_late else task.status,
        "days_late": days_late,
        "shown": Standing.of(task),
        "steps": choices_of(task.project, task.progress_percentage),
    }
