"""A plan of the site beside the baseline that it is compared with, as arrays: what each row was to be, how far it is, what it took.

Every row counts by itself here, a summary by its own fixed cost alone; sums over what is below are for those who ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from projects.calendars.services import rules_of
from projects.worktime.calendars import Calendars
from reports.performance.planned import Spans
from tasks.plan.agreed_costs import HUNDREDTHS, opened
from tasks.plan.arrays import Array, arrays_cursor
from tasks.plan.task_costs import task_costs

if TYPE_CHECKING:
    from projects.models import Project
    from tasks.models import Baseline

#: Rows of the plan in their order, then those of the baseline that are no longer in it; a row that the baseline does not have is agreed
#: on with nothing, at its beginning.
_ROWS: Final = """
SELECT array_agg(id), array_agg(parent_id), array_agg(calendar_id), array_agg(is_summary), array_agg(is_in_plan), array_agg(counts),
       array_agg(progress), array_agg(actual_work_minutes), array_agg(work_minutes), array_agg(start), array_agg(finish), array_agg(agreed)
  FROM (SELECT tasks.id, coalesce(tasks.parent_id, 0) AS parent_id, coalesce(tasks.calendar_id, projects.calendar_id) AS calendar_id,
               tasks.is_summary, tasks.deleted_at IS NULL AS is_in_plan, tasks.deleted_at IS NULL AND tasks.is_active AS counts,
               tasks.progress_percentage::bigint AS progress, tasks.actual_work_minutes, tasks.work_minutes::bigint AS work_minutes,
               coalesce(was.start_minute, %s::bigint) AS start, coalesce(was.finish_minute, %s::bigint) AS finish,
               CASE WHEN was.is_summary THEN 0 ELSE coalesce(was.work_minutes, 0) END AS agreed
          FROM tasks
          JOIN projects ON projects.id = tasks.project_id
          LEFT JOIN baseline_tasks AS was ON was.baseline_id = %s::bigint AND was.task_id = tasks.id
         WHERE tasks.project_id = %s::bigint AND (tasks.deleted_at IS NULL OR was.task_id IS NOT NULL)
         ORDER BY tasks.deleted_at IS NOT NULL, tasks.row_number, tasks.id) AS rows
"""


class Amounts(NamedTuple):
    """What the rows come to in one unit, minutes of work or yen."""

    #: What was agreed on.
    budget: Array
    #: What is spent with each reported minute, and with all of the progress.
    per_minute: Array
    by_progress: Array
    #: What is spent though neither minutes nor progress were reported.
    else_spent: Array


class Reading:
    """The rows of a plan and its baseline, as arrays in the plan's order; two queries, with money five more."""

    def __init__(self, project: Project, baseline: Baseline) -> None:
        self.project, self.baseline = project, baseline
        begin = baseline.start_minute
        with arrays_cursor() as cursor:
            cursor.execute(_ROWS, [begin, begin, baseline.pk, project.pk])
            found = [np.empty(0, np.int64) if each is None else each for each in cursor.fetchone()]
        self.id, self.parent, calendar, is_summary, self.is_in_plan, self.counts = found[:6]
        progress, minutes, self._work, start, finish, self._agreed = found[6:]
        self.is_leaf = self.counts.astype(bool) & ~is_summary.astype(bool)
        #: In percent, and minutes of work, as they stand now.
        self.progress, self.minutes = progress * self.counts.astype(bool), minutes * self.is_leaf
        self._order = np.argsort(self.id)
        ids = {*np.unique(calendar).tolist(), project.calendar_id}
        clocks = Calendars(rules_of(ids))
        self.clock = clocks.calendar(project.calendar_id)
        self.spans = Spans(start, finish, calendar, {pk: clocks.calendar(pk) for pk in ids})

    def places(self, ids: Array) -> Array:
        """The rows of some tasks; -1 of those that are none."""
        if not len(self.id):
            return np.full(len(ids), -1)
        found = np.searchsorted(self.id, ids, sorter=self._order)
        place = self._order[np.minimum(found, len(self.id) - 1)]
        return np.where(self.id[place] == ids, place, -1)

    @property
    def estimated(self) -> int:
        """How many tasks have progress and no hours: what they took is told by their progress."""
        return int(np.count_nonzero(self._planned() * (self.progress > 0)))

    def work(self) -> Amounts:
        """In minutes of work: reported hours; where there are none, the planned work by progress."""
        reported = (self.minutes > 0).astype(float)
        return Amounts(
            self._agreed.astype(float), reported, self._planned().astype(float), np.zeros(len(self.id))
        )

    def _planned(self) -> Array:
        """Planned work of tasks without reported hours."""
        planned: Array = self._work * (self.is_leaf & (self.minutes == 0))
        return planned

    def money(self) -> Amounts:
        """In yen: hours by the rate of each person, the rest by progress, as budgets are counted everywhere.

        Raises UndecryptableError where the key of the baseline's costs is gone. Rates are those of today.
        """
        costs = task_costs(self.project.pk)
        by_hours, by_progress = np.zeros(len(self.id)), np.zeros(len(self.id))
        places = self.places(costs.id)
        by_hours[places], by_progress[places] = costs.by_hours, costs.by_progress
        per_minute = np.where(self.minutes > 0, by_hours / np.maximum(self.minutes, 1), 0.0)
        rest = by_progress + np.where(self.minutes > 0, 0.0, by_hours)
        has_progress = self.progress > 0
        return Amounts(
            self._own(opened(self.baseline.cost_secret)), per_minute,
            np.where(has_progress, rest * 100 / np.maximum(self.progress, 1), 0.0), np.where(has_progress, 0.0, rest),
        )  # fmt: skip

    def _own(self, agreed: dict[int, int]) -> Array:
        """What was agreed on for each row by itself, in yen: a summary's less what is below it, never less than nothing."""
        cost = np.array([agreed.get(pk, 0) for pk in self.id.tolist()], dtype=float)
        parents = self.places(self.parent)
        has_parent = parents >= 0
        below = np.bincount(parents[has_parent], cost[has_parent], minlength=len(cost))
        return np.maximum(cost - below, 0) / HUNDREDTHS
