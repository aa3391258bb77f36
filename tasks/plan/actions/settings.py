"""Facts of the project that its dates depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from projects.lifecycle.services import moves_tasks, set_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tasks.plan.unit import PlanUnit


def set_settings(plan: PlanUnit, changes: Mapping[str, Any]) -> frozenset[str]:
    """Set fields of the project, and have the dates computed where one of them depends on it. Raises RuleBrokenError.

    Returns the names of the fields that changed.
    """
    changed = set_fields(plan.project, plan.record, changes, locks=not plan.is_trial)
    if plan.project.task_count:
        plan.moves_dates |= moves_tasks(plan.project, changed)
    return changed
