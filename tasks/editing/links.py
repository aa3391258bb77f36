"""Which tasks wait for which: as planners type it, and as they select it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.models import TaskLink
from tasks.plan.actions.links import set_links
from tasks.plan.link_text import LAG_FIELDS, TypedLink
from tasks.plan.unit import changing_plan
from tasks.sheet.reading import links_typed

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import System
    from tasks.models import Task
    from tasks.plan.outcome import PlanChange
    from tasks.plan.unit import PlanUnit

#: So many tasks are linked at once; each is a line of the record.
MOST_LINKED: Final = 500


def set_predecessors(*, task: Task, text: str, actor: User | System) -> PlanChange:
    """Replace a task's predecessors by those of a text."""
    typed = links_typed(task.project, text)
    with changing_plan(task.project, actor=actor) as plan:
        set_links(plan, task, typed)
    return plan.change


def link_in_order(*, project: Project, task_ids: Sequence[int], actor: User | System) -> PlanChange:
    """Let each task wait for the one before it, finish to start; links that are there stay as they are."""
    with changing_plan(project, actor=actor) as plan:
        tasks = _in_order(plan, task_ids)
        links = _links_of(tasks)
        pairs = [(before, task) for before, task in pairwise(tasks) if before.pk not in links[task.pk]]
        if not pairs:
            raise RuleBrokenError(_("つなぐタスクを、つなぐ順に2つ以上選んでください。"))
        for before, task in pairs:
            set_links(plan, task, [*links[task.pk].values(), TypedLink(before.row_number or 0)])
    return plan.change


def unlink(*, project: Project, task_ids: Sequence[int], actor: User | System) -> PlanChange:
    """Take the links between tasks away; of a task alone, all that it waits for."""
    with changing_plan(project, actor=actor) as plan:
        tasks = _in_order(plan, task_ids)
        links = _links_of(tasks)
        cut = {before for of_task in links.values() for before in of_task}
        if len(tasks) > 1:
            cut &= {task.pk for task in tasks}
        if not cut:
            raise RuleBrokenError(_("選んだタスクの間に依存関係はありません。"))
        for task in tasks:
            kept = [link for before, link in links[task.pk].items() if before not in cut]
            if len(kept) < len(links[task.pk]):
                set_links(plan, task, kept)
    return plan.change


def _in_order(plan: PlanUnit, task_ids: Sequence[int]) -> list[Task]:
    """The tasks as they were given. Raises RuleBrokenError where one is gone, or there are too many."""
    if len(task_ids) > MOST_LINKED:
        raise RuleBrokenError(_("一度につなげるのは%(most)d件までです。") % {"most": MOST_LINKED})
    found = plan.hold(task_ids)
    if len(found) < len(set(task_ids)):
        raise RuleBrokenError(_("このタスクはもうありません。表示を更新してください。"))
    return [found[task_id] for task_id in task_ids]


def _links_of(tasks: Sequence[Task]) -> dict[int, dict[int, TypedLink]]:
    """What each task waits for, by predecessor; one query."""
    links: dict[int, dict[int, TypedLink]] = {task.pk: {} for task in tasks}
    rows = TaskLink.objects.filter(successor__in=links).order_by("pk")
    for successor, before, *values in rows.values_list(
        "successor", "predecessor", "predecessor__row_number", *LAG_FIELDS
    ):
        links[successor][before] = TypedLink(*values)
    return links
