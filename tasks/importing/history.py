"""Where the history of progress begins in a plan of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from projects.models import User
from projects.storing import store
from tasks.models import TaskProgress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project
    from projects.permissions import System
    from tasks.interchange.plan_file import PlanFile


def keep_history(
    project: Project, plan_file: PlanFile, tasks: Mapping[int, int], actor: User | System
) -> None:
    """Progress that came with the file is where its history begins."""
    now = timezone.now()
    day = project.status_on or timezone.localdate(now)
    summaries = plan_file.summary_uids()
    store(
        TaskProgress(
            organization_id=project.organization_id,
            project_id=project.pk,
            task_id=tasks[task.uid],
            recorded_on=day,
            recorded_at=now,
            recorded_by=actor if isinstance(actor, User) else None,
            progress_percentage=task.percent_complete,
            actual_work_minutes=max(task.actual_work_minutes or 0, 0),
            remaining_minutes=task.remaining_minutes,
        )
        for task in plan_file.tasks
        if task.percent_complete and task.uid not in summaries
    )
