"""The tree of a plan: rows added, rearranged and deleted, and the numbers that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from tasks.models import MAX_OUTLINE_LEVEL, Task, TaskLink
from tasks.plan.outline import (
    OutlineRow,
    Place,
    outermost,
    places,
    settled,
    subtree,
)
from tasks.plan.steps import note_order

if TYPE_CHECKING:
    from projects.changes import Recorder
    from projects.models import Project
    from tasks.plan.unit import PlanUnit

PLACE = ("parent_id", "row_number", "outline_level", "wbs_code", "descendant_count", "is_summary")
TYPES = ("bigint", "integer", "smallint", "text", "integer", "boolean")


def lines_of(project: Project) -> list[OutlineRow]:
    """The rows of a plan in order, with their levels."""
    rows = Task.objects.filter(project=project, deleted_at__isnull=True).order_by("row_number")
    return [OutlineRow(*row) for row in rows.values_list("id", "outline_level")]


def renumber(
    project: Project,
    lines: Sequence[OutlineRow],
    *,
    record: Recorder | None = None,
    new: Collection[int] = (),
    found: Sequence[Place] | None = None,
) -> int:
    """Store what follows from a new order of rows; only rows that differ are written. Returns how many.

    `new` are rows that are not stored yet, and will be in their places; `found` are the places of all, where the caller
    has counted them. The record learns which rows became summaries or ordinary tasks, and which came under another one.
    """
    stored = {
        row[0]: Place._make(row)
        for row in Task.objects.filter(project=project, deleted_at__isnull=True).values_list("id", *PLACE)
    }
    changed = [
        place
        for place in (places(lines) if found is None else found)
        if stored.get(place.task_id) != place and place.task_id not in new
    ]
    if record is not None:
        note_order(record, stored, lines)
        record.notes.setdefault("replaced", set()).update(
            place.task_id
            for place in changed
            if (place.parent_id, place.is_summary) != _standing(stored.get(place.task_id))
        )
    if changed:
        arrays = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *TYPES))
        sets = ", ".join(f"{name} = new.{name}" for name in PLACE)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE tasks SET {sets} FROM unnest({arrays}) AS new(id, {', '.join(PLACE)})"  # nosec B608  # names of columns are ours
                " WHERE tasks.id = new.id",
                [list(column) for column in zip(*changed, strict=True)],
            )
    return len(changed)


def _standing(place: Place | None) -> tuple[int | None, bool] | None:
    return (place.parent_id, place.is_summary) if place else None


def add_row(
    plan: PlanUnit, *, name: str, after: Task | None = None, as_child: bool = False,
    is_milestone: bool = False, duration_minutes: int | None = None, before: Task | None = None,
    level: int | None = None,
) -> Task:  # fmt: skip
    """Add a row behind a task (and all under it), as its last child, in front of `before`, or at the end of the plan.

    `level` is where it stands in the tree, counted from 1; deeper than `after` it is its first child. Raises
    RuleBrokenError.
    """
    if not name.strip():
        raise RuleBrokenError(_("タスク名を入力してください。"), field="name")
    project = plan.project
    lines = lines_of(project)
    index, level = _place_of_new(lines, after=after, as_child=as_child, before=before, level=level)
    _check_depth(level)
    minutes = project.minutes_per_day if duration_minutes is None else duration_minutes
    task = Task.objects.create(
        organization_id=project.organization_id,
        project=project,
        name=name.strip()[:500],
        row_number=len(lines) + 1,
        outline_level=level,
        is_milestone=is_milestone,
        duration_minutes=0 if is_milestone else minutes,
    )
    order = settled([*lines[:index], OutlineRow(task.pk, level), *lines[index:]])
    renumber(project, order, record=plan.record)
    plan.record("task.added", target=task, after={"name": task.name})
    plan.touch(task)
    return task


def _place_of_new(
    lines: Sequence[OutlineRow], *, after: Task | None, as_child: bool, before: Task | None, level: int | None
) -> tuple[int, int]:
    """The index of a new row, and its level: where it was typed, and no deeper than the row above lets it."""
    if before is not None:
        index = index_of(lines, before.pk)
        wanted = lines[index].level if level is None else level
    elif after is None:
        index, wanted = len(lines), level or 1
    else:
        at = index_of(lines, after.pk)
        wanted = lines[at].level + as_child if level is None else level
        is_first_child = level is not None and level > lines[at].level
        index = at + 1 if is_first_child else subtree(lines, at)
    above = lines[index - 1].level if index else 0
    return index, max(1, min(wanted, above + 1))


def index_of(lines: Sequence[OutlineRow], task_id: int) -> int:
    """The place of a task among the rows; raises RuleBrokenError where it is gone."""
    for index, line in enumerate(lines):
        if line.task_id == task_id:
            return index
    raise RuleBrokenError(_("このタスクはもうありません。表示を更新してください。"))


def _check_depth(level: int) -> None:
    if level > MAX_OUTLINE_LEVEL:
        raise RuleBrokenError(
            _("WBS は %(levels)d 階層までです。上の階層に置いてください。") % {"levels": MAX_OUTLINE_LEVEL}
        )


def rearrange(
    plan: PlanUnit,
    action: str,
    task_ids: Collection[int],
    change: Callable[[list[OutlineRow]], list[OutlineRow]],
) -> None:
    """Bring the rows into another order; `change` gets them in the present one. Raises RuleBrokenError."""
    project = plan.project
    before = lines_of(project)
    chosen = [line for line in before if line.task_id in task_ids]
    if not chosen:
        raise RuleBrokenError(_("このタスクはもうありません。表示を更新してください。"))
    after = settled(change(before))
    if after == before:
        raise RuleBrokenError(_("これ以上動かせません。"))
    deepest = {line.task_id: line.level for line in before}
    _check_depth(max((line.level for line in after if line.level > deepest[line.task_id]), default=1))
    task = Task.objects.get(pk=chosen[0].task_id)
    rows = {line.task_id: [row, line.level] for row, line in enumerate(before, 1)}
    renumber(project, after, record=plan.record)
    plan.record(
        action,
        target=task,
        before={str(pk): rows[pk] for pk in sorted(task_ids) if pk in rows},
        after={
            str(line.task_id): [row, line.level]
            for row, line in enumerate(after, 1)
            if line.task_id in task_ids
        },
    )
    plan.touch(task)


def branch_ids(lines: Sequence[OutlineRow], task_ids: Collection[int]) -> list[int]:
    """Tasks with all under them, in the order of the rows."""
    return [
        line.task_id for index in outermost(lines, task_ids) for line in lines[index : subtree(lines, index)]
    ]


def delete_rows(plan: PlanUnit, task_ids: Collection[int]) -> None:
    """Delete tasks with all under them; their links go too. Raises RuleBrokenError where none of them is there."""
    project, record = plan.project, plan.record
    lines = lines_of(project)
    gone = branch_ids(lines, task_ids)
    if not gone:
        raise RuleBrokenError(_("このタスクはもうありません。表示を更新してください。"))
    _note_deletion(record, project, gone)
    record.notes["replaced"] = record.notes.get("replaced", set()) | set(gone)
    links = TaskLink.objects.filter(project=project)
    (links.filter(predecessor__in=gone) | links.filter(successor__in=gone)).delete()
    left = set(gone)
    Task.objects.filter(pk__in=gone).update(deleted_at=timezone.now(), row_number=None)
    renumber(project, settled([line for line in lines if line.task_id not in left]), record=record)
    plan.moves_dates = True


def _note_deletion(record: Recorder, project: Project, gone: list[int]) -> None:
    names = dict(Task.objects.filter(pk__in=gone[:200]).values_list("pk", "name"))
    record(
        "task.deleted",
        target=Task.objects.get(pk=gone[0]),
        before={"count": len(gone), "names": [names[pk] for pk in gone[:200]], "ids": gone[:2000]},
    )
