"""Progress as it is reported."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from projects.models import Project
from tasks.models import Task, TaskProgress


def report(task: Task, day: dt.date, percent: int, hours: float) -> None:
    """What was reported on a day, and stands now."""
    minutes = round(hours * 60)
    TaskProgress.objects.create(
        organization_id=task.organization_id, project_id=task.project_id, task=task, recorded_on=day,
        recorded_at=timezone.make_aware(dt.datetime.combine(day, dt.time(17))), progress_percentage=percent,
        actual_work_minutes=minutes,
    )  # fmt: skip
    Task.objects.filter(pk=task.pk).update(progress_percentage=percent, actual_work_minutes=minutes)
    Project.objects.filter(pk=task.project_id).update(revision=task.project.revision + percent)
