"""Changing the tree of a plan: add, indent, outdent, move, delete."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.models import Task, TaskLink
from tasks.plan.actions.tree import add_row, branch_ids, delete_rows, index_of, lines_of, rearrange
from tasks.plan.outline import OutlineRow, can_indent, moved, outermost, shift, subtree
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
    """Add a row, or as many `rows` of the same name, where `add_row` says; the first of them, and one change."""
    with changing_plan(project, actor=actor) as plan:
        task = add_row(
            plan, name=name, after=after, as_child=as_child, is_milestone=is_milestone,
            duration_minutes=duration_minutes, before=before, level=level,
        )  # fmt: skip
        last = task
        for _number in range(rows - 1):
            last = add_row(plan, name=name, after=last, is_milestone=is_milestone)
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
        chosen = [lines[index].task_id for index in outermost(lines, task_ids)]
        # Each child comes first under its parent: the last of them is put there first.
        for task_id in reversed(chosen) if as_child else chosen:
            lines = _put(lines, index_of(lines, task_id), target, as_child=as_child)
        return lines

    return _rearrange(project, actor, "task.rearranged", task_ids, change)


def _put(lines: list[OutlineRow], index: int, target: Task | None, *, as_child: bool) -> list[OutlineRow]:
    if target is None:
        return moved(lines, index, before=len(lines), level=1)
    at = index_of(lines, target.pk)
    if index <= at < subtree(lines, index):
        raise RuleBrokenError(_("タスクを自分自身の下に移動することはできません。"))
    if as_child:
        return moved(lines, index, before=at + 1, level=lines[at].level + 1)
    return moved(lines, index, before=at, level=lines[at].level)


def shift_rows(
    *, project: Project, task_ids: Collection[int], down: bool, actor: User | System
) -> PlanChange:
    """Move tasks past their next (or previous) siblings; those that stand together stay together."""

    def change(lines: list[OutlineRow]) -> list[OutlineRow]:
        chosen = [lines[index].task_id for index in outermost(lines, task_ids)]
        for task_id in reversed(chosen) if down else chosen:
            lines = _past(lines, index_of(lines, task_id), down=down)
        return lines

    return _rearrange(project, actor, "task.rearranged", task_ids, change)


def _past(lines: list[OutlineRow], index: int, *, down: bool) -> list[OutlineRow]:
    """One branch past the sibling below or above it."""
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
