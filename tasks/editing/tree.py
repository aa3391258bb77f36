"""Changing the tree of a plan: add, indent, outdent, move, delete."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.models import Task, TaskLink
from tasks.plan.actions.tree import add_row, branch_ids, delete_rows, index_of, lines_of, rearrange
from tasks.plan.outline import OutlineRow, can_indent, moved, outermost, shifted, subtree
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import System
    from tasks.plan.outcome import PlanChange

Rearranged = Callable[[list[OutlineRow]], list[OutlineRow]]


def add_task(
    *, project: Project, name: str, actor: User | System, after: Task | None = None, as_child: bool = False,
    is_milestone: bool = False, duration_minutes: int | None = None,
) -> tuple[Task, PlanChange]:  # fmt: skip
    """Add a row behind a task (and all under it), as its last child, or at the end of the plan."""
    with changing_plan(project, actor=actor) as plan:
        task = add_row(
            plan, name=name, after=after, as_child=as_child, is_milestone=is_milestone,
            duration_minutes=duration_minutes,
        )  # fmt: skip
    task.refresh_from_db()
    return task, plan.change


def _rearrange(
    project: Project, actor: User | System, action: str, task_ids: Collection[int], change: Rearranged
) -> PlanChange:
    with changing_plan(project, actor=actor) as plan:
        rearrange(plan, action, task_ids, change)
    return plan.change


def indent_tasks(*, project: Project, task_ids: Collection[int], actor: User | System) -> PlanChange:
    """Put tasks, with all under them, under the row above."""

    def change(lines: list[OutlineRow]) -> list[OutlineRow]:
        for index in outermost(lines, task_ids):
            if not can_indent(lines, index):
                raise RuleBrokenError(_("上に同じ階層のタスクがないため、下げられません。"))
            lines = shifted(lines, index, 1)
        return lines

    return _rearrange(project, actor, "task.indented", task_ids, change)


def outdent_tasks(*, project: Project, task_ids: Collection[int], actor: User | System) -> PlanChange:
    """Bring tasks one level out; rows after them on the old level become their children."""

    def change(lines: list[OutlineRow]) -> list[OutlineRow]:
        for index in outermost(lines, task_ids):
            if lines[index].level == 1:
                raise RuleBrokenError(_("すでに一番上の階層です。"))
            lines = shifted(lines, index, -1)
        return lines

    return _rearrange(project, actor, "task.outdented", task_ids, change)


def move_row(
    *, project: Project, task: Task, target: Task | None, actor: User | System, as_child: bool = False
) -> PlanChange:
    """Put a task with all under it in front of another (or under it); without one, at the end."""

    def change(lines: list[OutlineRow]) -> list[OutlineRow]:
        index = index_of(lines, task.pk)
        if target is None:
            return moved(lines, index, before=len(lines), level=1)
        at = index_of(lines, target.pk)
        if index <= at < subtree(lines, index):
            raise RuleBrokenError(_("タスクを自分自身の下に移動することはできません。"))
        if as_child:
            return moved(lines, index, before=at + 1, level=lines[at].level + 1)
        return moved(lines, index, before=at, level=lines[at].level)

    return _rearrange(project, actor, "task.rearranged", {task.pk}, change)


def shift_row(*, project: Project, task: Task, down: bool, actor: User | System) -> PlanChange:
    """Move a task past its next (or previous) sibling: what Alt and an arrow key do."""

    def change(lines: list[OutlineRow]) -> list[OutlineRow]:
        index = index_of(lines, task.pk)
        level = lines[index].level
        if down:
            following = subtree(lines, index)
            if following >= len(lines) or lines[following].level < level:
                raise RuleBrokenError(_("これ以上下に動かせません。"))
            return moved(lines, index, before=subtree(lines, following), level=level)
        above = index - 1
        while above >= 0 and lines[above].level > level:
            above -= 1
        if above < 0 or lines[above].level < level:
            raise RuleBrokenError(_("これ以上上に動かせません。"))
        return moved(lines, index, before=above, level=level)

    return _rearrange(project, actor, "task.rearranged", {task.pk}, change)


def what_goes_along(project: Project, task_ids: Collection[int]) -> dict[str, int]:
    """What a delete takes: tasks (with all under them), links, reported hours in minutes."""
    ids = branch_ids(lines_of(project), task_ids)
    tasks = Task.objects.filter(pk__in=ids)
    links = TaskLink.objects.filter(project=project)
    touching = (links.filter(predecessor__in=ids) | links.filter(successor__in=ids)).distinct().count()
    hours = sum(tasks.values_list("actual_work_minutes", flat=True))
    return {"tasks": len(ids), "links": touching, "actual_work_minutes": hours}


def delete_tasks(*, project: Project, task_ids: Collection[int], actor: User | System) -> PlanChange:
    """Delete tasks with all under them; their links go too."""
    with changing_plan(project, actor=actor) as plan:
        delete_rows(plan, task_ids)
    return plan.change
