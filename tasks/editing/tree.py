"""Changing the tree of a plan: add, indent, outdent, move, delete."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.models import Task, TaskLink
from tasks.plan.actions.tree import add_rows, branch_ids, delete_rows, index_of, lines_of, rearrange
from tasks.plan.outline import (
    OutlineRow,
    can_indent,
    outermost,
    past_siblings,
    shift,
    subtree,
    together,
)
from tasks.plan.unit import changing_plan

if TYPE_CHECKING:
    from projects.models import Project, User
    from projects.permissions import System
    from tasks.plan.outcome import PlanChange

Rearranged = Callable[[list[OutlineRow]], list[OutlineRow]]


def add_task(
    *, project: Project, name: str, actor: User | System, after: Task | None = None, as_child: bool = False,
    is_milestone: bool = False, duration_minutes: int | None = None, before: Task | None = None,
    level: int | None = None, rows: int = 1,
) -> tuple[Task, PlanChange]:  # fmt: skip
    """Add a row, or as many `rows` of the same name, where `add_rows` says; the first of them, and one change."""
    with changing_plan(project, actor=actor) as plan:
        task = add_rows(
            plan, name=name, after=after, as_child=as_child, is_milestone=is_milestone,
            duration_minutes=duration_minutes, before=before, level=level, rows=rows,
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
        lines = list(lines)
        for index in outermost(lines, task_ids):
            if not can_indent(lines, index):
                raise RuleBrokenError(_("上に同じ階層のタスクがないため、下げられません。"))
            shift(lines, index, 1)
        return lines

    return _rearrange(project, actor, "task.indented", task_ids, change)


def outdent_tasks(*, project: Project, task_ids: Collection[int], actor: User | System) -> PlanChange:
    """Bring tasks one level out; rows after them on the old level become their children."""

    def change(lines: list[OutlineRow]) -> list[OutlineRow]:
        lines = list(lines)
        for index in outermost(lines, task_ids):
            if lines[index].level == 1:
                raise RuleBrokenError(_("すでに一番上の階層です。"))
            shift(lines, index, -1)
        return lines

    return _rearrange(project, actor, "task.outdented", task_ids, change)


def move_rows(
    *,
    project: Project,
    task_ids: Collection[int],
    target: Task | None,
    actor: User | System,
    as_child: bool = False,
) -> PlanChange:
    """Put tasks, each with all under it, in front of another (or under it); without one, at the end. They stay together."""

    def change(lines: list[OutlineRow]) -> list[OutlineRow]:
        if target is None:
            return together(lines, task_ids, before=len(lines), level=1)
        at = index_of(lines, target.pk)
        if any(index <= at < subtree(lines, index) for index in outermost(lines, task_ids)):
            raise RuleBrokenError(_("タスクを自分自身の下に移動することはできません。"))
        return together(lines, task_ids, before=at + as_child, level=lines[at].level + as_child)

    return _rearrange(project, actor, "task.rearranged", task_ids, change)


def shift_rows(
    *, project: Project, task_ids: Collection[int], down: bool, actor: User | System
) -> PlanChange:
    """Move tasks past their next (or previous) siblings; those that stand together stay together."""

    def change(lines: list[OutlineRow]) -> list[OutlineRow]:
        found = past_siblings(lines, task_ids, down=down)
        if found is None:
            raise RuleBrokenError(
                _("これ以上下に動かせません。") if down else _("これ以上上に動かせません。")
            )
        return found

    return _rearrange(project, actor, "task.rearranged", task_ids, change)


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
