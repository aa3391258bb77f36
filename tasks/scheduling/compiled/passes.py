"""All passes over columns, compiled: the same plan as the plain passes make, or none."""

import numpy as np

from projects.worktime.errors import WorktimeError
from tasks.scheduling.columns import LARGEST, Columns
from tasks.scheduling.compiled.backward import pass_backward
from tasks.scheduling.compiled.codes import (
    ALAP,
    BY_PROJECT_FINISH,
    NOT_GIVEN,
    TICK_SHIFT,
    TICKS,
)
from tasks.scheduling.compiled.filling import last_finish, nothing_found, read_out
from tasks.scheduling.compiled.forward import pass_forward
from tasks.scheduling.compiled.layout import Layout, lay_out, with_larger_tables
from tasks.scheduling.compiled.slack import measure
from tasks.scheduling.errors import Unsuitable
from tasks.scheduling.reference.checks import FIRST_MINUTE, LAST_MINUTE
from tasks.scheduling.scheduled import ScheduledColumns


class CompiledPasses:
    """A plan on its way; where a pass leaves the tables it goes on with larger ones."""

    def __init__(self, columns: Columns, layout: Layout) -> None:
        self.net, self._steps, self._working_time = layout
        self._goes_late = bool((columns.tasks.constraint_type == ALAP).any())
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
        self.net = with_larger_tables(self.net, self._working_time)

    def latest_start(self, aim: int) -> int:
        """When a plan has to begin to be done by its finish."""
        self.early(aim)
        self.late(aim)
        starts = self.net.dates.late_start[self.is_active & self.is_leaf]
        return int(starts.min()) if len(starts) else aim

    def finish(self, start: int) -> int:
        """The largest early finish of what is active."""
        return last_finish(self.net, start)

    def hold_late(self) -> bool:
        """Give those that go as late as possible the late dates, where they have none; whether there are any."""
        if not self._goes_late:
            return False
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
    passes = CompiledPasses(columns, lay_out(columns))
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


def _answer(columns: Columns, passes: CompiledPasses, finish: int) -> ScheduledColumns:
    """What the passes found out, in whole minutes."""
    project, found = columns.project, nothing_found(len(columns.tasks))
    limit = max(-LARGEST, min(LARGEST, project.critical_slack_limit_minutes))
    predecessors = np.require(columns.links.predecessor_id, np.int64, ("C", "W"))
    read_out(passes.net, predecessors, limit, found)
    return ScheduledColumns(
        project_start=int(found.start.min()) if len(found.start) else project.start_minute,
        project_finish=(finish + TICKS // 2) >> TICK_SHIFT,
        id=columns.tasks.id,
        **found._asdict(),
    )
