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


def link_two(*, task: Task, predecessor_id: int, link_type: str, actor: User | System) -> PlanChange:
    """Let a task wait for another by a link of this kind; see `put_link`."""
    with changing_plan(task.project, actor=actor) as plan:
        put_link(plan, task, predecessor_id, link_type)
    return plan.change


def put_link(plan: PlanUnit, task: Task, predecessor_id: int, link_type: str) -> None:
    """A link of this kind (FS, SS, FF, SF) beside those that the task has. One that is there takes the kind and keeps its lag.

    Raises RuleBrokenError where a row is gone, the same link is there, or both ends are one task. A circle, and a summary with a
    task under it, are refused when the plan is computed.
    """
    before, held = _in_order(plan, [predecessor_id, task.pk])
    links = _links_of([held])[held.pk]
    there = links.get(before.pk)
    if there and there.link_type == link_type:
        raise RuleBrokenError(
            _("「%(before)s」から「%(after)s」への同じ依存関係がもうあります。")
            % {"before": before.name, "after": held.name}
        )
    links[before.pk] = (there or TypedLink(before.row_number or 0))._replace(link_type=link_type)
    set_links(plan, held, list(links.values()))


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
