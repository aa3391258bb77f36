"""All passes over columns, compiled: the same plan as the plain passes make, or none."""

from typing import Any

import numpy as np

from projects.worktime.errors import WorktimeError
from tasks.scheduling.by_columns import CODE_OF_KIND, ScheduledColumns
from tasks.scheduling.checks import FIRST_MINUTE, LAST_MINUTE
from tasks.scheduling.columns import NOTHING, Columns, Whole
from tasks.scheduling.compiled.backward import pass_backward
from tasks.scheduling.compiled.codes import (
    ALAP,
    BY_CHILDREN,
    BY_PROJECT_FINISH,
    CONSTRAINT,
    NOT_GIVEN,
    OTHER,
    TICK_SHIFT,
    TICKS,
)
from tasks.scheduling.compiled.forward import pass_forward
from tasks.scheduling.compiled.layout import Layout, lay_out, with_larger_tables
from tasks.scheduling.compiled.slack import measure
from tasks.scheduling.compiled.unsuitable import Unsuitable


class Passes:
    """A plan on its way; where a pass leaves the tables it goes on with larger ones."""

    def __init__(self, layout: Layout) -> None:
        self.net, self._steps, self._almanac = layout
        rows = self.net.rows[:-1]
        self.is_active = rows.is_active
        self.is_leaf = self.net.rows.first_child[1:] == rows.first_child

    def early(self, start: int) -> None:
        """A forward pass."""
        at, first, last = 0, FIRST_MINUTE * TICKS, LAST_MINUTE * TICKS
        while (at := pass_forward(self.net, self._steps, at, start, first, last)) < len(self._steps):
            self._enlarge()

    def late(self, finish: int) -> None:
        """A backward pass."""
        at = len(self._steps) - 1
        while (at := pass_backward(self.net, self._steps, at, finish)) >= 0:
            self._enlarge()

    def measure(self, finish: int) -> None:
        """Slack and lengths."""
        while not measure(self.net, finish):
            self._enlarge()

    def _enlarge(self) -> None:
        self.net = with_larger_tables(self.net, self._almanac)

    def latest_start(self, aim: int) -> int:
        """When a plan has to begin to be done by its finish."""
        self.early(aim)
        self.late(aim)
        starts = self.net.dates.late_start[self.is_active & self.is_leaf]
        return int(starts.min()) if len(starts) else aim

    def finish(self, start: int) -> int:
        """The largest early finish of what is active."""
        finishes = self.net.dates.finish[self.is_active]
        return int(finishes.max()) if len(finishes) else start

    def hold_late(self) -> bool:
        """Give those that go as late as possible the late dates, where they have none; whether there are any."""
        rows, dates = self.net.rows[:-1], self.net.dates
        is_free = self.is_leaf & (rows.given == NOT_GIVEN)
        some = np.flatnonzero((rows.constraint == ALAP) & is_free & (dates.late_start > dates.start))
        rows.given[some] = BY_PROJECT_FINISH
        rows.given_start[some], rows.given_finish[some] = dates.late_start[some], dates.late_finish[some]
        return len(some) > 0


def schedule_compiled(columns: Columns) -> ScheduledColumns:
    """All dates of a plan; ``Unsuitable`` for one that the plain passes have to look at."""
    project = columns.project
    aim = project.start_minute if project.finish_minute is None else project.finish_minute
    for moment in (project.start_minute, aim, project.status_minute):
        if moment is not None and not FIRST_MINUTE <= moment <= LAST_MINUTE:
            raise Unsuitable
    try:
        return _schedule(columns, aim * TICKS)
    except WorktimeError as error:
        raise Unsuitable from error


def _schedule(columns: Columns, aim: int) -> ScheduledColumns:
    passes = Passes(lay_out(columns))
    start, from_finish = columns.project.start_minute * TICKS, columns.project.from_finish
    if from_finish:
        start = passes.latest_start(aim)
    passes.early(start)
    finish = aim if from_finish else passes.finish(start)
    passes.late(finish)
    if passes.hold_late():
        passes.early(start)
    passes.measure(finish)
    return _answer(columns, passes, finish)


def _answer(columns: Columns, passes: Passes, finish: int) -> ScheduledColumns:
    """What the passes found out, in whole minutes."""
    dates = passes.net.dates
    start, total = _minutes(dates.start), _minutes(dates.total)
    limit = columns.project.critical_slack_limit_minutes
    return ScheduledColumns(
        project_start=int(start.min()) if len(start) else columns.project.start_minute,
        project_finish=(finish + TICKS // 2) >> TICK_SHIFT,
        id=columns.tasks.id,
        start=start,
        finish=_minutes(dates.finish),
        late_start=_minutes(dates.late_start),
        late_finish=_minutes(dates.late_finish),
        total_slack=total,
        free_slack=_minutes(dates.free),
        is_critical=(total <= limit) & ~passes.net.rows[:-1].is_done,
        duration_minutes=_minutes(dates.length),
        **_drivers(columns, dates),
    )


def _minutes(ticks: Whole) -> Whole:
    """The nearest whole minute, half up."""
    return (ticks + TICKS // 2) >> TICK_SHIFT


def _drivers(columns: Columns, dates: np.recarray) -> dict[str, Any]:
    """What drives each row, as the columns say it."""
    ids, driver, other, through = columns.tasks.id, dates.driver, dates.other, dates.via >= 0
    is_link, is_constraint, is_other = driver >= 0, driver == CONSTRAINT, driver == OTHER
    spans = is_other & (other == BY_CHILDREN)
    kind = np.full(len(ids), CODE_OF_KIND["project_start"], np.int8)
    kind[is_link] = CODE_OF_KIND["predecessor"]
    kind[is_link & through] = CODE_OF_KIND["parent_predecessor"]
    kind[is_constraint] = CODE_OF_KIND["constraint"]
    kind[is_constraint & through] = CODE_OF_KIND["parent_constraint"]
    kind[is_other] = other[is_other]
    task_id, via_id = np.full(len(ids), NOTHING), np.full(len(ids), NOTHING)
    task_id[is_link] = columns.links.predecessor_id[driver[is_link]]
    through &= is_link | is_constraint
    via_id[through] = ids[dates.via[through]]
    task_id[spans], via_id[spans] = ids[dates.first[spans]], ids[dates.last[spans]]
    return {
        "driver_kind": kind,
        "driver_task_id": task_id,
        "driver_via_id": via_id,
        "driver_link_index": np.where(is_link, driver, NOTHING),
        "driver_sets_finish": dates.sets_finish & is_link,
    }
