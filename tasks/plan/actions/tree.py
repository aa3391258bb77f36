"""The tree of a plan: rows added, rearranged and deleted, and the numbers that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.errors import RuleBrokenError
from projects.storing import made, store
from tasks.models import MAX_OUTLINE_LEVEL, Task, TaskLink
from tasks.plan.actions.settings import kind_of_new
from tasks.plan.outline import OutlineRow, columns_of, outermost, place_columns, settled, subtree
from tasks.plan.places import read_lines, read_places, write_places
from tasks.plan.steps import note_order

if TYPE_CHECKING:
    from projects.changes import Recorder
    from projects.models import Project
    from tasks.plan.outline import Place
    from tasks.plan.places import StoredPlaces
    from tasks.plan.unit import PlanUnit

PLACE = ("parent_id", "row_number", "outline_level", "wbs_code", "descendant_count", "is_summary")


def lines_of(project: Project) -> list[OutlineRow]:
    """The rows of a plan in order, with their levels. One query."""
    return read_lines(project)


def renumber(
    project: Project,
    lines: Sequence[OutlineRow],
    *,
    stored: StoredPlaces | None = None,
    record: Recorder | None = None,
    new: Collection[int] = (),
    found: Sequence[Place] | None = None,
) -> bool:
    """Store what follows from a new order of rows; only rows that differ are written, at most two statements.

    `stored` is where the rows stand, where that has been read already; `new` are rows that are not stored yet, and will be
    in their places; `found` are the places of all, where the caller has counted them. The record learns which rows became
    summaries or ordinary tasks, and which came under another one. Returns whether there are any: without them no date can be another.
    """
    places = read_places(project) if stored is None else stored
    replaced = write_places(project, places, columns_of(found) if found else place_columns(lines), but=new)
    if record is not None:
        note_order(record, places, lines)
        record.notes.setdefault("replaced", set()).update(replaced)
    return bool(replaced)


def add_rows(
    plan: PlanUnit, *, name: str, after: Task | None = None, as_child: bool = False,
    is_milestone: bool = False, duration_minutes: int | None = None, before: Task | None = None,
    level: int | None = None, rows: int = 1,
) -> Task:  # fmt: skip
    """Add a row behind a task (and all under it), as its last child, in front of `before`, or at the end of the plan.

    `level` is where it stands in the tree, counted from 1; deeper than `after` it is its first child. Of several `rows` of
    the same name each stands behind the one before, and the first is returned. Raises RuleBrokenError.
    """
    if not name.strip():
        raise RuleBrokenError(_("タスク名を入力してください。"), field="name")
    project = plan.project
    stored = read_places(project)
    lines = stored.lines
    index, level = _place_of_new(lines, after=after, as_child=as_child, before=before, level=level)
    _check_depth(level)
    usual = 0 if is_milestone else project.minutes_per_day
    tasks = [
        made(
            Task, {"project": project}, organization_id=project.organization_id, project_id=project.pk,
            name=name.strip()[:500], row_number=len(lines) + number, outline_level=level, is_milestone=is_milestone,
            duration_minutes=usual, **kind_of_new(project),
        )
        for number in range(1, rows + 1)
    ]  # fmt: skip
    if duration_minutes is not None and not is_milestone:
        tasks[0].duration_minutes = duration_minutes
    store(tasks)
    come = [OutlineRow(task.pk, level) for task in tasks]
    renumber(project, settled([*lines[:index], *come, *lines[index:]]), stored=stored, record=plan.record)
    for task in tasks:
        plan.record("task.added", target=task, after={"name": task.name})
        plan.touch(task)
    return tasks[0]


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
    project, chosen = plan.project, set(task_ids)
    stored = read_places(project)
    before = stored.lines
    first = next((line for line in before if line.task_id in chosen), None)
    if first is None:
        raise RuleBrokenError(_("このタスクはもうありません。表示を更新してください。"))
    after = settled(change(before))
    if after == before:
        raise RuleBrokenError(_("これ以上動かせません。"))
    levels = dict(before)
    _check_depth(max((level for pk, level in after if level > levels[pk]), default=1))
    task = Task.objects.get(pk=first.task_id)
    moves_dates = renumber(project, after, stored=stored, record=plan.record)
    plan.record(action, target=task, before=_standing(before, chosen), after=_standing(after, chosen))
    plan.touch(task, moves_dates=moves_dates)


def _standing(lines: Sequence[OutlineRow], task_ids: Collection[int]) -> dict[str, list[int]]:
    """For the history: row and level of each of these tasks."""
    return {str(pk): [row, level] for row, (pk, level) in enumerate(lines, 1) if pk in task_ids}


def branch_ids(lines: Sequence[OutlineRow], task_ids: Collection[int]) -> list[int]:
    """Tasks with all under them, in the order of the rows."""
    return [
        line.task_id for index in outermost(lines, task_ids) for line in lines[index : subtree(lines, index)]
    ]


def delete_rows(plan: PlanUnit, task_ids: Collection[int]) -> None:
    """Delete tasks with all under them; their links go too. Raises RuleBrokenError where none of them is there."""
    project, record = plan.project, plan.record
    stored = read_places(project)
    gone = branch_ids(stored.lines, task_ids)
    if not gone:
        raise RuleBrokenError(_("このタスクはもうありません。表示を更新してください。"))
    _note_deletion(record, gone)
    left = set(gone)
    record.notes.setdefault("replaced", set()).update(left)
    TaskLink.objects.filter(Q(predecessor__in=gone) | Q(successor__in=gone)).delete()
    Task.objects.filter(pk__in=gone).update(deleted_at=timezone.now(), row_number=None)
    order = settled([line for line in stored.lines if line.task_id not in left])
    renumber(project, order, stored=stored, record=record)
    plan.moves_dates = True


def _note_deletion(record: Recorder, gone: list[int]) -> None:
    tasks = Task.objects.filter(pk__in=gone[:200]).only("pk", "name").in_bulk()
    record(
        "task.deleted",
        target=tasks[gone[0]],
        before={"count": len(gone), "names": [tasks[pk].name for pk in gone[:200]], "ids": gone[:2000]},
    )
