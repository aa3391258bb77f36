"""What would follow from other settings of a project, before they are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from projects.permissions import Right
from tasks.plan.actions.settings import set_settings
from tasks.preview.services import foresee

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.models import Project, User
    from tasks.preview.services import Foreseen


def preview_settings(*, project: Project, actor: User, changes: Mapping[str, Any]) -> Foreseen:
    """What `update_project_and_plan` would do; nothing is written.

    Raises what it raises, and PlanBusyError while the plan is being changed. The project holds the new settings afterwards.
    """
    return foresee(project, lambda plan: set_settings(plan, changes), actor, needs=Right.EDIT_PROJECT)
