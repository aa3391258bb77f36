"""Tasks of one person, over all projects of an organization."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, Q

from projects.models import ProjectStatus
from tasks.models import Assignment, Task

if TYPE_CHECKING:
    from projects.models import Organization, User
    from tasks.models.tasks import TaskQuerySet

VIEWS: Final = ("open", "late", "week", "done")


@dataclass(frozen=True, slots=True)
class MyTasks:
    """Tasks in one view, and how many each view holds."""

    view: str
    tasks: TaskQuerySet
    counts: dict[str, int]


def my_tasks(user: User, organization: Organization | None, *, view: str, on: dt.date) -> MyTasks:
    """Open ones by finish, done ones by the latest; one query counts all views."""
    mine = Assignment.objects.filter(resource__user=user).values("task")
    tasks = (
        Task.objects.visible_to(user)
        .filter(organization=organization, pk__in=mine, is_summary=False, is_active=True)
        .exclude(project__status__in=[ProjectStatus.CANCELLED, ProjectStatus.SUSPENDED])
    )
    is_open = Q(progress_percentage__lt=100)
    views = {
        "open": is_open,
        "late": is_open & Q(end_date__lt=on),
        "week": is_open & Q(start_date__lte=on + dt.timedelta(days=6 - on.weekday())),
        "done": Q(progress_percentage=100),
    }
    counts = tasks.aggregate(**{name: Count("pk", filter=test) for name, test in views.items()})
    view = view if view in VIEWS else "open"
    order = F("end_date").desc(nulls_last=True) if view == "done" else F("end_date").asc(nulls_last=True)
    shown = tasks.filter(views[view]).select_related("project").order_by(order, "project", "row_number", "pk")
    return MyTasks(view, shown, counts)
