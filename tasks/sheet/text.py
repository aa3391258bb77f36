"""The text of a cell: what the WBS shows, what editing begins with, and what a form was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.web import formats
from tasks.models import Assignment, Task, TaskLink
from tasks.plan.link_text import predecessors_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from projects.models import Project

LINK_COLUMNS = (
    "predecessor__row_number", "link_type", "lag_kind", "lag_minutes", "lag_percent", "lag_unit"
)  # fmt: skip


def duration_text(minutes: int, *, is_elapsed: bool, minutes_per_day: int) -> str:
    """5日, 3h, 経過5日; 5d, 3h, 5ed."""
    if not is_elapsed:
        return _spelled(minutes, minutes_per_day)
    spelled = _spelled(minutes, 1440)
    amount = spelled.rstrip("日dhm")
    # Planners know it as 5ed in English.
    return _("経過%(amount)s%(unit)s") % {"amount": amount, "unit": spelled[len(amount) :]}


def _spelled(minutes: int, day: int) -> str:
    """Exact, since what is shown is what editing begins with: 90 minutes are not 0.2 days."""
    if minutes * 10 % day == 0:
        return formats.days(minutes, day)
    if minutes * 10 % 60 == 0:
        return formats.hours(minutes)
    return f"{minutes}m"


def day_text(day: date | None) -> str:
    """2026/11/24, or nothing."""
    return "" if day is None else formats.day_plain(day)


def work_text(minutes: int) -> str:
    """320h, or nothing where no work is planned."""
    return formats.hours(minutes) if minutes else ""


def people_text(shares: Iterable[tuple[str, Any]]) -> str:
    """藍沢 湊、茜部 陽斗[50%]."""
    return _("、").join(name if units == 100 else f"{name}[{float(units):g}%]" for name, units in shares)


def links_text(project: Project, rows: list[tuple[Any, ...]]) -> str:
    """3, 5SS+2d."""
    return predecessors_text(project, rows) if rows else ""


def assignees_of(task: Task) -> str:
    """Who works on a task, as typed."""
    rows = Assignment.objects.filter(task=task).order_by("pk")
    return people_text(rows.values_list("resource__name", "units_percentage"))


def predecessors_of(task: Task) -> str:
    """What a task waits for, as typed."""
    rows = TaskLink.objects.filter(successor=task, predecessor__deleted_at__isnull=True)
    return links_text(task.project, list(rows.values_list(*LINK_COLUMNS)))


def text_of(task: Task, column: str) -> str:
    """What the WBS shows in one cell of this task."""
    match column:
        case "name":
            return task.name
        case "progress":
            return f"{task.progress_percentage}%"
        case "start":
            return day_text(task.start_date)
        case "finish":
            return day_text(task.end_date)
        case "duration":
            if task.is_milestone and not task.is_summary:
                return ""
            return duration_text(
                task.duration_minutes,
                is_elapsed=task.is_elapsed,
                minutes_per_day=task.project.minutes_per_day,
            )
        case "work":
            return work_text(task.work_minutes)
        case "assignees":
            return assignees_of(task)
        case "predecessors":
            return predecessors_of(task)
    raise ValueError(column)
