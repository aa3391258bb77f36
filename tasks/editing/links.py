"""Which tasks wait for which, as planners type it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.plan.actions.links import set_links
from tasks.plan.link_text import LinkTextError, TypedLink, parse_links, units_of
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange


def links_typed(project: Project, text: str) -> list[TypedLink]:
    """What "3FS+2d, 5SS" means; numbers are row numbers. Raises RuleBrokenError with an example."""
    try:
        return parse_links(text, **units_of(project))
    except LinkTextError as error:
        raise RuleBrokenError(
            _(
                "「%(piece)s」は依存関係として読めません。行番号、種類、ラグの順に、例えば 3FS+2d のように入力してください。"
            )
            % {"piece": error.piece},
            field="predecessors",
        ) from error


def set_predecessors(*, task: Task, text: str, actor: User | System) -> PlanChange:
    """Replace a task's predecessors by those of a text."""
    typed = links_typed(task.project, text)
    with changing_plan(task.project, actor=actor) as plan:
        set_links(plan, task, typed)
    return plan.change
