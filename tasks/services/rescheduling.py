"""The only writer of computed dates: load, schedule, store what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction

from projects.changes import changing
from projects.models import Project
from projects.permissions import Right, System
from projects.services.projects import MOVES_TASKS, update_project
from projects.worktime.errors import WorktimeError
from projects.worktime.shelf import Shelf
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.schedule import schedule
from tasks.selectors import COMPUTED, LoadedPlan, load_plan
from tasks.services.refusals import refused
from tasks.services.rollup import Roll, roll_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from projects.changes import Recorder
    from projects.models import User
    from tasks.scheduling.plan import Plan

TYPES = ("bigint",) * 8 + ("boolean", "text") + ("bigint",) * 4


class Move(NamedTuple):
    """A task whose start or finish is another now, in plan minutes."""

    task_id: int
    start_before: int | None
    finish_before: int | None
    start: int
    finish: int


class Computed(NamedTuple):
    """What rescheduling leaves to the followers of the door, under the key "plan" of the record's notes."""

    loaded: LoadedPlan
    plan: Plan
    shelf: Shelf
    moved_ids: set[int]


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """The new plan, the tasks that moved, and all whose row looks different."""

    plan: Plan
    moves: tuple[Move, ...]
    changed_ids: frozenset[int]


def reschedule(project: Project, *, record: Recorder) -> Rescheduled:
    """Recompute a project inside its open door; raises PlanRefusedError and leaves nothing behind then."""
    loaded = load_plan(project)
    try:
        plan = schedule(loaded.network)
        shelf = Shelf(loaded.network.calendars)
        rolls = roll_up(loaded.network, plan, {pk: row[12] for pk, row in loaded.stored.items()}, shelf)
    except (NetworkError, WorktimeError) as error:
        raise refused(error) from error
    rows = _differences(loaded, plan, rolls)
    if rows:
        _store(rows)
    moves = tuple(
        Move(row[0], stored[0], stored[1], row[1], row[2])
        for row in rows
        if (stored := loaded.stored[row[0]])[:2] != (row[1], row[2])
    )
    _keep_project_figures(project, plan, rolls, record)
    earlier = record.notes.get("plan")
    moved_ids = {move.task_id for move in moves} | (earlier.moved_ids if earlier else set())
    record.notes["plan"] = Computed(loaded, plan, shelf, moved_ids)
    if record.entries:
        record.list_moves(moves)
        # Lists count late tasks, which any date or progress can change.
        record.touches_lists = True
    return Rescheduled(plan, moves, frozenset(row[0] for row in rows))


def _differences(loaded: LoadedPlan, plan: Plan, rolls: dict[int, Roll]) -> list[tuple[Any, ...]]:
    rows = []
    for task_id, dates in plan.tasks.items():
        roll = rolls.get(task_id)
        stored = loaded.stored[task_id]
        new = (
            dates.start, dates.finish, dates.early_start, dates.early_finish, dates.late_start,
            dates.late_finish, dates.total_slack, dates.free_slack, dates.is_critical,
            dates.driver.kind, dates.driver.task_id,
            *(roll[:3] if roll else stored[11:14]),
        )  # fmt: skip
        if new != stored:
            rows.append((task_id, *new))
    return rows


def _store(rows: list[tuple[Any, ...]]) -> None:
    """One statement for all rows: 10,000 of them take a tenth of a second."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    names = ", ".join(COMPUTED)
    sets = ", ".join(f"{name} = new.{name}" for name in COMPUTED)
    arrays = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *TYPES))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE tasks SET {sets} FROM unnest({arrays}) AS new(id, {names})"  # nosec B608  # names of columns are ours
            " WHERE tasks.id = new.id",
            columns,
        )


def _keep_project_figures(project: Project, plan: Plan, rolls: dict[int, Roll], record: Recorder) -> None:
    has_tasks = len(plan) > 0
    new = (
        len(plan), rolls[0].progress, rolls[0].weight,
        plan.start if has_tasks else None, plan.finish if has_tasks else None,
    )  # fmt: skip
    names = (
        "task_count", "progress_percentage", "progress_weight", "planned_start_minute", "planned_finish_minute"
    )  # fmt: skip
    if new != tuple(getattr(project, name) for name in names):
        for name, value in zip(names, new, strict=True):
            setattr(project, name, value)
        Project.objects.filter(pk=project.pk).update(**dict(zip(names, new, strict=True)))


def update_project_and_plan(
    *, project: Project, actor: User | System, changes: Mapping[str, Any], revision: int | None = None
) -> None:
    """Change a project's fields, and move its tasks where a date depends on them: one change, one transaction."""
    with transaction.atomic():
        changed = update_project(project=project, actor=actor, changes=changes, revision=revision)
        if changed & MOVES_TASKS and project.task_count:
            with changing(project, actor=actor, needs=Right.EDIT_PROJECT) as record:
                record("plan.rescheduled", target=project, after=sorted(changed & MOVES_TASKS))
                reschedule(project, record=record)


def repair_plan(*, project: Project) -> Rescheduled:
    """Compute a plan again without a change of a person: after an import, and every night."""
    with changing(project, actor=System("calculate_critical_path")) as record:
        # Calendars and absences may have changed: the days of a task, too, that starts and ends as before.
        record.notes["whole"] = True
        result = reschedule(project, record=record)
        if result.changed_ids:
            record("plan.repaired", target=project, after={"changed": len(result.changed_ids)})
            record.list_moves(result.moves)
            record.touches_lists = True
    return result
