"""The only writer of computed dates: load, schedule, store what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from config.web.metrics import SCHEDULING_SECONDS
from projects import caching
from projects.changes import changing
from projects.models import Project
from projects.permissions import System
from projects.worktime.errors import WorktimeError
from tasks.models import Task
from tasks.plan.arrays import Array, arrays_cursor
from tasks.plan.forecasting import forecast_figures
from tasks.plan.loading import LoadedPlan, load_plan
from tasks.plan.refusals import refused
from tasks.plan.rollup import roll_up
from tasks.plan.tables import COMPUTED
from tasks.scheduling.columns import NOTHING
from tasks.scheduling.errors import NetworkError
from tasks.scheduling.plan import KINDS
from tasks.scheduling.schedule import schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from projects.changes import Recorder
    from tasks.plan.rollup import Rolled
    from tasks.scheduling.plan import Driver, Plan
    from tasks.scheduling.scheduled import ScheduledColumns

#: What is written where the number that arrives is not what the column holds.
_STORED_AS: Final = {
    "is_critical": "new.is_critical <> 0",
    "driver_kind": "(%s::text[])[new.driver_kind + 1]",
    "driver_task_id": f"NULLIF(new.driver_task_id, {NOTHING})",
    "early_start_minute": "new.start_minute",
    "early_finish_minute": "new.finish_minute",
}


#: So many names are asked for one by one.
FEW: Final = 3


class Move(NamedTuple):
    """A task whose start or finish is another now, in plan minutes."""

    task_id: int
    start_before: int | None
    finish_before: int | None
    start: int
    finish: int


class Computed(NamedTuple):
    """What rescheduling leaves to the followers of the unit of work, under the key "plan" of the record's notes."""

    loaded: LoadedPlan
    scheduled: ScheduledColumns
    moved_ids: set[int]


@dataclass(frozen=True)
class Rescheduled:
    """The new dates, the tasks that moved, and all whose row looks different."""

    scheduled: ScheduledColumns
    moves: tuple[Move, ...]
    changed_ids: frozenset[int]
    loaded: LoadedPlan
    #: What was stored of the computed columns before, by their names.
    before: Mapping[str, Array]

    def since(self, earlier: Rescheduled) -> Rescheduled:
        """The same dates, compared with what was stored before an earlier run of the same unit of work."""
        return replace(self, before=earlier.before)

    @cached_property
    def plan(self) -> Plan:
        """The whole plan, for those that look at all tasks."""
        return self.scheduled.plan()

    def start_of(self, task_id: int) -> tuple[int, Driver]:
        """When one task starts, and why then."""
        row = self._rows[task_id]
        return int(self.scheduled.start[row]), self.scheduled.driver(row)

    def title_of(self, task_id: int) -> str | None:
        """What a refusal calls a task that others wait for; None where it is gone. Of many the names are read together."""
        found = self._titles
        if task_id not in found:
            drivers = () if len(found) < FEW else np.unique(self.scheduled.driver_task_id).tolist()
            ids = {task_id, *drivers}
            rows = Task.objects.filter(pk__in=ids).values_list("pk", "wbs_code", "name")
            found |= {task_id: None} | {pk: f"{code} {name}" for pk, code, name in rows}
        return found[task_id]

    @cached_property
    def _titles(self) -> dict[int, str | None]:
        return {}

    def span_of(self, task_id: int) -> tuple[int, int]:
        """When one task starts and ends, in plan minutes."""
        row = self._rows[task_id]
        return int(self.scheduled.start[row]), int(self.scheduled.finish[row])

    @cached_property
    def _rows(self) -> dict[int, int]:
        """The row of each task: thousands that were pasted ask for theirs one by one."""
        return {pk: row for row, pk in enumerate(self.scheduled.id.tolist())}


@SCHEDULING_SECONDS.time()
def reschedule(project: Project, *, record: Recorder, is_trial: bool = False) -> Rescheduled:
    """Recompute a project inside its unit of work; raises PlanRefusedError and leaves nothing behind then.

    As a trial nothing is stored: the dates are as they would be.
    """
    try:
        loaded = load_plan(project)
        scheduled = schedule(loaded.columns)
        rolled = roll_up(loaded.columns.tasks, loaded.stored["work_minutes"])
    except (NetworkError, WorktimeError) as error:
        raise refused(error) from error
    new = _computed(loaded, scheduled, rolled)
    rows = np.flatnonzero(_differ(loaded.stored, new, COMPUTED) | loaded.stored["is_torn"])
    if len(rows) and not is_trial:
        _store(scheduled.id[rows], {name: values[rows] for name, values in new.items()})
    moves = _moves(scheduled.id, loaded.stored, new)
    if not is_trial:
        _keep_project_figures(project, record, loaded, scheduled, rolled)
    earlier = record.notes.get("plan")
    moved_ids = {move.task_id for move in moves} | (earlier.moved_ids if earlier else set())
    record.notes["plan"] = Computed(loaded, scheduled, moved_ids)
    if record.entries:
        record.list_moves(moves)
        record.is_rescheduled = True
    return Rescheduled(scheduled, moves, frozenset(scheduled.id[rows].tolist()), loaded, loaded.stored)


def _computed(loaded: LoadedPlan, scheduled: ScheduledColumns, rolled: Rolled) -> dict[str, Array]:
    """The columns that are stored, by their names."""
    return {
        "start_minute": scheduled.start,
        "finish_minute": scheduled.finish,
        "late_start_minute": scheduled.late_start,
        "late_finish_minute": scheduled.late_finish,
        "total_slack_minutes": scheduled.total_slack,
        "free_slack_minutes": scheduled.free_slack,
        "is_critical": scheduled.is_critical,
        "driver_kind": scheduled.driver_kind,
        "driver_task_id": scheduled.driver_task_id,
        "duration_minutes": np.where(
            rolled.is_summary, scheduled.duration_minutes, loaded.columns.tasks.duration_minutes
        ),
        "work_minutes": rolled.work_minutes,
        "progress_percentage": rolled.progress,
    }


def _differ(stored: Mapping[str, Array], new: Mapping[str, Array], names: Iterable[str]) -> Array:
    """The rows on which one of these columns is another now."""
    found: Array = np.any([stored[name] != new[name] for name in names], axis=0)
    return found


def _moves(ids: Array, stored: Mapping[str, Array], new: Mapping[str, Array]) -> tuple[Move, ...]:
    spans = ("start_minute", "finish_minute")
    rows = np.flatnonzero(_differ(stored, new, spans))
    columns = [ids, *(stored[name] for name in spans), *(new[name] for name in spans)]
    found = zip(*(column[rows].tolist() for column in columns), strict=True)
    return tuple(
        Move(pk, None if start == NOTHING else start, None if finish == NOTHING else finish, *dates)
        for pk, start, finish, *dates in found
    )


def _store(ids: Array, new: Mapping[str, Array]) -> None:
    """One statement for all rows."""
    names = ", ".join(new)
    sets = ", ".join(f"{name} = {_STORED_AS.get(name, f'new.{name}')}" for name in {**new, **_STORED_AS})
    arrays = ", ".join(["%s::bigint[]"] * (len(new) + 1))
    values: list[Any] = [list(KINDS), ids, *new.values()]
    with arrays_cursor() as cursor:
        cursor.execute(
            f"UPDATE tasks SET {sets} FROM unnest({arrays}) AS new(id, {names})"  # nosec B608  # names of columns are ours
            " WHERE tasks.id = new.id",
            values,
        )


def _keep_project_figures(
    project: Project, record: Recorder, loaded: LoadedPlan, scheduled: ScheduledColumns, rolled: Rolled
) -> None:
    has_tasks = len(scheduled) > 0
    new = {
        "task_count": len(scheduled),
        "progress_percentage": rolled.project_progress,
        "progress_weight": rolled.project_weight,
        "planned_start_minute": scheduled.project_start if has_tasks else None,
        "planned_finish_minute": scheduled.project_finish if has_tasks else None,
        **forecast_figures(project, loaded, scheduled),
    }
    changed = {name for name, value in new.items() if getattr(project, name) != value}
    if changed:
        for name, value in new.items():
            setattr(project, name, value)
        if changed - {"forecast_from"} and not record.entries:
            # In the night nothing is recorded that would make lists fresh.
            caching.bump_on_commit(project.organization_id)
        Project.objects.filter(pk=project.pk).update(**new)


def repair_plan(*, project: Project) -> Rescheduled:
    """Compute a plan again without a change of a person: after an import, and every night."""
    with changing(project, actor=System("calculate_critical_path")) as record:
        # Calendars and absences may have changed: the days of a task, too, that starts and ends as before.
        record.notes["whole"] = True
        result = reschedule(project, record=record)
        if result.changed_ids:
            record("plan.repaired", target=project, after={"changed": len(result.changed_ids)})
            record.list_moves(result.moves)
    return result
