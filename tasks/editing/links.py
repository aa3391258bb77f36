"""Which tasks wait for which, as planners type it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.plan.actions.links import set_links
from tasks.plan.unit import changing_plan
from tasks.sheet.reading import links_typed

if TYPE_CHECKING:
    from projects.models import User
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


def set_predecessors(*, task: Task, text: str, actor: User | System) -> PlanChange:
    """Replace a task's predecessors by those of a text."""
    typed = links_typed(task.project, text)
    with changing_plan(task.project, actor=actor) as plan:
        set_links(plan, task, typed)
    return plan.change
