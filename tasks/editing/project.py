"""Facts of a project that its dates depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from projects.lifecycle.services import family_locked
from projects.permissions import Right
from tasks.plan.actions.settings import set_settings
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import System
    from tasks.plan.outcome import PlanChange


def update_project_and_plan(
    *, project: Project, actor: User | System, changes: Mapping[str, Any], revision: int | None = None
) -> PlanChange:
    """Change a project's fields, and move its tasks where a date depends on them, as one change; returns what came of it."""
    with (
        family_locked(project, changes.get("parent")),
        changing_plan(project, actor=actor, needs=Right.EDIT_PROJECT, revision=revision) as plan,
    ):
        set_settings(plan, changes)
    return plan.change
