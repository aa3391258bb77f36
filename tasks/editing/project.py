"""Facts of a project that its dates depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from projects.lifecycle.services import MOVES_TASKS, update_project
from projects.permissions import Right
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import System
    from tasks.plan.outcome import PlanChange


def update_project_and_plan(
    *, project: Project, actor: User | System, changes: Mapping[str, Any], revision: int | None = None
) -> PlanChange | None:
    """Change a project's fields, and move its tasks where a date depends on them: one transaction, all or nothing.

    Returns what came of it for the plan, or None where no date can have changed.
    """
    with transaction.atomic():
        changed = update_project(project=project, actor=actor, changes=changes, revision=revision)
        if not changed & MOVES_TASKS or not project.task_count:
            return None
        with changing_plan(project, actor=actor, needs=Right.EDIT_PROJECT) as plan:
            plan.record("plan.rescheduled", target=project, after=sorted(changed & MOVES_TASKS))
            plan.moves_dates = True
        return plan.change
