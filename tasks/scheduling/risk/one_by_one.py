"""The slow road: every run is a plan of its own, scheduled like any other. For plans that the quick runs leave, and to compare."""

import numpy as np

from tasks.scheduling.columns import NOTHING, Columns, Whole
from tasks.scheduling.compiled.ids import Places
from tasks.scheduling.compiled.kernel import Array
from tasks.scheduling.plan import CODE_OF_KIND
from tasks.scheduling.risk.runs import FROM_START_CODES, Found
from tasks.scheduling.risk.uncertain import is_active, with_remaining
from tasks.scheduling.schedule import schedule
from tasks.scheduling.scheduled import ScheduledColumns

BY_CHILDREN = CODE_OF_KIND["children"]


class SlowRuns:
    """Runs by way of ``schedule``; the path ends at a task that is delayed for a resource, whose driver is not said."""

    def __init__(self, columns: Columns, rows: Whole, minutes: Array) -> None:
        self.columns, self.rows, self.minutes = columns, rows, minutes
        self.places = Places(columns.tasks.id)
        self.is_active = is_active(columns.tasks)
        self.has_children = np.isin(columns.tasks.id, columns.tasks.parent_id)
        self.from_start = np.isin(columns.links.link_type, FROM_START_CODES)

    def run(self, first: int, last: int, found: Found) -> None:
        """Some of the runs."""
        for run in range(first, last):
            minutes = self.minutes[run].astype(np.int64)
            plan = schedule(with_remaining(self.columns, self.rows, minutes))
            found.finish[run], found.end[run] = plan.finish, plan.project_finish
            self._walk(plan, found.on_path)

    def _walk(self, plan: ScheduledColumns, on_path: Array) -> None:
        row, by_start = self._last_row(plan), False
        while row >= 0:
            if self.has_children[row]:
                if plan.driver_kind[row] != BY_CHILDREN:
                    return
                row = self._row(plan.driver_task_id[row] if by_start else plan.driver_via_id[row])
                continue
            on_path[row] += 1
            link = plan.driver_link_index[row]
            if link == NOTHING:
                return
            row, by_start = self._row(plan.driver_task_id[row]), bool(self.from_start[link])

    def _row(self, task_id: int) -> int:
        return int(self.places.of(np.array([task_id]))[0])

    def _last_row(self, plan: ScheduledColumns) -> int:
        """The first task that ends with the plan; a summary only where none does."""
        ends = self.is_active & (plan.finish == plan.project_finish)
        for some in (ends & ~self.has_children, ends):
            if some.any():
                return int(np.flatnonzero(some)[0])
        return -1
