"""What a person's calendar holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from projects.models import ProjectMember, ProjectStatus
from tasks.interchange.icalendar import Event
from tasks.models import Assignment, Task

if TYPE_CHECKING:
    from datetime import date

    from projects.models import User

#: More than a calendar program shows; those that end first are there.
MOST: Final = 2_000
DAYS_BACK: Final = 365
_STILL: Final = [ProjectStatus.SUSPENDED, ProjectStatus.CANCELLED]
_COLUMNS: Final = (
    "pk", "name", "wbs_code", "is_milestone", "start_date", "end_date", "progress_percentage", "project__name",
    "project__updated_at",
)  # fmt: skip


def events_of(user: User, *, today: date) -> list[Event]:
    """Open tasks that the user works on, and milestones of the projects that they are a member of; one query."""
    mine = Q(
        pk__in=Assignment.objects.filter(resource__user=user).values("task"), progress_percentage__lt=100
    )
    places = ProjectMember.objects.current().filter(user=user).values("project")
    milestones = Q(is_milestone=True, project__in=places)
    rows = (
        Task.objects.visible_to(user)
        .filter(mine | milestones, is_active=True, is_summary=False, end_date__gte=today - timedelta(days=DAYS_BACK))
        .exclude(project__status__in=_STILL)
        .order_by("end_date", "project_id", "row_number", "pk")
        .values_list(*_COLUMNS)
    )  # fmt: skip
    host = urlsplit(settings.SITE_URL).hostname
    return [_event(row, str(host)) for row in rows[:MOST]]


def _event(row: tuple[Any, ...], host: str) -> Event:
    pk, name, code, is_milestone, start, finish, progress, project, changed_at = row
    return Event(
        uid=f"task-{pk}@{host}",
        first=finish if is_milestone else start,
        last=finish,
        summary=f"◆ {name}" if is_milestone else name,
        changed_at=changed_at,
        url=settings.SITE_URL + reverse("tasks:task_detail", args=[pk]),
        description=_("%(project)s\nWBS %(code)s　進捗 %(progress)s%%")
        % {"project": project, "code": code, "progress": progress},
        category=_("マイルストーン") if is_milestone else _("タスク"),
    )
