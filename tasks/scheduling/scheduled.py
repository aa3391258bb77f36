"""The plan as arrays: what the compiled passes answer, and what is stored.

One array a field of ``TaskDates``, one entry a task, in the order of the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tasks.scheduling.columns import NOTHING, Code, Flag, Whole
from tasks.scheduling.plan import CODE_OF_KIND, KINDS, DatesByTask, Driver, Plan


@dataclass(slots=True)
class ScheduledColumns:
    """The fields of ``TaskDates`` by row; the early dates are ``start`` and ``finish``.

    What drives a row is spread over five columns: a code (its place in ``KINDS``) and the fields of ``Driver``.
    """

    project_start: int
    project_finish: int
    id: Whole
    start: Whole
    finish: Whole
    late_start: Whole
    late_finish: Whole
    total_slack: Whole
    free_slack: Whole
    is_critical: Flag
    duration_minutes: Whole
    driver_kind: Code
    driver_task_id: Whole
    driver_via_id: Whole
    driver_link_index: Whole
    driver_sets_finish: Flag

    def __len__(self) -> int:
        return len(self.id)

    def plan(self) -> Plan:
        """The plan that the rest of the product asks, made of lists as they are needed."""
        starts, finishes = self.start.tolist(), self.finish.tolist()
        columns = (
            starts, finishes, starts, finishes, self.late_start.tolist(), self.late_finish.tolist(),
            self.total_slack.tolist(), self.free_slack.tolist(), self.is_critical.tolist(),
            self.duration_minutes.tolist(),
        )  # fmt: skip
        row_of = {task_id: row for row, task_id in enumerate(self.id.tolist())}
        return Plan(self.project_start, self.project_finish, DatesByTask(row_of, columns, self.driver))

    def driver(self, row: int) -> Driver:
        """What drives a row."""
        return Driver(
            KINDS[self.driver_kind[row]],
            _or_none(self.driver_task_id[row]),
            _or_none(self.driver_via_id[row]),
            _or_none(self.driver_link_index[row]),
            bool(self.driver_sets_finish[row]),
        )


def _or_none(number: np.int64) -> int | None:
    return None if number == NOTHING else int(number)


def scheduled_columns_of(plan: Plan) -> ScheduledColumns:
    """A plan as columns."""
    dates = list(plan.tasks.values())
    start, finish, _, _, late_start, late_finish, total, free, critical, drivers, lengths = (
        zip(*dates, strict=True) if dates else ((),) * 11
    )
    kinds, task_ids, via_ids, links, set_finishes = zip(*drivers, strict=True) if dates else ((),) * 5
    return ScheduledColumns(
        plan.start,
        plan.finish,
        _whole(plan.tasks),
        _whole(start),
        _whole(finish),
        _whole(late_start),
        _whole(late_finish),
        _whole(total),
        _whole(free),
        np.array(critical, np.bool_),
        _whole(lengths),
        np.array([CODE_OF_KIND[kind] for kind in kinds], np.int8),
        _whole(task_ids),
        _whole(via_ids),
        _whole(links),
        np.array(set_finishes, np.bool_),
    )


def _whole(values: Iterable[int | None]) -> Whole:
    return np.array([NOTHING if value is None else value for value in values], np.int64)
