"""What an edit has made impossible, said with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.web.htmx import toast
from tasks.plan.loading import load_plan
from tasks.plan.refusals import refused
from tasks.scheduling.explain.conflicts import HELD, impossible_constraints
from tasks.scheduling.schedule import schedule

if TYPE_CHECKING:
    from projects.requests import SignedInRequest
    from tasks.models import Task


def is_held(task: Task) -> bool:
    """Whether a date of its own wins over what a task waits for; so many tasks are not that the others may cost a plan."""
    return (
        task.project.honours_constraints
        and task.constraint_type in HELD
        and task.driver_kind == "constraint"
        and (task.total_slack_minutes or 0) < 0
    )


def tell_conflicts(request: SignedInRequest, task: Task, *, was_held: bool) -> None:
    """Warn of a constraint that has just begun to break a link: it is kept all the same, as Microsoft Project does."""
    task.refresh_from_db(fields=["constraint_type", "driver_kind", "total_slack_minutes"])
    if was_held or not is_held(task):
        return
    network = load_plan(task.project).network
    for error in impossible_constraints(schedule(network), network):
        if error.task_ids[0] == task.pk:
            toast(request, str(refused(error)), late=True)
